"""What staff sees of bookings, and decides about their money."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.bookings import booking_messages as messages
from app.bookings import booking_service as bookings
from app.bookings import life_service as life
from app.bookings import repository, transitions
from app.bookings.enums import Action, BookingStatus, PaymentStatus, Role
from app.bookings.transitions import State
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import transaction
from app.core.errors import Invalid
from app.core.settings import current_settings

NOT_AFTER = "Must be after from."

Shown = Mapping[str, Any]


def list_bookings(
    *,
    status: BookingStatus | None = None,
    payment_status: PaymentStatus | None = None,
    listing_id: UUID | None = None,
    guest_id: UUID | None = None,
    host_id: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
    is_over: bool = False,
    search: str = "",
    offset: int,
    limit: int,
) -> tuple[list[Shown], int]:
    """Return everybody's bookings, newest first, and how many there are.

    With dates, those that take a night of `[since, until)`; with `is_over` those whose check-out
    date has passed where they are. `search` is a booking's id, or a part of its payment reference
    or of its listing's title.

    :raises Invalid: on `to`, when there is no night between them.
    """
    if since is not None and until is not None and until <= since:
        raise Invalid(NOT_AFTER, "to")
    rows, count = repository.list_all(
        status=status,
        payment_status=payment_status,
        listing_uuid=listing_id,
        guest_uuid=guest_id,
        host_uuid=host_id,
        since=since,
        until=until,
        over_at=clock.now() if is_over else None,
        search=search,
        offset=offset,
        limit=limit,
    )
    return [bookings.shown_to(Role.ADMIN, row) for row in rows], count


def list_waiting(waits: PaymentStatus, *, offset: int, limit: int) -> tuple[list[Shown], int]:
    """Return the bookings whose proof waits to be checked, or whose refund is due, those that have
    waited longest first, and how many there are."""
    rows, count = repository.list_waiting(waits, offset=offset, limit=limit)
    return [bookings.shown_to(Role.ADMIN, row) for row in rows], count


def list_unsettled(*, offset: int, limit: int) -> tuple[list[Shown], int]:
    """Return the paid bookings of stays that are over and that nobody checked in, those that were
    over first first, and how many there are."""
    rows, count = repository.list_unsettled(
        transitions.UNSETTLED, clock.now(), offset=offset, limit=limit
    )
    return [bookings.shown_to(Role.ADMIN, row) for row in rows], count


def allowed_actions(booking: Shown) -> list[Action]:
    """Return what staff can do to a booking now, as `booking_service.get_booking` returns it."""
    state = State(booking["status"], booking["payment_status"])
    return transitions.allowed_actions(state, Role.ADMIN, life.facts_shown(booking))


def confirm_payment(admin_id: int, booking_uuid: UUID) -> Shown:
    """Write down that the money has come; of a booking that is cancelled it is to be paid back.

    :raises BookingNotFound: when there is no such booking.
    :raises NotYours: when it is their own, as its guest or its host.
    :raises WrongState: unless a proof waits to be checked.
    """
    row, actor = life.find_for_staff(booking_uuid, admin_id)
    with transaction():
        booking, following, now = life.lock(row["id"], Action.CONFIRM_PAYMENT, actor)
        life.move(booking, Action.CONFIRM_PAYMENT, following, actor, now, paid_at=now)
        stay = life.stay_of(booking)
        told = messages.refund_due(stay)
        if following.status is not BookingStatus.CANCELLED:
            told = messages.payment_confirmed(stay, today_in(row["time_zone"], now))
        life.tell_both(booking, told)
        return bookings.show_booking(booking, actor.role)


def reject_payment(admin_id: int, booking_uuid: UUID, reason: str) -> Shown:
    """Reject a proof; the guest may send another one, and has the whole time for it again.

    :raises BookingNotFound: when there is no such booking.
    :raises NotYours: when it is their own, as its guest or its host.
    :raises WrongState: unless a proof waits to be checked.
    """
    row, actor = life.find_for_staff(booking_uuid, admin_id)
    with transaction():
        booking, following, now = life.lock(row["id"], Action.REJECT_PAYMENT, actor)
        stay, due_at = life.stay_of(booking), None
        told = messages.payment_missing(stay, reason)
        if following.status is not BookingStatus.CANCELLED:
            due_at = now + timedelta(seconds=current_settings().payment_window_s)
            told = messages.payment_rejected(stay, reason, due_at)
        columns = {"rejection_reason": reason, "payment_due_at": due_at}
        life.move(booking, Action.REJECT_PAYMENT, following, actor, now, note=reason, **columns)
        life.tell_both(booking, told)
        return bookings.show_booking(booking, actor.role)


def complete(admin_id: int, booking_uuid: UUID) -> Shown:
    """Complete a paid stay that is over and that nobody was checked into.

    :raises BookingNotFound: when there is no such booking.
    :raises NotYours: when it is their own, as its guest or its host.
    :raises WrongState: unless it is paid, and its check-out date has passed.
    """
    row, actor = life.find_for_staff(booking_uuid, admin_id)
    with transaction():
        booking, following, now = life.lock(row["id"], Action.COMPLETE, actor)
        life.move(booking, Action.COMPLETE, following, actor, now, completed_at=now)
        life.tell_both(booking, messages.completed(life.stay_of(booking)))
        return bookings.show_booking(booking, actor.role)


def refund(admin_id: int, booking_uuid: UUID) -> Shown:
    """Write down that the money of a cancelled booking has been paid back.

    :raises BookingNotFound: when there is no such booking.
    :raises NotYours: when it is their own, as its guest or its host.
    :raises WrongState: unless a refund is due.
    """
    row, actor = life.find_for_staff(booking_uuid, admin_id)
    with transaction():
        booking, following, now = life.lock(row["id"], Action.REFUND, actor)
        life.move(booking, Action.REFUND, following, actor, now, refunded_at=now)
        life.tell_both(booking, messages.refunded(life.stay_of(booking)))
        return bookings.show_booking(booking, actor.role)
