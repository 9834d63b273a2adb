"""Bookings: made once of an intent, begun and ended on the right day, and crowds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.bookings import booking_service as bookings
from app.bookings import intent_repository, life_service
from app.bookings import intent_service as intents
from app.bookings import payment_service as payments
from app.bookings.errors import IntentOver, WrongState
from app.bookings.models import Booking, BookingEvent
from app.catalogue import calendar_service as calendar
from app.catalogue.enums import NightState, PublishStatus
from app.catalogue.errors import HoldLapsed
from app.catalogue.models import Listing
from app.core import clock
from app.core.db import session, transaction
from app.core.errors import Conflict
from app.core.outbox import OutboxItem
from tests import factories
from tests.bookings.factories import DAR, PDF, Cast, book, caller, hold, taken, today
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


def _count(model: Any) -> int:
    found: int = session.execute(select(func.count()).select_from(model)).scalar_one()
    session.rollback()
    return found


# ── making one ──────────────────────────────────────────────────────────────────────────────


def test_a_booking_takes_the_nights_for_good(cast: Cast) -> None:
    cast.book()
    assert list(taken(cast.listing_id).values()) == [NightState.BOOKING] * 2


def test_a_lapsed_intent_cannot_be_booked(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    now = clock.now()
    intent = hold(cast.guest.id, cast.listing_id)
    set_clock(now + timedelta(minutes=15, seconds=1))
    with pytest.raises(HoldLapsed):
        bookings.create_booking(cast.guest.id, intent["uuid"], "")
    assert _count(Booking) == 0


def test_an_intent_of_a_stay_that_is_not_offered_any_more_cannot_be_booked(cast: Cast) -> None:
    intent = hold(cast.guest.id, cast.listing_id)
    with transaction():
        session.execute(update(Listing).values(publish_status=PublishStatus.DRAFT))
    with pytest.raises(IntentOver):
        bookings.create_booking(cast.guest.id, intent["uuid"], "")


def test_what_was_booked_is_found_again_after_the_hold_and_the_listing_are_gone(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    now = clock.now()
    intent = hold(cast.guest.id, cast.listing_id)
    first, is_new = bookings.create_booking(cast.guest.id, intent["uuid"], "One.")
    with transaction():
        session.execute(update(Listing).values(publish_status=PublishStatus.DRAFT))
    set_clock(now + timedelta(hours=1))
    again, is_newer = bookings.create_booking(cast.guest.id, intent["uuid"], "Two.")
    assert (is_new, is_newer) == (True, False)
    assert (again["uuid"], again["special_requests"]) == (first["uuid"], "One.")


def test_the_database_itself_makes_one_booking_of_an_intent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent = hold(cast.guest.id, cast.listing_id)
    first, _ = bookings.create_booking(cast.guest.id, intent["uuid"], "")
    with transaction():
        # As if nobody had seen the other one.
        held = intent_repository.lock_intent(intent["id"])
        assert held is not None
        held.booked_at = None
    monkeypatch.setattr(calendar, "book_nights", lambda *_args: None)
    again, is_new = bookings.create_booking(cast.guest.id, intent["uuid"], "")
    assert (again["uuid"], is_new) == (first["uuid"], False)
    assert _count(Booking) == 1


def test_what_fails_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    intent = hold(cast.guest.id, cast.listing_id)

    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(life_service, "tell_both", fail)
    with pytest.raises(ZeroDivisionError):
        bookings.create_booking(cast.guest.id, intent["uuid"], "")
    assert [_count(each) for each in (Booking, BookingEvent, OutboxItem)] == [0, 0, 0]
    assert set(taken(cast.listing_id).values()) == {NightState.HOLD}


def test_of_many_who_book_one_intent_at_once_one_makes_the_booking(app: Flask, cast: Cast) -> None:
    for _ in rounds():
        intent = hold(cast.guest.id, cast.listing_id)

        def create(intent: Any = intent) -> tuple[UUID, bool]:
            with app.app_context():
                booking, is_new = bookings.create_booking(cast.guest.id, intent["uuid"], "")
            return booking["uuid"], is_new

        made = at_once([create] * 8)
        assert len({uuid for uuid, _ in made}) == 1
        assert [is_new for _, is_new in made].count(True) == 1
        cast.cancel(made[0][0])


def test_booking_and_releasing_at_once_do_not_both_happen(app: Flask, cast: Cast) -> None:
    for _ in rounds():
        intent = hold(cast.guest.id, cast.listing_id)

        def attempt(work: Callable[[], Any]) -> bool:
            with app.app_context():
                try:
                    work()
                except Conflict:
                    return False
            return True

        booked, released = at_once(
            [
                lambda uuid=intent["uuid"]: attempt(
                    lambda: bookings.create_booking(cast.guest.id, uuid, "")
                ),
                lambda uuid=intent["uuid"]: attempt(
                    lambda: intents.release_intent(cast.guest.id, uuid)
                ),
            ]
        )
        assert booked is not released
        assert len(taken(cast.listing_id)) == (2 if booked else 0)
        for booking in session.scalars(select(Booking.uuid)).all():
            cast.cancel(booking)


@pytest.mark.usefixtures("media_folder")
def test_a_stay_that_costs_nothing_is_paid_from_the_start(
    app: Flask, set_clock: Callable[[datetime], None]
) -> None:
    cast = Cast(price=Decimal(0))
    booking = cast.book()
    shown = bookings.get_booking(caller(cast.guest), booking)
    assert (shown["status"], shown["payment_status"]) == ("confirmed", "confirmed")
    assert shown["payment_due_at"] is None
    assert cast.check_in(booking)["status"] == "checked_in"
    assert cast.check_out(booking)["status"] == "completed"
    other = cast.book(today() + timedelta(days=3))
    cancelled = cast.cancel(other)
    assert (cancelled["status"], cancelled["payment_status"]) == ("cancelled", "unpaid")


# ── the stay ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "last_second_before"),
    [
        ("Africa/Dar_es_Salaam", datetime(2030, 6, 30, 20, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2030, 7, 1, 3, 59, 59, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2030, 6, 30, 9, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_check_in_date_comes_where_the_stay_is(
    app: Flask, set_clock: Callable[[datetime], None], zone: str, last_second_before: datetime
) -> None:
    cast = Cast(time_zone=zone)
    set_clock(datetime(2030, 6, 1, tzinfo=UTC))
    booking = cast.book(date(2030, 7, 1), 3)
    cast.submit(booking)
    cast.confirm(booking)
    set_clock(last_second_before)
    with pytest.raises(WrongState, match="has not come"):
        cast.check_in(booking)
    set_clock(last_second_before + timedelta(seconds=1))
    assert cast.check_in(booking)["status"] == "checked_in"


def _paid(cast: Cast) -> UUID:
    booking = cast.book()
    cast.submit(booking)
    cast.confirm(booking)
    return booking


@pytest.mark.usefixtures("media_folder")
def test_once_the_dates_have_passed_staff_alone_settles_a_paid_stay(
    app: Flask, cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    stayed, missed = _paid(cast), _paid(Cast())
    set_clock(clock.now() + timedelta(days=8))
    for step in (cast.cancel, cast.check_in):
        with pytest.raises(WrongState, match="its dates have passed"):
            step(stayed)
    with pytest.raises(WrongState, match="its dates have passed"):
        bookings.cancel_booking(caller(cast.host), stayed, "Never came.")
    assert cast.complete(stayed)["status"] == "completed"
    by_staff = bookings.cancel_booking(caller(cast.admin, is_admin=True), missed, "Locked out.")
    assert (by_staff["status"], by_staff["payment_status"]) == ("cancelled", "refund_due")


@pytest.mark.usefixtures("media_folder")
def test_on_the_check_out_date_itself_a_stay_is_not_over(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    booking, end = _paid(cast), today() + timedelta(days=2)
    last = datetime.combine(end, time(23, 59, 59), ZoneInfo(DAR))
    set_clock(last.astimezone(UTC))
    with pytest.raises(WrongState, match="cannot complete the stay"):
        cast.complete(booking)
    assert cast.cancel(booking)["payment_status"] == "refund_due"


def test_leaving_early_frees_the_nights_from_today_on(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    start, now = today(), clock.now()
    booking = cast.book(start, 5)
    for step in (cast.submit, cast.confirm, cast.check_in):
        step(booking)
    set_clock(now + timedelta(days=2))
    cast.check_out(booking)
    assert set(taken(cast.listing_id)) == {start, start + timedelta(days=1)}
    book(cast.admin.id, cast.listing_id, start + timedelta(days=2), 3)


def test_leaving_late_frees_nobody_elses_nights(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    start, now = today(), clock.now()
    booking = cast.book(start, 1)
    for step in (cast.submit, cast.confirm, cast.check_in):
        step(booking)
    book(cast.admin.id, cast.listing_id, start + timedelta(days=1), 2)
    set_clock(now + timedelta(days=1))
    cast.check_out(booking)
    assert len(taken(cast.listing_id)) == 3


def test_a_cancelled_booking_frees_no_nights_of_the_next_guest(cast: Cast) -> None:
    booking = cast.book()
    cast.cancel(booking)
    book(cast.admin.id, cast.listing_id)
    cast.cancel(booking)
    assert len(taken(cast.listing_id)) == 2


def test_checking_in_and_cancelling_at_once_do_not_both_happen(app: Flask, cast: Cast) -> None:
    for _ in rounds():
        booking = cast.book()
        cast.submit(booking)
        cast.confirm(booking)

        def attempt(step: Any, booking: UUID = booking) -> bool:
            with app.app_context():
                try:
                    step(booking)
                except WrongState:
                    return False
            return True

        is_in, is_cancelled = at_once(
            [lambda: attempt(cast.check_in), lambda: attempt(cast.cancel)]
        )
        assert is_in is not is_cancelled
        assert len(taken(cast.listing_id)) == (2 if is_in else 0)
        if is_in:
            cast.check_out(booking)


def test_many_proofs_at_once_are_one_submission(app: Flask, cast: Cast) -> None:
    booking = cast.book()

    def submit() -> bool:
        with app.app_context():
            try:
                payments.submit_payment(caller(cast.guest), booking, PDF, reference="", method="")
            except WrongState:
                return False
        return True

    assert at_once([submit] * 5).count(True) == 1
    assert len(bookings.get_booking(caller(cast.guest), booking)["timeline"]) == 2


def test_a_page_of_a_list_does_not_sort_it_all(cast: Cast, statements: list[str]) -> None:
    for number in range(3):
        cast.book(today() + timedelta(days=2 * number), 1)
    statements.clear()
    rows, count = bookings.list_bookings(cast.guest.id, offset=0, limit=2)
    assert (len(rows), count) == (2, 3)
    assert len([each for each in statements if each.startswith("SELECT")]) == 4
