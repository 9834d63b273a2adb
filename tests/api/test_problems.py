"""Every failure is JSON in the dialect of its path's face, and says nothing of its cause."""

import logging
import sqlite3
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.api import problems
from app.catalogue import feed_repository
from app.catalogue import service as catalogue
from app.core import errors
from tests.factories import Tenant, listing_body

NO_SUCH_ENDPOINT = {"detail": "No such API endpoint."}
UNAVAILABLE = {"detail": "The service is not available at the moment. Please try again shortly."}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nothing",
        "/v1/nothing/",
        "/v1/nothing/at/all/",
        "/v1/1",
        "/v1/1/",
        "/v1/1/properties/1/nothing/",
        "/v1/-1/account/",
        "/v1/me/account/",
        "/v1/1.5/account/",
        "/v1/1/properties/x/",
        "/v1//amenities/",
        "/v1/%00/",
        "/v1/%ff/",
        "/v1/../v1/nothing/",
        "/v1/1/properties/99999999999999999999999/",
    ],
)
def test_an_unmatched_path_is_a_json_404(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.mimetype == "application/json"
    assert response.json == NO_SUCH_ENDPOINT


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_unmatched_path_is_404_for_every_method(client: FlaskClient, method: str) -> None:
    response = client.open("/v1/nothing/", method=method)
    assert (response.status_code, response.json) == (404, NO_SUCH_ENDPOINT)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/webp", "*/*;q=0", ""])
@pytest.mark.parametrize("path", ["/v1/", "/v1/amenities/", "/v1/nothing/", "/v1/1/account/"])
def test_answers_are_json_whatever_the_client_accepts(
    client: FlaskClient, path: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.mimetype == "application/json"
    assert response.json


def test_a_wrong_method_names_itself_and_the_right_ones(client: FlaskClient) -> None:
    response = client.patch("/v1/amenities/")
    assert response.status_code == 405
    assert response.json == {"detail": 'Method "PATCH" not allowed.'}
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/register/"),
        ("HEAD", "/v1/register/"),
        ("PUT", "/v1/register/verify/"),
        ("POST", "/v1/"),
        ("PUT", "/v1/1/properties/"),
        ("DELETE", "/v1/1/properties/"),
        ("POST", "/v1/1/properties/1/"),
        ("POST", "/v1/1/account/"),
        ("POST", "/v1/1/properties/changes/"),
        ("DELETE", "/v1/locations/"),
        ("TRACE", "/v1/filters/"),
        ("BREW", "/v1/filters/"),
    ],
)
def test_only_documented_methods_answer(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    if method != "HEAD":
        assert response.json == {"detail": f'Method "{method}" not allowed.'}


@pytest.mark.parametrize("path", ["/nothing", "/v1x/", "/v2/", "/V1/"])
def test_outside_every_face_a_failure_is_bare_json(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json == {"detail": "There is nothing at this address."}


def test_an_unexpected_error_says_nothing_and_is_found_by_its_id(
    client: FlaskClient,
    owner: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError("the vault's combination is 1234")

    monkeypatch.setattr(catalogue, "create_listing", fail)
    with caplog.at_level(logging.ERROR):
        response = client.post(
            owner.properties,
            headers={**owner.write, "X-Request-ID": "find-me"},
            json=listing_body(),
        )
    assert response.status_code == 500
    assert response.json == {"detail": "Something went wrong on our side. Please try again later."}
    assert response.headers["X-Request-ID"] == "find-me"
    [record] = [each for each in caplog.records if each.msg == "unhandled error"]
    logged = repr(vars(record))
    assert "find-me" in logged
    assert "ZeroDivisionError" in logged


def test_a_write_that_fails_unexpectedly_leaves_nothing(
    client: FlaskClient, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.catalogue.repository.store_documents", fail)
    response = client.post(owner.properties, headers=owner.write, json=listing_body())
    assert response.status_code == 500
    monkeypatch.undo()
    page = client.get(f"{owner.properties}changes/", headers=owner.read).json
    assert page == {"results": [], "next_since": 0, "has_more": False}


def test_a_read_without_its_database_is_503(
    client: FlaskClient, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(feed_repository, "list_page", fail)
    response = client.get(owner.properties, headers=owner.read)
    assert (response.status_code, response.json) == (503, UNAVAILABLE)
    assert int(response.headers["Retry-After"]) > 0


def test_a_write_without_its_database_is_503(
    client: FlaskClient, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(catalogue, "create_listing", fail)
    response = client.post(owner.properties, headers=owner.write, json=listing_body())
    assert (response.status_code, response.json) == (503, UNAVAILABLE)
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid("No."), 400),
        (errors.InvalidFields({"title": ["No."]}), 400),
        (errors.Unauthenticated("No."), 401),
        (errors.Forbidden("No."), 403),
        (errors.NotFound("No."), 404),
        (errors.Conflict("No."), 409),
        (errors.TooMany("No.", 7), 429),
        (errors.Unavailable("No."), 503),
    ],
)
def test_each_kind_of_refusal_has_its_status(error: errors.DomainError, status: int) -> None:
    assert problems.from_domain_error(error).status == status


def test_a_refusal_of_one_field_is_written_under_its_name() -> None:
    problem = problems.from_domain_error(errors.Invalid("Too loud.", "name"))
    assert problem.fields == {"name": ["Too loud."]}


def test_a_refusal_of_many_requests_says_when_to_come_back() -> None:
    problem = problems.from_domain_error(errors.TooMany("No.", 7))
    assert problem.headers == {"Retry-After": "7"}


def test_a_refusal_of_a_credential_asks_for_one() -> None:
    problem = problems.from_domain_error(errors.Unauthenticated("No."))
    assert problem.headers == {"WWW-Authenticate": "Bearer"}


def test_a_listing_that_is_not_there_is_no_missing_endpoint(
    client: FlaskClient, owner: Tenant, app: Flask
) -> None:
    response = client.get(f"{owner.properties}999999/", headers=owner.read)
    assert (response.status_code, response.json) == (404, {"detail": "Not found."})
