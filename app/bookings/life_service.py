"""One step in the life of a booking, as every service takes it.

The step is judged by the table of `transitions` while the booking is locked, so that of two at
once one is taken, and the other is judged by what came of it. Whoever frees nights locks the
listing first. The timeline, the audit log and what people are told are written along with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts.caller import Caller
from app.accounts.message_service import tell
from app.audit import service as audit
from app.bookings import repository, transitions
from app.bookings.booking_messages import Stay, Told
from app.bookings.enums import Action, Role
from app.bookings.errors import BookingNotFound, NotYours, WrongState
from app.bookings.models import Booking, BookingEvent
from app.bookings.transitions import State
from app.core.db import transaction

_AUDITED = {
    Action.CONFIRM_PAYMENT: "booking.payment_confirmed",
    Action.REJECT_PAYMENT: "booking.payment_rejected",
    Action.REFUND: "booking.refunded",
    Action.CANCEL: "booking.cancelled",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step, and in which role; the system has no account."""

    role: Role
    account_id: int | None = None


SYSTEM = Actor(Role.SYSTEM)


def find_visible(booking_uuid: UUID, caller: Caller) -> tuple[dict[str, Any], Actor]:
    """Return a booking as lists show it, and the part that the caller has in it.

    :raises BookingNotFound: when there is none, or none that the caller may see.
    """
    row = repository.find_visible(booking_uuid, None if caller.is_admin else caller.account_id)
    if row is None:
        raise BookingNotFound
    return row, Actor(role_in(row, caller.account_id), caller.account_id)


def find_for_staff(booking_uuid: UUID, admin_id: int) -> tuple[dict[str, Any], Actor]:
    """Return a booking as lists show it, for a member of staff who acts as such.

    :raises BookingNotFound: when there is none.
    """
    row = repository.find_visible(booking_uuid, None)
    if row is None:
        raise BookingNotFound
    return row, Actor(Role.ADMIN, admin_id)


def judge(action: Action, state: State, actor: Actor) -> State:
    """Return the state that an action leads to.

    :raises NotYours: when nobody in this role ever does that.
    :raises WrongState: when the state does not allow it now.
    """
    try:
        return transitions.next_state(action, state, actor.role)
    except transitions.Forbidden as refusal:
        raise NotYours(str(refusal)) from None
    except transitions.Impossible as refusal:
        raise WrongState(str(refusal)) from None


def lock(booking_id: int, action: Action, actor: Actor) -> tuple[Booking, State]:
    """Return a booking that nobody else changes, and the state that an action leads to.

    Belongs into the transaction of the caller.

    :raises NotYours, WrongState: as `judge`.
    """
    with transaction():
        booking = repository.lock_booking(booking_id)
        state = State(booking.status, booking.payment_status)
        return booking, judge(action, state, actor)


def move(
    booking: Booking,
    action: Action | None,
    following: State,
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    **columns: Any,
) -> None:
    """Put a locked booking into the state that a step leads to, and write the step down.

    Without an action the booking begins. Belongs into the transaction of the caller.
    """
    with transaction():
        before = None if action is None else booking.status
        booking.status, booking.payment_status = following
        for name, value in columns.items():
            setattr(booking, name, value)
        repository.write_booking()
        repository.add_event(
            BookingEvent(
                booking_id=booking.id,
                at=now,
                account_id=actor.account_id,
                role=actor.role,
                from_status=before,
                to_status=following.status,
                payment_status=following.payment,
                note=note,
            )
        )
        if actor.role is Role.ADMIN and action is not None:
            details = {"note": note} if note else {}
            audit.record(actor.account_id, _AUDITED[action], "booking", booking.uuid, **details)


def stay_of(booking: Booking) -> Stay:
    """Return what messages name of a booking."""
    return Stay(
        booking.uuid,
        repository.get_title(booking.listing_id),
        booking.check_in,
        booking.check_out,
        booking.total,
        booking.currency,
    )


def tell_both(booking: Booking, told: Told) -> None:
    """Tell guest and host, once the transaction is durable."""
    with transaction():
        tell(booking.guest_id, told.guest)
        tell(booking.host_id, told.host)


def role_in(row: Mapping[str, Any], account_id: int) -> Role:
    """Return the part that somebody has in a booking that they may see."""
    if account_id == row["guest_id"]:
        return Role.GUEST
    return Role.HOST if account_id == row["host_id"] else Role.ADMIN
