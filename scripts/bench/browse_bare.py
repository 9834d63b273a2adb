"""The SQL that any answer to a browse request needs: the statement that gives its rows, bare.

It reads the application's own tables and indexes, and knows nothing of which filter leaves few:
that is left to the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.catalogue import search_repository
from app.catalogue.browse import city_key
from app.catalogue.geography import box_around, squared_chord, unit_vector
from app.core.counts import EXACT_ROWS
from app.core.db import Reader, sqlite_instant, to_units
from app.core.text import words
from app.reference.service import Reference
from scripts.bench.kit.statements import Connection, Rows, Statement

PAGE_SIZE = 20
ROOMS_PAGE_SIZE = 15
_ORDERS = {
    "newest": "created_at DESC, listing_id DESC",
    "price": "price, listing_id",
    "-price": "price DESC, listing_id DESC",
    "rating": "rating DESC, review_count DESC, listing_id DESC",
}
_ENABLED = "s.owner_id NOT IN (SELECT id FROM account WHERE disabled_at IS NOT NULL)"
_FREE = """NOT EXISTS (
    SELECT 1 FROM night n WHERE n.listing_id = s.listing_id
    AND n.night >= :check_in AND n.night < :check_out
    AND (n.expires_at IS NULL OR n.expires_at > :now){}
)"""
# Where a page is enough, without it PostgreSQL reads all nights that anybody has taken.
_EACH = " LIMIT 1 OFFSET 0"
_IS_ROOM = "l.listing_type = 'stay' AND l.deleted_at IS NULL AND l.publish_status <> 'trash'"


@dataclass(frozen=True, slots=True)
class BareList:
    """A page, and how many rows there are where the page alone does not tell."""

    page: Statement
    count: Statement
    full: int

    def __call__(self, connection: Connection) -> Rows:
        rows = connection.rows(self.page)
        if len(rows) >= self.full:
            connection.rows(self.count)
        return rows


@dataclass(frozen=True, slots=True)
class BareStatements:
    """Some statements, one after the other; the last one's rows are the answer."""

    statements: tuple[Statement, ...]

    def __call__(self, connection: Connection) -> Rows:
        rows: Rows = []
        for statement in self.statements:
            rows = connection.rows(statement)
        return rows


def stays(
    reader: Reader,
    state: Reference,
    query: Mapping[str, str],
    now: datetime,
    *,
    counts_all: bool = False,
) -> BareList:
    """Return what a list of stays takes, near a place or anywhere.

    The count ends where that of the application does, unless it `counts_all`.
    """
    params: dict[str, Any] = {}
    conditions = [_ENABLED, *_filters(reader, state, query, now, params)]
    order = _ORDERS[query.get("ordering", "newest")]
    if "lat" in query:
        conditions += _circle(query, params)
        order = "chord, listing_id"
    columns = f"s.listing_id, {_sort_columns(order)}"
    all_conditions = " AND ".join(conditions)
    where = all_conditions.replace(_FREE, _FREE.format(_EACH))
    size = int(query.get("page_size", PAGE_SIZE))
    offset = (int(query.get("page", 1)) - 1) * size
    page = f"""
        SELECT d.body FROM (
            SELECT {columns} FROM active_stay s WHERE {where}
            ORDER BY {order} LIMIT {size + 1} OFFSET {offset}
        ) AS s
        JOIN listing_document d ON d.face = 'marketplace' AND d.listing_id = s.listing_id
        ORDER BY {order.replace("listing_id", "s.listing_id")}
    """
    counted = f"{where} LIMIT {EXACT_ROWS + 1}"
    if counts_all:
        counted = all_conditions.replace(_FREE, _FREE.format(""))
    count = f"SELECT count(*) FROM (SELECT 1 FROM active_stay s WHERE {counted}) AS found"
    return BareList(Statement(page, params), Statement(count, params), size + 1)


def rooms(reader: Reader, owner_id: int, query: Mapping[str, str]) -> BareList:
    """Return what a list of a host's rooms takes."""
    params: dict[str, Any] = {"owner_id": owner_id}
    where = f"l.owner_id = :owner_id AND {_IS_ROOM}"
    if query.get("status") == "Listed":
        where += " AND l.review_status = 'accepted' AND l.publish_status = 'published'"
    if "search" in query:
        scope = search_repository.rooms_scope(owner_id)
        where += f" AND l.id IN ({_search(reader, scope, query['search'], params)})"
    order = "l.title_key, l.id" if query.get("sort") == "name" else "l.id DESC"
    size = int(query.get("per_page", ROOMS_PAGE_SIZE))
    offset = (int(query.get("page", 1)) - 1) * size
    page = f"""
        SELECT l.id, l.title, l.bedrooms, l.bathrooms, l.standard_guests, l.max_guests,
            l.review_status, l.publish_status
        FROM (
            SELECT l.id FROM listing l WHERE {where} ORDER BY {order} LIMIT {size} OFFSET {offset}
        ) AS page JOIN listing l ON l.id = page.id ORDER BY {order}
    """
    count = f"SELECT count(*) FROM listing l WHERE {where}"
    return BareList(Statement(page, params), Statement(count, params), 0)


