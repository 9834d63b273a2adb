"""The figures of the dashboard, on a few rows whose figures are known."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from cachetools import TTLCache
from flask import Flask
from sqlalchemy import update

from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.bookings.enums import PaymentStatus
from app.catalogue import service as catalogue
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.models import Listing
from app.core import clock
from app.core.db import session, transaction
from app.reporting import stats_service
from app.reporting.stats import Day, Stats
from app.reporting.stats_service import read_stats
from tests import factories
from tests.reviews import stays
from tests.reviews.stays import make_booking

pytestmark = pytest.mark.both

NOON = datetime(2026, 5, 31, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture
def _now() -> Any:
    """It is noon of a certain day."""
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


class Timer:
    """A clock that stands still."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def timer(monkeypatch: pytest.MonkeyPatch) -> Timer:
    """The clock that says how old the figures are."""
    timer = Timer()
    monkeypatch.setattr(stats_service, "_kept", TTLCache(10, stats_service.KEPT_S, timer))
    return timer


def _set(row: Any, **columns: Any) -> None:
    with transaction():
        session.execute(update(type(row)).where(type(row).id == row.id).values(**columns))


def _make_host(stage: VerificationStage) -> Account:
    account = factories.make_account()
    _set(account, verification_stage=stage)
    return account


def _day(stats: Stats, day: date) -> Day:
    [found] = [each for each in stats.last_30_days if each.date == day]
    return found


def test_of_nothing_there_is_nothing_and_every_word(app: Flask) -> None:
    stats = read_stats()
    assert stats.accounts.total == stats.listings.total == stats.bookings.total == 0
    assert stats.hosts == dict.fromkeys(VerificationStage, 0)
    assert set(stats.listings.by_status) == {
        "draft",
        "pending_review",
        "rejected",
        "active",
        "inactive",
    }
    assert stats.listings.by_type == {"stay": 0, "rent": 0, "sale": 0}
    assert set(stats.bookings.by_status) == {
        "confirmed",
        "payment_submitted",
        "checked_in",
        "completed",
        "cancelled",
    }
    assert stats.revenue == {}
    assert len(stats.last_30_days) == 30


def test_accounts_and_hosts(app: Flask) -> None:
    _make_host(VerificationStage.APPROVED)
    waiting = [_make_host(VerificationStage.PENDING_REVIEW) for _ in range(2)]
    _set(factories.make_account(), email_verified_at=None)
    _set(waiting[0], disabled_at=clock.now())
    stats = read_stats()
    assert (stats.accounts.total, stats.accounts.verified, stats.accounts.disabled) == (4, 3, 1)
    assert stats.hosts == {"not_started": 1, "pending_review": 2, "approved": 1, "rejected": 0}
    assert stats.queues.hosts_pending_review == 2


def test_listings(app: Flask) -> None:
    owner = factories.make_account().id

    def make(review: ReviewStatus, publish: PublishStatus = PublishStatus.DRAFT) -> int:
        return factories.make_stay(owner, review_status=review, publish_status=publish)

    make(ReviewStatus.DRAFT)
    make(ReviewStatus.PENDING)
    make(ReviewStatus.RESUBMITTED)
    make(ReviewStatus.REJECTED)
    make(ReviewStatus.ACCEPTED)
    for _ in range(3):
        make(ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED)
    make(ReviewStatus.ACCEPTED, PublishStatus.TRASH)
    catalogue.delete_listing(owner, make(ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED))
    factories.make_listing(owner)
    factories.make_listing(owner, listing_type=ListingType.RENT, publish_status=PublishStatus.DRAFT)
    stats = read_stats()
    assert stats.listings.by_status == {
        "draft": 1,
        "pending_review": 2,
        "rejected": 1,
        "inactive": 1,
        "active": 3,
    }
    assert stats.listings.by_type == {"stay": 8, "rent": 1, "sale": 1}
    assert stats.listings.total == 10
    assert stats.queues.listings_pending_review == 2


def test_bookings_and_what_they_bring(app: Flask) -> None:
    stay, guest = factories.make_stay(factories.make_account().id), factories.make_account().id
    for state in (stays.UNPAID, stays.SUBMITTED, stays.SUBMITTED, stays.PAID, stays.CHECKED_IN):
        make_booking(stay, guest, **state, total=Decimal("0.10"))
    make_booking(stay, guest, **stays.REFUND_DUE, total=Decimal("99"))
    make_booking(stay, guest, total=Decimal("99999999999999.99"))
    make_booking(stay, guest, total=Decimal("5000"), currency="TZS")
    make_booking(stay, guest, **stays.REFUND_DUE | {"payment_status": PaymentStatus.SUBMITTED})
    stats = read_stats()
    assert stats.bookings.by_status == {
        "confirmed": 2,
        "payment_submitted": 2,
        "checked_in": 1,
        "completed": 2,
        "cancelled": 2,
    }
    assert stats.bookings.total == 9
    assert stats.revenue == {"TZS": Decimal("5000.00"), "USD": Decimal("100000000000000.19")}
    assert (stats.queues.payments_submitted, stats.queues.refunds_due) == (3, 1)


