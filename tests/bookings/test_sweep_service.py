"""What time alone does: unpaid bookings end, and forgotten stays are completed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from threading import local
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.bookings import booking_service as bookings
from app.bookings import repository
from app.bookings import sweep_service as sweeps
from app.bookings.errors import WrongState
from app.core import clock
from app.core.errors import Conflict
from tests import factories
from tests.bookings.factories import Cast, caller, taken, today
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


@pytest.fixture
def cast(app: Flask) -> Cast:
    factories.make_noise()
    return Cast()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock at an instant."""
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


def _shown(cast: Cast, booking: UUID) -> dict[str, Any]:
    return bookings.get_booking(caller(cast.guest), booking)


# ── paying in time ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("steps", [(), (Cast.submit, Cast.reject)], ids=["unpaid", "rejected"])
def test_what_is_not_paid_in_time_is_cancelled_and_its_nights_are_free(
    cast: Cast, set_clock: Callable[[datetime], None], steps: tuple[Any, ...]
) -> None:
    booking = cast.book()
    for step in steps:
        step(cast, booking)
    due = _shown(cast, booking)["payment_due_at"]
    set_clock(due - timedelta(seconds=1))
    sweeps.cancel_unpaid()
    assert _shown(cast, booking)["status"] == "confirmed"
    set_clock(due)
    sweeps.cancel_unpaid()
    shown = _shown(cast, booking)
    assert shown["status"] == "cancelled"
    last = shown["timeline"][-1]
    assert (last.role, last.account_id, last.note) == ("system", None, "Not paid in time.")
    assert taken(cast.listing_id) == {}


@pytest.mark.parametrize("steps", [(Cast.submit,), (Cast.submit, Cast.confirm)])
def test_what_was_submitted_is_never_cancelled_by_itself(
    cast: Cast, set_clock: Callable[[datetime], None], steps: tuple[Any, ...]
) -> None:
    booking = cast.book()
    for step in steps:
        step(cast, booking)
    before = _shown(cast, booking)["status"]
    set_clock(clock.now() + timedelta(days=300))
    sweeps.cancel_unpaid()
    assert _shown(cast, booking)["status"] == before


def test_one_that_fails_does_not_keep_the_others_from_their_end(
    cast: Cast, set_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 1)
    start = today()
    first, second, third = (cast.book(start + timedelta(days=number), 1) for number in range(3))
    cancel = bookings.cancel_overdue
    failed: list[int] = []

    def fail_once(booking_id: int, *args: Any) -> None:
        if not failed:
            failed.append(booking_id)
            raise ZeroDivisionError
        cancel(booking_id, *args)

    monkeypatch.setattr(bookings, "cancel_overdue", fail_once)
    set_clock(clock.now() + timedelta(days=2))
    sweeps.cancel_unpaid()
    statuses = [_shown(cast, each)["status"] for each in (first, second, third)]
    assert statuses == ["confirmed", "cancelled", "cancelled"]


def test_a_rejection_in_between_gives_its_time(
    cast: Cast, set_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, booking = clock.now(), cast.book()
    lock = repository.lock_booking
    set_clock(now + timedelta(days=2))

    def reject_meanwhile(booking_id: int) -> Any:
        monkeypatch.setattr(repository, "lock_booking", lock)
        set_clock(now)
        cast.submit(booking)
        set_clock(now + timedelta(days=2))
        cast.reject(booking)
        return lock(booking_id)

    monkeypatch.setattr(repository, "lock_booking", reject_meanwhile)
    sweeps.cancel_unpaid()
    assert _shown(cast, booking)["payment_status"] == "rejected"
    assert _shown(cast, booking)["status"] == "confirmed"


def test_a_sweep_and_a_payment_at_once_do_not_both_happen(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    due = now + timedelta(days=1)
    # Whoever pays looks at the clock a moment before it is too late.
    late = local()
    monkeypatch.setattr(clock, "now", lambda: getattr(late, "now", now))
    for _ in rounds():
        booking = cast.book()

        def pay(booking: UUID = booking) -> bool:
            with app.app_context():
                late.now = due - timedelta(microseconds=1)
                try:
                    cast.submit(booking)
                except Conflict:
                    return False
            return True

        def sweep() -> None:
            with app.app_context():
                late.now = due
                sweeps.cancel_unpaid()

        paid, *_rest = at_once([pay, sweep, sweep])
        status = _shown(cast, booking)["status"]
        assert status == ("payment_submitted" if paid else "cancelled")
        assert len(taken(cast.listing_id)) == (2 if paid else 0)
        if paid:
            cast.cancel(booking)


# ── stays that are over ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("Africa/Dar_es_Salaam", datetime(2030, 3, 1, 21, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2030, 3, 2, 5, 0, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2030, 3, 1, 10, 0, tzinfo=UTC)),
    ],
)
def test_a_guest_who_was_never_checked_out_has_left_a_day_later(
    app: Flask, set_clock: Callable[[datetime], None], zone: str, over: datetime
) -> None:
    cast = Cast(time_zone=zone)
    set_clock(datetime(2030, 2, 26, 12, tzinfo=UTC))
    booking = cast.book(date(2030, 2, 27), 2)
    for step in (cast.submit, cast.confirm):
        step(booking)
    set_clock(datetime(2030, 2, 28, 12, tzinfo=UTC))
    cast.check_in(booking)
    set_clock(over - timedelta(seconds=1))
    sweeps.complete_stays()
    assert _shown(cast, booking)["status"] == "checked_in"
    set_clock(over)
    sweeps.complete_stays()
    shown = _shown(cast, booking)
    assert (shown["status"], shown["timeline"][-1].role) == ("completed", "system")


def test_a_paid_stay_that_nobody_was_checked_into_waits_for_staff(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.confirm(booking)
    set_clock(clock.now() + timedelta(days=30))
    sweeps.cancel_unpaid()
    sweeps.complete_stays()
    shown = _shown(cast, booking)
    assert (shown["status"], shown["payment_status"]) == ("confirmed", "confirmed")


def test_somebody_who_is_faster_than_the_sweep_is_no_failure(
    cast: Cast, set_clock: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = cast.book()
    for step in (cast.submit, cast.confirm, cast.check_in):
        step(booking)
    set_clock(clock.now() + timedelta(days=9))
    complete = bookings.complete_overdue
    seen: list[type[Exception]] = []

    def check_out_meanwhile(*args: Any) -> None:
        cast.check_out(booking)
        try:
            complete(*args)
        except WrongState:
            seen.append(WrongState)
            raise

    monkeypatch.setattr(bookings, "complete_overdue", check_out_meanwhile)
    sweeps.complete_stays()
    assert seen == [WrongState]
    assert len(_shown(cast, booking)["timeline"]) == 5
