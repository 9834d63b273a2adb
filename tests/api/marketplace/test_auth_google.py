"""Signing in with Google: a new account, a link, or the place of somebody never verified."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import service as accounts
from app.accounts.models import Account
from app.core import clock
from app.core.db import session, transaction
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.api.marketplace.endpoints import PASSWORD
from tests.factories import bearer
from tests.threads import at_once

Make = Callable[..., str]


@pytest.fixture
def sign_in(send: Send, google_token: Make) -> Callable[..., Any]:
    """Sign in with a token of these claims."""
    return lambda **claims: send("providers/google", id_token=google_token(**claims))


def _accounts() -> list[Account]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Account).order_by(Account.id)))


@pytest.mark.both
def test_the_first_time_an_account_is_made(client: FlaskClient, sign_in: Any) -> None:
    response = sign_in()
    assert response.status_code == 200
    [account] = _accounts()
    data = response.json["data"]
    assert list(data) == ["access", "refresh", "user"]
    assert data["user"] == {
        "id": str(account.uuid),
        "email": "john@example.com",
        "first_name": "Johnny",
        "role": "user",
        "mode": "booking",
        "verification_stage": "not_started",
    }
    assert account.email_verified_at is not None
    assert (account.password_hash, account.username) == (None, "john")
    assert client.get("/api/auth/me/", headers=bearer(data["access"])).status_code == 200


@pytest.mark.both
def test_the_next_time_it_is_the_same_account(sign_in: Any) -> None:
    assert sign_in().status_code == sign_in(email="renamed@example.com").status_code == 200
    assert [account.email for account in _accounts()] == ["john@example.com"]


@pytest.mark.both
def test_a_verified_account_is_linked_and_keeps_everything(
    send: Send, john: Person, sign_in: Any
) -> None:
    response = sign_in(email="JOHN@example.com")
    assert response.status_code == 200
    account = accounts.get_account(john.id)
    assert account.google_sub == "110169484474386276334"
    assert account.first_name == ""
    assert send("login", email=john.email, password=PASSWORD).status_code == 200
    assert send("refresh", refresh=john.refresh).status_code == 200


@pytest.mark.both
def test_an_account_never_verified_loses_what_a_stranger_left_in_it(
    send: Send, sign_in: Any, inbox: Inbox
) -> None:
    send(
        "register",
        email="john@example.com",
        password=PASSWORD,
        first_name="Mallory",
        last_name="Malice",
        phone_number="+255712345678",
        username="mallory",
    )
    [mailed], [texted] = inbox.mail_codes(), inbox.sms_codes()
    before = _accounts()[0].token_version
    assert sign_in().status_code == 200
    [account] = _accounts()
    assert (account.first_name, account.last_name) == ("Johnny", "Google")
    assert (account.password_hash, account.phone_number) == (None, None)
    assert account.username == "john"
    assert account.token_version > before
    assert account.email_verified_at is not None
    assert send("login", email="john@example.com", password=PASSWORD).status_code == 401
    for name, body in (
        ("verify-email", {"email": "john@example.com", "otp_code": mailed}),
        ("verify-phone", {"phone_number": "+255712345678", "otp_code": texted}),
    ):
        assert send(name, **body).status_code == 400


@pytest.mark.both
def test_an_address_that_only_looks_alike_is_not_linked(sign_in: Any, app: Flask) -> None:
    accounts.create_account(email="straße@example.com", password=PASSWORD)
    response = sign_in(email="strasse@example.com")
    assert response.status_code == 409
    [account] = _accounts()
    assert account.google_sub is None


@pytest.mark.both
def test_an_account_belongs_to_one_person_at_google(sign_in: Any, john: Person) -> None:
    assert sign_in().status_code == 200
    assert sign_in(sub="another").status_code == 409
    assert accounts.get_account(john.id).google_sub == "110169484474386276334"


@pytest.mark.both
def test_a_disabled_account_stays_shut(sign_in: Any, john: Person) -> None:
    for _ in range(2):
        with transaction():
            session.execute(
                update(Account).where(Account.id == john.id).values(disabled_at=clock.now())
            )
        assert sign_in().status_code == 403
        session.rollback()
        assert accounts.get_account(john.id).google_sub is None


@pytest.mark.both
def test_two_clicks_at_once_make_one_account(
    app: Flask, google_token: Make, client: FlaskClient
) -> None:
    token = google_token()

    def click() -> int:
        body = {"id_token": token}
        return client.post("/api/auth/providers/google/", json=body).status_code

    assert at_once([click] * 4) == [200] * 4
    assert len(_accounts()) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another client"},
        {"iss": "https://accounts.example.com"},
        {"exp": 1},
        {"email_verified": False},
        {"email": None},
    ],
)
def test_what_google_did_not_say_is_401(sign_in: Any, claims: dict[str, Any]) -> None:
    response = sign_in(**claims)
    assert response.status_code == 401
    assert list(response.json["errors"]) == ["id_token"]
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert _accounts() == []


@pytest.mark.parametrize("token", ["x", "a.b.c", "x" * 8192, "é.é.é"])
def test_what_is_no_token_is_401(send: Send, google_token: Make, token: str) -> None:
    assert send("providers/google", id_token=token).status_code == 401


@pytest.mark.parametrize("token", [None, 7, "", "x" * 8193, "\0", ["x"]])
def test_a_token_is_text(send: Send, google_token: Make, token: Any) -> None:
    response = send("providers/google", id_token=token)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["id_token"]


def test_unless_it_is_set_up_it_is_503(send: Send) -> None:
    response = send("providers/google", id_token="x")
    assert response.status_code == 503
    assert response.json["message"] == "Sign-in with Google is not set up here."


def test_names_that_are_too_long_are_cut(sign_in: Any) -> None:
    assert sign_in(given_name="x" * 300).status_code == 200
    session.rollback()
    assert session.scalar(select(func.length(Account.first_name))) == 100


@pytest.mark.both
def test_names_lose_what_no_database_keeps(sign_in: Any) -> None:
    response = sign_in(given_name="Jo\0h\ud800n\x07", family_name="\u200b\u3164")
    assert response.status_code == 200
    [account] = _accounts()
    assert (account.first_name, account.last_name) == ("John", "")


@pytest.mark.both
@pytest.mark.parametrize("sub", ["1\ud8000", "1\0", "1\n0", "１２"])
def test_a_subject_that_google_never_writes_is_401(sign_in: Any, sub: str) -> None:
    assert sign_in(sub=sub).status_code == 401
    assert _accounts() == []


@pytest.mark.parametrize("email", ["nope", "a@b", "jo\ud800hn@example.com", f"{'x' * 250}@e.com"])
def test_an_address_that_cannot_be_written_to_is_said_to_be_so(sign_in: Any, email: str) -> None:
    response = sign_in(email=email)
    assert response.status_code == 400
    assert response.json["errors"] == {
        "id_token": ["The e-mail address of this Google account cannot be used here."]
    }
