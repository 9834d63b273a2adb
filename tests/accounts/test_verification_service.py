"""Codes that are tried at once, from many connections."""

from collections.abc import Callable
from functools import partial
from secrets import token_hex

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import code_service as codes
from app.accounts import profile_service as profiles
from app.accounts import registration_service as registrations
from app.accounts import verification_service as verifications
from app.accounts.enums import CodePurpose
from app.accounts.errors import AccountTaken, WrongCode
from app.accounts.models import Account, OneTimeCode
from app.core.db import session, transaction, violates
from app.core.errors import Invalid
from tests.factories import make_account
from tests.threads import at_once

pytestmark = pytest.mark.both

EMAIL, NUMBER, CODE = "you@example.com", "+255712345678", "314159"
NEW_PASSWORD = "NewSecurePass@123"
PASSWORD = "SecurePass@123"


@pytest.fixture
def code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The code of whoever asks for one."""
    monkeypatch.setattr(codes, "new_code", lambda: CODE)
    return CODE


def _register(email: str = EMAIL) -> Account:
    return registrations.register(
        email=email,
        password=PASSWORD,
        first_name="You",
        last_name="Doe",
        phone_number=NUMBER,
    )


def _send(purpose: CodePurpose, identifier: str = EMAIL) -> None:
    codes.send_requested_code(
        {"purpose": purpose, "identifier": identifier, "request_id": token_hex(16)}
    )


def _outcome(app: Flask, act: Callable[[], object]) -> str | None:
    """Do something in a context of its own; return the field that was refused."""
    with app.app_context():
        try:
            act()
        except (WrongCode, AccountTaken, Invalid) as refused:
            return refused.field
    return None


def _many(app: Flask, count: int, act: Callable[[], object]) -> list[str | None]:
    return at_once([partial(_outcome, app, act)] * count)


def _tries() -> list[int]:
    session.rollback()
    return list(session.scalars(select(OneTimeCode.tries)))


def _you() -> Account:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Account).where(Account.email == EMAIL)).one()


def test_of_twenty_tries_at_once_five_count(app: Flask, code: str) -> None:
    _register()
    _send(CodePurpose.EMAIL)
    act = partial(verifications.verify_email, EMAIL, "000000")
    assert _many(app, 20, act) == ["otp_code"] * 20
    assert _tries() == [5]
    assert _outcome(app, partial(verifications.verify_email, EMAIL, code)) == "otp_code"
    assert _you().email_verified_at is None


def test_of_twenty_guesses_at_once_at_most_five_are_compared(
    app: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account("you")
    _send(CodePurpose.PASSWORD_RESET)
    compared: list[bytes] = []
    real = codes.hmac.compare_digest

    def note(given: bytes, expected: bytes) -> bool:
        if expected.strip(b"\0"):
            compared.append(given)
        return real(given, expected)

    monkeypatch.setattr(codes.hmac, "compare_digest", note)
    guesses = [
        partial(_outcome, app, partial(verifications.reset_password, EMAIL, guess, NEW_PASSWORD))
        for guess in (f"{number:06}" for number in range(20))
    ]
    assert at_once(guesses) == ["otp_code"] * 20
    assert len(compared) == 5


def test_of_right_codes_at_once_one_verifies(app: Flask, code: str) -> None:
    _register()
    _send(CodePurpose.EMAIL)
    answers = _many(app, 5, partial(verifications.verify_email, EMAIL, code))
    assert (answers.count(None), answers.count("otp_code")) == (1, 4)


def test_of_right_codes_at_once_one_resets(app: Flask, code: str) -> None:
    make_account("you")
    _send(CodePurpose.PASSWORD_RESET)
    act = partial(verifications.reset_password, EMAIL, code, NEW_PASSWORD)
    answers = _many(app, 5, act)
    assert (answers.count(None), answers.count("otp_code")) == (1, 4)
    assert _you().token_version == 1


def test_of_right_codes_at_once_one_verifies_the_number(app: Flask, code: str) -> None:
    _register()
    _send(CodePurpose.PHONE)
    answers = _many(app, 5, partial(verifications.verify_phone, NUMBER, code))
    assert (answers.count(None), answers.count("otp_code")) == (1, 4)


def test_a_code_that_waits_while_its_account_is_taken_over_is_worthless(
    app: Flask, code: str
) -> None:
    _register()
    _send(CodePurpose.EMAIL)
    right = codes.try_code(CodePurpose.EMAIL, EMAIL, code)
    _register()
    with pytest.raises(WrongCode):
        codes.consume_code(right)


def test_at_the_cap_a_new_registration_leaves_the_last_code_alive(app: Flask, code: str) -> None:
    _register()
    for _ in range(codes.CODES_AN_HOUR):
        _send(CodePurpose.EMAIL)
    _register()
    assert verifications.verify_email(EMAIL, code).email_verified_at is not None


def test_each_who_claims_a_number_has_a_code_of_their_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["111111", "222222"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    first, second = _register("first@example.com"), _register()
    for email in ("first@example.com", EMAIL):
        _send(CodePurpose.PHONE, email)
    # With a token of somebody no other's code is right, nor any the worse for the try.
    for account, others in ((first, "222222"), (second, "111111")):
        act = partial(verifications.verify_phone, NUMBER, others, account.id)
        assert _outcome(app, act) == "otp_code"
    assert _tries() == [1, 1]
    for _ in range(9):
        act = partial(verifications.verify_phone, NUMBER, "000000", first.id)
        assert _outcome(app, act) == "otp_code"
    assert sorted(_tries()) == [1, 5]
    assert verifications.verify_phone(NUMBER, "222222", second.id).id == second.id


def test_without_a_token_the_code_tells_whose_it_is(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["111111", "222222"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))
    first = _register("first@example.com")
    _register()
    for email in ("first@example.com", EMAIL):
        _send(CodePurpose.PHONE, email)
    assert _outcome(app, partial(verifications.verify_phone, NUMBER, "000000")) == "otp_code"
    assert _tries() == [1, 1]
    assert verifications.verify_phone(NUMBER, "111111").id == first.id


def test_of_twenty_tries_at_once_five_count_at_each_code_of_a_number(app: Flask, code: str) -> None:
    for email in ("first@example.com", EMAIL):
        _register(email)
        _send(CodePurpose.PHONE, email)
    act = partial(verifications.verify_phone, NUMBER, "000000")
    assert _many(app, 20, act) == ["otp_code"] * 20
    assert _tries() == [5, 5]
    assert _outcome(app, partial(verifications.verify_phone, NUMBER, code)) == "otp_code"


def test_verifying_and_registering_anew_at_once_mix_nothing_up(app: Flask, code: str) -> None:
    _register()
    _send(CodePurpose.EMAIL)
    first_hash = _you().password_hash
    verify = partial(_outcome, app, partial(verifications.verify_email, EMAIL, code))
    again = partial(_outcome, app, _register)
    verified, registered = at_once([verify, again])
    # One of them was first, and the other one met what it had left.
    assert (verified, registered) in [(None, "email"), ("otp_code", None)]
    assert (_you().password_hash == first_hash) is (verified is None)
    assert (_you().email_verified_at is not None) is (verified is None)


def test_two_accounts_never_have_one_verified_number(app: Flask) -> None:
    with transaction():
        for name in ("you", "somebody"):
            make_account(name)
    ids = session.scalars(select(Account.id)).all()

    def verify(account_id: int) -> None:
        with transaction():
            account = session.get(Account, account_id)
            assert account is not None
            account.phone_number, account.phone_verified_at = NUMBER, account.created_at

    verify(ids[0])
    with pytest.raises(IntegrityError) as caught:
        verify(ids[1])
    assert violates(caught.value, "uq_account_verified_phone", "account.phone_number")


def test_a_number_that_is_verified_between_check_and_write_is_taken(
    app: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _register("first@example.com")
    _send(CodePurpose.PHONE, "first@example.com")
    verifications.verify_phone(NUMBER, code)
    # The check sees nothing yet; the constraint does.
    monkeypatch.setattr("app.accounts.repository.is_phone_verified", lambda *_a, **_k: False)
    _register()
    _send(CodePurpose.PHONE)
    act = partial(verifications.verify_phone, NUMBER, code)
    assert _outcome(app, act) == "phone_number"
    assert _you().phone_verified_at is None


def test_of_changes_of_a_password_at_once_one_wins(app: Flask) -> None:
    account = _register()
    act = partial(profiles.change_password, account.id, PASSWORD, NEW_PASSWORD)
    answers = _many(app, 4, act)
    assert (answers.count(None), answers.count("old_password")) == (1, 3)
    assert _you().token_version == 1
