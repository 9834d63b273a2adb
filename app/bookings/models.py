"""Intents, the bookings that are made of them, and what happened to each.

What a stay costs is written down once, when its nights are held, and never changes afterwards:
neither prices nor names of the listing that change later show in it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.bookings.enums import BookingStatus, PaymentStatus, ProofType, Role
from app.bookings.limits import CURRENCY_CHARS, PAYMENT_TEXT_CHARS, PROOF_PATH_CHARS
from app.catalogue.models import Listing
from app.core.db import Base, FixedPoint, Instant, words

_OPEN = text("released_at IS NULL AND booked_at IS NULL")
_NOT_BOOKED = text("booked_at IS NULL")
_DUE = text("payment_due_at IS NOT NULL")
_STAYING = text("status = 'checked_in'")
_ALLOWED_PAIRS = " OR ".join(
    f"(status = '{status}' AND payment_status IN ({', '.join(map(repr, payments))}))"
    for status, payments in (
        ("confirmed", ("unpaid", "rejected", "confirmed")),
        ("payment_submitted", ("submitted",)),
        ("checked_in", ("confirmed",)),
        ("completed", ("confirmed",)),
        ("cancelled", ("unpaid", "rejected", "submitted", "refund_due", "refunded")),
    )
)


class BookingIntent(Base):
    """Nights that are held for a guest until `expires_at`, and what the stay would cost.

    What has become of it is told by `intents.status_of`: it expires without being touched.
    """

    __tablename__ = "booking_intent"
    __table_args__ = (
        UniqueConstraint("uuid"),
        Index(
            "ix_booking_intent_open",
            "guest_id",
            "expires_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        # Those that came to nothing are deleted some day.
        Index(
            "ix_booking_intent_expires_at",
            "expires_at",
            sqlite_where=_NOT_BOOKED,
            postgresql_where=_NOT_BOOKED,
        ),
        CheckConstraint("check_in < check_out", name="has_nights"),
        CheckConstraint("guests >= 1", name="has_guests"),
        CheckConstraint("released_at IS NULL OR booked_at IS NULL", name="ends_once"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id))
    guest_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    check_in: Mapped[date] = mapped_column(Date)
    check_out: Mapped[date] = mapped_column(Date)
    guests: Mapped[int] = mapped_column(SmallInteger)
    # As `pricing.Snapshot.as_json` writes it: amounts are decimal strings.
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    booked_at: Mapped[datetime | None] = mapped_column(Instant)


class Booking(Base):
    """A stay that a guest has booked. Its nights carry the id of its intent.

    `payment_due_at` is set exactly as long as the guest has to do something about the money.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("intent_id"),
        Index("ix_booking_guest_id_id", "guest_id", "id"),
        Index("ix_booking_host_id_id", "host_id", "id"),
        Index("ix_booking_listing_id_id", "listing_id", "id"),
        Index("ix_booking_status_id", "status", "id"),
        Index("ix_booking_payment_status_id", "payment_status", "id"),
        Index(
            "ix_booking_payment_due_at",
            "payment_due_at",
            sqlite_where=_DUE,
            postgresql_where=_DUE,
        ),
        Index(
            "ix_booking_staying",
            "check_out",
            sqlite_where=_STAYING,
            postgresql_where=_STAYING,
        ),
        CheckConstraint(_ALLOWED_PAIRS, name="statuses_agree"),
        CheckConstraint(
            "(payment_due_at IS NOT NULL)"
            " = (status = 'confirmed' AND payment_status IN ('unpaid', 'rejected'))",
            name="due_while_unpaid",
        ),
        CheckConstraint("(payment_proof IS NULL) = (proof_type IS NULL)", name="proof_has_a_type"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_at"),
        CheckConstraint("(status = 'completed') = (completed_at IS NOT NULL)", name="completed_at"),
        CheckConstraint("guest_id <> host_id", name="guest_is_not_host"),
        CheckConstraint("check_in < check_out", name="has_nights"),
        CheckConstraint("guests >= 1", name="has_guests"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    intent_id: Mapped[int] = mapped_column(ForeignKey(BookingIntent.id))
    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id))
    guest_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    # Who owned the listing when it was booked.
    host_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    check_in: Mapped[date] = mapped_column(Date)
    check_out: Mapped[date] = mapped_column(Date)
    guests: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[BookingStatus] = mapped_column(
        words(BookingStatus), default=BookingStatus.CONFIRMED
    )
    payment_status: Mapped[PaymentStatus] = mapped_column(
        words(PaymentStatus), default=PaymentStatus.UNPAID
    )
    # The intent's, and its total and currency for sums.
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSON)
    total: Mapped[Decimal] = mapped_column(FixedPoint(2))
    currency: Mapped[str] = mapped_column(String(CURRENCY_CHARS))
    special_requests: Mapped[str] = mapped_column(Text, default="")

    payment_due_at: Mapped[datetime | None] = mapped_column(Instant)
    # Where the newest proof is, in the private area, and what it is.
    payment_proof: Mapped[str | None] = mapped_column(String(PROOF_PATH_CHARS))
    proof_type: Mapped[ProofType | None] = mapped_column(words(ProofType))
    payment_reference: Mapped[str] = mapped_column(String(PAYMENT_TEXT_CHARS), default="")
    payment_method: Mapped[str] = mapped_column(String(PAYMENT_TEXT_CHARS), default="")
    # Why staff rejected the newest proof.
    rejection_reason: Mapped[str] = mapped_column(Text, default="")
    cancellation_reason: Mapped[str] = mapped_column(Text, default="")

    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    refunded_at: Mapped[datetime | None] = mapped_column(Instant)


class BookingEvent(Base):
    """One entry of a booking's timeline: who has done what, in which role."""

    __tablename__ = "booking_event"
    __table_args__ = (
        Index("ix_booking_event_booking_id", "booking_id"),
        CheckConstraint("(role = 'system') = (account_id IS NULL)", name="people_have_accounts"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey(Booking.id))
    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    role: Mapped[Role] = mapped_column(words(Role))
    # Empty where the booking begins.
    from_status: Mapped[BookingStatus | None] = mapped_column(
        words(BookingStatus, name="from_status")
    )
    to_status: Mapped[BookingStatus] = mapped_column(words(BookingStatus, name="to_status"))
    payment_status: Mapped[PaymentStatus] = mapped_column(words(PaymentStatus))
    note: Mapped[str] = mapped_column(Text, default="")
