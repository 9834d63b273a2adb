"""The SQL of the lists of active stays: one statement a page, on the driver's connection.

A page walks an index in the wanted order, which holds all that stays are filtered by. Where one
of the filters alone leaves few, those few are sorted instead: which of them does is told by
counting up to a cap, all in one statement. Whether the nights are free is asked last, of the rows
that nothing else has left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app.catalogue import search_repository
from app.catalogue.browse import (
    BrowseFilter,
    BrowseOrder,
    CardRow,
    Circle,
    amenity_bits,
    city_key,
)
from app.catalogue.enums import StayType
from app.catalogue.geography import box_around, squared_chord, unit_vector
from app.core.db import Reader, to_units
from app.core.text import words

# Never fetch and sort more candidates than this.
NARROW_ROWS = 2_000
# Near a place, ever wider circles are looked through until one holds the page.
FIRST_CIRCLE_KM = 1.0
WIDENING = 5.0

_ORDERS = {
    BrowseOrder.NEWEST: ("created_at DESC", "listing_id DESC"),
    BrowseOrder.CHEAPEST: ("price ASC", "listing_id ASC"),
    BrowseOrder.DEAREST: ("price DESC", "listing_id DESC"),
    BrowseOrder.BEST: ("rating DESC", "review_count DESC", "listing_id DESC"),
}
_CHORD = "((s.x - :x) * (s.x - :x) + (s.y - :y) * (s.y - :y) + (s.z - :z) * (s.z - :z))"
_ENABLED = "s.owner_id NOT IN (SELECT id FROM account WHERE disabled_at IS NOT NULL)"
# The offset keeps PostgreSQL from turning it into a join with all nights that anybody has taken:
# so a page asks it of the few stays that it walks past, where whoever counts all wants the join.
_EACH = "LIMIT 1 OFFSET 0"
_FREE = """
    NOT EXISTS (
        SELECT 1 FROM night n WHERE n.listing_id = s.listing_id
        AND n.night >= :check_in AND n.night < :check_out
        AND (n.expires_at IS NULL OR n.expires_at > :now) {}
    )
"""
_HAS_AMENITY = """
    EXISTS (
        SELECT 1 FROM listing_amenity a
        WHERE a.listing_id = s.listing_id AND a.amenity_id = {} LIMIT 1 OFFSET 0
    )
