"""Queries about intents: nights that are held for a guest."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.bookings.models import BookingIntent
from app.catalogue.models import Listing
from app.core.db import session

SWEEP_INTENTS = 500
# `list_open` for whoever looks without a lock.
OPEN_IDS = """
    SELECT i.id FROM booking_intent AS i
    WHERE i.guest_id = :guest AND i.released_at IS NULL AND i.booked_at IS NULL
        AND i.expires_at > :now
"""

Row = dict[str, Any]


def add_intent(**columns: Any) -> BookingIntent:
    intent = BookingIntent(**columns)
    session.add(intent)
    session.flush()
    return intent


def find_own(guest_id: int, intent_uuid: UUID) -> Row | None:
    """Return the columns of a guest's intent, and `listing_uuid`."""
    columns = BookingIntent.__table__.c
    found = session.execute(
        select(*columns, Listing.uuid.label("listing_uuid"))
        .join(Listing, Listing.id == BookingIntent.listing_id)
        .where(BookingIntent.uuid == intent_uuid, BookingIntent.guest_id == guest_id)
    ).one_or_none()
    return None if found is None else dict(found._mapping)


def lock_intent(intent_id: int) -> BookingIntent | None:
    """Return an intent as it is now; nobody else changes it until the transaction ends."""
    return session.scalar(
        select(BookingIntent)
        .where(BookingIntent.id == intent_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def list_open(guest_id: int, now: datetime) -> list[Row]:
    """Return `id`, `listing_id` and dates of the intents that hold nights for a guest now."""
    rows = session.execute(
        select(
            BookingIntent.id,
            BookingIntent.listing_id,
            BookingIntent.check_in,
            BookingIntent.check_out,
        ).where(
            BookingIntent.guest_id == guest_id,
            BookingIntent.released_at.is_(None),
            BookingIntent.booked_at.is_(None),
            BookingIntent.expires_at > now,
        )
    )
    return [dict(row._mapping) for row in rows]


def set_ended(intent_id: int, **instant: datetime) -> None:
    """Write down when an intent was released, or when it was booked."""
    session.execute(update(BookingIntent).where(BookingIntent.id == intent_id).values(**instant))


def delete_idle_before(instant: datetime) -> int:
    """Delete some intents that had expired by then and were never booked; return how many."""
    idle = (
        select(BookingIntent.id)
        .where(BookingIntent.expires_at < instant, BookingIntent.booked_at.is_(None))
        .order_by(BookingIntent.expires_at)
        .limit(SWEEP_INTENTS)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(idle).all()
    session.execute(delete(BookingIntent).where(BookingIntent.id.in_(found)))
    return len(found)
