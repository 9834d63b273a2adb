"""Logging in, refreshing, logging out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import passwords
from app.accounts import service as accounts
from app.accounts import session_service as sessions
from app.accounts.models import Account, RevokedToken
from app.api.tokens import TokenType, make_refresh_token, read_token
from app.core import clock
from app.core.db import session, transaction
from tests.api.marketplace.conftest import Person, Send
from tests.api.marketplace.endpoints import PASSWORD
from tests.factories import bearer

WRONG = {
    "success": False,
    "message": "No active account matches this e-mail address and password.",
    "data": None,
    "errors": {"non_field_errors": ["No active account matches this e-mail address and password."]},
}


def _change(email: str, **columns: Any) -> None:
    with transaction():
        session.execute(update(Account).where(Account.email == email).values(**columns))


def _revoked() -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(RevokedToken)) or 0


# ── logging in ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_login_answers_as_documented(send: Send, john: Person) -> None:
    _change(john.email, first_name="John", verification_stage="approved")
    response = send("login", email="john@example.com", password=PASSWORD)
    assert response.status_code == 200
    body = response.json
    data = body["data"]
    assert (body["success"], body["message"], body["errors"]) == (True, "Login successful.", None)
    assert list(data) == ["access", "refresh", "user"]
    account = accounts.get_account(john.id)
    assert data["user"] == {
        "id": str(account.uuid),
        "email": "john@example.com",
        "first_name": "John",
        "role": "user",
        "mode": "booking",
        "verification_stage": "approved",
    }
    assert read_token(data["access"], TokenType.ACCESS).account_id == john.id
    assert read_token(data["refresh"], TokenType.REFRESH).account_id == john.id


@pytest.mark.parametrize(
    "spelling", ["JOHN@example.com", " john@EXAMPLE.com ", "ｊｏｈｎ@example.com"]
)
def test_an_address_is_found_however_it_is_written(send: Send, john: Person, spelling: str) -> None:
    assert send("login", email=spelling, password=PASSWORD).status_code == 200


@pytest.mark.both
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("john@example.com", "wrong password"),
        ("john@example.com", PASSWORD.upper()),
        ("john@example.com", f"{PASSWORD} "),
        ("john@example.com", "x" * 500),
        ("nobody@example.com", PASSWORD),
        ("somebody@example.com", PASSWORD),
        ("no address at all", PASSWORD),
        ("john", PASSWORD),
        ("unverified@example.com", "wrong password"),
        ("disabled@example.com", "wrong password"),
        ("google@example.com", "nobody's password"),
    ],
)
def test_wrong_credentials_are_one_answer(
    send: Send, john: Person, email: str, password: str
) -> None:
    for name in ("unverified", "disabled"):
        accounts.create_account(email=f"{name}@example.com", password=PASSWORD)
    accounts.create_account(email="google@example.com")
    _change("unverified@example.com", email_verified_at=None)
    _change("disabled@example.com", disabled_at=clock.now())
    response = send("login", email=email, password=password)
    assert (response.status_code, response.json) == (401, WRONG)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.both
def test_wrong_credentials_cost_the_same_work(
    send: Send, john: Person, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.create_account(email="google@example.com")
    hashed: list[str] = []
    verify = passwords._hasher.verify.__func__

    def note(hasher: Any, hash: str, password: str) -> bool:
        hashed.append(hash)
        return bool(verify(hasher, hash, password))

    monkeypatch.setattr(type(passwords._hasher), "verify", note)
    work = []
    for email in ("john@example.com", "nobody@example.com", "google@example.com", "no address"):
        statements.clear()
        assert send("login", email=email, password="wrong password").status_code == 401
        work.append(list(statements))
    assert [each for each in work if each != work[0]] == []
    assert len(work[0]) == 1
    # Once for each, and nobody's hash costs what a real one does.
    assert len(hashed) == 4
    assert not any(passwords._hasher.check_needs_rehash(each) for each in hashed)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"email_verified_at": None}, "Please verify your e-mail address before you log in."),
        ({"disabled_at": clock.now()}, "This account is disabled."),
    ],
)
def test_an_account_that_cannot_be_used_says_so_after_the_right_password(
    send: Send, john: Person, change: dict[str, Any], message: str
) -> None:
    _change(john.email, **change)
    response = send("login", email=john.email, password=PASSWORD)
    assert (response.status_code, response.json["message"]) == (403, message)


def test_a_login_that_meets_a_change_of_password_is_none(
    send: Send, john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*args: Any) -> bool:
        _change(john.email, password_hash="another", token_version=1)
        return True

    monkeypatch.setattr(sessions, "is_password", meanwhile)
    assert send("login", email=john.email, password=PASSWORD).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", None),
        ("email", 7),
        ("email", ""),
        ("email", "x" * 255),
        ("email", "john\0@example.com"),
        ("password", None),
        ("password", 7),
        ("password", ""),
        ("password", "x" * 1001),
        ("username", "john"),
    ],
)
def test_login_names_the_field_that_it_cannot_read(
    send: Send, john: Person, field: str, value: Any
) -> None:
    response = send("login", **{"email": john.email, "password": PASSWORD, field: value})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]


def test_login_wants_both(send: Send) -> None:
    assert set(send("login").json["errors"]) == {"email", "password"}


# ── refreshing ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_refresh_token_earns_an_access_token(
    client: FlaskClient, send: Send, john: Person
) -> None:
    response = send("refresh", refresh=john.refresh)
    assert response.status_code == 200
    assert list(response.json["data"]) == ["access"]
    headers = bearer(response.json["data"]["access"])
    assert client.get("/api/auth/me/", headers=headers).status_code == 200
    assert send("refresh", refresh=john.refresh).status_code == 200


@pytest.mark.both
def test_what_is_no_refresh_token_is_401(send: Send, john: Person) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30, seconds=1)):
        expired = make_refresh_token(john.id, 0)
    nobodys = make_refresh_token(999_999, 0)
    for token in (john.access, expired, nobodys, "x", "a.b.c", john.refresh[:-5]):
        response = send("refresh", refresh=token)
        assert response.status_code == 401
        assert response.json["message"] == "The token is invalid or has expired."
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("endpoint", ["refresh", "logout"])
@pytest.mark.parametrize("value", [None, 7, "", "x" * 2001, ["x"], "\0"])
def test_a_refresh_token_is_text(send: Send, endpoint: str, value: Any) -> None:
    response = send(endpoint, refresh=value)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["refresh"]


# ── logging out ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_logging_out_blacklists_the_refresh_token(
    send: Send, john: Person, log_in: Callable[[], Person]
) -> None:
    other = log_in()
    response = send("logout", refresh=john.refresh)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert send("refresh", refresh=john.refresh).status_code == 401
    assert send("refresh", refresh=other.refresh).status_code == 200


@pytest.mark.both
def test_logging_out_again_changes_nothing(send: Send, john: Person) -> None:
    answers = [send("logout", refresh=john.refresh) for _ in range(3)]
    assert [each.status_code for each in answers] == [200] * 3
    assert _revoked() == 1


def test_an_expired_refresh_token_may_be_given_back(send: Send, john: Person) -> None:
    with time_machine.travel(clock.now() + timedelta(days=31)):
        assert send("logout", refresh=john.refresh).status_code == 200


def test_what_is_no_refresh_token_cannot_be_given_back(send: Send, john: Person) -> None:
    for token in ("x", "a.b.c", john.access, john.refresh + "x"):
        response = send("logout", refresh=token)
        assert response.status_code == 400
        assert list(response.json["errors"]) == ["refresh"]
    assert _revoked() == 0


@pytest.mark.both
def test_the_blacklist_forgets_what_has_ended(send: Send, john: Person) -> None:
    send("logout", refresh=john.refresh)
    sessions.sweep_revoked_tokens()
    assert _revoked() == 1
    with time_machine.travel(clock.now() + timedelta(days=30, seconds=5)):
        sessions.sweep_revoked_tokens()
    assert _revoked() == 0
