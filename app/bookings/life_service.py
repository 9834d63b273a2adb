"""One step in the life of a booking, as every service takes it.

The step is judged by the table of `transitions` while the booking is locked, so that of two at
once one is taken, and the other is judged by what came of it. Whoever frees nights locks the
listing first. The timeline, the audit log and what people are told are written along with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from app.accounts.caller import Caller
from app.accounts.message_service import tell
from app.audit import service as audit
from app.bookings import repository, transitions
from app.bookings.booking_messages import Stay, Told
from app.bookings.enums import Action, Role
from app.bookings.errors import BookingNotFound, NotYours, WrongState
from app.bookings.models import Booking, BookingEvent
from app.bookings.stays import is_over
from app.bookings.transitions import Facts, State
from app.core import clock
from app.core.db import transaction

_AUDITED = {
    Action.CONFIRM_PAYMENT: "booking.payment_confirmed",
    Action.REJECT_PAYMENT: "booking.payment_rejected",
    Action.REFUND: "booking.refunded",
    Action.CANCEL: "booking.cancelled",
    Action.COMPLETE: "booking.completed",
}
_THEIR_OWN = "You are the {} of this booking yourself: a colleague decides about it."


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step, and in which role; the system has no account."""

    role: Role
    account_id: int | None = None


SYSTEM = Actor(Role.SYSTEM)


class Step(NamedTuple):
    """A step that may be taken: nobody else changes the booking until the transaction ends."""

    booking: Booking
    following: State
    now: datetime


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
    :raises NotYours: when they are its guest or host: nobody decides about their own money.
    """
    row = repository.find_visible(booking_uuid, None)
    if row is None:
        raise BookingNotFound
    role = role_in(row, admin_id)
    if role is not Role.ADMIN:
        raise NotYours(_THEIR_OWN.format(role))
    return row, Actor(role, admin_id)


def facts_of(booking: Booking, now: datetime) -> Facts:
    """Return what the table of transitions asks of a booking."""
    time_zone = repository.get_time_zone(booking.listing_id)
    return Facts(is_over(booking.check_out, time_zone, now), booking.total == 0)


def facts_shown(row: Mapping[str, Any]) -> Facts:
    """Return the same of a booking as lists show it."""
    over = is_over(row["check_out"], row["time_zone"], clock.now())
    return Facts(over, row["total"] == 0)


def judge(action: Action, state: State, actor: Actor, facts: Facts) -> State:
    """Return the state that an action leads to.

    :raises NotYours: when nobody in this role ever does that.
    :raises WrongState: when the state does not allow it now.
    """
    try:
        return transitions.next_state(action, state, actor.role, facts)
    except transitions.Forbidden as refusal:
        raise NotYours(str(refusal)) from None
    except transitions.Impossible as refusal:
        raise WrongState(str(refusal)) from None


def lock(booking_id: int, action: Action, actor: Actor) -> Step:
    """Lock a booking, and judge a step in its life.

    Belongs into the transaction of the caller.

    :raises NotYours, WrongState: as `judge`.
    """
    with transaction():
        booking, now = repository.lock_booking(booking_id), clock.now()
        state = State(booking.status, booking.payment_status)
        return Step(booking, judge(action, state, actor, facts_of(booking, now)), now)


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
