"""Stays that are over, and what their guests say."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.accounts.models import Account
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.models import Booking, BookingIntent
from app.catalogue.models import Listing
from app.core import clock
from app.core.db import session, transaction
from app.reviews import service as reviews
from app.reviews.models import Review
from tests.factories import make_account

# What the stay of every booking here was promised for.
SNAPSHOT = {
    "nights": 4,
    "price_per_night": "350.00",
    "subtotal": "1400.00",
    "cleaning_fee": "50.00",
    "total": "1450.00",
    "extras": [],
    "security_deposit": "0.00",
    "currency": "USD",
}


def make_guest(first_name: str = "Asha") -> Account:
    guest = make_account()
    with transaction():
        guest.first_name = first_name
    return guest


def make_booking(listing_id: int, guest_id: int, **changes: Any) -> Booking:
    """Book a listing; the stay is completed and paid unless `changes` say otherwise."""
    now = clock.now()
    with transaction():
        owner_id = session.scalars(select(Listing.owner_id).where(Listing.id == listing_id)).one()
        stay: dict[str, Any] = {
            "listing_id": listing_id,
            "guest_id": guest_id,
            "check_in": date(2026, 9, 1),
            "check_out": date(2026, 9, 5),
            "guests": 2,
            "snapshot": SNAPSHOT,
        }
        intent = BookingIntent(
            **stay, created_at=now, expires_at=now + timedelta(minutes=15), booked_at=now
        )
        session.add(intent)
        session.flush()
        booking = Booking(
            **stay
            | {
                "intent_id": intent.id,
                "host_id": owner_id,
                "status": BookingStatus.COMPLETED,
                "payment_status": PaymentStatus.CONFIRMED,
                "total": Decimal("1450.00"),
                "currency": "USD",
                "created_at": now,
                "paid_at": now,
                "completed_at": now,
            }
            | changes
        )
        session.add(booking)
    return booking


UNPAID = {
    "status": BookingStatus.CONFIRMED,
    "payment_status": PaymentStatus.UNPAID,
    "payment_due_at": clock.now(),
    "paid_at": None,
    "completed_at": None,
}
PAID = {
    "status": BookingStatus.CONFIRMED,
    "payment_status": PaymentStatus.CONFIRMED,
    "completed_at": None,
}
SUBMITTED = {
    "status": BookingStatus.PAYMENT_SUBMITTED,
    "payment_status": PaymentStatus.SUBMITTED,
    "paid_at": None,
    "completed_at": None,
}
CHECKED_IN = {**PAID, "status": BookingStatus.CHECKED_IN}
REFUND_DUE = {
    "status": BookingStatus.CANCELLED,
    "payment_status": PaymentStatus.REFUND_DUE,
    "cancelled_at": clock.now(),
    "completed_at": None,
}


def uuid_of(listing_id: int) -> UUID:
    found = session.scalars(select(Listing.uuid).where(Listing.id == listing_id)).one()
    session.rollback()
    return found


def review(
    listing_id: int,
    rating: int = 5,
    *,
    guest: Account | None = None,
    at: datetime | None = None,
    **given: Any,
) -> UUID:
    """Have a guest stay at a listing and review it; return the review's UUID."""
    guest = guest or make_guest()
    booking = make_booking(listing_id, guest.id)
    shown = reviews.submit_review(
        guest.id, uuid_of(listing_id), booking_id=booking.uuid, rating=rating, **given
    )
    if at is not None:
        with transaction():
            session.execute(
                update(Review).where(Review.uuid == shown["uuid"]).values(created_at=at)
            )
    found: UUID = shown["uuid"]
    return found


def rating_of(listing_id: int) -> tuple[int, Decimal | None, dict[str, str]]:
    """Return what a listing's row says of its reviews."""
    session.rollback()
    row = session.execute(
        select(Listing.review_count, Listing.rating, Listing.sub_ratings).where(
            Listing.id == listing_id
        )
    ).one()
    return row.review_count, row.rating, row.sub_ratings
