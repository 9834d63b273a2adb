"""What browsing is asked, as people's apps ask it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson

from app.api.marketplace.paging import MAX_ROW
from app.core.db import Reader
from app.reference.service import Reference
from scripts.bench import browse_bare
from scripts.bench.browse_data import CITIES, COMMON_WORD, PEAK, RARE_WORD, Stays
from scripts.bench.kit.http_client import get
from scripts.bench.kit.statements import Question, Rows

FRAME_HEADER = "X-Bench-Frame"
# How many times the bare SQL may be taken, above the frame.
DATES_TARGET = 2.0
# Milliseconds of SQL for the first page of what is near.
NEARBY_TARGET = 1.0
# More questions than a run has time for.
NEVER_TWICE = 5_000
# In no city, and with few stays around it.
COUNTRYSIDE = (-3.9, 35.4)

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A kind of request: addresses to ask in turn, and what their answers take in bare SQL.

    With `is_new` no address is ever asked twice, so that no count is known from before.
    """

    name: str
    paths: Sequence[str]
    bare: Sequence[Question]
    token: str | None = None
    is_new: bool = False
    bare_target: float | None = None
    sql_target: float | None = None

    def requests(self) -> list[bytes]:
        return [get(path, self.token) for path in self.paths]

    def ids(self, body: bytes) -> list[Any]:
        """Return the ids that an answer shows, in its order."""
        data = orjson.loads(body)["data"]
        if isinstance(data, list):
            return [each["id"] for each in data]
        return [each["id"] for each in data.get("results", [data])]

    def bare_ids(self, rows: Rows) -> list[Any]:
        """Return the ids that rows of bare SQL are about: cards, or a listing's columns."""
        if rows and isinstance(rows[0][0], bytes):
            # A stored card is no JSON yet: it has a mark where the media address goes.
            return [row[0].partition(b'"id":"')[2][:36].decode() for row in rows]
        return [str(UUID(str(row[-1]))) if len(row) > 10 else row[0] for row in rows]

    def framed(self) -> list[bytes]:
        """Return requests that are answered without the catalogue."""
        return [get(path, self.token, X_Bench_Frame="1") for path in self.paths[:4]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What questions are about."""

    reader: Reader
    state: Reference
    stays: Stays
    # Of the host with a tenth of all stays, and of one with a few hundred.
    hosts: Sequence[tuple[int, str]]


def questions(scene: Scene) -> list[Asked]:
    """Return all of them."""
    return [*_browse(scene), *_dates(scene), *_counts(scene), *_nearby(scene), *_hosts(scene)]


# ── lists of stays ──────────────────────────────────────────────────────────────────────────


def _browse(scene: Scene) -> Iterator[Asked]:
    for name, query in _filters(scene).items():
        yield _list(scene, name, [query])
    for ordering in ("price", "-price", "rating"):
        yield _list(scene, f"by {ordering}", [{"ordering": ordering}])
    yield _list(scene, "by price, in one city", [{"ordering": "price", "city": CITIES[0].name}])
    deep = _deep_page(scene)
    for ordering in ("newest", "rating"):
        query = {"ordering": ordering, "page": str(deep)}
        yield _list(scene, f"page {deep}, by {ordering}", [query])


def _filters(scene: Scene) -> dict[str, Query]:
    amenities = [each.slug for each in scene.state.amenities if each.is_active]
    top = [each for each in scene.state.categories if each.is_active]
    return {
        "all": {},
        "common category": {"category": top[0].slug},
        "rare category": {"category": top[-1].subcategories[-1].slug},
        "large city": {"city": CITIES[0].name},
        "small city": {"city": CITIES[-1].name},
        "common prices": {"min_price": "50", "max_price": "120"},
        "rare prices": {"min_price": "400"},
        "many guests": {"guests": "14"},
        "3 common amenities": {"amenities": ",".join(amenities[:3])},
        "rare amenity": {"amenities": amenities[-1]},
        "common word": {"search": COMMON_WORD},
        "rare word": {"search": RARE_WORD},
        "city, guests, price": {"city": CITIES[1].name, "guests": "6", "max_price": "90"},
    }


def _dates(scene: Scene) -> Iterator[Asked]:
    """Ask for free nights: of any stay, of few, in all orders, far down, and when all is full."""
    filters = _filters(scene)
    for nights in (3, 10, 30):
        yield _list(scene, f"{nights} nights", _stays_of(scene, nights, {}))
    for name in (
        *("common category", "rare category", "large city", "rare prices", "3 common amenities"),
        *("rare amenity", "common word", "rare word", "city, guests, price"),
    ):
        yield _list(scene, f"3 nights, {name}", _stays_of(scene, 3, filters[name]))
    yield _list(scene, "30 nights, large city", _stays_of(scene, 30, filters["large city"]))
    for ordering in ("price", "-price", "rating"):
        query = {"ordering": ordering}
        yield _list(scene, f"3 nights, by {ordering}", _stays_of(scene, 3, query))
    deep = _deep_page(scene)
    for nights, page in ((3, deep), (30, deep // 3)):
        queries = _stays_of(scene, nights, {"page": str(page)})
        yield _list(scene, f"{nights} nights, page {page}", queries)
    peak = _nights(scene, PEAK[0], 3)
    yield _list(scene, "3 nights, nearly all taken", [peak])
    city = {"city": CITIES[0].name}
    yield _list(scene, "3 nights, nearly all taken, large city", [peak | city])


def _counts(scene: Scene) -> Iterator[Asked]:
    """Ask what was never asked before, so that nothing is known of how many there are."""
    for name, query in {
        "new question": {},
        "new question, large city": {"city": CITIES[0].name},
        "new question, 3 nights": _nights(scene, 10, 3),
        "new question, 30 nights": _nights(scene, 5, 30),
    }.items():
        yield _list(scene, name, [query], is_new=True)


def _nearby(scene: Scene) -> Iterator[Asked]:
    city = (CITIES[0].latitude, CITIES[0].longitude)
    for place, name in ((city, "a city"), (COUNTRYSIDE, "the country")):
        for radius in (1, 5, 25, 100):
            target = NEARBY_TARGET if radius == 25 else None
            query = _circle(place, radius)
            yield _list(scene, f"{radius} km around {name}", [query], sql_target=target)
    for place, name in ((city, "a city"), (COUNTRYSIDE, "the country")):
        queries = _stays_of(scene, 3, _circle(place, 25))
        yield _list(scene, f"25 km around {name}, 3 nights", queries)
    deep = _deep_page(scene) // 5
    query = {**_circle(city, 25), "page": str(deep)}
    yield _list(scene, f"25 km around a city, page {deep}", [query])


def _deep_page(scene: Scene) -> int:
    """Return the last page there is, or one far down that a tenth of the stays has as well."""
    return min(MAX_ROW // browse_bare.PAGE_SIZE, scene.stays.total // 400)


def _circle(place: tuple[float, float], radius: int) -> Query:
    return {"lat": str(place[0]), "lng": str(place[1]), "radius": str(radius)}


def _stays_of(scene: Scene, nights: int, query: Query) -> list[Query]:
    first_days = (2, 4, 6, 8) if nights == 30 else (9, 15, 21, 27)
    return [{**query, **_nights(scene, day, nights)} for day in first_days]


def _nights(scene: Scene, day: int, count: int) -> dict[str, str]:
    check_in = scene.stays.today + timedelta(days=day)
    check_out = check_in + timedelta(days=count)
    return {"check_in": check_in.isoformat(), "check_out": check_out.isoformat()}


def _list(
    scene: Scene,
    name: str,
    queries: Sequence[Query],
    *,
    is_new: bool = False,
    sql_target: float | None = None,
) -> Asked:
    asked = queries
    if is_new:
        asked = [{**queries[0], "max_price": str(10**6 + each)} for each in range(NEVER_TWICE)]
    address = "/api/listings/nearby/" if "lat" in queries[0] else "/api/listings/"
    return Asked(
        name=name,
        paths=[_path(address, query) for query in asked],
        bare=[
            browse_bare.stays(scene.reader, scene.state, query, scene.stays.now, counts_all=is_new)
            for query in queries
        ],
        is_new=is_new,
        bare_target=DATES_TARGET if "check_in" in queries[0] else None,
        sql_target=sql_target,
    )


# ── a host's own, and one stay ──────────────────────────────────────────────────────────────


def _hosts(scene: Scene) -> Iterator[Asked]:
    (big, big_token), (small, small_token) = scene.hosts
    yield _rooms(scene, "rooms of a host", small, small_token, {})
    yield _rooms(scene, "rooms of the big host", big, big_token, {})
    # One that the host has at a tenth of the size as well.
    last = str(scene.stays.total // 1_000)
    for name, query in {
        "far page": {"page": last},
        "by name": {"sort": "name", "ordering": "asc"},
        "listed only": {"status": "Listed"},
        "common word": {"search": COMMON_WORD},
        "rare word": {"search": RARE_WORD},
    }.items():
        yield _rooms(scene, f"rooms of the big host, {name}", big, big_token, query)
    made = [scene.stays.make(number).row for number in range(1, 100)]
    uuids = [row["uuid"] for row in made if row["owner_id"] == big and row["rating"]]
    yield Asked(
        name="one stay",
        paths=[f"/api/listings/{uuid}/" for uuid in uuids],
        bare=[_detail(scene, uuid) for uuid in uuids],
    )


def _rooms(scene: Scene, name: str, owner_id: int, token: str, query: Query) -> Asked:
    return Asked(
        name=name,
        paths=[_path("/api/rooms", query)],
        bare=[browse_bare.rooms(scene.reader, owner_id, query)],
        token=token,
    )


def _detail(scene: Scene, uuid: UUID) -> Question:
    return browse_bare.detail(uuid, is_sqlite=scene.reader.is_sqlite)


def _path(address: str, query: Query) -> str:
    return f"{address}?{urlencode(query)}" if query else address
