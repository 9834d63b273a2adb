"""The demo: everything there is to see, on any day; safe to load again, and never in production."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.models import ApiKey
from app.bookings import sweep_service as sweeps
from app.bookings.models import Booking, BookingEvent, BookingIntent
from app.bookings.transitions import TABLES, State
from app.catalogue.enums import ImageStatus, ListingType, NightState
from app.catalogue.models import Listing, ListingImage, Night
from app.core import clock
from app.core.db import Base, session
from app.core.outbox import OutboxItem
from app.demo import service as demo
from app.demo import shipped
from app.demo.gallery import Picture
from app.reporting import stats_service
from app.reporting.stats import Stats
from app.reviews.models import Review
from app.reviews.ratings import SUB_RATINGS
from app.support.models import AppFeedback, SavedSearch
from tests.letters import Mailbox
from tests.pictures import draw, encoded

PROPERTIES, STAYS = shipped.list_properties(), shipped.list_stays()
STATES = {
    state
    for table in TABLES.values()
    for (_, before), (_, after) in table.items()
    for state in (before, after)
}
SMALL = Picture(encoded(draw(64, 43)), "A picture")


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each listing one small picture, which takes no time."""
    monkeypatch.setattr(demo, "paint_pictures", lambda row: [SMALL])


def _all(model: type[Base]) -> list[Any]:
    session.rollback()
    return list(session.scalars(select(model)))


def _states() -> Counter[State]:
    return Counter(State(each.status, each.payment_status) for each in _all(Booking))


def _stats() -> Stats:
    session.rollback()
    return stats_service.read_stats()


def test_all_of_its_pictures_are_ready(app: Flask, client: FlaskClient) -> None:
    demo.load_demo()

    images = _all(ListingImage)
    assert {each.status for each in images} == {ImageStatus.READY}
    assert len(images) == sum(len(each["pictures"]) for each in PROPERTIES + STAYS)
    assert {(each.width, each.height) for each in images} == {(840, 560)}
    assert all(each.blurhash and each.alt and len(each.variants) == 3 for each in images)
    # No two listings look alike.
    assert len({each.blurhash for each in images}) > 0.95 * len(images)
    main = Counter(each.listing_id for each in images if each.is_main)
    assert main == Counter({each.id: 1 for each in _all(Listing)})
    with client.get(f"/media/{images[0].path}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")


