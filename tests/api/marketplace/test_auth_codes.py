"""Codes by mail and SMS, and what they prove; nobody learns from them who has an account."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import service as accounts
from app.accounts.models import Account, OneTimeCode
from app.core import clock, sweeps
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.adapters.loopback import serving
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.api.marketplace.endpoints import PASSWORD
from tests.factories import bearer
from tests.letters import Mailbox, Phone

EMAIL, NUMBER = "john@example.com", "+255712345678"
NEW_PASSWORD = "NewSecurePass@123"
START = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)
WRONG_CODE = {"otp_code": ["Invalid or expired verification code."]}


@pytest.fixture
def newcomer(app: Flask, send: Send, inbox: Inbox) -> str:
    """Somebody who has registered and verified nothing; returns the mailed code."""
    response = send(
        "register",
        email=EMAIL,
        password=PASSWORD,
        first_name="John",
        last_name="Doe",
        phone_number=NUMBER,
    )
    assert response.status_code == 201
    return inbox.mail_codes()[0]


def _john() -> Account:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Account).where(Account.email == EMAIL)).one()


def _change(**columns: Any) -> None:
    with transaction():
        session.execute(update(Account).where(Account.email == EMAIL).values(**columns))


def _count(model: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def _wrong(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06}"


# ── an address ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_mailed_code_verifies_the_address(send: Send, newcomer: str) -> None:
    response = send("verify-email", email="John@EXAMPLE.com", otp_code=f" {newcomer} ")
    assert (response.status_code, response.json["data"]) == (200, None)
    assert _john().email_verified_at is not None


@pytest.mark.both
def test_a_code_works_once(send: Send, newcomer: str) -> None:
    assert send("verify-email", email=EMAIL, otp_code=newcomer).status_code == 200
    response = send("verify-email", email=EMAIL, otp_code=newcomer)
    assert (response.status_code, response.json["errors"]) == (400, WRONG_CODE)


@pytest.mark.both
def test_five_wrong_tries_kill_a_code(send: Send, newcomer: str) -> None:
    for number in range(1, 6):
        response = send("verify-email", email=EMAIL, otp_code=_wrong(newcomer, number))
        assert (response.status_code, response.json["errors"]) == (400, WRONG_CODE)
    assert send("verify-email", email=EMAIL, otp_code=newcomer).status_code == 400
    assert _john().email_verified_at is None


def test_a_code_lives_for_ten_minutes(send: Send, newcomer: str) -> None:
    with time_machine.travel(clock.now() + timedelta(seconds=601)):
        assert send("verify-email", email=EMAIL, otp_code=newcomer).status_code == 400


@pytest.mark.both
def test_a_new_code_takes_the_place_of_the_last(send: Send, newcomer: str, inbox: Inbox) -> None:
    assert send("resend-otp", email=EMAIL, purpose="email_verification").status_code == 200
    old, new = inbox.mail_codes()
    if old != new:
        assert send("verify-email", email=EMAIL, otp_code=old).status_code == 400
    assert send("verify-email", email=EMAIL, otp_code=new).status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("purpose", ["phone_verification", "password_reset"])
def test_a_code_of_another_purpose_verifies_no_address(
    send: Send, newcomer: str, inbox: Inbox, purpose: str
) -> None:
    send("resend-otp", email=EMAIL, purpose=purpose)
    other = (inbox.sms_codes() if purpose == "phone_verification" else inbox.mail_codes())[-1]
    if other != newcomer:
        assert send("verify-email", email=EMAIL, otp_code=other).status_code == 400


@pytest.mark.both
def test_a_verified_address_gets_no_more_codes(send: Send, newcomer: str, inbox: Inbox) -> None:
    send("verify-email", email=EMAIL, otp_code=newcomer)
    response = send("resend-otp", email=EMAIL, purpose="email_verification")
    assert response.status_code == 200
    assert len(inbox.mail_codes()) == 1


# ── a phone number ──────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize("spelling", [NUMBER, "0712345678", "00255 712 345 678"])
def test_the_texted_code_verifies_the_number(
    send: Send, newcomer: str, inbox: Inbox, spelling: str
) -> None:
    [code] = inbox.sms_codes()
    response = send("verify-phone", phone_number=spelling, otp_code=code)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert _john().phone_verified_at is not None
    assert _john().email_verified_at is None


@pytest.mark.both
@pytest.mark.parametrize("who", [{"email": EMAIL}, {"phone_number": "0712345678"}])
def test_a_new_texted_code_is_asked_for_by_address_or_number(
    send: Send, newcomer: str, inbox: Inbox, who: dict[str, str]
) -> None:
    assert send("resend-otp", purpose="phone_verification", **who).status_code == 200
    assert inbox.sms_to() == [NUMBER, NUMBER]
    code = inbox.sms_codes()[-1]
    assert send("verify-phone", phone_number=NUMBER, otp_code=code).status_code == 200


@pytest.mark.both
def test_a_number_that_was_given_up_meanwhile_is_not_verified(
    send: Send, newcomer: str, inbox: Inbox
) -> None:
    [code] = inbox.sms_codes()
    _change(phone_number="+256712345678")
    response = send("verify-phone", phone_number=NUMBER, otp_code=code)
    assert (response.status_code, response.json["errors"]) == (400, WRONG_CODE)
    assert _john().phone_verified_at is None


@pytest.mark.both
def test_a_number_that_somebody_verified_meanwhile_is_taken(
    send: Send, newcomer: str, inbox: Inbox
) -> None:
    [code] = inbox.sms_codes()
    other = accounts.create_account(email="jane@example.com")
    with transaction():
        jane = session.get(Account, other.id)
        assert jane is not None
        jane.phone_number, jane.phone_verified_at = NUMBER, clock.now()
    response = send("verify-phone", phone_number=NUMBER, otp_code=code)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["phone_number"]


def test_of_several_who_claim_a_number_the_last_gets_the_code(
    send: Send, newcomer: str, inbox: Inbox
) -> None:
    jane = {"email": "jane@example.com", "first_name": "Jane", "last_name": "Doe"}
    send("register", password=PASSWORD, phone_number=NUMBER, **jane)
    send("resend-otp", phone_number=NUMBER, purpose="phone_verification")
    send("verify-phone", phone_number=NUMBER, otp_code=inbox.sms_codes()[-1])
    verified = session.scalars(
        select(Account.email).where(Account.phone_verified_at.is_not(None))
    ).all()
    assert verified == ["jane@example.com"]


@pytest.mark.both
def test_who_claims_a_number_of_somebody_else_gets_nothing_by_their_code(
    send: Send, john: Person, log_in: Callable[..., Person], inbox: Inbox
) -> None:
    mallory = log_in("somebody@example.com", "Somebody's own")
    for person in (john, mallory):
        send("update-profile", method="PATCH", headers=person.headers, phone_number=NUMBER)
    johns, mallorys = inbox.sms_codes()[-2:]
    if johns != mallorys:
        wrong = send("verify-phone", headers=john.headers, phone_number=NUMBER, otp_code=mallorys)
        assert (wrong.status_code, wrong.json["errors"]) == (400, WRONG_CODE)
    right = send("verify-phone", headers=john.headers, phone_number=NUMBER, otp_code=johns)
    assert right.status_code == 200
    assert _john().phone_verified_at is not None


@pytest.mark.both
def test_a_new_texted_code_is_for_the_account_of_the_token(
    send: Send, john: Person, log_in: Callable[..., Person], inbox: Inbox
) -> None:
    mallory = log_in("somebody@example.com", "Somebody's own")
    for person in (john, mallory):
        send("update-profile", method="PATCH", headers=person.headers, phone_number=NUMBER)
    who = {"phone_number": NUMBER, "headers": john.headers}
    send("resend-otp", purpose="phone_verification", **who)
    code = inbox.sms_codes()[-1]
    assert len(inbox.sms_to()) == 3
    assert send("verify-phone", otp_code=code, **who).status_code == 200
    assert _john().phone_verified_at is not None


@pytest.mark.both
def test_a_gateway_that_is_down_delays_a_code_and_loses_none(
    send: Send,
    phone: Phone,
    run_jobs: Callable[[], None],
    change_settings: Callable[..., None],
    app: Flask,
) -> None:
    person = {"email": EMAIL, "password": PASSWORD, "first_name": "John", "last_name": "Doe"}
    working = app.extensions["nafasi.settings"].sms_url
    with serving() as gateway:
        host = gateway.address.removeprefix("http://")
        gateway.answer({}, status=503)
        change_settings(sms_url=f"africastalking://user:key@{host}?scheme=http")
        with time_machine.travel(START):
            assert send("register", **person, phone_number=NUMBER).status_code == 201
            run_jobs()
        assert len(gateway.asked) == 1
    change_settings(sms_url=working)
    with time_machine.travel(START + timedelta(seconds=30)):
        sweeps.run()
        run_jobs()
        [code] = phone.codes()
        assert send("verify-phone", phone_number=NUMBER, otp_code=code).status_code == 200


# ── a forgotten password ────────────────────────────────────────────────────────────────────


def _reset(send: Send, inbox: Inbox, **changes: str) -> Any:
    send("forgot-password", email=EMAIL)
    body = {"email": EMAIL, "otp_code": inbox.mail_codes()[-1], "new_password": NEW_PASSWORD}
    return send("reset-password", **(body | changes))


@pytest.mark.both
def test_a_forgotten_password_is_replaced_and_every_session_ends(
    client: FlaskClient, send: Send, john: Person, inbox: Inbox
) -> None:
    response = _reset(send, inbox)
    assert (response.status_code, response.json["data"]) == (200, None)
    for password, status in ((PASSWORD, 401), (NEW_PASSWORD, 200)):
        assert send("login", email=EMAIL, password=password).status_code == status
    assert client.get("/api/auth/me/", headers=john.headers).status_code == 401
    assert send("refresh", refresh=john.refresh).status_code == 401


@pytest.mark.both
def test_the_code_of_a_forgotten_password_verifies_the_address(
    send: Send, newcomer: str, inbox: Inbox
) -> None:
    assert _reset(send, inbox).status_code == 200
    assert send("login", email=EMAIL, password=NEW_PASSWORD).status_code == 200
    assert send("verify-email", email=EMAIL, otp_code=newcomer).status_code == 400


def test_the_code_may_be_asked_for_by_its_purpose(send: Send, john: Person, inbox: Inbox) -> None:
    send("resend-otp", email=EMAIL, purpose="password_reset")
    [code] = inbox.mail_codes()
    response = send("reset-password", email=EMAIL, otp_code=code, new_password=NEW_PASSWORD)
    assert response.status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("password", ["short", "password123", "JOHN@example.com", "x" * 129])
def test_a_new_password_that_cannot_be_taken_costs_no_try(
    send: Send, john: Person, inbox: Inbox, password: str
) -> None:
    response = _reset(send, inbox, new_password=password)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["new_password"]
    assert session.scalars(select(OneTimeCode.tries)).all() == [0]


@pytest.mark.both
def test_a_new_password_that_is_the_name_leaves_the_code_alive(
    send: Send, john: Person, inbox: Inbox
) -> None:
    _change(first_name="Bartholomew")
    response = _reset(send, inbox, new_password="bartholomew")
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["new_password"]
    code = inbox.mail_codes()[-1]
    body = {"email": EMAIL, "otp_code": code, "new_password": NEW_PASSWORD}
    assert send("reset-password", **body).status_code == 200


@pytest.mark.both
def test_a_disabled_account_gets_no_code(send: Send, john: Person, inbox: Inbox) -> None:
    _change(disabled_at=clock.now())
    assert send("forgot-password", email=EMAIL).status_code == 200
    assert inbox.mail_codes() == []


@pytest.mark.both
def test_an_account_that_is_disabled_meanwhile_is_not_reset(
    send: Send, john: Person, inbox: Inbox
) -> None:
    send("forgot-password", email=EMAIL)
    code = inbox.mail_codes()[-1]
    _change(disabled_at=clock.now())
    body = {"email": EMAIL, "otp_code": code, "new_password": NEW_PASSWORD}
    assert send("reset-password", **body).json["errors"] == WRONG_CODE


@pytest.mark.parametrize(
    ("purpose", "what_for"),
    [
        ("email_verification", "to confirm your e-mail address"),
        ("password_reset", "to choose a new password"),
    ],
)
def test_a_mail_says_what_its_code_is_for(
    send: Send, newcomer: str, inbox: Inbox, mailbox: Mailbox, purpose: str, what_for: str
) -> None:
    send("resend-otp", email=EMAIL, purpose=purpose)
    inbox.mail_codes()
    assert what_for in mailbox.mails()[-1].get_content()


# ── nobody learns who has an account ────────────────────────────────────────────────────────

ASKING = [
    ("forgot-password", {}),
    ("resend-otp", {"purpose": "email_verification"}),
    ("resend-otp", {"purpose": "phone_verification"}),
    ("resend-otp", {"purpose": "password_reset"}),
]
TRYING = [
    ("verify-email", {"otp_code": "000000"}),
    ("reset-password", {"otp_code": "000000", "new_password": NEW_PASSWORD}),
]
KNOWN = [EMAIL, "disabled@example.com", "verified@example.com"]


@pytest.fixture
def people(newcomer: str) -> None:
    """Accounts in every state."""
    accounts.create_account(email="verified@example.com")
    disabled = accounts.create_account(email="disabled@example.com")
    with transaction():
        session.execute(
            update(Account).where(Account.id == disabled.id).values(disabled_at=clock.now())
        )


@pytest.mark.both
@pytest.mark.parametrize(("name", "body"), ASKING + TRYING)
def test_known_and_unknown_get_the_same_answer_for_the_same_work(
    send: Send, people: None, statements: list[str], name: str, body: dict[str, str]
) -> None:
    answers, work = [], []
    for email in [*KNOWN, "nobody@example.com"]:
        statements.clear()
        response = send(name, email=email, **body)
        answers.append((response.status_code, response.data))
        work.append(list(statements))
    assert len(set(answers)) == 1
    assert [each for each in work if each != work[0]] == []
    assert work[0]


@pytest.mark.both
@pytest.mark.parametrize(("name", "body"), ASKING)
def test_asking_writes_an_outbox_row_and_nothing_else(
    send: Send, people: None, name: str, body: dict[str, str]
) -> None:
    before = _count(OutboxItem), _count(OneTimeCode)
    for number, email in enumerate([*KNOWN, "nobody@example.com"], 1):
        send(name, email=email, **body)
        assert (_count(OutboxItem), _count(OneTimeCode)) == (before[0] + number, before[1])


@pytest.mark.both
@pytest.mark.parametrize(("name", "body"), ASKING)
def test_the_job_makes_a_code_for_everybody_and_tells_only_whom_it_helps(
    send: Send, people: None, inbox: Inbox, name: str, body: dict[str, str]
) -> None:
    told = len(inbox.mails_to()), len(inbox.sms_to())
    codes = _count(OneTimeCode)
    for email in ("disabled@example.com", "nobody@example.com"):
        send(name, email=email, **body)
    assert (len(inbox.mails_to()), len(inbox.sms_to())) == told
    assert _count(OneTimeCode) == codes + 2


@pytest.mark.both
@pytest.mark.parametrize("number", [NUMBER, "+255712345679"])
def test_a_number_tells_nobody_who_claims_it(
    send: Send, people: None, statements: list[str], number: str
) -> None:
    asked = send("resend-otp", phone_number=number, purpose="phone_verification")
    assert asked.json["message"] == "If the account exists, a code has been sent."
    statements.clear()
    tried = send("verify-phone", phone_number=number, otp_code="000000")
    assert (tried.status_code, tried.json["errors"]) == (400, WRONG_CODE)
    assert len([each for each in statements if each.startswith("UPDATE one_time_code")]) == 1


@pytest.mark.both
@pytest.mark.parametrize(
    ("who", "purpose"),
    [
        ({"email": EMAIL}, "email_verification"),
        ({"email": EMAIL}, "password_reset"),
        ({"email": EMAIL}, "phone_verification"),
        ({"phone_number": NUMBER}, "phone_verification"),
    ],
)
def test_a_name_gets_five_codes_an_hour_of_a_purpose(
    send: Send, newcomer: str, inbox: Inbox, who: dict[str, str], purpose: str
) -> None:
    inbox.sms_codes()
    with transaction():
        for code in session.scalars(select(OneTimeCode)).all():
            session.delete(code)
    told = len(inbox.mails_to()) + len(inbox.sms_to())
    for minutes in range(7):
        with time_machine.travel(START + timedelta(minutes=minutes)):
            assert send("resend-otp", purpose=purpose, **who).status_code == 200
            inbox.mail_codes()
    assert len(inbox.mails_to()) + len(inbox.sms_to()) == told + 5


# ── what cannot be read ─────────────────────────────────────────────────────────────────────

BODIES: dict[str, dict[str, Any]] = {
    "verify-email": {"email": EMAIL, "otp_code": "123456"},
    "verify-phone": {"phone_number": NUMBER, "otp_code": "123456"},
    "resend-otp": {"email": EMAIL, "purpose": "email_verification"},
    "forgot-password": {"email": EMAIL},
    "reset-password": {"email": EMAIL, "otp_code": "123456", "new_password": NEW_PASSWORD},
}
UNREADABLE: dict[str, list[Any]] = {
    "email": ["absent", None, "", 7, "john", "x" * 255, "john\0@example.com", ["x"]],
    "phone_number": ["absent", None, "", 7, "12345", "x" * 51, "+999999999999"],
    "otp_code": ["absent", None, "", 123456, "1" * 21, ["123456"]],
    "purpose": ["absent", None, "", "api_key", "EMAIL_VERIFICATION", 7],
    "new_password": ["absent", None, "", 7, "x" * 1001, "short", "password1"],
}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        (name, field, value)
        for name, body in BODIES.items()
        for field in body
        for value in UNREADABLE[field]
    ]
    + [(name, "surplus", 1) for name in BODIES],
)
def test_a_field_that_cannot_be_read_is_named_and_nothing_is_stored(
    send: Send, newcomer: str, name: str, field: str, value: Any
) -> None:
    before = _count(OutboxItem), session.scalars(select(OneTimeCode.tries)).all()
    body = {key: each for key, each in (BODIES[name] | {field: value}).items() if each != "absent"}
    response = send(name, **body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert (_count(OutboxItem), session.scalars(select(OneTimeCode.tries)).all()) == before


@pytest.mark.parametrize("purpose", ["email_verification", "password_reset"])
def test_a_number_cannot_ask_for_mail(send: Send, newcomer: str, purpose: str) -> None:
    response = send("resend-otp", phone_number=NUMBER, purpose=purpose)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["email"]


# ── secrets ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_no_secret_stands_in_the_database_or_the_log(
    send: Send,
    newcomer: str,
    inbox: Inbox,
    log_in: Callable[..., Person],
    caplog: pytest.LogCaptureFixture,
    client: FlaskClient,
) -> None:
    with caplog.at_level("DEBUG"):
        send("verify-email", email=EMAIL, otp_code=newcomer)
        person = log_in()
        client.get("/api/auth/me/", headers=bearer(person.access))
        send("logout", refresh=person.refresh)
    [texted] = inbox.sms_codes()
    rows = [
        repr([bytes(each) if isinstance(each, bytes | memoryview) else each for each in row])
        for table in (Account, OneTimeCode, OutboxItem)
        for row in session.execute(select(table.__table__))
    ]
    logged = [repr(vars(record)) for record in caplog.records]
    assert rows
    assert logged
    for text in rows + logged:
        for secret in (PASSWORD, person.access, person.refresh, f"'{newcomer}'", f"'{texted}'"):
            assert secret not in text
