"""The lists of active stays, against a plain Python filter over the same rows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import orjson
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from app.accounts.models import Account
from app.catalogue import browse_repository, browse_service, repository
from app.catalogue import service as catalogue
from app.catalogue.browse import BrowseFilter, BrowseOrder, CardPage, Circle
from app.catalogue.enums import NightState, PublishStatus, ReviewStatus, StayType
from app.catalogue.models import ActiveStay, Listing, ListingDocument, Night
from app.catalogue.revision_service import mark_changed
from app.core import clock, counts
from app.core.db import session, transaction
from app.core.errors import InvalidFields
from app.reference import service as reference
from tests import factories
from tests.catalogue.browse_oracle import Stay, Taken, expected_list, expected_nearby

pytestmark = pytest.mark.both

FACE = "marketplace"
PAGE = 7
CITIES = ("Dar es Salaam", "DAR-ES-SALAAM", "Zanzibar", "São Tomé", "Sao Tome")
AMENITIES = ("wifi", "kitchen", "parking", "swimming-pool", "gym")
CATEGORIES = ("villa", "beach-villa", "garden-villa", "apartment", None)
TITLES = ("Beach house", "Quiet café by the Beach", "Villa Kilimanjaro", "Nyumba ya mtende")
# Far from today, and within every calendar.
DAY = datetime.now(UTC).date() + timedelta(days=300)

stay_filters = st.builds(
    BrowseFilter,
    category=st.sampled_from([None, None, "villa", "beach-villa", "apartment", "studio"]),
    min_price=st.sampled_from([None, None, Decimal(90), Decimal("100.01"), Decimal(300)]),
    max_price=st.sampled_from([None, None, Decimal(100), Decimal(250)]),
    guests=st.sampled_from([None, None, 1, 3, 5]),
    stay_type=st.sampled_from([None, None, *StayType]),
    city=st.sampled_from([None, None, "dar es salaam", "sao tome", "Nowhere"]),
    bedrooms=st.sampled_from([None, None, 0, 1, 3]),
    amenities=st.lists(st.sampled_from(AMENITIES), unique=True, max_size=2).map(tuple),
    search=st.sampled_from([None, None, "beach", "VILLA kili", "cafe beach", "x", "!!"]),
).filter(
    lambda wanted: (
        wanted.min_price is None or wanted.max_price is None or wanted.min_price <= wanted.max_price
    )
)
stays_of_some_nights = st.tuples(st.integers(0, 12), st.integers(1, 9)).map(
    lambda each: (DAY + timedelta(days=each[0]), DAY + timedelta(days=sum(each)))
)


@pytest.fixture(params=["walking", "narrowing"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read lists by either way: along an index, or from the few that one filter leaves."""
    rows = 0 if request.param == "walking" else browse_repository.NARROW_ROWS
    monkeypatch.setattr(browse_repository, "NARROW_ROWS", rows)


@pytest.fixture
def stays(app: Flask) -> list[Stay]:
    """Stays of several owners, one of them disabled, with many equal prices and times."""
    chance = Random(7)
    state, now = reference.snapshot(), clock.now()
    owners = [factories.make_account().id for _ in range(3)]
    places = [None, (Decimal("-6.79"), Decimal("39.2")), (Decimal("-6.8"), Decimal("39.25"))]
    places += [(Decimal(0), Decimal(180)), (Decimal("0.1"), Decimal("-179.9"))]
    places += [(Decimal(90), Decimal(0)), (Decimal("89.5"), Decimal(-120))]
    made = []
    with transaction():
        for _ in range(50):
            made.append(_make(chance, state, now, owners, places))
        account = session.get(Account, owners[2])
        assert account is not None
        account.disabled_at = now
    for status in (PublishStatus.DRAFT, PublishStatus.TRASH):
        factories.make_stay(owners[0], publish_status=status)
    factories.make_stay(
        owners[0], publish_status=PublishStatus.DRAFT, review_status=ReviewStatus.PENDING
    )
    factories.make_listing(owners[0])
    session.rollback()
    return made


