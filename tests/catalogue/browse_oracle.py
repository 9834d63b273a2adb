"""What lists of stays should hold, worked out in plain Python from the listings themselves."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.catalogue.browse import BrowseFilter, BrowseOrder, Circle
from app.catalogue.enums import StayType
from app.reference.service import Reference
from tests.catalogue.test_geography import haversine_km


@dataclass(frozen=True)
class Taken:
    """A night that somebody has; a hold until `expires_at`."""

    night: date
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Stay:
    """An active stay, with its columns, amenities by slug, and nights."""

    row: Mapping[str, Any]
    amenities: frozenset[str] = frozenset()
    nights: Sequence[Taken] = ()
    is_hidden: bool = field(default=False, kw_only=True)

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def position(self) -> tuple[float, float] | None:
        latitude, longitude = self.row["latitude"], self.row["longitude"]
        return None if latitude is None else (float(latitude), float(longitude))


def expected_list(
    stays: Iterable[Stay],
    wanted: BrowseFilter,
    order: BrowseOrder,
    now: datetime,
    reference: Reference,
) -> list[int]:
    """Return the ids that all pages of a list hold together, in order."""
    found = [stay for stay in stays if _is_wanted(stay, wanted, now, reference)]
    # By their ids first: sorting keeps the order of equals.
    found.sort(key=lambda stay: stay.id, reverse=order is not BrowseOrder.CHEAPEST)
    found.sort(key=lambda stay: _place(stay, order))
    return [stay.id for stay in found]


def expected_nearby(
    stays: Iterable[Stay],
    wanted: BrowseFilter,
    circle: Circle,
    now: datetime,
    reference: Reference,
) -> list[tuple[int, float]]:
    """Return the id and the distance of every stay in a circle, the nearest first."""
    place = float(circle.latitude), float(circle.longitude)
    found = [
        (stay.id, haversine_km(*place, *stay.position))
        for stay in stays
        if stay.position is not None and _is_wanted(stay, wanted, now, reference)
    ]
    near = [each for each in found if each[1] <= circle.radius_km]
    # To the nearest millimetre: what is equal but for rounding goes by its id.
    return sorted(near, key=lambda each: (round(each[1], 6), each[0]))


def plain_words(text: str) -> list[str]:
    """Return the words of a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain).split()


def _place(stay: Stay, order: BrowseOrder) -> Any:
    row = stay.row
    match order:
        case BrowseOrder.NEWEST:
            return -row["created_at"].timestamp()
        case BrowseOrder.CHEAPEST:
            return row["price"]
        case BrowseOrder.DEAREST:
            return -row["price"]
        case BrowseOrder.BEST:
            return -(row["rating"] or Decimal(0)), -row["review_count"]


def _is_wanted(stay: Stay, wanted: BrowseFilter, now: datetime, reference: Reference) -> bool:
    row = stay.row
    tests = [
        not stay.is_hidden,
        wanted.category is None
        or row["category_id"] in reference.categories_by_slug[wanted.category].ids(),
        wanted.min_price is None or row["price"] >= wanted.min_price,
        wanted.max_price is None or row["price"] <= wanted.max_price,
        wanted.guests is None or row["max_guests"] >= wanted.guests,
        wanted.stay_type is None or row["stay_type"] in (wanted.stay_type, StayType.BOTH),
        wanted.city is None or plain_words(row["city"]) == plain_words(wanted.city),
        wanted.bedrooms is None or (row["bedrooms"] or 0) >= wanted.bedrooms,
        set(wanted.amenities) <= stay.amenities,
        wanted.search is None or _matches(row, wanted.search),
        wanted.check_in is None or _is_free(stay, wanted, now),
    ]
    return all(tests)


def _matches(row: Mapping[str, Any], search: str) -> bool:
    there = plain_words(" ".join(row[each] for each in ("title", "description", "address", "city")))
    words = plain_words(search)
    return bool(words) and all(any(each.startswith(word) for each in there) for word in words)


def _is_free(stay: Stay, wanted: BrowseFilter, now: datetime) -> bool:
    assert wanted.check_in is not None
    assert wanted.check_out is not None
    number = (wanted.check_out - wanted.check_in).days
    nights = {wanted.check_in + timedelta(days=each) for each in range(number)}
    taken = {each.night for each in stay.nights if not each.expires_at or each.expires_at > now}
    shortest, longest = stay.row["min_nights"], stay.row["max_nights"]
    fits = (shortest is None or shortest <= number) and (longest is None or number <= longest)
    return fits and not nights & taken
