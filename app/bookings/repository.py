"""Queries about bookings and their timelines."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.accounts.models import Account
from app.bookings.enums import BookingStatus, PaymentStatus, Role
from app.bookings.models import Booking, BookingEvent
from app.bookings.stays import last_over
from app.bookings.transitions import State
from app.catalogue.models import Listing
from app.core.counts import count_rows
from app.core.db import session, violates

Row = dict[str, Any]

_columns = Booking.__table__.c
_guest, _host = aliased(Account), aliased(Account)
_OWN = {Role.GUEST: Booking.guest_id, Role.HOST: Booking.host_id}
# The payments that wait for staff, and since when they do.
_WAITS_SINCE = {
    PaymentStatus.SUBMITTED: Booking.submitted_at,
    PaymentStatus.REFUND_DUE: Booking.cancelled_at,
}


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def find_visible(booking_uuid: UUID, account_id: int | None) -> Row | None:
    """Return a booking as lists show it, if its guest or host asks, or staff: None."""
    statement = _shown().where(Booking.uuid == booking_uuid)
    if account_id is not None:
        statement = statement.where(
            or_(Booking.guest_id == account_id, Booking.host_id == account_id)
        )
    found = session.execute(statement).one_or_none()
    return None if found is None else dict(found._mapping)


def get_shown(booking_id: int) -> Row:
    """Return a booking as lists show it."""
    return dict(session.execute(_shown().where(Booking.id == booking_id)).one()._mapping)


def list_own(
    account_id: int,
    roles: Sequence[Role],
    *,
    offset: int,
    limit: int,
    **filters: Any,
) -> list[Row]:
    """Return an account's bookings in these roles, newest first; see `_conditions`."""
    conditions = _conditions(**filters)
    # Each part ends after as many rows as the page can need: nobody's whole list is sorted.
    parts = [
        select(Booking.id)
        .where(_OWN[role] == account_id, *conditions)
        .order_by(Booking.id.desc())
        .limit(offset + limit)
        .subquery()
        for role in roles
    ]
    own = union_all(*(select(part.c.id) for part in parts)).subquery()
    return _page(select(own.c.id).order_by(own.c.id.desc()), offset, limit)


def count_own(account_id: int, roles: Sequence[Role], **filters: Any) -> int:
    """Count an account's bookings in these roles; nobody is guest and host of one."""
    conditions = _conditions(**filters)
    return sum(
        session.execute(
            select(func.count()).where(_OWN[role] == account_id, *conditions)
        ).scalar_one()
        for role in roles
    )


def list_all(*, offset: int, limit: int, **filters: Any) -> tuple[list[Row], int]:
    """Return everybody's bookings, newest first, and how many there are; see `_conditions`."""
    query = select(Booking.id).where(*_conditions(**filters)).order_by(Booking.id.desc())
    return _page(query, offset, limit), count_rows(query)


def list_waiting(waits: PaymentStatus, *, offset: int, limit: int) -> tuple[list[Row], int]:
    """Return the bookings that wait for staff with this payment status, those that have waited
    longest first, and how many there are."""
    query = (
        select(Booking.id)
        .where(Booking.payment_status == waits)
        .order_by(_WAITS_SINCE[waits], Booking.id)
    )
    return _page(query, offset, limit), count_rows(query)


def list_unsettled(
    state: State, now: datetime, *, offset: int, limit: int
) -> tuple[list[Row], int]:
    """Return the bookings in this state whose dates have passed, those that did first first, and
    how many there are."""
    conditions = _conditions(status=state.status, payment_status=state.payment, over_at=now)
    query = select(Booking.id).where(*conditions).order_by(Booking.check_out, Booking.id)
    return _page(query, offset, limit), count_rows(query)


def list_events(booking_id: int) -> Sequence[BookingEvent]:
    """Return a booking's timeline, the oldest entry first."""
    return session.scalars(
        select(BookingEvent).where(BookingEvent.booking_id == booking_id).order_by(BookingEvent.id)
    ).all()


def get_of_intent(intent_id: int) -> Row:
    """Return the booking that was made of an intent."""
    return dict(session.execute(_shown().where(Booking.intent_id == intent_id)).one()._mapping)


def get_title(listing_id: int) -> str:
    """Return what a listing is called now."""
    return session.execute(select(Listing.title).where(Listing.id == listing_id)).scalar_one()


def get_time_zone(listing_id: int) -> str:
    """Return where a listing is, by IANA's name of its time zone."""
    return session.execute(select(Listing.time_zone).where(Listing.id == listing_id)).scalar_one()


def _shown() -> Select[Any]:
    return (
        select(
            *_columns,
            Listing.uuid.label("listing_uuid"),
            Listing.title.label("listing_title"),
            Listing.time_zone,
            _guest.uuid.label("guest_uuid"),
            _guest.first_name.label("guest_first_name"),
            _host.uuid.label("host_uuid"),
            _host.first_name.label("host_first_name"),
        )
        .join(Listing, Listing.id == Booking.listing_id)
        .join(_guest, _guest.id == Booking.guest_id)
        .join(_host, _host.id == Booking.host_id)
    )


