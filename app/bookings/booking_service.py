"""Bookings: made of intents, listed, cancelled, checked in and out."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.accounts.caller import Caller
from app.bookings import booking_messages as messages
from app.bookings import intent_repository as intents
from app.bookings import life_service as life
from app.bookings import repository, transitions
from app.bookings.enums import Action, BookingStatus, IntentStatus, PaymentStatus, Role
from app.bookings.errors import IntentNotFound, IntentOver, NoSuchIntent, WrongState
from app.bookings.intent_service import find_own
from app.bookings.intents import status_of
from app.bookings.life_service import Actor
from app.bookings.models import Booking, BookingEvent, BookingIntent
from app.bookings.transitions import Facts, State
from app.catalogue import calendar_service as calendar
from app.catalogue.errors import HoldLapsed, ListingNotFound
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import transaction
from app.core.settings import current_settings

RELEASED = "This hold was released. Please choose the nights again."
UNLISTED = "This stay is not offered any more."
TOO_EARLY = "The check-in date has not come yet."
NOT_PAID = "Not paid in time."
# What hosts do not see: it is between guest and staff.
_OF_PAYMENT = (
    "payment_reference",
    "payment_method",
    "payment_proof",
    "has_payment_proof",
    "rejection_reason",
)

Shown = dict[str, Any]


class Entry(NamedTuple):
    """What happened to a booking, as somebody sees it."""

    at: datetime
    account_id: int | None
    role: Role
    from_status: BookingStatus | None
    to_status: BookingStatus
    payment_status: PaymentStatus
    note: str


# ── making one ──────────────────────────────────────────────────────────────────────────────


def create_booking(
    guest_id: int, intent_uuid: UUID | None, special_requests: str
) -> tuple[Shown, bool]:
    """Book what an intent holds; return the booking, and whether it is new.

    The same intent again gives the same booking.

    :raises NoSuchIntent: when the guest has no such intent.
    :raises IntentOver, HoldLapsed: when nothing can be booked of it any more.
    """
    try:
        wanted = find_own(guest_id, intent_uuid)
    except IntentNotFound:
        raise NoSuchIntent from None
    with transaction():
        listing = _lock_listing(wanted["listing_uuid"])
        intent = intents.lock_intent(wanted["id"])
        if intent is None:
            raise NoSuchIntent
        is_new = intent.booked_at is None and _book(intent, listing, special_requests)
        return _detailed(repository.get_of_intent(intent.id), Role.GUEST), is_new


def _lock_listing(listing_uuid: UUID) -> Mapping[str, Any] | None:
    """Keep everybody else from a listing's nights; None where it cannot be booked any more."""
    try:
        return calendar.lock_bookable(listing_uuid)
    except ListingNotFound:
        return None


def _book(intent: BookingIntent, listing: Mapping[str, Any] | None, special_requests: str) -> bool:
    """Make a booking of a locked intent; tell whether there was none before."""
    now = clock.now()
    ended = {"released_at": intent.released_at, "booked_at": intent.booked_at}
    match status_of(expires_at=intent.expires_at, **ended, now=now):
        case IntentStatus.RELEASED:
            raise IntentOver(RELEASED)
        case IntentStatus.EXPIRED:
            raise HoldLapsed
    if listing is None:
        raise IntentOver(UNLISTED)
    calendar.book_nights(intent.id, (intent.check_out - intent.check_in).days, now)
    total = Decimal(intent.snapshot["total"])
    state, due_at = transitions.beginning(Facts(is_free=total == 0)), None
    if state.payment is PaymentStatus.UNPAID:
        due_at = now + timedelta(seconds=current_settings().payment_window_s)
    booking = repository.add_booking(
        intent_id=intent.id,
        listing_id=intent.listing_id,
        guest_id=intent.guest_id,
        host_id=listing["owner_id"],
        check_in=intent.check_in,
        check_out=intent.check_out,
        guests=intent.guests,
        status=state.status,
        payment_status=state.payment,
        snapshot=intent.snapshot,
        total=total,
        currency=intent.snapshot["currency"],
        special_requests=special_requests,
        payment_due_at=due_at,
        created_at=now,
    )
    if booking is None:
        return False
    intents.set_ended(intent.id, booked_at=now)
    life.move(booking, None, state, Actor(Role.GUEST, intent.guest_id), now)
    life.tell_both(booking, messages.booked(life.stay_of(booking), due_at))
    return True


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def get_booking(caller: Caller, booking_uuid: UUID) -> Shown:
    """Return a booking with its timeline, to its guest, its host or staff.

    :raises BookingNotFound: when there is none that the caller may see.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    return _detailed(row, actor.role)


def list_bookings(
    account_id: int,
    *,
    role: Role | None = None,
    status: BookingStatus | None = None,
    listing_id: UUID | None = None,
    offset: int,
    limit: int,
) -> tuple[list[Shown], int]:
    """Return an account's bookings as guest, as host or both, newest first; and how many."""
    roles = (Role.GUEST, Role.HOST) if role is None else (role,)
    filters = {"status": status, "listing_uuid": listing_id}
    rows = repository.list_own(account_id, roles, **filters, offset=offset, limit=limit)
    shown = [shown_to(life.role_in(row, account_id), row) for row in rows]
    return shown, repository.count_own(account_id, roles, **filters)


def show_booking(booking: Booking, role: Role) -> Shown:
    """Return a booking of the current transaction with its timeline, as somebody sees it."""
    return _detailed(repository.get_shown(booking.id), role)


