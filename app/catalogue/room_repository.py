"""The SQL of a host's rooms, on the driver's connection.

Each order has an index of the stays that are not in the trash, which holds all that rooms are
filtered by: counting and skipping pages stay within it, and only a page's own rows are looked up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.catalogue import search_repository
from app.catalogue.enums import PublishStatus, ReviewStatus, RoomSort
from app.catalogue.lifecycle import room_statuses
from app.catalogue.limits import MAX_ID
from app.catalogue.rooms import RoomFilter, RoomOrder, RoomRow
from app.catalogue.search_repository import Match
from app.core.db import Reader

# Never fetch and sort more candidates of a search than this, nor walk past more of them.
MAX_NARROW_ROWS = 1_000

# In the words of the indexes' own conditions: only so the databases know that they may use them.
_IS_ROOM = "l.listing_type = 'stay' AND l.deleted_at IS NULL AND l.publish_status <> 'trash'"
_COLUMNS = ", ".join(f"l.{name}" for name in RoomRow._fields)
# Each publish status stands for one status word of rooms, and falls as the word rises.
_ORDERS = {
    (RoomSort.ID, False): "l.id",
    (RoomSort.ID, True): "l.id DESC",
    (RoomSort.NAME, False): "l.title_key, l.id",
    (RoomSort.NAME, True): "l.title_key DESC, l.id DESC",
    (RoomSort.STATUS, False): "l.publish_status DESC, l.id",
    (RoomSort.STATUS, True): "l.publish_status, l.id DESC",
}


@dataclass(slots=True)
class _Query:
    """Which rooms are wanted: conditions on the listing `l`, and a search for many of them."""

    params: dict[str, Any]
    conditions: str = ""
    owner: str = "l.owner_id"
    match: Match | None = None

    @property
    def rooms(self) -> str:
        return f"{self.owner} = :owner_id AND {_IS_ROOM}{self.conditions}"

    @property
    def plans_anew(self) -> bool:
        # How many rooms have a word differs by thousands from one search to the next.
        return "search" in self.params or "few" in self.params


def list_rooms(
    reader: Reader,
    owner_id: int,
    wanted: RoomFilter,
    order: RoomOrder,
    *,
    offset: int,
    limit: int,
) -> tuple[list[RoomRow], int]:
    """Return up to `limit` of an owner's rooms from `offset` on, and how many there are in all."""
    query = _make_query(reader, owner_id, wanted)
    total = 0 if query is None else _count(reader, query)
    if query is None or offset >= total:
        return [], total
    return _read_page(reader, query, order, offset, limit), total


def is_room(reader: Reader, owner_id: int, room_id: int) -> bool:
    """Tell whether the owner has this room."""
    if not 0 < room_id <= MAX_ID:
        return False
    row = reader.row(
        f"SELECT 1 FROM listing l WHERE l.id = :id AND l.owner_id = :owner_id AND {_IS_ROOM}",  # nosec B608
        {"id": room_id, "owner_id": owner_id},
    )
    return row is not None


def _make_query(reader: Reader, owner_id: int, wanted: RoomFilter) -> _Query | None:
    """Turn a filter into a query; None where nothing can match."""
    query = _Query({"owner_id": owner_id})
    if wanted.room_id is not None:
        if not 0 < wanted.room_id <= MAX_ID:
            return None
        query.conditions += " AND l.id = :room_id"
        query.params["room_id"] = wanted.room_id
    if wanted.status or wanted.submit_status:
        stored = room_statuses(wanted.status, wanted.submit_status)
        if not stored.review:
            return None
        query.conditions += _is_one_of("l.review_status", ReviewStatus, stored.review)
        query.conditions += _is_one_of("l.publish_status", PublishStatus, stored.publish)
    return query if wanted.search is None else _search(reader, query, wanted.search)


def _search(reader: Reader, query: _Query, search: str) -> _Query | None:
    scope = search_repository.rooms_scope(query.params["owner_id"])
    match = search_repository.make_match(reader, scope, search)
    if match is None:
        return None
    few = search_repository.find_matches(reader, match, MAX_NARROW_ROWS)
    if few is None:
        query.match = match
        query.params |= match.params
    else:
        # The plus keeps SQLite off the owner's indexes: there are only these to look at.
        query.owner = "+l.owner_id"
        query.conditions += f" AND {reader.is_among('l.id', 'few')}"
        query.params["few"] = reader.ids(few)
    return query


def _count(reader: Reader, query: _Query) -> int:
    source = f"listing l WHERE {query.rooms}"
    if query.match and query.conditions:
        source += f" AND l.id IN ({query.match.ids_sql})"
    elif query.match:
        # The search index has rooms alone: what matches in it is all that there is.
        source = f"({query.match.ids_sql}) AS found"
    sql = f"SELECT count(*) FROM {source}"  # nosec B608
    row: Any = reader.row(sql, query.params, plans_anew=query.plans_anew)
    return int(row[0])


def _read_page(
    reader: Reader, query: _Query, order: RoomOrder, offset: int, limit: int
) -> list[RoomRow]:
    rooms = query.rooms
    if query.match:
        # By name, those that have the word in it stand together, perhaps far away.
        is_near = offset <= MAX_NARROW_ROWS and order.by is not RoomSort.NAME
        each, every = query.match.condition("l.id"), f"l.id IN ({query.match.ids_sql})"
        rooms += f" AND {each if is_near else every}"
    by = _ORDERS[order.by, order.is_descending]
    # The page is chosen first, from the index alone.
    sql = f"""
        WITH page AS MATERIALIZED (
            SELECT l.id FROM listing l WHERE {rooms} ORDER BY {by} LIMIT :limit OFFSET :offset
        )
        SELECT {_COLUMNS} FROM page JOIN listing l ON l.id = page.id ORDER BY {by}
    """  # nosec B608
    params = {**query.params, "limit": limit, "offset": offset}
    rows = reader.rows(sql, params, plans_anew=query.plans_anew)
    return [RoomRow._make(row) for row in rows]


def _is_one_of(column: str, words: type[StrEnum], wanted: Iterable[StrEnum]) -> str:
    """Return the condition that a column has one of its words, nothing where any will do."""
    chosen = sorted(set(wanted))
    if len(chosen) == len(words):
        return ""
    # They come from our own enumerations.
    return f" AND {column} IN ({', '.join(repr(str(word)) for word in chosen)})"
