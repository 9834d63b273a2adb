"""What staff decides about payments: written down, told, and found in its lists."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.bookings import booking_service as bookings
from app.bookings import life_service
from app.bookings import staff_service as staff
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.errors import BookingNotFound, NotYours
from app.bookings.models import Booking
from app.core import clock
from app.core.db import session
from tests import factories
from tests.bookings.factories import Cast, caller, today, uuid_of

pytestmark = pytest.mark.both


@pytest.fixture
def cast(app: Flask) -> Cast:
    factories.make_noise()
    return Cast()


def _audited() -> list[tuple[str, int | None, str]]:
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    found = [(row.action, row.actor_id, row.object_id) for row in rows]
    session.rollback()
    return found


def _listed(**filters: Any) -> list[UUID]:
    rows, count = staff.list_bookings(**filters, offset=0, limit=50)
    assert count == len(rows)
    return [row["uuid"] for row in rows]


def test_every_decision_of_staff_is_in_the_audit_log(cast: Cast) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.reject(booking)
    cast.submit(booking)
    cast.confirm(booking)
    bookings.cancel_booking(caller(cast.admin, is_admin=True), booking, "On request.")
    cast.refund(booking)
    deeds = ["payment_rejected", "payment_confirmed", "cancelled", "refunded"]
    assert _audited() == [(f"booking.{deed}", cast.admin.id, str(booking)) for deed in deeds]


@pytest.mark.parametrize("part", ["guest", "host"])
def test_nobody_decides_about_their_own_money(cast: Cast, part: str) -> None:
    booking, own = cast.book(), getattr(cast, part).id
    cast.submit(booking)
    for decide in (
        staff.confirm_payment,
        lambda admin_id, uuid: staff.reject_payment(admin_id, uuid, "No."),
        staff.complete,
        staff.refund,
    ):
        with pytest.raises(NotYours, match=f"You are the {part} of this booking yourself"):
            decide(own, booking)
    assert _audited() == []
    assert cast.confirm(booking)["payment_status"] == "confirmed"


def test_paid_stays_that_are_over_are_found_by_the_date_where_they_are(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    east, west = Cast(time_zone="Pacific/Kiritimati"), Cast(time_zone="Pacific/Pago_Pago")
    start = datetime(2030, 6, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: start)
    made = {each: each.book(date(2030, 6, 3), 2) for each in (east, cast, west)}
    unpaid = Cast().book(date(2030, 6, 3), 2)
    for each, booking in made.items():
        each.submit(booking)
        each.confirm(booking)

    def over_at(text: str) -> list[UUID]:
        now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        rows, count = staff.list_unsettled(offset=0, limit=100)
        assert count == len(rows)
        return [row["uuid"] for row in rows]

    # The guests leave on the 5th, which ends at different instants.
    assert over_at("2030-06-05T09:59:59") == []
    assert over_at("2030-06-05T10:00:00") == [made[east]]
    assert over_at("2030-06-05T20:59:59") == [made[east]]
    assert over_at("2030-06-05T21:00:00") == [made[east], made[cast]]
    assert over_at("2030-06-06T10:59:59") == [made[east], made[cast]]
    assert over_at("2030-06-06T11:00:00") == list(made.values())
    assert over_at("2031-01-01T00:00:00") == list(made.values())
    assert _listed(is_over=True) == [unpaid, *reversed(made.values())]
    cast.complete(made[cast])
    assert over_at("2031-01-01T00:00:00") == [made[east], made[west]]


def test_completing_a_stay_is_told_and_written_down(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.confirm(booking)
    now = clock.now() + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: now)
    shown = cast.complete(booking)
    assert (shown["status"], shown["payment_status"]) == ("completed", "confirmed")
    assert (shown["timeline"][-1].role, shown["completed_at"]) == ("admin", now)
    assert _audited()[-1] == ("booking.completed", cast.admin.id, str(booking))


def test_a_rejection_gives_the_guest_the_whole_time_again(cast: Cast) -> None:
    booking = cast.book()
    cast.submit(booking)
    before = clock.now()
    shown = cast.reject(booking)
    assert (shown["status"], shown["payment_status"]) == ("confirmed", "rejected")
    assert shown["rejection_reason"] == "Nothing has arrived."
    assert before + timedelta(days=1) <= shown["payment_due_at"] <= clock.now() + timedelta(days=1)
    assert cast.submit(booking)["rejection_reason"] == ""


def test_money_that_came_for_a_cancelled_booking_is_due_back(cast: Cast) -> None:
    booking = cast.book()
    cast.submit(booking)
    cast.cancel(booking)
    assert _listed(payment_status=PaymentStatus.SUBMITTED) == [booking]
    assert cast.confirm(booking)["payment_status"] == "refund_due"
    assert _listed(payment_status=PaymentStatus.REFUND_DUE) == [booking]
    assert cast.refund(booking)["payment_status"] == "refunded"


def test_a_decision_that_fails_leaves_no_trace(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    booking = cast.book()
    cast.submit(booking)

    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(life_service, "tell_both", fail)
    with pytest.raises(ZeroDivisionError):
        cast.confirm(booking)
    assert _audited() == []
    assert session.scalar(select(Booking.payment_status)) is PaymentStatus.SUBMITTED


def test_lists_hold_what_the_filters_say_newest_first(cast: Cast) -> None:
    start = today()
    first = cast.book(start, 2)
    second = cast.book(start + timedelta(days=4), 2)
    other = Cast()
    elsewhere = other.book(start, 1)
    cast.submit(first)
    assert _listed() == [elsewhere, second, first]
    assert _listed(status=BookingStatus.PAYMENT_SUBMITTED) == [first]
    assert _listed(listing_id=uuid_of(cast.listing_id)) == [second, first]
    assert _listed(guest_id=other.guest.uuid) == _listed(host_id=other.host.uuid) == [elsewhere]
    assert _listed(guest_id=UUID(int=1)) == []

    def between(since: int | None, until: int | None) -> list[UUID]:
        def day(number: int | None) -> date | None:
            return None if number is None else start + timedelta(days=number)

        return _listed(since=day(since), until=day(until))

    assert between(2, None) == [second]
    assert between(None, 4) == [elsewhere, first]
    assert between(1, 2) == [first]
    assert between(6, 9) == []


def test_what_staff_has_in_hand_finds_a_booking(cast: Cast) -> None:
    villa = Cast(title="A 100% villa")
    first, second = cast.book(), villa.book()
    villa.submit(second)
    assert _listed(search=str(first)) == _listed(search=first.hex.upper()) == [first]
    assert _listed(search="tx1") == _listed(search="100% VILLA") == [second]
    assert _listed(search="100_") == _listed(search=str(UUID(int=1))) == []
    assert _listed(search="villa", status=BookingStatus.CONFIRMED) == []


def test_those_that_have_waited_longest_come_first(cast: Cast) -> None:
    booked = [cast.book(today() + timedelta(days=number), 1) for number in range(3)]
    sent = [booked[1], booked[2], booked[0]]

    def waiting(waits: PaymentStatus) -> list[UUID]:
        rows, count = staff.list_waiting(waits, offset=0, limit=9)
        assert count == len(rows)
        return [row["uuid"] for row in rows]

    for booking in sent:
        cast.submit(booking)
    assert waiting(PaymentStatus.SUBMITTED) == sent
    for booking in booked:
        cast.confirm(booking)
    for booking in reversed(sent):
        cast.cancel(booking)
    assert waiting(PaymentStatus.SUBMITTED) == []
    assert waiting(PaymentStatus.REFUND_DUE) == list(reversed(sent))


def test_pages_neither_skip_nor_repeat(cast: Cast) -> None:
    made = [cast.book(today() + timedelta(days=number), 1) for number in range(5)]
    found = []
    for offset in range(0, 5, 2):
        rows, _ = staff.list_bookings(offset=offset, limit=2)
        found += [row["uuid"] for row in rows]
    assert found == list(reversed(made))


def test_a_booking_that_is_not_there_is_not_found(cast: Cast) -> None:
    for decide in (staff.confirm_payment, staff.refund):
        with pytest.raises(BookingNotFound):
            decide(cast.admin.id, UUID(int=1))
