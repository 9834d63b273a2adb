"""The calendar of nights, with people who want the same ones at once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.catalogue import calendar_repository as repository
from app.catalogue import calendar_service as calendar
from app.catalogue.enums import NightState, PublishStatus
from app.catalogue.errors import HoldLapsed, ListingNotFound, NightsTaken
from app.catalogue.models import Listing, Night
from app.catalogue.nights import nights_between
from app.core import clock
from app.core.db import session, transaction
from tests import factories
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both

FIRST, SECOND, THIRD, FOURTH = (date(2030, 9, day) for day in (1, 2, 3, 4))
DAR = "Africa/Dar_es_Salaam"


@pytest.fixture
def stay(owner: factories.Tenant) -> int:
    """A stay that guests can book."""
    return factories.make_stay(owner.id)


def hold(
    listing_id: int, start: date, end: date, intent_id: int = 1, *, at: datetime | None = None
) -> None:
    """Hold nights for 15 minutes."""
    with transaction():
        calendar.lock_listing(listing_id)
        now = at or clock.now()
        calendar.hold_nights(
            listing_id,
            start,
            end,
            intent_id=intent_id,
            now=now,
            expires_at=now + timedelta(minutes=15),
        )


def book(listing_id: int, start: date, end: date, intent_id: int = 1) -> None:
    hold(listing_id, start, end, intent_id)
    with transaction():
        calendar.book_nights(intent_id, (end - start).days, clock.now())


def taken(listing_id: int) -> dict[date, NightState]:
    rows = session.execute(select(Night.night, Night.state).where(Night.listing_id == listing_id))
    found: dict[date, NightState] = {row.night: row.state for row in rows}
    session.rollback()
    return found


def uuid_of(listing_id: int) -> Any:
    return session.execute(select(Listing.uuid).where(Listing.id == listing_id)).scalar_one()


# ── what can be booked ──────────────────────────────────────────────────────────────────────


def look(listing_uuid: Any) -> Any:
    return calendar.find_bookable(listing_uuid, FIRST, FOURTH)[0]


def seen(listing_id: int, start: date, end: date) -> list[date]:
    """Return the nights that somebody who looks finds taken."""
    return calendar.find_bookable(uuid_of(listing_id), start, end)[1]


@pytest.mark.parametrize("look", [look, calendar.lock_bookable])
def test_a_published_stay_can_be_booked(stay: int, look: Callable[..., Any]) -> None:
    assert look(uuid_of(stay))["id"] == stay


@pytest.mark.parametrize("look", [look, calendar.lock_bookable])
def test_an_inactive_stay_a_sale_and_a_disabled_hosts_stay_cannot(
    owner: factories.Tenant, stay: int, look: Callable[..., Any]
) -> None:
    inactive = factories.make_stay(owner.id, publish_status=PublishStatus.DRAFT)
    sale = factories.make_listing(owner.id)["id"]
    other = factories.make_account()
    hidden = factories.make_stay(other.id)
    with transaction():
        session.get_one(Account, other.id).disabled_at = clock.now()
    for listing_id in (inactive, sale, hidden):
        with pytest.raises(ListingNotFound):
            look(uuid_of(listing_id))


# ── holding and booking ─────────────────────────────────────────────────────────────────────


def test_the_day_of_departure_is_free_for_the_next_guest(stay: int) -> None:
    hold(stay, FIRST, THIRD, 1)
    hold(stay, THIRD, FOURTH, 2)
    assert set(taken(stay)) == {FIRST, SECOND, THIRD}


def test_of_nights_that_are_taken_in_part_none_is_held(stay: int) -> None:
    hold(stay, SECOND, THIRD, 1)
    with pytest.raises(NightsTaken, match="2030-09-02"):
        hold(stay, FIRST, FOURTH, 2)
    assert set(taken(stay)) == {SECOND}
    assert seen(stay, FIRST, FOURTH) == [SECOND]
    assert seen(stay, THIRD, FOURTH) == []


def test_a_hold_that_has_expired_is_free_before_any_sweep(stay: int) -> None:
    hold(stay, FIRST, THIRD, 1, at=clock.now() - timedelta(minutes=15))
    assert seen(stay, FIRST, THIRD) == []
    hold(stay, SECOND, FOURTH, 2)
    with pytest.raises(HoldLapsed), transaction():
        calendar.book_nights(1, 2, clock.now())


def test_a_hold_becomes_a_booking_that_never_expires(stay: int) -> None:
    book(stay, FIRST, THIRD)
    assert taken(stay) == {FIRST: NightState.BOOKING, SECOND: NightState.BOOKING}
    with transaction():
        calendar.sweep_holds()
    assert len(taken(stay)) == 2


def test_a_hold_is_booked_once(stay: int) -> None:
    book(stay, FIRST, THIRD)
    with pytest.raises(HoldLapsed), transaction():
        calendar.book_nights(1, 2, clock.now())


def test_nights_are_given_back_from_a_date_on(stay: int) -> None:
    book(stay, FIRST, FOURTH)
    calendar.release_nights(1, since=SECOND)
    assert set(taken(stay)) == {FIRST}
    calendar.release_nights(1)
    assert taken(stay) == {}


def test_a_sweep_deletes_the_holds_that_have_expired_and_no_others(stay: int) -> None:
    hold(stay, FIRST, THIRD, 1, at=clock.now() - timedelta(hours=1))
    hold(stay, THIRD, FOURTH, 2)
    calendar.sweep_holds()
    assert set(taken(stay)) == {THIRD}


def test_the_database_itself_takes_a_night_once(stay: int) -> None:
    hold(stay, FIRST, SECOND)
    row = {"listing_id": stay, "night": FIRST, "state": NightState.BLACKOUT}
    with pytest.raises(IntegrityError), transaction():
        session.execute(Night.__table__.insert(), row)  # type: ignore[attr-defined]


def test_a_night_that_comes_in_between_is_found_by_the_database(
    stay: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(stay, SECOND, THIRD, 1)
    monkeypatch.setattr(repository, "taken_nights", lambda *_args: [])
    with pytest.raises(NightsTaken):
        hold(stay, FIRST, FOURTH, 2)
    assert set(taken(stay)) == {SECOND}


# ── blackouts and what is taken elsewhere ───────────────────────────────────────────────────


def test_blackouts_take_the_place_of_those_before(stay: int) -> None:
    calendar.set_blackouts(stay, [(FIRST, SECOND)])
    calendar.set_blackouts(stay, [(THIRD, FOURTH), (SECOND, THIRD)])
    assert calendar.list_blackouts(stay) == [(SECOND, FOURTH)]
    calendar.set_blackouts(stay, [])
    assert calendar.list_blackouts(stay) == []


@pytest.mark.parametrize("take", [hold, book])
def test_nights_of_guests_cannot_be_blocked(stay: int, take: Callable[..., None]) -> None:
    calendar.set_blackouts(stay, [(FIRST, SECOND)])
    take(stay, SECOND, THIRD)
    with pytest.raises(NightsTaken, match="2030-09-02"):
        calendar.set_blackouts(stay, [(FIRST, FOURTH)])
    assert calendar.list_blackouts(stay) == [(FIRST, SECOND)]


def test_a_hold_that_has_expired_is_no_obstacle(stay: int) -> None:
    hold(stay, FIRST, THIRD, at=clock.now() - timedelta(hours=1))
    calendar.set_blackouts(stay, [(FIRST, FOURTH)])
    assert calendar.list_blackouts(stay) == [(FIRST, FOURTH)]


def test_nights_taken_elsewhere_stay_so(stay: int) -> None:
    calendar.set_external_nights(stay, [SECOND])
    calendar.set_blackouts(stay, [(FIRST, FOURTH)])
    assert taken(stay)[SECOND] is NightState.EXTERNAL
    with pytest.raises(NightsTaken):
        hold(stay, SECOND, THIRD)


def test_what_is_taken_here_is_not_marked_as_taken_elsewhere(stay: int) -> None:
    book(stay, FIRST, SECOND)
    calendar.set_external_nights(stay, nights_between(FIRST, THIRD))
    assert taken(stay) == {FIRST: NightState.BOOKING, SECOND: NightState.EXTERNAL}
    calendar.set_external_nights(stay, [])
    assert set(taken(stay)) == {FIRST}


def test_a_stay_is_ahead_until_its_last_night_is_over(stay: int) -> None:
    assert not calendar.has_stay_ahead(stay, DAR)
    today = clock.now().date()
    book(stay, today - timedelta(days=5), today - timedelta(days=2), 1)
    assert not calendar.has_stay_ahead(stay, DAR)
    book(stay, today - timedelta(days=2), today + timedelta(days=2), 2)
    assert calendar.has_stay_ahead(stay, DAR)


# ── at once ─────────────────────────────────────────────────────────────────────────────────


def _tries(app: Flask, stay: int, periods: list[tuple[date, date]]) -> list[bool]:
    def try_to_hold(intent_id: int, period: tuple[date, date]) -> bool:
        with app.app_context():
            try:
                hold(stay, *period, intent_id)
            except NightsTaken:
                return False
            return True

    return at_once(
        [
            lambda intent_id=number, period=period: try_to_hold(intent_id, period)
            for number, period in enumerate(periods, 1)
        ]
    )


def test_of_many_who_want_the_same_nights_at_once_one_gets_them(app: Flask, stay: int) -> None:
    for _ in rounds():
        assert _tries(app, stay, [(FIRST, FOURTH)] * 12).count(True) == 1
        assert len(taken(stay)) == 3
        with transaction():
            session.execute(Night.__table__.delete())  # type: ignore[attr-defined]


def test_periods_that_overlap_at_once_leave_no_night_twice_and_none_half_held(
    app: Flask, stay: int
) -> None:
    periods = [
        (FIRST + timedelta(days=start), FIRST + timedelta(days=start + length))
        for start in range(4)
        for length in (1, 2, 3)
    ]
    for _ in rounds():
        won = _tries(app, stay, periods)
        nights = [
            night
            for period, has_won in zip(periods, won, strict=True)
            if has_won
            for night in nights_between(*period)
        ]
        assert len(nights) == len(set(nights))
        assert set(nights) == set(taken(stay))
        with transaction():
            session.execute(Night.__table__.delete())  # type: ignore[attr-defined]


def test_a_sweep_and_new_holds_at_once_disturb_nobody(app: Flask, stay: int) -> None:
    long_ago = clock.now() - timedelta(hours=1)
    hold(stay, FIRST, FIRST + timedelta(days=60), 99, at=long_ago)

    def sweep() -> bool:
        with app.app_context():
            calendar.sweep_holds()
        return True

    def take(number: int) -> bool:
        with app.app_context():
            start = FIRST + timedelta(days=number * 10)
            hold(stay, start, start + timedelta(days=10), number + 1)
        return True

    assert all(at_once([sweep, sweep, *(lambda n=n: take(n) for n in range(6))]))
    assert len(taken(stay)) == 60
