"""Every answer below `/api` is an envelope with four keys, whatever goes wrong."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.accounts import service as accounts
from app.api import problems
from tests.api.marketplace import endpoints
from tests.api.marketplace.conftest import Person, Send

KEYS = ["success", "message", "data", "errors"]


def _check_failure(response: Any, status: int, message: str) -> None:
    assert response.status_code == status
    assert response.mimetype == "application/json"
    assert response.json == {
        "success": False,
        "message": message,
        "data": None,
        "errors": {"non_field_errors": [message]},
    }


def test_a_success_has_the_four_keys(client: FlaskClient, john: Person) -> None:
    body = client.get("/api/auth/me/", headers=john.headers).json
    assert list(body) == KEYS
    assert body["success"] is True
    assert body["message"] == "Account retrieved successfully."
    assert body["errors"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/",
        "/api/nothing/",
        "/api/auth/",
        "/api/auth/me/nothing",
        "/api//auth/me/",
        "/api/auth/login/%00",
        "/api/roomsy/",
    ],
)
def test_an_unmatched_path_is_an_envelope(client: FlaskClient, path: str) -> None:
    _check_failure(client.get(path), 404, "There is nothing at this address.")


@pytest.mark.parametrize("path", ["/api/rooms", "/api/rooms/", "/api/rooms/1"])
def test_rooms_are_no_part_of_the_marketplace(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json) == (401, {"message": "Unauthenticated."})


def test_the_longest_prefix_decides(app: Flask) -> None:
    expected = {
        "/api": "/api",
        "/api/auth/": "/api",
        "/api/rooms": "/api/rooms",
        "/api/rooms/1/": "/api/rooms",
        "/api/roomsy": "/api",
        "/apis": None,
        "/v1/": "/v1",
        "/": None,
    }
    found = {}
    for path in expected:
        with app.test_request_context(path):
            found[path] = problems.face_prefix()
    assert found == expected


@pytest.mark.parametrize(("method", "path", "_body"), endpoints.ALL)
def test_a_wrong_method_is_an_envelope(
    client: FlaskClient, method: str, path: str, _body: Any
) -> None:
    wrong = endpoints.wrong_method_of(path)
    for spelling in (path, path.rstrip("/")):
        response = client.open(spelling, method=wrong)
        _check_failure(response, 405, f'Method "{wrong}" not allowed.')
        assert method in response.headers["Allow"].split(", ")


def test_login_takes_the_method_that_the_document_names(client: FlaskClient) -> None:
    for method in ("PUT", "PATCH", "GET"):
        assert client.open("/api/auth/login/", method=method, json={}).status_code == 405


@pytest.mark.parametrize(("method", "path", "_body"), endpoints.WRITES)
def test_what_is_no_json_is_an_envelope(
    client: FlaskClient, boss: Person, method: str, path: str, _body: Any
) -> None:
    def send(data: bytes, kind: str = "application/json") -> Any:
        return client.open(path, method=method, data=data, content_type=kind, headers=boss.headers)

    _check_failure(send(b"{"), 400, "The request body is not valid JSON.")
    _check_failure(send(b"[" * 100_000), 400, "The request body is not valid JSON.")
    _check_failure(send(b'{"email": NaN}'), 400, "The request body is not valid JSON.")
    _check_failure(send(b"[]"), 400, "The request body must be a JSON object.")
    _check_failure(send(b"null"), 400, "The request body must be a JSON object.")
    _check_failure(
        send(b"{}", "text/plain"), 415, 'Unsupported media type "text/plain" in request.'
    )
    _check_failure(send(b" " * (1024 * 1024 + 1)), 413, "The request body is too large.")


def test_a_failure_of_a_field_stands_under_its_name(send: Send) -> None:
    response = send("verify-email", email="john@example.com")
    assert response.status_code == 400
    assert response.json == {
        "success": False,
        "message": "The input is not valid.",
        "data": None,
        "errors": {"otp_code": ["This field is required."]},
    }


def test_an_unexpected_error_says_nothing(
    client: FlaskClient, john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise ZeroDivisionError("the vault's combination is 1234")

    monkeypatch.setattr(accounts, "get_account", fail)
    response = client.get("/api/auth/me/", headers=john.headers)
    _check_failure(response, 500, "Something went wrong on our side. Please try again later.")
    assert response.headers["X-RateLimit-Limit"]


def test_a_database_that_is_away_is_503(
    client: FlaskClient, john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(accounts, "get_account", fail)
    response = client.get("/api/auth/me/", headers=john.headers)
    _check_failure(response, 503, problems.UNAVAILABLE)
    assert response.headers["Retry-After"] == "5"


def test_a_missing_token_is_asked_for(client: FlaskClient) -> None:
    response = client.get("/api/auth/me/")
    _check_failure(response, 401, "Authentication credentials were not provided.")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/auth/me/", "/api/nothing", "/api/auth/login/"])
def test_every_answer_has_an_id_and_no_cookie(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"X-Request-ID": "mine-1"})
    assert response.headers["X-Request-ID"] == "mine-1"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", ["/api/auth/me/", "/api/nothing/"])
def test_browsers_of_any_origin_are_answered(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://app.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    exposed = response.headers["Access-Control-Expose-Headers"].lower()
    assert "x-ratelimit-remaining" in exposed
    assert "Access-Control-Allow-Credentials" not in response.headers
