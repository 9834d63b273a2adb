"""What people see and change of their own accounts."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.core import clock
from app.core.clock import isoformat_s
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.api.marketplace.conftest import Inbox, Person, Send, set_stage
from tests.api.marketplace.endpoints import PASSWORD
from tests.factories import bearer

NUMBER = "+255712345678"


@pytest.fixture
def update(send: Send, john: Person) -> Callable[..., Any]:
    """Change something of John's profile."""
    return lambda **body: send("update-profile", method="PATCH", headers=john.headers, **body)


def _row(person: Person) -> Account:
    session.rollback()
    session.expire_all()
    return accounts.get_account(person.id)


# ── me ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_me_is_the_account_with_its_number(client: FlaskClient, john: Person) -> None:
    account = _row(john)
    body = client.get("/api/auth/me/", headers=john.headers).json
    assert body["data"] == {
        "id": str(account.uuid),
        "user_id": john.id,
        "username": "john",
        "email": "john@example.com",
        "email_verified": True,
        "first_name": "",
        "last_name": "",
        "phone_number": None,
        "phone_verified": False,
        "bio": "",
        "role": "user",
        "is_superuser": False,
        "mode": "booking",
        "verification_stage": "not_started",
        "subscription_tier": "free",
        "created_at": isoformat_s(account.created_at),
    }


# ── the profile ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_document_s_update(update: Any, inbox: Inbox, john: Person) -> None:
    response = update(
        first_name="John", last_name="Doe", phone_number=NUMBER, bio="Hospitality enthusiast."
    )
    assert response.status_code == 200
    data = response.json["data"]
    assert (data["first_name"], data["last_name"]) == ("John", "Doe")
    assert (data["phone_number"], data["bio"]) == (NUMBER, "Hospitality enthusiast.")
    assert data["phone_verified"] is False
    assert inbox.sms_to() == [NUMBER]
    assert _row(john).bio == "Hospitality enthusiast."


@pytest.mark.both
def test_a_new_number_is_verified_by_its_code(
    client: FlaskClient, send: Send, update: Any, inbox: Inbox, john: Person
) -> None:
    update(phone_number="0712 345 678")
    [code] = inbox.sms_codes()
    assert send("verify-phone", phone_number=NUMBER, otp_code=code).status_code == 200
    me = client.get("/api/auth/me/", headers=john.headers).json["data"]
    assert (me["phone_number"], me["phone_verified"]) == (NUMBER, True)
    # The same number again is no change.
    assert update(phone_number=NUMBER).json["data"]["phone_verified"] is True
    assert len(inbox.sms_codes()) == 1
    # Another one is.
    assert update(phone_number="+256712345678").json["data"]["phone_verified"] is False


@pytest.mark.both
def test_an_account_sends_five_codes_an_hour_whatever_numbers_it_claims(
    update: Any, inbox: Inbox
) -> None:
    for number in range(8):
        assert update(phone_number=f"+25571234567{number}").status_code == 200
        inbox.sms_to()
    assert inbox.sms_to() == [f"+25571234567{number}" for number in range(5)]


def test_what_is_absent_stays_and_null_clears(update: Any, john: Person) -> None:
    update(first_name="John", last_name="Doe", phone_number=NUMBER, bio="Hello")
    assert update().status_code == 200
    data = update(bio=None, phone_number=None).json["data"]
    assert (data["first_name"], data["last_name"]) == ("John", "Doe")
    assert (data["bio"], data["phone_number"], data["phone_verified"]) == ("", None, False)


@pytest.mark.both
def test_somebody_else_s_verified_number_is_taken(update: Any, john: Person) -> None:
    other = accounts.create_account(email="jane@example.com")
    with transaction():
        jane = session.get(Account, other.id)
        assert jane is not None
        jane.phone_number, jane.phone_verified_at = NUMBER, clock.now()
    response = update(phone_number=NUMBER, first_name="Changed")
    assert response.status_code == 400
    assert response.json["errors"] == {
        "phone_number": ["An account with this phone number exists already."]
    }
    assert (_row(john).phone_number, _row(john).first_name) == (None, "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", None),
        ("first_name", ""),
        ("first_name", "x" * 101),
        ("first_name", 7),
        ("last_name", None),
        ("last_name", " "),
        ("last_name", "x" * 101),
        ("last_name", "\0"),
        ("phone_number", ""),
        ("phone_number", "12345"),
        ("phone_number", 255712345678),
        ("bio", "x" * 2001),
        ("bio", 7),
        ("bio", "a\0b"),
        ("email", "other@example.com"),
        ("role", "admin"),
        ("verification_stage", "approved"),
        ("token_version", 9),
    ],
)
def test_a_field_that_cannot_be_changed_so_is_named_and_nothing_is_stored(
    update: Any, john: Person, field: str, value: Any
) -> None:
    response = update(**{"first_name": "Changed", field: value})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _row(john).first_name == ""
    assert session.scalars(select(OutboxItem)).all() == []


