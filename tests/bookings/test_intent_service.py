"""Holding nights: the rules under the locks, the clock in every zone, and crowds."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import sweep_service as sweeps
from app.bookings.enums import IntentStatus
from app.bookings.errors import IntentNotFound, IntentOver, TooManyIntents
from app.bookings.intent_service import WantedStay
from app.bookings.limits import KEEP_INTENTS, MAX_OPEN_INTENTS
from app.bookings.models import BookingIntent
from app.catalogue import calendar_service as calendar
from app.catalogue.errors import NightsTaken
from app.catalogue.models import Listing
from app.catalogue.nights import nights_between
from app.core import clock
from app.core.db import session, transaction
from app.core.errors import Conflict, InvalidFields
from tests import factories
from tests.bookings.factories import Cast, book, hold, taken, today, uuid_of
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


@pytest.fixture
def cast(app: Flask) -> Cast:
    factories.make_noise()
    return Cast()


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stop the clock at an instant."""
    return lambda instant: monkeypatch.setattr(clock, "now", lambda: instant)


def _count_intents() -> int:
    found = session.execute(select(func.count(BookingIntent.id))).scalar_one()
    session.rollback()
    return found


# ── the rules ───────────────────────────────────────────────────────────────────────────────


def test_a_guest_holds_five_stays_at_most(cast: Cast) -> None:
    start = today()
    made = [
        hold(cast.guest.id, cast.listing_id, start + timedelta(days=number), 1)
        for number in range(MAX_OPEN_INTENTS)
    ]
    last = start + timedelta(days=MAX_OPEN_INTENTS)
    with pytest.raises(TooManyIntents):
        hold(cast.guest.id, cast.listing_id, last, 1)
    assert last not in taken(cast.listing_id)
    # Others are not kept out by it, and one that is released makes room.
    hold(cast.admin.id, cast.listing_id, last + timedelta(days=1), 1)
    intents.release_intent(cast.guest.id, made[0]["uuid"])
    hold(cast.guest.id, cast.listing_id, last, 1)