"""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """A superset of what is wanted: a SELECT of their ids as `id`, and where it is told by columns
    of `active_stay`, the condition on them.
    """

    ids: str
    condition: str | None = None


@dataclass(slots=True)
class StayQuery:
    """What a list is asked for, as SQL: conditions on `active_stay s`, and what they take."""

    params: dict[str, Any] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=lambda: [_ENABLED])
    # Whether the nights must be free: asked last, of the rows that nothing else has left out.
    has_nights: bool = False
    candidates: list[_Candidates] = field(default_factory=list)
    # Whether `source` has nothing but the candidates of one of them.
    is_narrow: bool = False
    source: str = "active_stay s"


def make_query(
    reader: Reader,
    wanted: BrowseFilter,
    now: datetime,
    *,
    category_ids: Sequence[int] | None,
    amenity_ids: Sequence[int],
) -> StayQuery | None:
    """Return the query of a filter whose slugs are these ids; None where nothing can match."""
    query = StayQuery()
    _add_columns(query, wanted, category_ids)
    _add_amenities(query, amenity_ids)
    if wanted.search is not None and not _add_search(reader, query, wanted.search):
        return None
    _narrow(reader, query)
    _add_nights(reader, query, wanted, now)
    return query


def list_page(
    reader: Reader,
    query: StayQuery,
    order: BrowseOrder,
    *,
    offset: int,
    limit: int,
    document: Mapping[str, Any],
) -> list[CardRow]:
    """Return up to `limit` stays in order, from the one with this number on.

    `document` names the cards that fit: `face`, `format` and `reference_version`.
    """
    terms = _ORDERS[order]
    columns = [f"s.{term.partition(' ')[0]}" for term in terms]
    params = {**query.params, **document, "offset": offset, "limit": limit}
    sql = _page_sql(query, ", ".join(columns), "NULL", ", ".join(f"s.{term}" for term in terms))
    return [CardRow._make(row) for row in reader.rows(sql, params, plans_anew=True)]


def list_nearby(
    reader: Reader,
    query: StayQuery,
    circle: Circle,
    *,
    offset: int,
    limit: int,
    document: Mapping[str, Any],
) -> list[CardRow]:
    """Return up to `limit` stays of a circle, the nearest first, from the one of this number on.

    `document` is that of `list_page`.
    """
    radius_km = min(circle.radius_km, FIRST_CIRCLE_KM)
    if query.is_narrow:
        radius_km = circle.radius_km
    while True:
        ring = Circle(circle.latitude, circle.longitude, radius_km)
        conditions, params = _within(query, ring)
        inner = replace(query, params={**query.params, **params}, conditions=conditions)
        sql = _page_sql(inner, f"s.listing_id, {_CHORD} AS chord", "s.chord", "chord, s.listing_id")
        params = {**inner.params, **document, "offset": offset, "limit": limit}
        rows = reader.rows(sql, params, plans_anew=True)
        if len(rows) == limit or radius_km == circle.radius_km:
            return [CardRow._make(row) for row in rows]
        radius_km = min(circle.radius_km, radius_km * WIDENING)


def count_stays(reader: Reader, query: StayQuery, circle: Circle | None, most: int | None) -> int:
    """Count what a query finds, within a circle or anywhere, up to `most` or all of it."""
    conditions, params = (query.conditions, {}) if circle is None else _within(query, circle)
    params = {**query.params, **params}
    source, free, limit = query.source, _EACH, ""
    if most is not None:
        params["most"] = most
        limit = "LIMIT :most"
    if circle is None and not query.is_narrow:
        if most is None:
            free = ""
        if reader.is_sqlite:
            # By id, which no filter has to do with, and which is the order of the nights as well.
            source += " NOT INDEXED"
    sql = f"""
        SELECT count(*) FROM (
            SELECT 1 FROM {source} WHERE {_all(query, conditions, free)} {limit}
        ) AS found
    """  # nosec B608
    row: Any = reader.row(sql, params, plans_anew=True)
    return int(row[0])


# ── statements ──────────────────────────────────────────────────────────────────────────────


def _page_sql(query: StayQuery, columns: str, chord: str, order: str) -> str:
    # The page is chosen first, from the index alone; only then are its documents joined.
    return f"""
        WITH page AS MATERIALIZED (
            SELECT {columns} FROM {query.source}
            WHERE {_all(query, query.conditions)}
            ORDER BY {order} LIMIT :limit OFFSET :offset
        )
        SELECT s.listing_id, {chord}, d.body FROM page s
        JOIN listing l ON l.id = s.listing_id
        LEFT JOIN listing_document d ON d.face = :face AND d.listing_id = l.id
        AND d.listing_version = l.version AND d.reference_version = :reference_version
        AND d.format = :format
        ORDER BY {order}
    """  # nosec B608


def _all(query: StayQuery, conditions: Sequence[str], free: str = _EACH) -> str:
    nights = [_FREE.format(free)] if query.has_nights else []
    return " AND ".join([*conditions, *nights])


# ── filters ─────────────────────────────────────────────────────────────────────────────────


def _add_columns(
    query: StayQuery, wanted: BrowseFilter, category_ids: Sequence[int] | None
) -> None:
    # A plus keeps the databases from this column's own index: which index is read is decided
    # here, and not by guesses of how many rows there will be.
    params, conditions, candidates = query.params, query.conditions, query.candidates
    if category_ids is not None:
        # They come from our own reference data, and are integers.
        ids = ", ".join(map(str, category_ids))
        conditions.append(f"+s.category_id IN ({ids})")
        candidates.append(_where(f"category_id IN ({ids})"))
    if wanted.city is not None:
        params["city"] = city_key(words(wanted.city))
        conditions.append("+s.city_key = :city")
        candidates.append(_where("city_key = :city"))
    prices = []
    for name, sign in (("min_price", ">="), ("max_price", "<=")):
        price = getattr(wanted, name)
        if price is not None:
            params[name] = to_units(price, 2)
            prices.append(f"price {sign} :{name}")
            conditions.append(f"+s.price {sign} :{name}")
    if prices:
        candidates.append(_where(" AND ".join(prices)))
    if wanted.guests is not None:
        params["guests"] = wanted.guests
        conditions.append("s.max_guests >= :guests")
    if wanted.bedrooms is not None:
        params["bedrooms"] = wanted.bedrooms
        conditions.append("s.bedrooms >= :bedrooms")
    if wanted.stay_type is not None:
        params["stay_type"] = str(wanted.stay_type)
        params["both"] = str(StayType.BOTH)
        conditions.append("s.stay_type IN (:stay_type, :both)")


def _add_amenities(query: StayQuery, amenity_ids: Sequence[int]) -> None:
    if not amenity_ids:
        return
    query.params["bits"] = amenity_bits(amenity_ids)
    query.conditions.append("(s.amenity_bits & :bits) = :bits")
    query.conditions += [_HAS_AMENITY.format(int(each)) for each in amenity_ids]
    query.candidates += [
        _Candidates(f"SELECT listing_id AS id FROM listing_amenity WHERE amenity_id = {int(each)}")  # nosec B608
        for each in amenity_ids
    ]


def _add_search(reader: Reader, query: StayQuery, search: str) -> bool:
    """Narrow to what has all words of a search; tell whether there is any word."""
    match = search_repository.make_match(reader, search_repository.PUBLIC_SCOPE, search)
    if match is None:
        return False
    query.params.update(match.params)
    query.conditions.append(match.condition("s.listing_id"))
    query.candidates.append(_Candidates(match.ids_sql))
    return True


def _add_nights(reader: Reader, query: StayQuery, wanted: BrowseFilter, now: datetime) -> None:
    if wanted.check_in is None or wanted.check_out is None:
        return
    query.params |= {
        "nights": (wanted.check_out - wanted.check_in).days,
        "check_in": reader.day(wanted.check_in),
        "check_out": reader.day(wanted.check_out),
        "now": reader.instant(now),
    }
    query.conditions += ["s.min_nights <= :nights", "s.max_nights >= :nights"]
    query.has_nights = True


def _narrow(reader: Reader, query: StayQuery) -> None:
    """Read only the candidates of the filter that leaves fewest, where those are few."""
    if not query.candidates:
        return
    counts = reader.row(
        "SELECT " + ", ".join(_capped_count(reader, each.ids) for each in query.candidates),
        {**query.params, "narrow_rows": NARROW_ROWS},
        plans_anew=True,
    )
    assert counts is not None
    fewest = min(counts)
    if fewest >= NARROW_ROWS:
        return
    query.is_narrow = True
    chosen = query.candidates[list(counts).index(fewest)]
    if reader.is_sqlite:
        # It reads the tables of a cross join in this order.
        query.source = (
            f"({chosen.ids}) AS narrow CROSS JOIN active_stay s ON s.listing_id = narrow.id"
        )
    else:
        # Of a join, or without the offset, PostgreSQL would read all active stays wherever it
        # expects more candidates than there are.
        condition = chosen.condition or f"listing_id = ANY(ARRAY({chosen.ids}))"
        query.source = f"(SELECT * FROM active_stay WHERE {condition} OFFSET 0) AS s"  # nosec B608


def _where(condition: str) -> _Candidates:
    """Return the active stays that meet a condition on their columns."""
    ids = f"SELECT listing_id AS id FROM active_stay WHERE {condition}"  # nosec B608
    return _Candidates(ids, condition)


def _capped_count(reader: Reader, ids: str) -> str:
    if reader.is_sqlite:
        return f"(SELECT count(*) FROM (SELECT 1 FROM ({ids}) LIMIT :narrow_rows))"  # nosec B608
    # With the limit next to the statement, PostgreSQL trusts in meeting enough by a scan.
    return f"""
        (WITH found AS MATERIALIZED ({ids})
         SELECT count(*) FROM (SELECT 1 FROM found LIMIT :narrow_rows) AS capped)
    """  # nosec B608


def _within(query: StayQuery, circle: Circle) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of a query and of a circle, and what the circle's take."""
    x, y, z = unit_vector(circle.latitude, circle.longitude)
    params = {"x": x, "y": y, "z": z, "chord": squared_chord(circle.radius_km)}
    conditions = []
    if not query.is_narrow:
        box = box_around(circle.latitude, circle.longitude, circle.radius_km)
        strips = ", ".join(map(str, range(box.first_strip, box.last_strip + 1)))
        ranges = (f"s.longitude BETWEEN {west} AND {east}" for west, east in box.longitudes)
        conditions = [f"s.strip IN ({strips})", f"({' OR '.join(ranges)})"]
    return [*conditions, f"{_CHORD} <= :chord", *query.conditions], params