@pytest.mark.both
@pytest.mark.usefixtures("quick_pictures")
def test_everything_is_there_to_be_seen_and_tried(
    app: Flask, client: FlaskClient, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    first = app.test_cli_runner().invoke(args=["load-demo"])

    assert first.exit_code == 0, first.output
    assert "Demo account demo <demo@nafasi.example>" in first.output
    assert "As staff: staff <staff@nafasi.example>" in first.output
    assert f"Listings added: {len(PROPERTIES + STAYS)}\nBookings added: " in first.output
    _check_rows()
    run_jobs()
    assert _all(OutboxItem) == []
    assert mailbox.mails() == []
    _check_that_loading_again_changes_nothing(app)
    _check_signing_in(client)
    _check_reading(client)


def _check_rows() -> None:
    """See that there is something of everything."""
    assert _states().keys() == STATES
    assert {each.listing_type for each in _all(Listing)} == set(ListingType)
    assert {each.state for each in _all(Night)} == set(NightState)
    assert {each.verification_stage for each in _all(Account)} == set(VerificationStage)
    reviews = _all(Review)
    assert len(reviews) >= 20
    assert any(each.host_reply for each in reviews)
    assert [each.rating for each in reviews if not each.is_published] == [1]
    assert all(any(getattr(each, name) for each in reviews) for name in SUB_RATINGS)
    assert {each.proof_type for each in _all(Booking)} == {None, "image/jpeg", "application/pdf"}
    assert len(_all(AppFeedback)) >= 5
    assert len(_all(SavedSearch)) >= 4
    keys = _all(ApiKey)
    assert {bool(each.last_used_at) for each in keys} == {True, False}
    assert {bool(each.revoked_at) for each in keys} == {True, False}


def _check_that_loading_again_changes_nothing(app: Flask) -> None:
    tables = Base.metadata.sorted_tables
    before = {table.name: session.execute(table.select()).all() for table in tables}
    again = app.test_cli_runner().invoke(args=["load-demo"])

    assert again.exit_code == 0
    assert again.output.endswith("Listings added: 0\nBookings added: 0\n")
    session.rollback()
    assert {table.name: session.execute(table.select()).all() for table in tables} == before


def _check_signing_in(client: FlaskClient) -> None:
    """See that the people who are told of can sign in, and staff alone is staff."""
    parts = dict(demo.list_accounts())
    assert list(parts) == ["staff", "a host", "a guest"]
    for account in (*parts.values(), accounts.get_account_by_reference("demo")):
        credentials = {"email": account.email, "password": demo.PASSWORD}
        answer = client.post("/api/auth/login/", json=credentials)
        assert answer.status_code == 200, account.email
        bearer = {"Authorization": f"Bearer {answer.get_json()['data']['access']}"}
        stats = client.get("/api/admin/stats/", headers=bearer)
        assert stats.status_code == (200 if account.username == "staff" else 403)


def _check_reading(client: FlaskClient) -> None:
    """See that a fresh key replaces the last one and reads all kinds, and the map has stays."""
    account = accounts.get_account_by_reference("demo")
    own = apikeys.issue_key(account, scope=apikeys.Scope.READ, name="The owner's").key
    first, second = demo.renew_key().key, demo.renew_key().key
    answers = [
        client.get(
            f"/v1/{account.id}/properties/?limit=100", headers={"Authorization": f"Bearer {key}"}
        )
        for key in (own, first, second)
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 200]
    found = answers[-1].get_json()["results"]
    assert {each["listing_type"] for each in found} == set(ListingType)
    near = client.get("/api/listings/nearby/?lat=-6.76&lng=39.27&radius=15").get_json()
    assert near["data"]["count"] >= 5


@pytest.mark.parametrize(
    "now",
    [
        # Around midnight in East Africa, at the ends of months, and at midnight UTC.
        datetime(2027, 2, 28, 20, 59, 59, tzinfo=UTC),
        datetime(2028, 2, 29, 21, 0, 1, tzinfo=UTC),
        datetime(2027, 1, 1, 0, 0, 0, tzinfo=UTC),
    ],
    ids=str,
)
@pytest.mark.usefixtures("quick_pictures")
def test_it_loads_at_any_time(app: Flask, now: datetime) -> None:
    with clock.stopped_at(now):
        demo.load_demo()
        before, stats = _states(), _stats()
        # What time alone does to bookings finds nothing to do.
        sweeps.cancel_unpaid()
        sweeps.complete_stays()
        assert _states() == before

    assert before.keys() == STATES
    _check_times(now)
    _check_stats(stats)


def _check_times(now: datetime) -> None:
    """See that nothing was done in the future, and every booking's steps are in order."""
    for model in (Account, Listing, Booking, BookingIntent, Review, ApiKey):
        made = [each.created_at for each in _all(model)]
        assert max(made) < now
        assert min(made) > now - timedelta(days=62)
    last: dict[int, datetime] = {}
    for event in sorted(_all(BookingEvent), key=lambda each: each.id):
        assert last.get(event.booking_id, event.at) <= event.at < now
        last[event.booking_id] = event.at
    assert all(each.payment_due_at > now for each in _all(Booking) if each.payment_due_at)
    # Newest first by id is newest first by time.
    made = [each.created_at for each in sorted(_all(Booking), key=lambda each: each.id)]
    assert made == sorted(made)


def _check_stats(stats: Stats) -> None:
    """See that the dashboard's plots are worth looking at."""
    days = stats.last_30_days
    assert sum(1 for day in days if day.registrations) >= 20
    assert sum(1 for day in days if day.listings) >= 20
    assert sum(1 for day in days if day.bookings) >= 20
    assert sum(1 for day in days if day.revenue) >= 15
    assert stats.revenue.keys() == {"KES", "TZS", "UGX", "USD"}
    assert all(amount > Decimal(1_000) for amount in stats.revenue.values())
    assert all(stats.bookings.by_status.values())
    assert all(stats.listings.by_status.values())
    assert all(stats.listings.by_type.values())
    assert stats.accounts.total > stats.accounts.verified > 0
    assert stats.accounts.disabled == 1
    assert min(stats.queues.hosts_pending_review, stats.queues.listings_pending_review) >= 2
    assert min(stats.queues.payments_submitted, stats.queues.refunds_due) >= 2


def test_somebody_with_a_name_of_its_people_keeps_it_out(app: Flask) -> None:
    accounts.create_account(email="somebody@example.com", username="frank")

    result = app.test_cli_runner().invoke(args=["load-demo"])

    assert result.exit_code == 1
    assert "There is an account 'frank' already that is none of the demo's" in result.output
    assert [each.username for each in _all(Account)] == ["frank"]


@pytest.mark.usefixtures("quick_pictures")
def test_what_fails_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        raise RuntimeError("pulled the plug")

    monkeypatch.setattr("app.demo.booking_service.staff.refund", fail)
    with pytest.raises(RuntimeError):
        demo.load_demo()
    monkeypatch.undo()

    assert _all(Account) == _all(Listing) == []
    assert demo.list_accounts() == []


def test_production_refuses_it(app: Flask, change_settings: Callable[..., None]) -> None:
    change_settings(app_env="production")

    result = app.test_cli_runner().invoke(args=["load-demo"])

    assert result.exit_code == 1
    assert "refused when APP_ENV is production" in result.output
    with pytest.raises(demo.DemoRefused):
        demo.renew_key()