def test_a_hold_that_lapsed_makes_room_before_any_sweep(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    now = clock.now()
    made = [
        hold(cast.guest.id, cast.listing_id, today() + timedelta(days=1 + number), 1)
        for number in range(MAX_OPEN_INTENTS)
    ]
    set_clock(now + timedelta(minutes=16))
    hold(cast.guest.id, cast.listing_id, today() + timedelta(days=1), 1)
    lapsed = intents.get_intent(cast.guest.id, made[0]["uuid"])
    assert lapsed["status"] is IntentStatus.EXPIRED


def test_the_price_of_the_moment_under_the_lock_counts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_bookable = calendar.find_bookable

    def raise_the_price(*args: Any, **more: Any) -> Any:
        found = find_bookable(*args, **more)
        with transaction():
            session.execute(update(Listing).values(price=Decimal("500.00")))
        return found

    monkeypatch.setattr(calendar, "find_bookable", raise_the_price)
    intent = hold(cast.guest.id, cast.listing_id, nights=1)
    assert intent["snapshot"]["total"] == "500.00"


def test_a_promised_price_never_changes(cast: Cast) -> None:
    intent = hold(cast.guest.id, cast.listing_id)
    with transaction():
        session.execute(update(Listing).values(price=Decimal("500.00")))
    shown = intents.get_intent(cast.guest.id, intent["uuid"])
    assert shown["snapshot"] == intent["snapshot"]


@pytest.mark.parametrize(
    ("zone", "now", "first"),
    [
        # Midnight has passed where the stay is, and not yet in UTC.
        ("Africa/Dar_es_Salaam", datetime(2026, 6, 30, 21, 0, tzinfo=UTC), date(2026, 7, 1)),
        ("Africa/Dar_es_Salaam", datetime(2026, 6, 30, 20, 59, tzinfo=UTC), date(2026, 6, 30)),
        # The month has begun in UTC, and not yet where the stay is.
        ("America/New_York", datetime(2026, 3, 1, 4, 59, tzinfo=UTC), date(2026, 2, 28)),
        ("America/New_York", datetime(2026, 3, 1, 5, 0, tzinfo=UTC), date(2026, 3, 1)),
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 10, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_where_the_stay_is(
    cast: Cast, set_clock: Callable[[datetime], None], zone: str, now: datetime, first: date
) -> None:
    there = factories.make_stay(cast.host.id, time_zone=zone)
    set_clock(now)
    with pytest.raises(InvalidFields) as refused:
        hold(cast.guest.id, there, first - timedelta(days=1))
    assert set(refused.value.errors) == {"check_in_date"}
    assert hold(cast.guest.id, there, first)["check_in"] == first


def test_what_fails_leaves_nothing_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(calendar, "hold_nights", fail)
    with pytest.raises(ZeroDivisionError):
        hold(cast.guest.id, cast.listing_id)
    assert (_count_intents(), taken(cast.listing_id)) == (0, {})


def test_who_is_refused_has_waited_for_nobody_and_written_nothing(
    cast: Cast, statements: list[str]
) -> None:
    hold(cast.guest.id, cast.listing_id)
    wanted = WantedStay(uuid_of(cast.listing_id), today(), today() + timedelta(days=1), 1)
    statements.clear()
    with pytest.raises(NightsTaken):
        intents.create_intent(cast.admin.id, wanted)
    [only] = statements
    assert only.split()[0] == "SELECT"
    assert "FOR" not in only


# ── asking anew ─────────────────────────────────────────────────────────────────────────────


def test_a_guest_who_asks_anew_gives_up_what_they_held(cast: Cast) -> None:
    start = today()
    first = hold(cast.guest.id, cast.listing_id, start, 2)
    again = hold(cast.guest.id, cast.listing_id, start + timedelta(days=1), 2, guests=1)
    assert set(taken(cast.listing_id)) == {start + timedelta(days=1), start + timedelta(days=2)}
    assert intents.get_intent(cast.guest.id, first["uuid"])["status"] is IntentStatus.RELEASED
    assert intents.get_intent(cast.guest.id, again["uuid"])["status"] is IntentStatus.HELD
    with pytest.raises(IntentOver):
        bookings.create_booking(cast.guest.id, first["uuid"], "")
    _, is_new = bookings.create_booking(cast.guest.id, again["uuid"], "")
    assert is_new


def test_only_what_overlaps_on_the_same_listing_is_given_up(cast: Cast) -> None:
    elsewhere = factories.make_stay(cast.host.id)
    start = today() + timedelta(days=1)
    kept = [
        hold(cast.guest.id, elsewhere, start),
        hold(cast.guest.id, cast.listing_id, start - timedelta(days=1), 1),
        hold(cast.guest.id, cast.listing_id, start + timedelta(days=2), 1),
    ]
    hold(cast.guest.id, cast.listing_id, start)
    hold(cast.guest.id, cast.listing_id, start)
    for intent in kept:
        shown = intents.get_intent(cast.guest.id, intent["uuid"])
        assert shown["status"] is IntentStatus.HELD


def test_what_is_given_up_does_not_count_towards_the_five(cast: Cast) -> None:
    for number in range(MAX_OPEN_INTENTS):
        hold(cast.guest.id, cast.listing_id, today() + timedelta(days=number), 1)
    hold(cast.guest.id, cast.listing_id, today(), 2)
    # The one took the place of two.
    last = today() + timedelta(days=MAX_OPEN_INTENTS)
    hold(cast.guest.id, cast.listing_id, last, 1)
    with pytest.raises(TooManyIntents):
        hold(cast.guest.id, cast.listing_id, last + timedelta(days=1), 1)


def test_a_hold_stays_where_the_nights_asked_for_anew_are_somebody_elses(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = today()
    mine = hold(cast.guest.id, cast.listing_id, start, 1)
    hold(cast.admin.id, cast.listing_id, start + timedelta(days=1), 1)
    before = taken(cast.listing_id)

    def refused() -> None:
        with pytest.raises(NightsTaken, match=str(start + timedelta(days=1))) as refusal:
            hold(cast.guest.id, cast.listing_id, start, 2)
        assert str(start) not in refusal.value.message.replace(f"{start + timedelta(days=1)}", "")
        assert taken(cast.listing_id) == before
        assert intents.get_intent(cast.guest.id, mine["uuid"])["status"] is IntentStatus.HELD

    refused()
    # The same where only the look under the lock finds it out.
    look = calendar.find_bookable
    monkeypatch.setattr(
        calendar, "find_bookable", lambda *args, **more: (look(*args, **more)[0], [])
    )
    refused()


def test_a_guest_who_has_booked_the_nights_does_not_hold_them_too(cast: Cast) -> None:
    cast.book()
    with pytest.raises(NightsTaken):
        hold(cast.guest.id, cast.listing_id)


def test_a_guest_who_asks_for_the_same_many_times_at_once_holds_it_once(
    app: Flask, cast: Cast
) -> None:
    for _ in rounds():
        won = at_once([lambda: _try(app, cast.guest.id, cast.listing_id, today(), 2)] * 5)
        assert won == [True] * 5
        held = session.scalars(
            select(BookingIntent.id).where(BookingIntent.released_at.is_(None))
        ).all()
        session.rollback()
        assert (len(held), len(taken(cast.listing_id))) == (1, 2)


# ── the end of an intent ────────────────────────────────────────────────────────────────────


def test_an_intent_that_was_booked_is_not_released(cast: Cast) -> None:
    intent = hold(cast.guest.id, cast.listing_id)
    bookings.create_booking(cast.guest.id, intent["uuid"], "")
    with pytest.raises(IntentOver):
        intents.release_intent(cast.guest.id, intent["uuid"])
    assert len(taken(cast.listing_id)) == 2
    assert intents.get_intent(cast.guest.id, intent["uuid"])["status"] is IntentStatus.BOOKED


def test_releasing_a_lapsed_intent_leaves_the_next_guest_alone(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    now = clock.now()
    first = hold(cast.guest.id, cast.listing_id, today() + timedelta(days=1))
    set_clock(now + timedelta(minutes=16))
    hold(cast.admin.id, cast.listing_id, today() + timedelta(days=1))
    intents.release_intent(cast.guest.id, first["uuid"])
    assert len(taken(cast.listing_id)) == 2


def test_intents_that_came_to_nothing_are_forgotten_after_a_week(
    cast: Cast, set_clock: Callable[[datetime], None]
) -> None:
    now = clock.now()
    lapsed = hold(cast.guest.id, cast.listing_id, today() + timedelta(days=1), 1)
    book(cast.guest.id, cast.listing_id, today() + timedelta(days=2), 1)
    set_clock(now + KEEP_INTENTS)
    sweeps.sweep_intents()
    assert _count_intents() == 2
    set_clock(now + KEEP_INTENTS + timedelta(hours=1))
    sweeps.sweep_intents()
    assert _count_intents() == 1
    with pytest.raises(IntentNotFound):
        intents.get_intent(cast.guest.id, lapsed["uuid"])


# ── at once ─────────────────────────────────────────────────────────────────────────────────


def _try(app: Flask, guest_id: int, listing_id: int, start: date, nights: int) -> bool:
    with app.app_context():
        try:
            hold(guest_id, listing_id, start, nights)
        except Conflict:
            return False
        return True


def test_of_fifty_guests_who_want_overlapping_nights_each_night_has_one_winner(
    app: Flask, cast: Cast
) -> None:
    guests = [factories.make_account().id for _ in range(50)]
    for number, _ in enumerate(rounds()):
        start = today() + timedelta(days=1 + 20 * number)
        wishes = [
            (guest_id, start + timedelta(days=place % 7), 1 + place % 4)
            for place, guest_id in enumerate(guests)
        ]
        won = at_once(
            [
                lambda guest_id=guest_id, first=first, nights=nights: _try(
                    app, guest_id, cast.listing_id, first, nights
                )
                for guest_id, first, nights in wishes
            ]
        )
        nights = [
            night
            for (_, first, length), has_won in zip(wishes, won, strict=True)
            if has_won
            for night in nights_between(first, first + timedelta(days=length))
        ]
        assert any(won)
        assert len(nights) == len(set(nights))
        assert set(nights) == {night for night in taken(cast.listing_id) if night >= start}


def test_a_guest_who_asks_many_times_at_once_holds_five(app: Flask, cast: Cast) -> None:
    start = today()
    won = at_once(
        [
            lambda number=number: _try(
                app, cast.guest.id, cast.listing_id, start + timedelta(days=number), 1
            )
            for number in range(12)
        ]
    )
    assert won.count(True) == MAX_OPEN_INTENTS == len(taken(cast.listing_id))


def test_releasing_and_holding_at_once_leaves_no_night_to_two(app: Flask, cast: Cast) -> None:
    for _ in rounds():
        others = [factories.make_account().id for _ in range(4)]
        mine = hold(cast.guest.id, cast.listing_id)

        def release(intent: Any = mine) -> bool:
            with app.app_context():
                intents.release_intent(cast.guest.id, intent["uuid"])
            return True

        results = at_once(
            [
                release,
                *(
                    lambda guest_id=guest_id: _try(app, guest_id, cast.listing_id, today(), 2)
                    for guest_id in others
                ),
            ]
        )
        assert results[1:].count(True) <= 1
        owners = session.scalars(
            select(BookingIntent.guest_id).where(BookingIntent.released_at.is_(None))
        ).all()
        session.rollback()
        assert len(owners) == results[1:].count(True)
        with transaction():
            session.execute(update(BookingIntent).values(released_at=clock.now()))
            calendar.lock_listing(cast.listing_id)
            for intent_id in session.scalars(select(BookingIntent.id)):
                calendar.release_nights(intent_id)


@pytest.mark.only("postgresql")
def test_taken_nights_are_refused_while_somebody_holds_the_listing(app: Flask, cast: Cast) -> None:
    hold(cast.guest.id, cast.listing_id)

    def refuse() -> None:
        with app.app_context(), pytest.raises(NightsTaken):
            hold(cast.admin.id, cast.listing_id)

    with transaction():
        calendar.lock_listing(cast.listing_id)
        at_once([refuse])
