"""The figures of the staff's dashboard, and what is counted for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

# Days begin at midnight UTC, as all times of the API are UTC.
DAYS = 30


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """All accounts; those with a verified e-mail address; those that staff has disabled."""

    total: int
    verified: int
    disabled: int


@dataclass(frozen=True, slots=True)
class ListingCounts:
    """Listings that are neither deleted nor in the trash; only stays have a marketplace status."""

    total: int
    by_status: Mapping[str, int]
    by_type: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BookingCounts:
    """All bookings there ever were."""

    total: int
    by_status: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Queues:
    """How much waits for staff."""

    hosts_pending_review: int
    listings_pending_review: int
    payments_submitted: int
    refunds_due: int
    # Paid, over, and nobody was checked in.
    stays_to_settle: int


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day in UTC; revenue counts on the day that staff confirmed it."""

    date: date
    registrations: int
    listings: int
    bookings: int
    revenue: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything as of one moment. Days are in order, today the last; revenue is by currency."""

    generated_at: datetime
    accounts: AccountCounts
    hosts: Mapping[str, int]
    listings: ListingCounts
    bookings: BookingCounts
    revenue: Mapping[str, Decimal]
    queues: Queues
    last_30_days: tuple[Day, ...]

    @property
    def rows(self) -> int:
        """About how many rows were counted."""
        return self.accounts.total + self.listings.total + self.bookings.total


def days_until(today: date) -> list[date]:
    """Return the last days in order, today among them."""
    return [today - timedelta(days=back) for back in reversed(range(DAYS))]