def detail(uuid: UUID, *, is_sqlite: bool) -> BareStatements:
    """Return what one stay with everything takes."""
    params = {"uuid": uuid.hex if is_sqlite else uuid}
    found = "(SELECT id FROM listing WHERE uuid = :uuid)"
    texts = (
        f"SELECT * FROM listing_amenity WHERE listing_id = {found}",
        f"SELECT * FROM listing_extra WHERE listing_id = {found}",
        f"SELECT * FROM listing_image WHERE listing_id = {found} AND status = 'ready'",
        "SELECT l.*, a.uuid, a.first_name, a.created_at, l.uuid FROM listing l"
        " JOIN account a ON a.id = l.owner_id"
        " WHERE l.uuid = :uuid AND l.deleted_at IS NULL AND a.disabled_at IS NULL",
    )
    return BareStatements(tuple(Statement(text, params) for text in texts))


def _filters(
    reader: Reader,
    state: Reference,
    query: Mapping[str, str],
    now: datetime,
    params: dict[str, Any],
) -> list[str]:
    conditions = []
    if "category" in query:
        ids = ", ".join(map(str, state.categories_by_slug[query["category"]].ids()))
        conditions.append(f"s.category_id IN ({ids})")
    if "city" in query:
        params["city"] = city_key(words(query["city"]))
        conditions.append("s.city_key = :city")
    for name, condition in (
        ("min_price", "s.price >= :min_price"),
        ("max_price", "s.price <= :max_price"),
        ("guests", "s.max_guests >= :guests"),
    ):
        if name in query:
            value = query[name]
            params[name] = to_units(Decimal(value), 2) if "price" in name else int(value)
            conditions.append(condition)
    for slug in filter(None, query.get("amenities", "").split(",")):
        amenity_id = state.amenities_by_slug[slug].id
        conditions.append(
            "EXISTS (SELECT 1 FROM listing_amenity a"
            f" WHERE a.listing_id = s.listing_id AND a.amenity_id = {amenity_id})"
        )
    if "search" in query:
        scope = search_repository.PUBLIC_SCOPE
        conditions.append(f"s.listing_id IN ({_search(reader, scope, query['search'], params)})")
    if "check_in" in query:
        first, end = (date.fromisoformat(query[name]) for name in ("check_in", "check_out"))
        params |= {
            "nights": (end - first).days,
            "check_in": reader.day(first),
            "check_out": reader.day(end),
            "now": sqlite_instant(now) if reader.is_sqlite else now,
        }
        conditions += ["s.min_nights <= :nights", "s.max_nights >= :nights", _FREE]
    return conditions


def _search(
    reader: Reader, scope: search_repository.SearchScope, search: str, params: dict[str, Any]
) -> str:
    match = search_repository.make_match(reader, scope, search)
    assert match is not None
    params["search"] = match.params["search"]
    return match.ids_sql


def _circle(query: Mapping[str, str], params: dict[str, Any]) -> list[str]:
    latitude, longitude = Decimal(query["lat"]), Decimal(query["lng"])
    radius_km = float(query["radius"])
    x, y, z = unit_vector(latitude, longitude)
    params |= {"x": x, "y": y, "z": z, "chord": squared_chord(radius_km)}
    box = box_around(latitude, longitude, radius_km)
    [(west, east)] = box.longitudes
    strips = ", ".join(map(str, range(box.first_strip, box.last_strip + 1)))
    return [
        f"s.strip IN ({strips})",
        f"s.longitude BETWEEN {west} AND {east}",
        f"{_CHORD} <= :chord",
    ]


_CHORD = "((s.x - :x) * (s.x - :x) + (s.y - :y) * (s.y - :y) + (s.z - :z) * (s.z - :z))"


def _sort_columns(order: str) -> str:
    names = [term.split()[0] for term in order.split(", ") if not term.startswith("listing_id")]
    return ", ".join(f"{_CHORD} AS chord" if name == "chord" else f"s.{name}" for name in names)