@pytest.mark.usefixtures("_now")
def test_paid_stays_that_are_over_wait_for_staff(app: Flask) -> None:
    stay, guest = factories.make_stay(factories.make_account().id), factories.make_account().id
    yesterday = TODAY - timedelta(days=1)
    for end, state in (
        (TODAY, stays.PAID),
        (yesterday, stays.PAID),
        (TODAY - timedelta(days=90), stays.PAID),
        (yesterday, stays.CHECKED_IN),
        (yesterday, stays.SUBMITTED),
        (yesterday, {}),
    ):
        make_booking(stay, guest, **state, check_in=end - timedelta(days=2), check_out=end)
    assert read_stats().queues.stays_to_settle == 2


@pytest.mark.usefixtures("_now")
def test_a_day_begins_at_midnight_utc(app: Flask) -> None:
    owner, guest = factories.make_account(), factories.make_account()
    listing = session.get_one(Listing, factories.make_stay(owner.id))
    booking = make_booking(listing.id, guest.id)
    midnight = NOON.replace(hour=0)
    before = midnight - timedelta(microseconds=1)
    _set(owner, created_at=midnight)
    _set(guest, created_at=before)
    _set(listing, created_at=before)
    _set(booking, created_at=before, paid_at=midnight)
    stats = read_stats()
    assert _day(stats, TODAY) == Day(TODAY, 1, 0, 0, {"USD": Decimal("1450.00")})
    yesterday = TODAY - timedelta(days=1)
    assert _day(stats, yesterday) == Day(yesterday, 1, 1, 1, {})


@pytest.mark.usefixtures("_now")
def test_thirty_days_are_told_and_those_without_anything_too(app: Flask) -> None:
    first = NOON.replace(hour=0) - timedelta(days=29)
    _set(factories.make_account(), created_at=first)
    _set(factories.make_account(), created_at=first - timedelta(microseconds=1))
    stats = read_stats()
    assert [day.date for day in stats.last_30_days] == [
        first.date() + timedelta(days=each) for each in range(30)
    ]
    assert [day.registrations for day in stats.last_30_days] == [1] + [0] * 29
    assert stats.accounts.total == 2


@pytest.mark.usefixtures("_now")
def test_revenue_counts_by_day_and_currency_once_it_is_confirmed(app: Flask) -> None:
    stay, guest = factories.make_stay(factories.make_account().id), factories.make_account().id
    for currency, total in (("USD", "10.10"), ("USD", "0.05"), ("TZS", "700")):
        make_booking(stay, guest, currency=currency, total=Decimal(total))
    make_booking(stay, guest, **stays.SUBMITTED)
    make_booking(stay, guest, **stays.REFUND_DUE)
    make_booking(stay, guest, total=Decimal("7"), paid_at=NOON - timedelta(days=3))
    stats = read_stats()
    today, earlier = _day(stats, TODAY), _day(stats, TODAY - timedelta(days=3))
    assert today.revenue == {"TZS": Decimal("700.00"), "USD": Decimal("10.15")}
    assert list(today.revenue) == ["TZS", "USD"]
    assert (earlier.revenue, earlier.bookings) == ({"USD": Decimal("7.00")}, 0)
    assert today.bookings == 6


def test_few_rows_are_counted_for_each_answer(app: Flask, timer: Timer) -> None:
    factories.make_account()
    assert read_stats().accounts.total == 1
    factories.make_account()
    assert read_stats().accounts.total == 2


def test_many_rows_are_counted_once_a_minute(
    app: Flask, timer: Timer, monkeypatch: pytest.MonkeyPatch, statements: list[str]
) -> None:
    monkeypatch.setattr(stats_service, "QUICK_ROWS", 1)
    factories.make_account()
    factories.make_account()
    stats = read_stats()
    factories.make_account()
    timer.now_s = stats_service.KEPT_S - 1
    statements.clear()
    assert read_stats() is stats
    assert statements == []
    timer.now_s = stats_service.KEPT_S + 1
    assert read_stats().accounts.total == 3


def test_an_answer_takes_the_same_few_statements_whatever_there_is(
    app: Flask, timer: Timer, statements: list[str]
) -> None:
    def asked() -> list[str]:
        statements.clear()
        read_stats()
        return [each for each in statements if each.startswith("SELECT")]

    few = asked()
    stay, guest = factories.make_stay(factories.make_account().id), factories.make_account().id
    for _ in range(3):
        make_booking(stay, guest)
    assert asked() == few
    assert len(few) == 8
