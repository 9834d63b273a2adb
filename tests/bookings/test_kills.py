"""A process that is killed leaves a booking as it was, or as it is to be, and nothing between."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import payment_service as payments
from app.bookings import sweep_service as sweeps
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.transitions import State as BookingState
from app.core import clock, outbox, queue
from app.core.db import session
from app.core.outbox import OutboxItem
from app.reviews import service as reviews
from tests.bookings.factories import PDF, Cast, caller, hold, uuid_of
from tests.conftest import REFERENCE_TABLES
from tests.kills import State, count_moments, kill_at

pytestmark = pytest.mark.both

UNPAID = BookingState(BookingStatus.CONFIRMED, PaymentStatus.UNPAID)
REJECTED = BookingState(BookingStatus.CONFIRMED, PaymentStatus.REJECTED)
SUBMITTED = BookingState(BookingStatus.PAYMENT_SUBMITTED, PaymentStatus.SUBMITTED)
PAID = BookingState(BookingStatus.CONFIRMED, PaymentStatus.CONFIRMED)
CHECKED_IN = BookingState(BookingStatus.CHECKED_IN, PaymentStatus.CONFIRMED)
COMPLETED = BookingState(BookingStatus.COMPLETED, PaymentStatus.CONFIRMED)
REFUND_DUE = BookingState(BookingStatus.CANCELLED, PaymentStatus.REFUND_DUE)

Do = Callable[[], Any]


class Clock:
    """A clock that stands still unless it is told to go on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock(clock.now())
    monkeypatch.setattr(clock, "now", stopped)
    return stopped


@pytest.fixture
def cast(app: Flask, time: Clock) -> Cast:
    return Cast()


# ── what can be interrupted ─────────────────────────────────────────────────────────────────
# Each brings a booking to where it begins, and returns the step.


def _hold(cast: Cast, _time: Clock) -> Do:
    return lambda: hold(cast.guest.id, cast.listing_id)


def _release(cast: Cast, _time: Clock) -> Do:
    intent = hold(cast.guest.id, cast.listing_id)["uuid"]
    return lambda: intents.release_intent(cast.guest.id, intent)


def _book(cast: Cast, _time: Clock) -> Do:
    intent = hold(cast.guest.id, cast.listing_id)["uuid"]
    return lambda: bookings.create_booking(cast.guest.id, intent, "Late, please.")


def _step(state: BookingState, step: Callable[[Cast, UUID], Any]) -> Callable[[Cast, Clock], Do]:
    def prepare(cast: Cast, _time: Clock) -> Do:
        booking = cast.bring_to(state)
        return lambda: step(cast, booking)

    return prepare


def _cancel_as_staff(cast: Cast, booking: UUID) -> None:
    bookings.cancel_booking(caller(cast.admin, is_admin=True), booking, "The roof leaks.")


def _cancel_unpaid(cast: Cast, time: Clock) -> Do:
    cast.book()
    time.now += timedelta(days=2)
    return sweeps.cancel_unpaid


def _complete(cast: Cast, time: Clock) -> Do:
    cast.bring_to(CHECKED_IN)
    time.now += timedelta(days=4)
    return sweeps.complete_stays


def _review(cast: Cast, _time: Clock) -> Do:
    booking, listing = cast.bring_to(COMPLETED), uuid_of(cast.listing_id)
    return lambda: reviews.submit_review(
        cast.guest.id, listing, booking_id=booking, rating=4, comment="Lovely."
    )


def _reply(cast: Cast, time: Clock) -> Do:
    review = _review(cast, time)()["uuid"]
    return lambda: reviews.reply(cast.host.id, review, "Come again.")


