"""The figures of the staff's dashboard.

They are counted anew for each answer while that is quick. Past some thousands of rows each process
keeps them for a minute, so that looking at the dashboard never becomes a load.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from threading import Lock

from cachetools import TTLCache

from app.accounts.enums import VerificationStage
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.stays import is_over
from app.bookings.transitions import UNSETTLED
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.lifecycle import face_statuses
from app.core import clock
from app.core.db import db
from app.reporting import stats_repository as repository
from app.reporting.stats import (
    AccountCounts,
    BookingCounts,
    Day,
    ListingCounts,
    Queues,
    Stats,
    days_until,
)
from app.reporting.stats_repository import Accounts, Bookings, Listings

QUICK_ROWS = 10_000
KEPT_S = 60

_lock = Lock()
# By database, of which a process of the tests has several.
_kept: TTLCache[str, Stats] = TTLCache(10, KEPT_S)


def _marketplace(review: ReviewStatus | None, publish: PublishStatus) -> str | None:
    return face_statuses(ListingType.STAY, review, publish).marketplace


# Every marketplace status of a stay.
_STATUSES = [
    word
    for word in dict.fromkeys(
        _marketplace(review, publish) for review in ReviewStatus for publish in PublishStatus
    )
    if word
]
_PENDING = _marketplace(ReviewStatus.PENDING, PublishStatus.DRAFT) or ""


def read_stats() -> Stats:
    """Return the dashboard's figures, a minute old at most."""
    database = str(db.engine.url)
    with _lock:
        kept = _kept.get(database)
    if kept is not None:
        return kept
    stats = _count(clock.now())
    if stats.rows > QUICK_ROWS:
        with _lock:
            _kept[database] = stats
    return stats


def _count(now: datetime) -> Stats:
    stages = repository.count_accounts()
    bookings = repository.count_bookings()
    hosts: dict[str, int] = dict.fromkeys(VerificationStage, 0)
    hosts |= {each.stage: each.total for each in stages}
    listings = _listing_counts(repository.count_listings())
    return Stats(
        generated_at=now,
        accounts=_account_counts(stages),
        hosts=hosts,
        listings=listings,
        bookings=_booking_counts(bookings),
        revenue=_revenue(bookings),
        queues=Queues(
            hosts_pending_review=hosts[VerificationStage.PENDING_REVIEW],
            listings_pending_review=listings.by_status[_PENDING],
            # Of cancelled bookings too: the money may have come.
            payments_submitted=sum(
                each.total for each in bookings if each.payment_status is PaymentStatus.SUBMITTED
            ),
            refunds_due=sum(
                each.total for each in bookings if each.payment_status is PaymentStatus.REFUND_DUE
            ),
            stays_to_settle=sum(
                count
                for zone, end, count in repository.count_stays_by_end(UNSETTLED, now.date())
                if is_over(end, zone, now)
            ),
        ),
        last_30_days=_days(now),
    )


def _account_counts(stages: Sequence[Accounts]) -> AccountCounts:
    return AccountCounts(
        total=sum(each.total for each in stages),
        verified=sum(each.verified for each in stages),
        disabled=sum(each.disabled for each in stages),
    )


def _listing_counts(kinds: Sequence[Listings]) -> ListingCounts:
    by_type: dict[str, int] = dict.fromkeys(ListingType, 0)
    by_status = dict.fromkeys(_STATUSES, 0)
    for each in kinds:
        by_type[each.listing_type] += each.total
        if each.listing_type is ListingType.STAY:
            by_status[_marketplace(each.review_status, each.publish_status) or ""] += each.total
    return ListingCounts(sum(by_type.values()), by_status, by_type)


def _booking_counts(kinds: Sequence[Bookings]) -> BookingCounts:
    by_status: dict[str, int] = dict.fromkeys(BookingStatus, 0)
    for each in kinds:
        by_status[each.status] += each.total
    return BookingCounts(sum(by_status.values()), by_status)


def _revenue(kinds: Sequence[Bookings]) -> dict[str, Decimal]:
    revenue: defaultdict[str, Decimal] = defaultdict(Decimal)
    for each in kinds:
        if each.payment_status is PaymentStatus.CONFIRMED:
            revenue[each.currency] += each.amount
    return dict(sorted(revenue.items()))


def _days(now: datetime) -> tuple[Day, ...]:
    days = days_until(now.date())
    since = datetime.combine(days[0], time(), UTC)
    registrations = repository.registrations_by_day(since)
    listings = repository.listings_by_day(since)
    bookings = repository.bookings_by_day(since)
    revenue = repository.revenue_by_day(since)
    return tuple(
        Day(
            date=day,
            registrations=registrations.get(day, 0),
            listings=listings.get(day, 0),
            bookings=bookings.get(day, 0),
            revenue={
                currency: amount
                for (paid_on, currency), amount in sorted(revenue.items())
                if paid_on == day
            },
        )
        for day in days
    )
