"""The calendar of nights: who takes them, keeps them, and gives them back.

That a night is taken once at most is held by the primary key of its table. Every change of a
listing's nights holds the listing's row as well, so that of two who want the same ones the second
waits, and finds them taken. A hold that has expired is free from that instant on; the clock is
read once a transaction, after the lock.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.catalogue import calendar_repository as repository
from app.catalogue.enums import NightState
from app.catalogue.errors import HoldLapsed, ListingNotFound, NightsTaken
from app.catalogue.nights import (
    Period,
    Spared,
    in_words,
    nights_between,
    nights_in,
    periods_of,
    today_in,
)
from app.core import clock
from app.core.db import reading, transaction

_GUESTS = (NightState.HOLD, NightState.BOOKING)


def find_bookable(
    listing_uuid: UUID, check_in: date, check_out: date, *, spared: Spared | None = None
) -> tuple[Mapping[str, Any], list[date]]:
    """Look at a stay that guests can book, without waiting for anybody.

    It is active, and its owner not disabled. Return its `id`, `owner_id`, `max_guests`,
    `min_nights`, `max_nights` and `time_zone`, and which nights are taken at this moment by
    others than spared intents.

    :raises ListingNotFound: when there is none.
    """
    with reading() as reader:
        found = repository.find_bookable(
            reader, listing_uuid, check_in, check_out, clock.now(), spared
        )
    if found is None:
        raise ListingNotFound
    return found


def lock_bookable(listing_uuid: UUID) -> Mapping[str, Any]:
    """Return all columns of such a stay, and keep everybody else from its nights.

    Until the transaction ends.

    :raises ListingNotFound: when there is none.
    """
    with transaction():
        row = repository.lock_bookable(listing_uuid)
    if row is None:
        raise ListingNotFound
    return row


def lock_listing(listing_id: int) -> None:
    """Keep everybody else from a listing's nights until the transaction ends, whatever it is."""
    with transaction():
        repository.lock_listing(listing_id)


def hold_nights(
    listing_id: int,
    check_in: date,
    check_out: date,
    *,
    intent_id: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Hold the nights of `[check_in, check_out)` of a listing that is locked, all or none.

    :raises NightsTaken: naming those that somebody else has.
    """
    with transaction():
        taken = repository.taken_nights(listing_id, check_in, check_out, now)
        if taken:
            raise NightsTaken(in_words(taken))
        repository.delete_lapsed(listing_id, check_in, check_out, now)
        nights = nights_between(check_in, check_out)
        if not repository.add_nights(
            listing_id, nights, NightState.HOLD, intent_id=intent_id, expires_at=expires_at
        ):
            raise NightsTaken(in_words(nights))


def book_nights(intent_id: int, nights: int, now: datetime) -> None:
    """Turn what an intent holds into booked nights, as many as it was made for.

    The listing is locked.

    :raises HoldLapsed: when it does not hold them any more.
    """
    with transaction():
        if repository.book_nights(intent_id, now) != nights:
            raise HoldLapsed


def release_nights(intent_id: int, *, since: date | None = None) -> None:
    """Free the nights of an intent, or of the booking made of it; `since` a date, or all.

    The listing is locked.
    """
    with transaction():
        repository.delete_nights_of(intent_id, since)


def set_blackouts(listing_id: int, periods: Iterable[Period]) -> None:
    """Block the nights of these periods and no others, for a listing of the caller's.

    Nights that are taken elsewhere anyway (`external`) stay so.

    :raises NightsTaken: naming the nights that guests hold or have booked.
    """
    nights = nights_in(periods)
    with transaction():
        repository.lock_listing(listing_id)
        now = clock.now()
        repository.delete_in_state(listing_id, NightState.BLACKOUT)
        if not nights:
            return
        wanted = set(nights)
        guests = repository.nights_in_state(listing_id, _GUESTS, nights[0], now)
        taken = [night for night in guests if night in wanted]
        if taken:
            raise NightsTaken(in_words(taken))
        repository.delete_lapsed(listing_id, nights[0], date.max, now)
        elsewhere = repository.nights_in_state(listing_id, [NightState.EXTERNAL], nights[0], now)
        free = sorted(wanted.difference(elsewhere))
        if free and not repository.add_nights(listing_id, free, NightState.BLACKOUT):
            raise NightsTaken(in_words(free))


def list_blackouts(listing_id: int) -> list[Period]:
    """Return the periods that the host has blocked, in order, ends exclusive."""
    states = [NightState.BLACKOUT]
    nights = repository.nights_in_state(listing_id, states, date.min, clock.now())
    return list(periods_of(nights))


def show_blackouts(listing_id: int) -> list[dict[str, date]]:
    """Return the periods of `list_blackouts` as mappings of `start` and `end`."""
    return [{"start": start, "end": end} for start, end in list_blackouts(listing_id)]


def set_external_nights(listing_id: int, nights: Iterable[date]) -> None:
    """Mark these nights, and no others, as taken elsewhere; what is taken here already stays."""
    wanted = set(nights)
    with transaction():
        repository.lock_listing(listing_id)
        now = clock.now()
        repository.delete_in_state(listing_id, NightState.EXTERNAL)
        if not wanted:
            return
        first = min(wanted)
        repository.delete_lapsed(listing_id, first, date.max, now)
        free = sorted(wanted.difference(repository.taken_nights(listing_id, first, date.max, now)))
        if free:
            repository.add_nights(listing_id, free, NightState.EXTERNAL)


def has_stay_ahead(listing_id: int, time_zone: str) -> bool:
    """Tell whether a guest stays in a listing now, or holds or has booked nights to come."""
    now = clock.now()
    since = today_in(time_zone, now)
    return bool(repository.nights_in_state(listing_id, _GUESTS, since, now))


def sweep_holds() -> None:
    """Delete the holds that have expired, everywhere."""
    deleted = repository.SWEEP_NIGHTS
    while deleted == repository.SWEEP_NIGHTS:
        with transaction():
            deleted = repository.delete_lapsed_anywhere(clock.now())
