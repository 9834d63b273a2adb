"""The stays that browsing is measured on: the same ones at every run of a day, as plain values.

Most of them stand around a few cities, hosts have a few hundred and one a tenth of all, and in
the days of `PEAK` nearly everything is taken.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import exp
from typing import Any, NamedTuple
from uuid import UUID

from app.catalogue.enums import (
    Availability,
    Furnishing,
    ImageStatus,
    ListingType,
    NightState,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.limits import TITLE_KEY_BYTES
from app.core.text import sort_key
from app.media.limits import WIDTHS
from app.reference.service import Reference

COMMON_WORD = "spacious"  # stands in seven of ten stays
RARE_WORD = "observatory"  # stands in RARE_STAYS of them all
RARE_STAYS = 50
HOST_STAYS = 400  # of each host on average, besides the one with a tenth of all
# Every so many stays there is one more that is not active.
ACTIVE_BLOCK = 19
# Days from today, and how many of all stays are taken in them.
PEAK = (40, 44)
PEAK_TAKEN = 0.97
HORIZON_DAYS = 120

_BEGIN = datetime(2024, 1, 1, 6, 0, tzinfo=UTC)
_STEP = timedelta(days=700)


class City(NamedTuple):
    name: str
    country: str
    latitude: float
    longitude: float
    weight: int


CITIES = (
    City("Dar es Salaam", "Tanzania", -6.7924, 39.2083, 30),
    City("Nairobi", "Kenya", -1.2864, 36.8172, 24),
    City("Kampala", "Uganda", 0.3136, 32.5811, 18),
    City("Zanzibar", "Tanzania", -6.1659, 39.2026, 12),
    City("Mombasa", "Kenya", -4.0435, 39.6682, 10),
    City("Arusha", "Tanzania", -3.3869, 36.6830, 8),
    City("Entebbe", "Uganda", 0.0512, 32.4637, 6),
    City("Kisumu", "Kenya", -0.1022, 34.7617, 5),
    City("Mwanza", "Tanzania", -2.5164, 32.9175, 4),
    City("Jinja", "Uganda", 0.4244, 33.2042, 3),
    City("Bukoba", "Tanzania", -1.3317, 31.8122, 1),
)
_OPENINGS = (
    "A {common} home on a quiet street, minutes from the sea.",
    "Well kept and {common}, with good light in every room.",
    "In a gated compound with a green garden, {common} throughout.",
)
_SENTENCES = (
    "The kitchen has fitted cabinets and a pantry.",
    "All bedrooms are en suite with built-in wardrobes.",
    "Water comes from a borehole with a reserve tank.",
    "The balcony looks over the lake and the hills.",
    "Fibre internet and a standby generator are included.",
    "A short walk to restaurants, gyms and the bus stage.",
)
_KINDS = ("villa", "apartment", "house", "guest-house", "cottage")


@dataclass(frozen=True, slots=True)
class Made:
    """One stay: the columns of its row, and what belongs to it."""

    row: dict[str, Any]
    amenities: list[Any]
    extras: list[Any]
    images: list[dict[str, Any]]
    nights: list[dict[str, Any]]


class Stays:
    """All stays of a size, each made from its number alone.

    `owners` are the hosts' ids, the one with a tenth of all first.
    """

    def __init__(
        self, state: Reference, size: int, owners: Sequence[int], today: date, now: datetime
    ) -> None:
        self.total = size + size // ACTIVE_BLOCK
        self.today = today
        self.now = now
        self._state = state
        self._amenities = [each for each in state.amenities if each.is_active]
        self._categories = [
            below for each in state.categories if each.is_active for below in each.subcategories
        ]
        self._owners, self._versions = self._share(owners)
        self._weights = [city.weight for city in CITIES]
        self.versions = dict(zip(self._owners, self._versions, strict=True))

    def make(self, number: int) -> Made:
        """Return the stay of this number; they begin with 1, and it is the listing's id."""
        chance = random.Random(number)
        row = self._row(number, chance)
        images = list(_images(row, chance))
        amenities = [
            amenity
            for place, amenity in enumerate(self._amenities)
            if chance.random() < max(0.01, 0.9 * 0.86**place)
        ]
        extras = chance.sample(self._state.extras, chance.choice((0, 0, 1, 2)))
        return Made(row, amenities, extras, images, list(self._nights(number, chance)))

    def _share(self, owners: Sequence[int]) -> tuple[list[int], list[int]]:
        chance = random.Random(1)
        shared = [
            owners[0] if number % 10 == 3 else chance.choice(owners[1:])
            for number in range(1, self.total + 1)
        ]
        last = dict.fromkeys(owners, 0)
        versions = []
        for owner_id in shared:
            last[owner_id] += 1
            versions.append(last[owner_id])
        return shared, versions

    def _row(self, number: int, chance: random.Random) -> dict[str, Any]:
        state = self._state
        [city] = chance.choices(CITIES, self._weights)
        slug = chance.choice(_KINDS)
        bedrooms = chance.choices(range(7), (4, 20, 24, 18, 8, 3, 1))[0]
        guests = max(1, bedrooms * 2 + chance.randint(0, 2))
        reviews = chance.choice((0, 0, 1, 4, 11, 37))
        made_at = _BEGIN + _STEP * (number / self.total)
        title = f"{bedrooms or 'Studio'} bedroom {slug.replace('-', ' ')} in {city.name}"
        common = COMMON_WORD if chance.random() < 0.7 else "comfortable"
        sentences = [chance.choice(_OPENINGS).format(common=common), *chance.sample(_SENTENCES, 3)]
        # An odd distance, so that every host has a chance of one.
        if number % (self.total // RARE_STAYS | 1) == 1:
            sentences.append(f"The roof carries a small {RARE_WORD}.")
        # Each category has fewer stays than the one before; the last has one of a thousand.
        place = min(int(chance.expovariate(0.2)), len(self._categories) - 1)
        is_active = number % (ACTIVE_BLOCK + 1) != 0
        # Some are far from any city.
        spread = 0.08 if chance.random() < 0.9 else 1.5
        review, publish = ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED
        if not is_active:
            review, publish = chance.choice(
                (
                    (ReviewStatus.DRAFT, PublishStatus.DRAFT),
                    (ReviewStatus.PENDING, PublishStatus.DRAFT),
                    (ReviewStatus.ACCEPTED, PublishStatus.DRAFT),
                    (ReviewStatus.ACCEPTED, PublishStatus.TRASH),
                )
            )
        return {
            "id": number,
            "uuid": UUID(int=chance.getrandbits(128), version=4),
            "owner_id": self._owners[number - 1],
            "external_id": None,
            "version": self._versions[number - 1],
            "listing_type": ListingType.STAY,
            "review_status": review,
            "publish_status": publish,
            "availability": Availability.AVAILABLE,
            "title": title,
            "title_key": sort_key(title, TITLE_KEY_BYTES),
            "description": " ".join(sentences),
            "price": Decimal(round(exp(chance.gauss(4.3, 0.6)) * 100)).scaleb(-2),
            "currency_id": state.currencies_by_code["USD"].id,
            "property_type_id": state.property_types_by_slug[slug].id,
            "district_id": None,
            "location": "",
            "address": f"{chance.randint(1, 90)} Beach Road",
            "city": city.name,
            "country": city.country,
            "latitude": _degrees(chance.gauss(city.latitude, spread)),
            "longitude": _degrees(chance.gauss(city.longitude, spread)),
            "bedrooms": bedrooms,
            "bathrooms": max(1, bedrooms - 1),
            "floor_size": None,
            "plot_size": None,
            "plot_size_unit_id": None,
            "tenure_id": None,
            "furnished": Furnishing.FURNISHED,
            "youtube_video_id": "",
            "stay_type": chance.choice((StayType.SHORT, StayType.BOTH, StayType.BOTH, None)),
            "max_guests": guests,
            "standard_guests": None,
            "min_nights": chance.choice((None, 1, 1, 2, 3)),
            "max_nights": chance.choice((None, 28, 90)),
            "category_id": self._categories[place].id,
            "cleaning_fee": Decimal(chance.choice((0, 15, 30))),
            "security_deposit": Decimal(chance.choice((0, 100))),
            "check_in_time": time(14),
            "check_out_time": time(10),
            "time_zone": "Africa/Dar_es_Salaam",
            "submitted_at": made_at,
            "rejection_reason": "",
            "review_count": reviews,
            "rating": Decimal(chance.randint(250, 500)).scaleb(-2) if reviews else None,
            "sub_ratings": {},
            "is_verified": chance.random() < 0.5,
            "is_sponsored": chance.random() < 0.05,
            "created_at": made_at,
            "updated_at": made_at,
            "deleted_at": None,
        }

    def _nights(self, listing_id: int, chance: random.Random) -> Iterator[dict[str, Any]]:
        taken: dict[int, tuple[NightState, datetime | None]] = {}
        day = int(chance.expovariate(1 / 29))
        while day < HORIZON_DAYS:
            # A few are held by guests who did not pay: those holds have lapsed.
            state = chance.choices(list(_STATES), list(_STATES.values()))[0]
            lapsed = self.now - timedelta(hours=2) if state is NightState.HOLD else None
            length = chance.randint(1, 6)
            taken |= dict.fromkeys(range(day, day + length), (state, lapsed))
            day += length + int(chance.expovariate(1 / 29))
        if chance.random() < PEAK_TAKEN:
            taken |= dict.fromkeys(range(*PEAK), (NightState.EXTERNAL, None))
        for day, (state, expires_at) in sorted(taken.items()):
            is_guests = state in (NightState.HOLD, NightState.BOOKING)
            yield {
                "listing_id": listing_id,
                "night": self.today + timedelta(days=day),
                "state": state,
                "intent_id": listing_id if is_guests else None,
                "expires_at": expires_at,
            }


_STATES = {
    NightState.EXTERNAL: 70,
    NightState.BLACKOUT: 20,
    NightState.BOOKING: 9,
    NightState.HOLD: 1,
}


def _images(row: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    for position in range(3):
        name = f"{chance.getrandbits(64):016x}"
        yield {
            # A stay's images have ids of their own, so these are nobody else's.
            "id": row["id"] * 10 + position,
            "uuid": UUID(int=chance.getrandbits(128), version=4),
            "listing_id": row["id"],
            "status": ImageStatus.READY,
            "position": position,
            "is_main": position == 0,
            "wants_main": False,
            "alt": "",
            "original": "",
            "failure": "",
            "path": f"{name}-{WIDTHS[-1]}.webp",
            "width": WIDTHS[-1],
            "height": WIDTHS[-1] * 2 // 3,
            "variants": [{"width": each, "path": f"{name}-{each}.webp"} for each in WIDTHS],
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "created_at": row["created_at"],
            "processed_at": row["created_at"],
        }


def _degrees(value: float) -> Decimal:
    return Decimal(round(value * 1_000_000)).scaleb(-6)
