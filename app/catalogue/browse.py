"""What is asked of the lists of active stays and what comes back, as values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from app.catalogue.enums import StayType
from app.catalogue.nights import TOO_FAR

TOGETHER = "check_in and check_out go together."
IN_THE_PAST = "This day has passed."
NOT_AFTER = "Must be after check_in."
BELOW = "Must not be below min_price."

# How many amenities a stay's bits tell apart at a glance.
_BITS = 63


class BrowseOrder(StrEnum):
    """What comes first. Of equals the newer one does, and by `price` the older one."""

    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "-price"
    BEST = "rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowseFilter:
    """What to leave out of a list of stays; None means no filter.

    `category` and `amenities` are slugs. Money is in each listing's own currency. The nights of
    `[check_in, check_out)` must be free; both dates are given, or neither.
    """

    category: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    guests: int | None = None
    stay_type: StayType | None = None
    check_in: date | None = None
    check_out: date | None = None
    city: str | None = None
    bedrooms: int | None = None
    amenities: tuple[str, ...] = ()
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """The places within a radius of another one, in degrees and kilometres."""

    latitude: Decimal
    longitude: Decimal
    radius_km: float


class CardRow(NamedTuple):
    """A stay's place in a list, and its card where a fitting one is stored.

    `chord_squared` tells how far it is, see `geography`; None where nobody asked.
    """

    id: int
    chord_squared: float | None
    body: bytes | None


class Card(NamedTuple):
    """A stay as a row of a list, written by a face; `distance_km` is None where nobody asked."""

    body: bytes
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """Some consecutive rows of a list, and how many the whole list has."""

    cards: list[Card]
    total: int


def contradictions(wanted: BrowseFilter, *, today: date, last: date) -> dict[str, list[str]]:
    """Return why no stay can be what is wanted, as sentences by field.

    `last` is the last day that anybody can leave on.
    """
    errors: dict[str, list[str]] = {}
    least, most = wanted.min_price, wanted.max_price
    if least is not None and most is not None and least > most:
        errors["max_price"] = [BELOW]
    check_in, check_out = wanted.check_in, wanted.check_out
    if check_in is None or check_out is None:
        if check_in is not check_out:
            errors["check_in" if check_in is None else "check_out"] = [TOGETHER]
        return errors
    if check_in < today:
        errors["check_in"] = [IN_THE_PAST]
    elif check_in >= last:
        errors["check_in"] = [TOO_FAR]
    if check_out <= check_in:
        errors["check_out"] = [NOT_AFTER]
    elif check_out > last:
        errors["check_out"] = [TOO_FAR]
    return errors


def city_key(words: list[str]) -> int:
    """Return the number that all spellings of a city share, from its folded words.

    A number is small whatever the name; two names of one number are beyond all chance.
    """
    digest = blake2b(" ".join(words).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def amenity_bits(amenity_ids: Iterable[int]) -> int:
    """Return a number with a bit for each amenity; those of different ids may share one.

    Whoever lacks a bit lacks an amenity, and that is told without looking any of them up.
    """
    bits = 0
    for amenity_id in amenity_ids:
        bits |= 1 << amenity_id % _BITS
    return bits
