"""What the dashboard's figures are added up from: a handful of aggregates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.models import Booking
from app.bookings.transitions import State
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.models import Listing
from app.core.db import session

InstantColumn = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


class Accounts(NamedTuple):
    """Accounts of one stage on the way to being a host."""

    stage: VerificationStage
    total: int
    verified: int
    disabled: int


class Listings(NamedTuple):
    """Listings of one kind in the same statuses."""

    listing_type: ListingType
    review_status: ReviewStatus | None
    publish_status: PublishStatus
    total: int


class Bookings(NamedTuple):
    """Bookings in the same statuses and currency, and what they cost in all."""

    status: BookingStatus
    payment_status: PaymentStatus
    currency: str
    total: int
    amount: Decimal


def count_accounts() -> list[Accounts]:
    """Return how many accounts there are, by stage."""
    # A count of a column counts where it is set.
    query = select(
        Account.verification_stage,
        func.count(),
        func.count(Account.email_verified_at),
        func.count(Account.disabled_at),
    ).group_by(Account.verification_stage)
    return [Accounts(*row) for row in session.execute(query)]


def count_listings() -> list[Listings]:
    """Return how many listings there are that are neither deleted nor in the trash."""
    kinds = (Listing.listing_type, Listing.review_status, Listing.publish_status)
    query = (
        select(*kinds, func.count())
        .where(Listing.deleted_at.is_(None), Listing.publish_status != PublishStatus.TRASH)
        .group_by(*kinds)
    )
    return [Listings(*row) for row in session.execute(query)]


def count_bookings() -> list[Bookings]:
    """Return how many bookings there are, and their totals."""
    kinds = (Booking.status, Booking.payment_status, Booking.currency)
    query = select(*kinds, func.count(), func.sum(Booking.total)).group_by(*kinds)
    return [Bookings(*row) for row in session.execute(query)]


def count_stays_by_end(state: State, leaving_by: date) -> list[tuple[str, date, int]]:
    """Return how many bookings in a state end where and when, up to a date: zone, date, number."""
    kinds = (Listing.time_zone, Booking.check_out)
    query = (
        select(*kinds, func.count())
        .join(Listing, Listing.id == Booking.listing_id)
        .where(
            Booking.status == state.status,
            Booking.payment_status == state.payment,
            Booking.check_out <= leaving_by,
        )
        .group_by(*kinds)
    )
    return [(zone, end, count) for zone, end, count in session.execute(query)]


def registrations_by_day(since: datetime) -> dict[date, int]:
    return _count_by_day(Account.created_at, since)


def listings_by_day(since: datetime) -> dict[date, int]:
    """Count the listings that were created, whatever has become of them."""
    return _count_by_day(Listing.created_at, since)


def bookings_by_day(since: datetime) -> dict[date, int]:
    return _count_by_day(Booking.created_at, since)


def revenue_by_day(since: datetime) -> dict[tuple[date, str], Decimal]:
    """Return the totals of paid bookings by the day of their payment, and by currency."""
    query = (
        select(_day(Booking.paid_at), Booking.currency, func.sum(Booking.total))
        .where(Booking.payment_status == PaymentStatus.CONFIRMED, Booking.paid_at >= since)
        .group_by("day", Booking.currency)
    )
    return {
        (date.fromisoformat(day), currency): amount
        for day, currency, amount in session.execute(query)
    }


def _count_by_day(column: InstantColumn, since: datetime) -> dict[date, int]:
    query = select(_day(column), func.count()).where(column >= since).group_by("day")
    return {date.fromisoformat(day): count for day, count in session.execute(query)}


def _day(column: InstantColumn) -> ColumnElement[Any]:
    """Return the day of an instant in UTC, as text."""
    if session.connection().dialect.name == "sqlite":
        # Instants are kept as text in UTC that begins with the date.
        return func.substr(column, 1, 10).label("day")
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD").label("day")