STEPS: dict[str, Callable[[Cast, Clock], Do]] = {
    "hold": _hold,
    "release": _release,
    "book": _book,
    "confirm": _step(SUBMITTED, Cast.confirm),
    "reject": _step(SUBMITTED, Cast.reject),
    "cancel": _step(PAID, Cast.cancel),
    "cancel as staff": _step(UNPAID, _cancel_as_staff),
    "cancel in time's stead": _cancel_unpaid,
    "check in": _step(PAID, Cast.check_in),
    "check out": _step(CHECKED_IN, Cast.check_out),
    "complete in time's stead": _complete,
    "refund": _step(REFUND_DUE, Cast.refund),
    "review": _review,
    "reply": _reply,
}


def _look(media: Path) -> State:
    return State(media, REFERENCE_TABLES)


def _queued() -> set[int]:
    """Return the numbers of the work that workers are told to do."""
    return {job.args[0] for name in queue.QUEUES for job in queue.queue(name).jobs}


@pytest.mark.parametrize("name", STEPS)
def test_a_killed_step_has_happened_or_has_not(
    cast: Cast, time: Clock, media_folder: Path, name: str
) -> None:
    step = STEPS[name](cast, time)
    before = _look(media_folder)
    # Once in this process, which makes all others fast.
    step()
    before.bring_back(_look(media_folder))
    moments = count_moments(step)
    found = after = _look(media_folder)
    assert after != before
    has_happened = []
    for moment in range(1, moments + 1):
        before.bring_back(found)
        kill_at(step, moment)
        found = _look(media_folder)
        assert found in (before, after), f"killed at {moment} of {moments}"
        has_happened.append(found == after)
        # Nobody is told of what has not happened.
        assert _queued() <= {row["id"] for row in found.rows["outbox"]}
    # Up to the commit nothing has happened, from then on everything.
    assert has_happened == sorted(has_happened)
    assert set(has_happened) == {False, True}


# ── the one step that has two transactions, and a file between them ─────────────────────────


def _named(state: State) -> set[str]:
    return {row["payment_proof"] for row in state.rows["booking"]} - {None}


@pytest.mark.parametrize("begins", [UNPAID, REJECTED], ids=["first", "again"])
def test_a_killed_submission_loses_no_proof_and_leaves_none_behind(
    cast: Cast, time: Clock, media_folder: Path, begins: BookingState
) -> None:
    booking = cast.bring_to(begins)

    def step() -> None:
        cast.submit(booking, PDF + b"% another one\n")

    before = _look(media_folder)
    # Once in this process, which makes all others fast.
    step()
    before.bring_back(_look(media_folder))
    moments = count_moments(step)
    later = after = _look(media_folder)
    assert after != before
    seen = set()
    for moment in range(1, moments + 1):
        time_before = time.now
        before.bring_back(later)
        kill_at(step, moment)
        found = _look(media_folder)
        others = ("booking", "booking_event", "night", "audit_entry")
        side = next(
            each for each in (before, after) if found.rows["booking"] == each.rows["booking"]
        )
        assert {name: found.rows[name] for name in others} == {
            name: side.rows[name] for name in others
        }
        messages, expected = (
            [row for row in each.rows["outbox"] if row["topic"] != payments.DISCARD]
            for each in (found, side)
        )
        assert messages == expected
        # What a booking names is there, and what is there has somebody who looks after it.
        promised = {
            row["payload"]["path"]
            for row in found.rows["outbox"]
            if row["topic"] == payments.DISCARD
        }
        assert _named(found) <= found.files <= _named(found) | promised
        time.now += payments.UPLOAD_TIME
        _discard_all()
        later = _look(media_folder)
        assert later.files == _named(later) == _named(found)
        seen.add((side is after, bool(found.files - _named(found))))
        time.now = time_before
    # One of the kills left a file that no booking names, and one came when all was done.
    assert (False, True) in seen
    assert {is_done for is_done, _ in seen} == {False, True}


def _discard_all() -> None:
    due = session.scalars(select(OutboxItem.id).where(OutboxItem.topic == payments.DISCARD)).all()
    session.rollback()
    for row_id in due:
        outbox.deliver(row_id)