def _detailed(row: Mapping[str, Any], role: Role) -> Shown:
    events = repository.list_events(row["id"])
    return {**shown_to(role, row), "timeline": [_entry(each, role) for each in events]}


def _entry(event: BookingEvent, role: Role) -> Entry:
    """Return an entry of the timeline; why a payment was rejected is not for the host."""
    is_hidden = role is Role.HOST and _is_rejection(event)
    return Entry(
        event.at,
        event.account_id,
        event.role,
        event.from_status,
        event.to_status,
        event.payment_status,
        "" if is_hidden else event.note,
    )


def _is_rejection(event: BookingEvent) -> bool:
    # A booking that is cancelled later keeps the word, and its note says why it was cancelled.
    was_checked = event.from_status in (BookingStatus.PAYMENT_SUBMITTED, BookingStatus.CANCELLED)
    return was_checked and event.payment_status is PaymentStatus.REJECTED


def shown_to(role: Role, row: Mapping[str, Any]) -> Shown:
    """Return a booking that was read, as somebody in this role sees it.

    `guest` and `host` have `uuid` and `first_name`, and `has_payment_proof` tells whether there is
    a proof to read.
    """
    hidden = dict.fromkeys(_OF_PAYMENT) if role is Role.HOST else {}
    parties = {
        str(each): {name: row[f"{each}_{name}"] for name in ("uuid", "first_name")}
        for each in (Role.GUEST, Role.HOST)
    }
    has_proof = {"has_payment_proof": row["payment_proof"] is not None}
    return {**row, **parties, **has_proof, **hidden, "role": role}


# ── its life ────────────────────────────────────────────────────────────────────────────────


def cancel_booking(caller: Caller, booking_uuid: UUID, reason: str) -> Shown:
    """Cancel a booking and free its nights. Doing so again changes nothing.

    :raises BookingNotFound: when there is none that the caller may see.
    :raises WrongState: once the guest is checked in; and of what was paid, once its dates have
        passed, unless staff does it.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    with transaction():
        calendar.lock_listing(row["listing_id"])
        booking = repository.lock_booking(row["id"])
        _cancel(booking, actor, reason)
        return show_booking(booking, actor.role)


def cancel_overdue(booking_id: int, listing_id: int) -> None:
    """Cancel a booking that is to be paid by now, and is not."""
    with transaction():
        calendar.lock_listing(listing_id)
        booking = repository.lock_booking(booking_id)
        if booking.payment_due_at is not None and booking.payment_due_at <= clock.now():
            _cancel(booking, life.SYSTEM, NOT_PAID)


def _cancel(booking: Booking, actor: Actor, reason: str) -> None:
    """Cancel a booking that is locked, as its listing is, unless it is cancelled already."""
    state = State(booking.status, booking.payment_status)
    if transitions.is_done(Action.CANCEL, state):
        return
    now = clock.now()
    facts = life.facts_of(booking, now)
    following = life.judge(Action.CANCEL, state, actor, facts)
    columns = {"cancelled_at": now, "payment_due_at": None, "cancellation_reason": reason}
    life.move(booking, Action.CANCEL, following, actor, now, note=reason, **columns)
    calendar.release_nights(booking.intent_id)
    stay = life.stay_of(booking)
    told = messages.cancelled(stay, actor.role, reason, following.payment, is_over=facts.is_over)
    life.tell_both(booking, told)


def check_in(caller: Caller, booking_uuid: UUID) -> Shown:
    """Mark the guest as checked in, from the check-in date on and until the stay is over.

    :raises BookingNotFound: when there is none that the caller may see.
    :raises NotYours: when the caller is not the host.
    :raises WrongState: before the payment is confirmed, before that date, or afterwards.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    with transaction():
        booking, following, now = life.lock(row["id"], Action.CHECK_IN, actor)
        if today_in(row["time_zone"], now) < booking.check_in:
            raise WrongState(TOO_EARLY)
        life.move(booking, Action.CHECK_IN, following, actor, now, checked_in_at=now)
        life.tell_both(booking, messages.checked_in(life.stay_of(booking)))
        return show_booking(booking, actor.role)


def check_out(caller: Caller, booking_uuid: UUID) -> Shown:
    """Complete a stay; of an early one the nights from today on are free.

    :raises BookingNotFound: when there is none that the caller may see.
    :raises NotYours: when the caller is not the host.
    :raises WrongState: unless the guest is checked in.
    """
    row, actor = life.find_visible(booking_uuid, caller)
    with transaction():
        booking = _complete(row["id"], row["listing_id"], row["time_zone"], actor)
        return show_booking(booking, actor.role)


def complete_overdue(booking_id: int, listing_id: int, time_zone: str) -> None:
    """Complete a stay that nobody has checked out of.

    :raises WrongState: when somebody has, meanwhile.
    """
    with transaction():
        _complete(booking_id, listing_id, time_zone, life.SYSTEM)


def _complete(booking_id: int, listing_id: int, time_zone: str, actor: Actor) -> Booking:
    """Complete a booking in the caller's transaction, and ask the guest for a review."""
    calendar.lock_listing(listing_id)
    booking, following, now = life.lock(booking_id, Action.CHECK_OUT, actor)
    life.move(booking, Action.CHECK_OUT, following, actor, now, completed_at=now)
    calendar.release_nights(booking.intent_id, since=today_in(time_zone, now))
    life.tell_both(booking, messages.completed(life.stay_of(booking)))
    return booking