def _make(chance: Random, state: Any, now: datetime, owners: list[int], places: list[Any]) -> Stay:
    category = chance.choice(CATEGORIES)
    latitude, longitude = chance.choice(places) or (None, None)
    row = {
        "title": chance.choice(TITLES),
        "city": chance.choice(CITIES),
        "category_id": category and state.categories_by_slug[category].id,
        "price": Decimal(chance.choice([90, 100, 100, 250, 300])),
        "max_guests": chance.choice([1, 2, 4, 6]),
        "stay_type": chance.choice([*StayType, StayType.SHORT]),
        "bedrooms": chance.choice([None, 0, 1, 3]),
        "min_nights": chance.choice([None, None, 3]),
        "max_nights": chance.choice([None, None, 5]),
        "review_count": (reviews := chance.choice([0, 1, 2])),
        "rating": Decimal(chance.choice([3, 4])) if reviews else None,
        "latitude": latitude,
        "longitude": longitude,
        "created_at": datetime(2026, 1, chance.randint(1, 5), tzinfo=UTC),
    }
    owner_id = chance.choice(owners)
    listing_id = factories.make_stay(owner_id, **row)
    amenities = frozenset(chance.sample(AMENITIES, chance.randint(0, 3)))
    repository.add_amenities([(listing_id, state.amenities_by_slug[slug].id) for slug in amenities])
    nights = [
        Taken(DAY + timedelta(days=night), _expiry(chance, now))
        for night in chance.sample(range(20), chance.randint(0, 6))
    ]
    _take(listing_id, *nights)
    stored = session.execute(select(Listing.__table__).where(Listing.id == listing_id)).one()
    return Stay(stored._mapping, amenities, nights, is_hidden=owner_id == owners[2])


def _expiry(chance: Random, now: datetime) -> datetime | None:
    """Return when a hold expires: a minute ago, in an hour, or never since it is none."""
    return chance.choice([None, now - timedelta(minutes=1), now + timedelta(hours=1)])


def _take(listing_id: int, *nights: Taken) -> None:
    rows = [
        {
            "listing_id": listing_id,
            "night": each.night,
            "state": NightState.HOLD if each.expires_at else NightState.EXTERNAL,
            "intent_id": 1 if each.expires_at else None,
            "expires_at": each.expires_at,
        }
        for each in nights
    ]
    if rows:
        with transaction():
            session.execute(insert(Night.__table__), rows)  # type: ignore[arg-type]


def _ids(stays: list[Stay]) -> dict[str, int]:
    return {str(stay.row["uuid"]): stay.id for stay in stays}


def _read_all(read: Callable[..., CardPage], ids: dict[str, int]) -> Iterator[Any]:
    """Yield the id and the distance of each card of every page."""
    offset = 0
    while True:
        page = read(offset=offset, limit=PAGE + 1)
        for card in page.cards[:PAGE]:
            yield ids[orjson.loads(card.body.replace(b"\x01", b""))["id"]], card.distance_km
        if len(page.cards) <= PAGE:
            return
        offset += PAGE


def _listed(stays: list[Stay], wanted: BrowseFilter, order: BrowseOrder) -> list[int]:
    def read(**bounds: Any) -> CardPage:
        return browse_service.list_stays(FACE, wanted, order, **bounds)

    return [each for each, _ in _read_all(read, _ids(stays))]


# ── filters ─────────────────────────────────────────────────────────────────────────────────


def test_a_list_holds_what_its_filters_leave_in_order(stays: list[Stay], way: None) -> None:
    state = reference.snapshot()

    @given(stay_filters, st.none() | stays_of_some_nights, st.sampled_from(BrowseOrder))
    def check(wanted: BrowseFilter, dates: tuple[date, date] | None, order: BrowseOrder) -> None:
        if dates is not None:
            wanted = replace(wanted, check_in=dates[0], check_out=dates[1])
        expected = expected_list(stays, wanted, order, clock.now(), state)
        assert _listed(stays, wanted, order) == expected
        page = browse_service.list_stays(FACE, wanted, order, offset=0, limit=1)
        assert page.total == len(expected)

    check()


