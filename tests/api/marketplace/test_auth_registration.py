"""Registering: what is kept, what is taken, and whose place one may take."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Account, OneTimeCode
from app.core.db import session
from app.core.outbox import OutboxItem
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.api.marketplace.endpoints import PASSWORD

BODY = {
    "email": "john@example.com",
    "password": PASSWORD,
    "first_name": "John",
    "last_name": "Doe",
    "phone_number": "+255712345678",
}


def _register(send: Send, **changes: Any) -> Any:
    body = {name: value for name, value in (BODY | changes).items() if value != "absent"}
    return send("register", **body)


def _accounts() -> list[Account]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Account).order_by(Account.id)))


def _count(model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


# ── a new account ───────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_registering_answers_as_documented(send: Send) -> None:
    response = _register(send)
    assert response.status_code == 201
    [account] = _accounts()
    assert response.json == {
        "success": True,
        "message": "Registration successful. Please verify your email.",
        "data": {"user_id": str(account.uuid), "email": "john@example.com"},
        "errors": None,
    }


@pytest.mark.both
def test_what_was_given_is_kept_and_nothing_is_verified_yet(send: Send) -> None:
    _register(send, phone_number="0712 345 678", username="JohnD")
    [account] = _accounts()
    assert (account.email, account.first_name, account.last_name) == (
        "john@example.com",
        "John",
        "Doe",
    )
    assert (account.phone_number, account.username) == ("+255712345678", "JohnD")
    assert (account.email_verified_at, account.phone_verified_at) == (None, None)
    assert (account.mode, account.role, account.tier) == ("booking", "user", "free")
    assert account.verification_stage == "not_started"
    assert account.password_hash
    assert account.password_hash.startswith("$argon2id$")


@pytest.mark.both
def test_one_code_goes_by_mail_and_one_by_sms(send: Send, inbox: Inbox) -> None:
    _register(send)
    assert inbox.mails_to() == ["john@example.com"]
    assert inbox.sms_to() == ["+255712345678"]
    [mailed], [texted] = inbox.mail_codes(), inbox.sms_codes()
    assert send("verify-email", email="john@example.com", otp_code=mailed).status_code == 200
    number = "+255712345678"
    assert send("verify-phone", phone_number=number, otp_code=texted).status_code == 200


@pytest.mark.parametrize("absent", ["absent", None])
def test_without_a_phone_number_no_message_is_sent(
    send: Send, inbox: Inbox, absent: str | None
) -> None:
    assert _register(send, phone_number=absent, username=absent).status_code == 201
    assert (len(inbox.mails_to()), inbox.sms_to()) == (1, [])
    assert [account.username for account in _accounts()] == ["john"]


def test_an_account_cannot_be_used_before_its_address_is_verified(send: Send, inbox: Inbox) -> None:
    _register(send)
    login = {"email": "john@example.com", "password": PASSWORD}
    assert send("login", **login).status_code == 403
    send("verify-email", email="john@example.com", otp_code=inbox.mail_codes()[0])
    assert send("login", **login).status_code == 200


# ── what is taken ───────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize(
    "spelling",
    ["john@example.com", "JOHN@EXAMPLE.COM", " john@example.com ", "ｊｏｈｎ@example.com"],
)
def test_a_verified_address_is_taken_however_it_is_written(
    send: Send, john: Person, spelling: str
) -> None:
    before = _count(Account)
    response = _register(send, email=spelling)
    assert response.status_code == 400
    assert response.json["errors"] == {
        "email": ["An account with this e-mail address exists already."]
    }
    assert (_count(Account), _count(OutboxItem)) == (before, 0)


@pytest.mark.both
@pytest.mark.parametrize("spelling", ["john@bücher.example", "john@XN--BCHER-KVA.example"])
def test_a_domain_is_the_same_in_both_its_alphabets(send: Send, spelling: str) -> None:
    accounts.create_account(email="john@xn--bcher-kva.example")
    assert list(_register(send, email=spelling).json["errors"]) == ["email"]


def test_domains_that_fold_to_one_may_have_two_owners(send: Send) -> None:
    accounts.create_account(email="john@strasse.example")
    assert _register(send, email="john@straße.example").status_code == 201


@pytest.mark.both
@pytest.mark.parametrize("spelling", ["+255712345678", "0712345678", "00255 712-345-678"])
def test_a_verified_phone_number_is_taken_however_it_is_written(
    send: Send, inbox: Inbox, spelling: str
) -> None:
    _register(send)
    send("verify-phone", phone_number="+255712345678", otp_code=inbox.sms_codes()[0])
    response = _register(send, email="jane@example.com", phone_number=spelling)
    assert response.status_code == 400
    assert response.json["errors"] == {
        "phone_number": ["An account with this phone number exists already."]
    }
    assert [account.email for account in _accounts()] == ["john@example.com"]
    assert len(inbox.mails_to()) == 1


@pytest.mark.both
def test_a_username_is_taken(send: Send, john: Person) -> None:
    response = _register(send, email="jane@example.com", username="JOHN")
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["username"]


# ── somebody else's place ───────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_an_unverified_address_is_not_taken(send: Send, inbox: Inbox) -> None:
    first = _register(send, password="First password 1")
    [first_code], [first_sms] = inbox.mail_codes(), inbox.sms_codes()
    second = _register(
        send,
        email="JOHN@example.com",
        password="Second password 2",
        first_name="Jane",
        last_name="Roe",
        phone_number="+256712345678",
        username="jane",
    )
    assert (first.status_code, second.status_code) == (201, 201)
    [account] = _accounts()
    assert (account.first_name, account.last_name) == ("Jane", "Roe")
    assert (account.phone_number, account.username) == ("+256712345678", "jane")
    assert UUID(second.json["data"]["user_id"]) == account.uuid
    # The first one's codes are worth nothing any more.
    old = send("verify-email", email="john@example.com", otp_code=first_code)
    assert old.status_code == 400
    old = send("verify-phone", phone_number="+255712345678", otp_code=first_sms)
    assert old.status_code == 400
    code = inbox.mail_codes()[-1]
    assert send("verify-email", email="john@example.com", otp_code=code).status_code == 200
    for password, status in (("First password 1", 401), ("Second password 2", 200)):
        assert send("login", email="john@example.com", password=password).status_code == status


@pytest.mark.both
def test_whoever_registers_anew_has_not_verified_the_phone(send: Send, inbox: Inbox) -> None:
    _register(send)
    send("verify-phone", phone_number="+255712345678", otp_code=inbox.sms_codes()[0])
    assert _register(send).status_code == 201
    [account] = _accounts()
    assert (account.phone_number, account.phone_verified_at) == ("+255712345678", None)


@pytest.mark.both
def test_an_unverified_phone_number_is_not_taken(send: Send, inbox: Inbox) -> None:
    _register(send)
    [first] = inbox.sms_codes()
    assert _register(send, email="jane@example.com").status_code == 201
    assert [account.phone_number for account in _accounts()] == ["+255712345678"] * 2
    second = inbox.sms_codes()[-1]
    # Each has a code of their own, and who verifies first has the number.
    number = "+255712345678"
    assert send("verify-phone", phone_number=number, otp_code=second).status_code == 200
    late = send("verify-phone", phone_number=number, otp_code=first)
    assert (late.status_code, list(late.json["errors"])) == (400, ["phone_number"])
    verified = [account.email for account in _accounts() if account.phone_verified_at]
    assert verified == ["jane@example.com"]


@pytest.mark.both
def test_nobody_keeps_a_person_out_by_registering_in_their_name(send: Send, inbox: Inbox) -> None:
    for number in range(6):
        _register(send, password=f"A stranger's {number}", phone_number=None)
        inbox.mails_to()
    assert _register(send, phone_number=None).status_code == 201
    code = inbox.mail_codes()[-1]
    assert send("verify-email", email="john@example.com", otp_code=code).status_code == 200
    assert send("login", email="john@example.com", password=PASSWORD).status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("wanted", ["absent", "john"])
def test_a_stranger_s_username_does_not_stay(send: Send, inbox: Inbox, wanted: str) -> None:
    _register(send, username="evil")
    _register(send, username=wanted)
    assert [account.username for account in _accounts()] == ["john"]
    # The same once more changes nothing.
    _register(send, username=wanted)
    assert [account.username for account in _accounts()] == ["john"]


@pytest.mark.both
def test_a_username_of_somebody_never_verified_is_not_taken(send: Send) -> None:
    _register(send)
    assert _register(send, email="jane@example.com", username="JOHN").status_code == 201
    assert [account.username for account in _accounts()] == ["john2", "JOHN"]
    assert list(_register(send, username="a b").json["errors"]) == ["username"]


@pytest.mark.both
def test_an_operator_may_take_an_unverified_place(send: Send) -> None:
    _register(send)
    made = accounts.create_account(email="john@example.com", password="Operator's own")
    assert made.email_verified_at is not None
    assert (made.first_name, made.phone_number) == ("", None)
    assert send("login", email="john@example.com", password=PASSWORD).status_code == 401


@pytest.mark.both
def test_no_stranger_s_password_opens_an_admin(send: Send) -> None:
    _register(send)
    admin, is_new = accounts.create_admin(email="john@example.com")
    assert (admin.role, is_new, admin.password_hash) == ("admin", False, None)
    assert send("login", email="john@example.com", password=PASSWORD).status_code == 401


# ── what is refused ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "absent"),
        ("email", None),
        ("email", ""),
        ("email", 7),
        ("email", ["john@example.com"]),
        ("email", "john"),
        ("email", "john@"),
        ("email", "john@localhost"),
        ("email", "john@exa mple.com"),
        ("email", "john@example.com\nBcc: x@example.com"),
        ("email", "john@example.com\0"),
        ("email", f"{'x' * 250}@example.com"),
        ("email", "John <john@example.com>"),
        ("password", "absent"),
        ("password", None),
        ("password", 12345678),
        ("password", ""),
        ("password", "Short1!"),
        ("password", "x" * 129),
        ("password", "password123"),
        ("password", "PassWord123"),
        ("password", "aaaaaaaaaa"),
        ("password", "john@example.com"),
        ("password", "JOHN@EXAMPLE.COM"),
        ("password", "null\0byte-in-it"),
        ("first_name", "absent"),
        ("first_name", None),
        ("first_name", ""),
        ("first_name", "  "),
        ("first_name", "x" * 101),
        ("first_name", 7),
        ("first_name", "Jo\0hn"),
        ("last_name", "absent"),
        ("last_name", ""),
        ("last_name", "x" * 101),
        ("phone_number", ""),
        ("phone_number", "12345"),
        ("phone_number", "not a number"),
        ("phone_number", 255712345678),
        ("phone_number", "+255712345678x9"),
        ("phone_number", "1" * 51),
        ("username", ""),
        ("username", "john doe"),
        ("username", "x" * 151),
        ("username", "<john>"),
        ("user_id", 1),
        ("role", "admin"),
        ("is_superuser", True),
        ("email_verified", True),
        ("mode", "hosting"),
    ],
)
def test_a_field_that_cannot_be_accepted_is_named_and_nothing_is_stored(
    send: Send, field: str, value: Any
) -> None:
    response = _register(send, **{field: value})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert (_count(Account), _count(OutboxItem), _count(OneTimeCode)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("password", "changes"),
    [
        ("johnathan", {"email": "johnathan@example.com"}),
        ("Bartholomew", {"first_name": "Bartholomew"}),
        ("WILLIAMSON", {"last_name": "Williamson"}),
        ("JohnDoe-Smith", {"last_name": "Doe-Smith"}),
        ("john the first", {"last_name": "the First"}),
        ("john.d.doe", {"username": "John.D.Doe"}),
    ],
)
def test_a_password_is_not_what_everybody_knows_of_somebody(
    send: Send, password: str, changes: dict[str, str]
) -> None:
    response = _register(send, password=password, **changes)
    assert response.status_code == 400
    assert response.json["errors"] == {
        "password": ["A password must not be your e-mail address or your name."]
    }


@pytest.mark.parametrize(
    "password", ["SecurePass@123", "x1y2z3w4", "é" * 7 + "ab", " spaces around ", "🔑" * 4 + "door"]
)
def test_any_other_password_opens_the_account(send: Send, inbox: Inbox, password: str) -> None:
    assert _register(send, password=password).status_code == 201
    send("verify-email", email="john@example.com", otp_code=inbox.mail_codes()[0])
    assert send("login", email="john@example.com", password=password).status_code == 200
    assert send("login", email="john@example.com", password=password + " ").status_code == 401


def test_every_field_that_cannot_be_accepted_is_named_at_once(send: Send) -> None:
    response = _register(send, email="john", password="x", phone_number="1", username="a b")
    assert set(response.json["errors"]) == {"email", "password", "phone_number", "username"}


def test_an_unpaired_surrogate_is_refused(client: FlaskClient) -> None:
    response = client.post(
        "/api/auth/register/",
        data=b'{"email": "john@example.com", "first_name": "\\ud800"}',
        content_type="application/json",
    )
    assert response.status_code == 400
