"""What all pages share."""

import sqlite3

import pytest
from flask.testing import FlaskClient

from app.accounts import session_service
from app.web import assets
from tests.web.browser import Visitor, text_of
from tests.web.conftest import PASSWORD

KEYS = "/users/dashboard/api-keys/"


def test_a_form_without_its_token_is_refused(john_at_home: Visitor, client: FlaskClient) -> None:
    refused = client.post(KEYS, data={"name": "My site"})
    assert refused.status_code == 403
    assert "expired" in text_of(refused)


def test_a_form_with_the_token_of_another_visitor_is_refused(
    john_at_home: Visitor, client: FlaskClient
) -> None:
    stranger = Visitor(client.application.test_client())
    stranger.open("/users/sign-in/")
    refused = client.post(KEYS, data={"name": "My site", "csrf_token": stranger._token})
    assert refused.status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:81"])
def test_a_form_from_another_site_is_refused(john_at_home: Visitor, origin: str) -> None:
    john_at_home.open(KEYS)
    refused = john_at_home.send(KEYS, headers={"Origin": origin}, name="My site")
    assert refused.status_code == 403


def test_a_form_of_this_site_says_so_and_is_taken(john_at_home: Visitor) -> None:
    john_at_home.open(KEYS)
    taken = john_at_home.send(KEYS, headers={"Origin": "http://localhost"}, name="My site")
    assert taken.status_code == 201


@pytest.mark.parametrize("path", ["/users/sign-in/", KEYS, "/users/nothing/"])
def test_every_page_has_the_headers_that_keep_it_safe(john_at_home: Visitor, path: str) -> None:
    headers = john_at_home.open(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"].startswith("text/html")


def test_a_page_that_is_not_there_says_so_as_a_page(visitor: Visitor) -> None:
    answer = visitor.open("/users/nothing/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in text_of(answer)


def test_an_error_page_leads_on_who_has_signed_in(john_at_home: Visitor) -> None:
    page = john_at_home.open("/users/nothing/")
    assert f'href="{KEYS}"' in page.text
    assert john_at_home.send("/users/sign-out/").status_code == 303


@pytest.mark.parametrize("path", ["/users/nothing/", "/staff/nothing/"])
def test_an_error_page_is_shown_while_the_database_is_away(
    john_at_home: Visitor, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def fail(*_args: object) -> None:
        raise sqlite3.OperationalError

    monkeypatch.setattr(session_service, "find_session_caller", fail)
    page = john_at_home.open(path)
    assert page.status_code == 404
    assert "Sign out" not in page.text


def test_pages_name_nobody_elses_server(john_at_home: Visitor) -> None:
    for path in ("/users/sign-in/", KEYS):
        assert "//" not in john_at_home.open(path).text.replace("http://localhost/v1/", "")


@pytest.mark.parametrize("name", ["nafasi.css", "nafasi.js", "mark.svg"])
def test_a_file_of_the_pages_may_be_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(assets.address(name))
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/assets/x/..%2f__init__.py", "/assets/x/none.css", "/assets/x/"])
def test_nothing_else_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_markup_in_an_address_is_text(visitor: Visitor) -> None:
    page = visitor.open("/users/sign-in/?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text
    assert PASSWORD not in page.text
