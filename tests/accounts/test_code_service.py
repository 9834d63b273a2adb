"""What the tenant face's registration rests on: codes that are tried, used up and forgotten."""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from secrets import token_hex

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts import code_service as codes
from app.accounts import repository
from app.accounts.enums import CodePurpose
from app.accounts.errors import WrongCode
from app.accounts.models import OneTimeCode
from app.core.db import session, transaction, violates
from tests.factories import make_account
from tests.threads import at_once

START = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


def _payload(username: str = "you") -> dict[str, str]:
    """Return a request of its own for a code."""
    return {"purpose": "api_key", "identifier": username, "request_id": token_hex(16)}


pytestmark = pytest.mark.both


@pytest.fixture
def code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """The live code of an account."""
    make_account("you")
    monkeypatch.setattr(codes, "new_code", lambda: "314159")
    codes.send_requested_code(_payload())
    return "314159"


def _try(app: Flask, code: str) -> codes.RightCode | None:
    with app.app_context():
        try:
            return codes.try_code(CodePurpose.API_KEY, "you", code)
        except WrongCode:
            return None


def _rows() -> list[OneTimeCode]:
    session.rollback()
    return list(session.scalars(select(OneTimeCode).order_by(OneTimeCode.id)))


def test_a_code_is_kept_as_a_keyed_hash(code: str) -> None:
    [row] = _rows()
    for plain in (code, f"you{code}", f"you\0{code}", f"api_key\0you\0{code}"):
        assert row.code_digest != hashlib.sha256(plain.encode()).digest()
    assert len(row.code_digest) == 32


def test_the_same_code_of_another_name_has_another_hash(code: str) -> None:
    codes.send_requested_code(_payload("somebody"))
    first, second = _rows()
    assert first.code_digest != second.code_digest
    assert first.identifier_digest != second.identifier_digest


def test_the_right_code_is_found_and_used_up(app: Flask, code: str) -> None:
    right = _try(app, code)
    assert right is not None
    assert codes.consume_code(right).username == "you"
    with pytest.raises(WrongCode):
        codes.consume_code(right)
    assert _try(app, code) is None


def test_a_try_is_counted_even_if_what_follows_fails(app: Flask, code: str) -> None:
    assert _try(app, "000000") is None
    assert _try(app, code) is not None
    assert [row.tries for row in _rows()] == [2]


def test_an_expired_code_is_not_even_tried(app: Flask, code: str) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=601), tick=False):
        assert _try(app, code) is None
    assert [row.tries for row in _rows()] == [0]


def test_five_tries_at_once_are_five(app: Flask, code: str) -> None:
    at_once([partial(_try, app, "000000")] * 20)
    assert [row.tries for row in _rows()] == [5]
    assert _try(app, code) is None


def test_a_code_is_consumed_by_one_of_many(app: Flask, code: str) -> None:
    right = _try(app, code)
    assert right is not None

    def consume() -> bool:
        with app.app_context():
            try:
                codes.consume_code(right)
            except WrongCode:
                return False
            return True

    assert sorted(at_once([consume] * 8)) == [False] * 7 + [True]


def test_what_was_rolled_back_was_not_consumed(app: Flask, code: str) -> None:
    right = _try(app, code)
    assert right is not None

    def fail() -> None:
        with transaction():
            codes.consume_code(right)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert codes.consume_code(right).username == "you"


def test_a_name_has_one_live_code(code: str) -> None:
    [row] = _rows()

    def add_another() -> None:
        with transaction():
            repository.add_code(
                CodePurpose.API_KEY,
                row.identifier_digest,
                b"x" * 32,
                account_id=row.account_id,
                request_id="another",
                created_at=START,
                expires_at=START,
            )

    with pytest.raises(IntegrityError) as caught:
        add_another()
    assert violates(
        caught.value,
        "uq_one_time_code_live",
        "one_time_code.purpose",
        "one_time_code.identifier_digest",
        "one_time_code.account_id",
    )


def test_jobs_that_run_at_once_leave_one_live_code(app: Flask) -> None:
    make_account("you")

    def send() -> None:
        with app.app_context():
            try:
                codes.send_requested_code(_payload())
            except IntegrityError:
                return  # the outbox tries again

    at_once([send] * 4)
    live = [row for row in _rows() if row.used_at is None]
    assert len(live) == 1


def test_codes_are_forgotten_after_two_hours(app: Flask) -> None:
    for hours in (0, 1, 3):
        with time_machine.travel(START + timedelta(hours=hours), tick=False):
            codes.send_requested_code(_payload())
    with time_machine.travel(START + timedelta(hours=3, seconds=1), tick=False):
        codes.sweep_codes()
    assert [row.created_at for row in _rows()] == [START + timedelta(hours=3)]


def test_the_sweep_does_not_forget_what_the_cap_counts(app: Flask) -> None:
    with time_machine.travel(START, tick=False):
        for _ in range(5):
            codes.send_requested_code(_payload())
    with time_machine.travel(START + timedelta(minutes=9), tick=False):
        codes.sweep_codes()
        codes.send_requested_code(_payload())
    assert session.scalar(select(func.count()).select_from(OneTimeCode)) == 5


def test_past_the_cap_there_is_one_more_each_time_that_the_last_is_over(app: Flask) -> None:
    make_account("you")
    sent_at: list[int] = []
    for minutes in range(40):
        before = len(_rows())
        with time_machine.travel(START + timedelta(minutes=minutes), tick=False):
            codes.send_requested_code(_payload())
        sent_at += [minutes] * (len(_rows()) - before)
    assert sent_at == [0, 1, 2, 3, 4, 14, 24, 34]


@pytest.mark.parametrize("name", ["you", "nobody"])
def test_at_the_cap_the_last_code_stays_alive(app: Flask, name: str) -> None:
    make_account("you")
    for _ in range(9):
        codes.send_requested_code(_payload(name))
    assert [row.used_at is None for row in _rows()] == [False] * 4 + [True]


@pytest.mark.both
def test_a_request_that_is_tried_again_uses_up_one_code(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account("you")
    monkeypatch.setattr(codes.notifications, "send_code_mail", _refuse)
    request = _payload()
    for _ in range(8):
        with pytest.raises(OSError, match="away"):
            codes.send_requested_code(request)
    sent: list[str] = []
    monkeypatch.setattr(
        codes.notifications, "send_code_mail", lambda _to, code, **_kwargs: sent.append(code)
    )
    codes.send_requested_code(request)
    assert codes.try_code(CodePurpose.API_KEY, "you", sent[0])
    assert session.scalar(select(func.count()).select_from(OneTimeCode)) == 1


def _refuse(*_args: object, **_kwargs: object) -> None:
    raise OSError("The mail server is away.")


@pytest.mark.only("postgresql")
def test_a_code_is_made_while_its_account_is_locked(app: Flask) -> None:
    # Whoever verifies holds the account and wants the code; the job holds the code. If it had to
    # wait for the account, each would wait for the other.
    account = make_account("you")

    def send() -> None:
        with app.app_context():
            codes.send_requested_code(_payload())

    with transaction():
        assert repository.lock_account(account.id) is not None
        at_once([send])
    assert [row.account_id for row in _rows()] == [account.id]


def test_a_code_knows_whom_it_was_sent_to(code: str) -> None:
    codes.send_requested_code(_payload("nobody"))
    sent, decoy = _rows()
    assert sent.account_id is not None
    assert decoy.account_id is None


def test_decoys_of_other_names_use_nothing_up(app: Flask) -> None:
    for number in range(7):
        codes.send_requested_code(_payload(f"nobody{number}"))
    assert len(_rows()) == 7