def _page(ids: Select[Any], offset: int, limit: int) -> list[Row]:
    """Return a page of bookings, in the order of their ids."""
    found = session.scalars(ids.offset(offset).limit(limit)).all()
    rows = session.execute(_shown().where(Booking.id.in_(found)))
    by_id = {row.id: dict(row._mapping) for row in rows}
    return [by_id[each] for each in found]


def _conditions(
    *,
    status: BookingStatus | None = None,
    payment_status: PaymentStatus | None = None,
    listing_uuid: UUID | None = None,
    guest_uuid: UUID | None = None,
    host_uuid: UUID | None = None,
    since: date | None = None,
    until: date | None = None,
    over_at: datetime | None = None,
    search: str = "",
) -> list[ColumnElement[bool]]:
    """Return what the filters mean.

    The dates leave stays that take a night of `[since, until)`, and `over_at` those whose dates
    have passed at an instant. `search` is a booking's id, or a part of its payment reference or of
    its listing's title.
    """
    conditions: list[ColumnElement[bool]] = []
    if status is not None:
        conditions.append(Booking.status == status)
    if payment_status is not None:
        conditions.append(Booking.payment_status == payment_status)
    for column, model, uuid in (
        (Booking.listing_id, Listing, listing_uuid),
        (Booking.guest_id, Account, guest_uuid),
        (Booking.host_id, Account, host_uuid),
    ):
        if uuid is not None:
            found = select(model.id).where(model.uuid == uuid).scalar_subquery()
            conditions.append(column == found)
    if since is not None:
        conditions.append(Booking.check_out > since)
    if until is not None:
        conditions.append(Booking.check_in < until)
    if search:
        conditions.append(_says(search))
    if over_at is not None:
        conditions.append(_is_over(over_at, conditions))
    return conditions


def _is_over(now: datetime, others: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Tell whether the dates of a stay have passed where it is; `others` narrow the search."""
    # Two days later they have everywhere; until then it depends on the zones there are.
    lately = now.date() - timedelta(days=1)
    zone = select(Listing.time_zone).where(Listing.id == Booking.listing_id).scalar_subquery()
    zones = session.scalars(
        select(zone).where(*others, Booking.check_out.between(lately, now.date())).distinct()
    ).all()
    return or_(
        Booking.check_out < lately,
        *(and_(Booking.check_out <= last_over(each, now), zone == each) for each in zones),
    )


def _says(search: str) -> ColumnElement[bool]:
    try:
        return Booking.uuid == UUID(search)
    except ValueError:
        titled = select(Listing.id).where(Listing.title.icontains(search, autoescape=True))
        return or_(
            Booking.payment_reference.icontains(search, autoescape=True),
            Booking.listing_id.in_(titled),
        )


# ── writing ─────────────────────────────────────────────────────────────────────────────────


def add_booking(**columns: Any) -> Booking | None:
    """Add a booking; None where there is one of the same intent already."""
    booking = Booking(**columns)
    try:
        with session.begin_nested():
            session.add(booking)
            session.flush()
    except IntegrityError as error:
        if violates(error, "uq_booking_intent_id", "booking.intent_id"):
            return None
        raise
    return booking


def lock_booking(booking_id: int) -> Booking:
    """Return a booking as it is now; nobody else changes it until the transaction ends."""
    return session.execute(
        select(Booking)
        .where(Booking.id == booking_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def write_booking() -> None:
    """Send what has changed of a locked booking to the database."""
    session.flush()


def add_event(event: BookingEvent) -> None:
    session.add(event)


# ── what is due ─────────────────────────────────────────────────────────────────────────────


def list_unpaid(due_by: datetime, limit: int, after_id: int) -> list[Row]:
    """Return `id` and `listing_id` of bookings past `after_id` that were to be paid by then."""
    return _due(
        select(Booking.id, Booking.listing_id).where(Booking.payment_due_at <= due_by),
        limit,
        after_id,
    )


def list_staying(leaving_by: date, limit: int, after_id: int) -> list[Row]:
    """Return `id`, `listing_id`, `check_out` and `time_zone` of bookings past `after_id` whose
    guests are checked in, and were to leave by then."""
    return _due(
        select(Booking.id, Booking.listing_id, Booking.check_out, Listing.time_zone)
        .join(Listing, Listing.id == Booking.listing_id)
        .where(Booking.status == BookingStatus.CHECKED_IN, Booking.check_out <= leaving_by),
        limit,
        after_id,
    )


def _due(query: Any, limit: int, after_id: int) -> list[Row]:
    page = query.where(Booking.id > after_id).order_by(Booking.id).limit(limit)
    return [dict(row._mapping) for row in session.execute(page)]
