"""The SQL of the feed: one statement a page, on the driver's connection.

A page reads stored documents along the feed's index. A rare word, or a short time since the
last change, is answered from its own index instead and sorted; which of the two ways is
cheaper is decided by a capped count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt
from typing import Any

from app.catalogue import search_repository
from app.catalogue.cursors import Position
from app.catalogue.enums import PublishStatus
from app.catalogue.feed import ChangeRow, FeedFilter, FeedRow, FeedVersions
from app.core.db import Beside, Reader, read_instant, to_units

# Never fetch and sort more candidates than this.
MAX_NARROW_ROWS = 1_000


@dataclass(slots=True)
class _Query:
    params: dict[str, Any]
    narrow: str = ""
    narrow_cap: int = 0
    conditions: list[str] = field(default_factory=list)


_DOCUMENT = """
    LEFT JOIN listing_document d ON d.face = :face AND d.listing_id = l.id
    AND d.listing_version = l.version AND d.reference_version = :reference_version
    AND d.format = :format
"""

_EQUAL = {
    "listing_type": "listing_type",
    "property_type_id": "property_type_id",
    "availability": "availability",
    "external_id": "external_id",
}


def _versions(row: Sequence[Any]) -> FeedVersions:
    reference, catalogue, changed_at = row
    return FeedVersions(
        reference or 0, catalogue or 0, None if changed_at is None else read_instant(changed_at)
    )


VERSIONS = Beside(
    "r.version, c.version, c.changed_at",
    "LEFT JOIN reference_state r ON r.id = 1 LEFT JOIN catalogue c ON c.owner_id = o.id",
    _versions,
)


def list_page(
    reader: Reader,
    owner_id: int,
    wanted: FeedFilter,
    position: Position | None,
    limit: int,
    document: dict[str, Any],
    most_listings: int,
) -> list[FeedRow]:
    """Return up to `limit` listings past a position, in the order of reading.

    `document` names the documents that fit: `face`, `format` and `reference_version`.
    `most_listings` is a number that the owner's listings do not exceed.
    """
    query = _Query({"owner_id": owner_id, "limit": limit, **document})
    # Of n listings with m candidates, walking meets a page after limit * n / m rows, and
    # narrowing fetches m: they cost about the same where m is the root of limit * n.
    query.narrow_cap = min(MAX_NARROW_ROWS, isqrt(limit * most_listings) + 1)
    if not _add_filters(reader, query, wanted):
        return []
    is_backward = position is not None and position.is_backward
    if position is not None:
        sign = ">" if is_backward else "<"
        query.conditions.append(f"(l.created_at, l.id) {sign} (:created_at, :id)")
        query.params["created_at"] = reader.instant(position.created_at)
        query.params["id"] = position.listing_id
    order = "ASC" if is_backward else "DESC"
    # The plus keeps the planner off the feed's index where the candidates are few.
    source, owner = "listing l", "l.owner_id"
    if query.narrow:
        source, owner = "narrow JOIN listing l ON l.id = narrow.id", "+l.owner_id"
    # The page is chosen first, from the index alone; only then are its documents joined.
    sql = f"""
        WITH {query.narrow} page AS MATERIALIZED (
            SELECT l.id, l.created_at, l.version FROM {source}
            WHERE {owner} = :owner_id AND l.deleted_at IS NULL
            AND l.publish_status = :publish_status {_all(query.conditions)}
            ORDER BY l.created_at {order}, l.id {order} LIMIT :limit
        )
        SELECT l.id, l.created_at, d.body FROM page l {_DOCUMENT}
        ORDER BY l.created_at {order}, l.id {order}
    """  # nosec B608
    # How many listings have a word differs by thousands from one search to the next.
    rows = reader.rows(sql, query.params, plans_anew=wanted.search is not None)
    return [FeedRow._make(row) for row in rows]


def list_changes(
    reader: Reader, owner_id: int, since: int | None, limit: int, document: dict[str, Any]
) -> list[ChangeRow]:
    """Return up to `limit` listings changed past version `since`, in order of version.

    Without `since`, only those that the default feed shows.
    """
    condition = "l.version > :since"
    params = {"owner_id": owner_id, "since": since or 0, "limit": limit, **document}
    if since is None:
        condition += " AND l.publish_status = :published AND l.deleted_at IS NULL"
        params["published"] = PublishStatus.PUBLISHED.value
    sql = f"""
        SELECT l.id, l.external_id, l.version, l.publish_status, l.deleted_at, d.body
        FROM listing l {_DOCUMENT}
        WHERE l.owner_id = :owner_id AND {condition}
        ORDER BY l.version LIMIT :limit
    """  # nosec B608
    return [
        ChangeRow(
            listing_id,
            external_id,
            version,
            PublishStatus(status),
            deleted_at is not None,
            body,
        )
        for listing_id, external_id, version, status, deleted_at, body in reader.rows(sql, params)
    ]


def find_document(
    reader: Reader, owner_id: int, listing_id: int, document: dict[str, Any]
) -> FeedRow | None:
    """Return one listing of an owner, whatever its status, unless it is deleted."""
    row = reader.row(
        f"SELECT l.id, l.created_at, d.body FROM listing l {_DOCUMENT} WHERE l.id = :id"  # nosec B608
        " AND l.owner_id = :owner_id AND l.deleted_at IS NULL",
        {"owner_id": owner_id, "id": listing_id, **document},
    )
    return None if row is None else FeedRow._make(row)


def _add_filters(reader: Reader, query: _Query, wanted: FeedFilter) -> bool:
    """Turn the filter into conditions; tell whether anything can match at all."""
    params, conditions = query.params, query.conditions
    params["publish_status"] = wanted.publish_status.value
    for name, column in _EQUAL.items():
        value = getattr(wanted, name)
        if value is not None:
            conditions.append(f"l.{column} = :{name}")
            params[name] = str(value) if isinstance(value, str) else value
    if wanted.district_ids == ():
        return False  # a region without districts, or a district of another region
    if wanted.district_ids is not None:
        # They come from our own reference data, and are integers.
        conditions.append(f"l.district_id IN ({', '.join(map(str, wanted.district_ids))})")
    if wanted.min_price is not None:
        conditions.append("l.price >= :min_price")
        params["min_price"] = to_units(wanted.min_price, 2)
    if wanted.max_price is not None:
        conditions.append("l.price <= :max_price")
        params["max_price"] = to_units(wanted.max_price, 2)
    if wanted.min_bedrooms is not None:
        conditions.append("l.bedrooms >= :min_bedrooms")
        params["min_bedrooms"] = wanted.min_bedrooms
    if wanted.updated_after is not None:
        params["updated_after"] = reader.instant(wanted.updated_after)
        # SQLite knows too little of the data to leave the delta's own index alone here.
        sign = "+" if reader.is_sqlite else ""
        conditions.append(f"{sign}l.updated_at >= :updated_after")
    if wanted.search is None:
        _narrow_to_delta(reader, query, wanted)
        return True
    scope = search_repository.feed_scope(params["owner_id"])
    match = search_repository.make_match(reader, scope, wanted.search)
    if match is None:
        return False
    params.update(match.params)
    if search_repository.count_matches(reader, match, query.narrow_cap) < query.narrow_cap:
        query.narrow = f"narrow AS MATERIALIZED ({match.ids_sql}),"
    else:
        conditions.append(match.condition("l.id"))
    return True


def _narrow_to_delta(reader: Reader, query: _Query, wanted: FeedFilter) -> None:
    if wanted.updated_after is None:
        return
    candidates = """
        SELECT id FROM listing WHERE owner_id = :owner_id AND deleted_at IS NULL
        AND publish_status = :publish_status AND updated_at >= :updated_after
    """
    count = reader.row(
        f"SELECT count(*) FROM ({candidates} LIMIT :cap) AS found",  # nosec B608
        {**query.params, "cap": query.narrow_cap},
    )
    if count is not None and count[0] < query.narrow_cap:
        query.narrow = f"narrow AS MATERIALIZED ({candidates}),"


def _all(conditions: Sequence[str]) -> str:
    return "".join(f" AND {condition}" for condition in conditions)
