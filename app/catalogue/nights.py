"""Nights and days: a stay is half-open, and takes the night of every day but its last."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

# How far ahead a listing's calendar goes.
MAX_NIGHTS_AHEAD = 730
TOO_FAR = f"Stays can be booked up to {MAX_NIGHTS_AHEAD} nights ahead."
# Where each day begins first.
_FIRST_ZONE = "Pacific/Kiritimati"
_ONE = timedelta(days=1)
_MOST_NAMED = 10

Period = tuple[date, date]


class Spared(NamedTuple):
    """The ids of intents whose holds are in nobody's way: a query, and its parameters.

    The query may ask for `:now` as well.
    """

    sql: str
    params: Mapping[str, Any]


def nights_between(start: date, end: date) -> list[date]:
    """Return the nights of `[start, end)`, in order."""
    return [start + timedelta(days=number) for number in range((end - start).days)]


def nights_in(periods: Iterable[Period]) -> list[date]:
    """Return each night of the periods once, in order."""
    return sorted({night for start, end in periods for night in nights_between(start, end)})


def from_day(periods: Iterable[Period], first: date) -> list[Period]:
    """Return what is left of the periods from a day on."""
    return [(max(start, first), end) for start, end in periods if end > first]


def periods_of(nights: Iterable[date]) -> Iterator[Period]:
    """Yield the longest periods `[start, end)` that the nights, in order, make up."""
    start = end = None
    for night in nights:
        if start is None or end is None:
            start = night
        elif night != end:
            yield start, end
            start = night
        end = night + _ONE
    if start is not None and end is not None:
        yield start, end


def today_in(time_zone: str, now: datetime) -> date:
    """Return the date that it is in a time zone, by IANA's name of it."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def last_day_anywhere(now: datetime) -> date:
    """Return the last day that a guest can leave on, of all time zones that a stay may be in."""
    return today_in(_FIRST_ZONE, now) + timedelta(days=MAX_NIGHTS_AHEAD)


def in_words(nights: list[date]) -> str:
    """Name the first few nights: `2026-09-01, 2026-09-02 and 3 more`."""
    named = ", ".join(night.isoformat() for night in nights[:_MOST_NAMED])
    more = len(nights) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named