def test_a_list_of_what_is_near_holds_what_its_filters_leave(stays: list[Stay], way: None) -> None:
    state = reference.snapshot()
    centres = [("-6.79", "39.2"), ("-6.6", "39.1"), ("0", "-180"), ("0.05", "179.99"), ("90", "45")]

    @given(stay_filters, st.sampled_from(centres), st.sampled_from([0.5, 10, 25, 56, 500]))
    def check(wanted: BrowseFilter, centre: tuple[str, str], radius_km: float) -> None:
        circle = Circle(Decimal(centre[0]), Decimal(centre[1]), radius_km)

        def read(**bounds: Any) -> CardPage:
            return browse_service.list_nearby(FACE, wanted, circle, **bounds)

        found = list(_read_all(read, _ids(stays)))
        expected = expected_nearby(stays, wanted, circle, clock.now(), state)
        assert [each for each, _ in found] == [each for each, _ in expected]
        distances = [distance for _, distance in found]
        assert distances == pytest.approx([distance for _, distance in expected], abs=1e-6)
        assert read(offset=0, limit=1).total == len(expected)

    check()


def test_a_total_past_the_cap_counts_the_whole_list(
    stays: list[Stay], way: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = reference.snapshot()
    monkeypatch.setattr(counts, "EXACT_ROWS", 0)
    monkeypatch.setattr(counts, "_kept", {})
    place = Circle(Decimal("-6.79"), Decimal("39.2"), 500)

    @given(stay_filters, st.none() | stays_of_some_nights)
    def check(wanted: BrowseFilter, dates: tuple[date, date] | None) -> None:
        if dates is not None:
            wanted = replace(wanted, check_in=dates[0], check_out=dates[1])
        bounds = {"offset": 0, "limit": 1}
        expected = expected_list(stays, wanted, BrowseOrder.NEWEST, clock.now(), state)
        found = browse_service.list_stays(FACE, wanted, BrowseOrder.NEWEST, **bounds)
        assert found.total == len(expected)
        near = expected_nearby(stays, wanted, place, clock.now(), state)
        assert browse_service.list_nearby(FACE, wanted, place, **bounds).total == len(near)

    check()


# ── nights ──────────────────────────────────────────────────────────────────────────────────


def _is_listed(listing_id: int, check_in: date, nights: int) -> bool:
    wanted = BrowseFilter(check_in=check_in, check_out=check_in + timedelta(days=nights))
    page = browse_service.list_stays(FACE, wanted, BrowseOrder.NEWEST, offset=0, limit=5)
    assert page.total == len(page.cards) <= 1
    return bool(page.cards)


@pytest.fixture
def stay(app: Flask) -> int:
    """The only stay there is."""
    return factories.make_stay(factories.make_account().id)


def test_a_stay_may_end_on_the_day_that_the_next_one_begins(stay: int) -> None:
    # Taken from the 3rd to the 5th, that is the nights of the 3rd and the 4th.
    _take(stay, Taken(DAY + timedelta(days=2)), Taken(DAY + timedelta(days=3)))
    assert _is_listed(stay, DAY, 2)
    assert not _is_listed(stay, DAY, 3)
    assert not _is_listed(stay, DAY + timedelta(days=3), 1)
    assert _is_listed(stay, DAY + timedelta(days=4), 1)


def test_a_hold_is_free_from_the_instant_that_it_expires(
    stay: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expires_at = clock.now().replace(microsecond=0) + timedelta(minutes=15)
    _take(stay, Taken(DAY, expires_at))
    for seconds, is_free in ((-1, False), (0, True), (1, True)):
        monkeypatch.setattr(
            clock, "now", lambda seconds=seconds: expires_at + timedelta(seconds=seconds)
        )
        assert _is_listed(stay, DAY, 1) is is_free


def test_bounds_of_the_nights_hold(app: Flask) -> None:
    stay = factories.make_stay(factories.make_account().id, min_nights=2, max_nights=4)
    assert [_is_listed(stay, DAY, nights) for nights in (1, 2, 4, 5)] == [False, True, True, False]


def test_nobody_comes_yesterday(stay: int) -> None:
    today = datetime.now(UTC).date()
    wanted = BrowseFilter(check_in=today - timedelta(days=2), check_out=today + timedelta(days=1))
    with pytest.raises(InvalidFields) as caught:
        browse_service.list_stays(FACE, wanted, BrowseOrder.NEWEST, offset=0, limit=5)
    assert list(caught.value.errors) == ["check_in"]


# ── following what changes ──────────────────────────────────────────────────────────────────


def _all(order: BrowseOrder = BrowseOrder.NEWEST, **wanted: Any) -> CardPage:
    return browse_service.list_stays(FACE, BrowseFilter(**wanted), order, offset=0, limit=100)


def test_a_stay_is_listed_while_it_is_active(app: Flask) -> None:
    owner_id = factories.make_account().id
    stay = factories.make_stay(owner_id)
    for status, number in ((PublishStatus.DRAFT, 0), (PublishStatus.PUBLISHED, 1)):
        with transaction():
            repository.update_listing(stay, {"publish_status": status})
            mark_changed(owner_id, stay)
        assert len(_all().cards) == number
    catalogue.delete_listing(owner_id, stay)
    assert _all() == CardPage([], 0)
    assert session.scalars(select(ActiveStay)).all() == []


def test_what_lists_compare_follows_the_listing(app: Flask) -> None:
    owner_id = factories.make_account().id
    stay = factories.make_stay(owner_id)
    assert _all(city="Mbeya", max_price=Decimal(5)).total == 0
    with transaction():
        repository.update_listing(stay, {"city": "Mbeya", "price": Decimal(5)})
        mark_changed(owner_id, stay)
    assert _all(city="Mbeya", max_price=Decimal(5)).total == 1


def test_a_disabled_owner_is_hidden_at_once_and_comes_back(app: Flask) -> None:
    owner_id = factories.make_account().id
    factories.make_stay(owner_id)
    for disabled_at, number in ((clock.now(), 0), (None, 1)):
        with transaction():
            session.execute(
                update(Account).where(Account.id == owner_id).values(disabled_at=disabled_at)
            )
        assert _all().total == number


def test_a_card_that_is_not_stored_is_rendered_and_stored_by_a_job(
    app: Flask, run_jobs: Callable[[], None]
) -> None:
    factories.make_stay(factories.make_account().id)
    before = _all()
    with transaction():
        session.execute(delete(ListingDocument))
    assert _all() == before
    assert session.scalar(select(ListingDocument.face).where(ListingDocument.face == FACE)) is None
    run_jobs()
    session.rollback()
    assert session.scalar(select(ListingDocument.face).where(ListingDocument.face == FACE)) == FACE
    assert _all() == before


# ── what may be asked ───────────────────────────────────────────────────────────────────────


def test_unknown_slugs_are_named(app: Flask) -> None:
    with pytest.raises(InvalidFields) as caught:
        _all(category="castle", amenities=("wifi", "moat", "tower"))
    assert caught.value.errors == {
        "category": ["Object with slug=castle does not exist."],
        "amenities": [
            "Object with slug=moat does not exist.",
            "Object with slug=tower does not exist.",
        ],
    }


def test_a_page_takes_few_statements_whatever_is_asked(
    stays: list[Stay], statements: list[str]
) -> None:
    wanted = BrowseFilter(
        category="villa",
        min_price=Decimal(1),
        city="Dar es Salaam",
        amenities=("wifi", "gym"),
        search="beach",
        check_in=DAY,
        check_out=DAY + timedelta(days=2),
    )
    statements.clear()
    browse_service.list_stays(FACE, wanted, BrowseOrder.BEST, offset=0, limit=1)
    browse_service.list_stays(FACE, BrowseFilter(), BrowseOrder.BEST, offset=0, limit=1)
    # The reference data's version, what each filter leaves, the page and its count.
    assert len(statements) <= 4 + 3