def test_nobody_else_is_changed(update: Any, john: Person) -> None:
    update(first_name="John", bio="Hello")
    names = session.scalars(select(Account.first_name).where(Account.id != john.id)).all()
    assert names == [""]


# ── mode ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_mode_is_switched_and_shown(client: FlaskClient, send: Send, john: Person) -> None:
    for mode in ("hosting", "booking", "booking"):
        response = send("mode", method="PATCH", headers=john.headers, mode=mode)
        assert response.json["data"]["mode"] == mode
        me = client.get("/api/auth/me/", headers=john.headers)
        assert me.json["data"]["mode"] == mode


@pytest.mark.parametrize(
    "body", [{}, {"mode": None}, {"mode": "HOSTING"}, {"mode": "admin"}, {"mode": 1}]
)
def test_there_are_two_modes(send: Send, john: Person, body: dict[str, Any]) -> None:
    response = send("mode", method="PATCH", headers=john.headers, **body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["mode"]
    assert _row(john).mode == "booking"


# ── the password ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def change(send: Send, john: Person) -> Callable[..., Any]:
    """Change John's password, or try to."""

    def send_it(old: Any = PASSWORD, new: Any = "NewPass@123") -> Any:
        return send("change-password", headers=john.headers, old_password=old, new_password=new)

    return send_it


@pytest.mark.both
def test_a_changed_password_ends_every_session_but_the_new_one(
    client: FlaskClient, send: Send, change: Any, john: Person
) -> None:
    response = change()
    assert response.status_code == 200
    fresh = response.json["data"]
    assert list(fresh) == ["access", "refresh"]
    assert client.get("/api/auth/me/", headers=john.headers).status_code == 401
    assert send("refresh", refresh=john.refresh).status_code == 401
    assert client.get("/api/auth/me/", headers=bearer(fresh["access"])).status_code == 200
    assert send("refresh", refresh=fresh["refresh"]).status_code == 200
    for password, status in ((PASSWORD, 401), ("NewPass@123", 200)):
        assert send("login", email=john.email, password=password).status_code == status


@pytest.mark.both
def test_a_code_for_a_forgotten_password_dies_with_the_password(
    send: Send, change: Any, inbox: Inbox, john: Person
) -> None:
    send("forgot-password", email=john.email)
    [code] = inbox.mail_codes()
    change()
    body = {"email": john.email, "otp_code": code, "new_password": "Third@password3"}
    assert send("reset-password", **body).status_code == 400


@pytest.mark.parametrize("old", ["wrong password", f"{PASSWORD} ", "x" * 1000])
def test_a_wrong_old_password_changes_nothing(
    change: Any, john: Person, client: FlaskClient, old: str
) -> None:
    response = change(old=old)
    assert response.status_code == 400
    assert response.json["errors"] == {"old_password": ["This is not your present password."]}
    assert client.get("/api/auth/me/", headers=john.headers).status_code == 200


def test_whoever_has_no_password_cannot_change_it(change: Any, john: Person) -> None:
    with transaction():
        _row(john).password_hash = None
    assert list(change().json["errors"]) == ["old_password"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("old_password", None),
        ("old_password", ""),
        ("old_password", 7),
        ("new_password", None),
        ("new_password", ""),
        ("new_password", "short"),
        ("new_password", "x" * 129),
        ("new_password", "password123"),
        ("new_password", "john@example.com"),
        ("new_password", 12345678),
        ("new_password", "nul\0nul\0nul"),
    ],
)
def test_a_password_that_cannot_be_taken_is_named_and_nothing_changes(
    change: Any, john: Person, field: str, value: Any
) -> None:
    before = _row(john).password_hash
    response = change(**{field.removesuffix("_password"): value})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert (_row(john).password_hash, _row(john).token_version) == (before, 0)


# ── while the host profile is reviewed ──────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "Changed"),
        ("last_name", "Changed"),
        ("phone_number", None),
        ("phone_number", "+256712345678"),
    ],
)
def test_what_is_being_reviewed_stays_as_it_is(
    update: Any, john: Person, inbox: Inbox, field: str, value: str | None
) -> None:
    kept = {"first_name": "John", "last_name": "Doe", "phone_number": NUMBER}
    update(**kept)
    told = inbox.sms_to()
    set_stage(john.id, VerificationStage.PENDING_REVIEW)
    response = update(**{field: value})
    assert response.status_code == 409
    assert response.json["errors"] == {
        field: ["The profile is being reviewed, and cannot be changed meanwhile."]
    }
    # The rest may change, and the same again is no change.
    data = update(bio="Hello", **kept | {"phone_number": "0712 345 678"}).json["data"]
    assert {name: data[name] for name in kept} == kept
    assert data["bio"] == "Hello"
    assert inbox.sms_to() == told
