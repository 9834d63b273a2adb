"""The search index: each listing's words, folded, and each marked with whose search they are for.

Words are split and folded in Python, so that SQLite (FTS5) and PostgreSQL (a `tsvector` under
GIN) find the same. A term is the owner's id and the word: so even the first letter of a word,
or a word that everybody uses, touches nobody else's part of the index.

What is searched is a `SearchScope`, and there are three:

- `feed_scope(owner_id)`: an owner's listings of every kind and status, by the tenant's five fields;
- `rooms_scope(owner_id)`: an owner's stays that are not in the trash, by `STAY_FIELDS`;
- `PUBLIC_SCOPE`: everybody's active stays, by `STAY_FIELDS`. Whether an owner is disabled is not
  known here: whoever searches it asks that of the rows.

A search goes like this: `make_match` reads what somebody typed. `find_matches` returns the ids of
what matches as long as these are few: filter and sort those rows (`Reader.is_among`). Where there
are many, walk the index of the order that is wanted and keep what meets `Match.condition`: a page
is full soon.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.catalogue.documents import ListingDetail
from app.catalogue.enums import ListingType
from app.catalogue.lifecycle import is_active_stay, is_room
from app.core.db import Reader, session
from app.core.text import words

MAX_WORD_CHARS = 60
# Browse and rooms search these; the feed has others.
STAY_FIELDS = ("title", "description", "address", "city")
# Parts the owner's id from the word. A private-use character is no letter: no word can hold it.
_MARK = "\ue000"

_FEED = "listing_search"
_STAYS = "stay_search"


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Whose listings a search looks through: a table, and how the terms in it begin."""

    table: str
    owner: str


@dataclass(frozen=True, slots=True)
class Match:
    """What finds the listings that somebody searches for.

    `ids_sql` is a SELECT of their ids, as `id`. Every statement that holds a part of this takes
    `params` as well: `search` and `term0`, `term1`, ….
    """

    params: Mapping[str, str]
    ids_sql: str
    one_sql: str

    def condition(self, listing_id: str) -> str:
        """Return the condition that one listing matches, for walking another index."""
        return self.one_sql.format(listing_id)


PUBLIC_SCOPE = SearchScope(_STAYS, "")


def feed_scope(owner_id: int) -> SearchScope:
    """Return the scope of an owner's feed."""
    return SearchScope(_FEED, str(owner_id))


def rooms_scope(owner_id: int) -> SearchScope:
    """Return the scope of an owner's rooms."""
    return SearchScope(_STAYS, str(owner_id))


# ── keeping it ──────────────────────────────────────────────────────────────────────────────


def search_terms(detail: ListingDetail) -> list[str]:
    """Return what a listing is found by in the feed: the words of five fields."""
    district = detail["district"]
    fields = [detail["title"], detail["description"], detail["location"] or detail["city"]]
    if district is not None:
        fields += [district.name, district.region.name]
    return _terms("\n".join(fields), feed_scope(detail["owner_id"]))


def stay_terms(detail: ListingDetail) -> list[str]:
    """Return what a stay is found by in rooms, and while it is active in browse as well."""
    life = detail["listing_type"], detail["review_status"], detail["publish_status"]
    scopes = [rooms_scope(detail["owner_id"])] if is_room(*life) else []
    scopes += [PUBLIC_SCOPE] if is_active_stay(*life) else []
    return _terms("\n".join(detail[name] for name in STAY_FIELDS), *scopes)


def index_listings(details: Sequence[ListingDetail]) -> None:
    """Put listings into the index, in place of what stood there of them."""
    _put(_FEED, {detail["id"]: search_terms(detail) for detail in details})
    stays = [detail for detail in details if detail["listing_type"] is ListingType.STAY]
    _put(_STAYS, {detail["id"]: stay_terms(detail) for detail in stays})


def remove_listings(listing_ids: Iterable[int]) -> None:
    """Take listings out of the index."""
    for table in (_FEED, _STAYS):
        _delete(table, listing_ids)


def _put(table: str, terms: Mapping[int, list[str]]) -> None:
    """Write the terms of listings by their ids; one without any is taken out."""
    connection = session.connection()
    rows: list[dict[str, Any]] = [
        {"listing_id": each, "terms": found} for each, found in terms.items() if found
    ]
    if connection.dialect.name == "sqlite":
        _delete(table, terms)
        insert = text(f"INSERT INTO {table} (rowid, terms) VALUES (:listing_id, :terms)")  # nosec B608
        rows = [{**row, "terms": " ".join(row["terms"])} for row in rows]
    else:
        _delete(table, [listing_id for listing_id, found in terms.items() if not found])
        insert = text(
            f"INSERT INTO {table} (listing_id, terms)"  # nosec B608
            " VALUES (:listing_id, array_to_tsvector(:terms))"
            " ON CONFLICT (listing_id) DO UPDATE SET terms = excluded.terms"
        ).bindparams(bindparam("terms", type_=ARRAY(Text)))
    if rows:
        connection.execute(insert, rows)


def _delete(table: str, listing_ids: Iterable[int]) -> None:
    rows = [{"listing_id": listing_id} for listing_id in listing_ids]
    if rows:
        connection = session.connection()
        key = "rowid" if connection.dialect.name == "sqlite" else "listing_id"
        connection.execute(text(f"DELETE FROM {table} WHERE {key} = :listing_id"), rows)  # nosec B608


# ── searching ───────────────────────────────────────────────────────────────────────────────


def make_match(reader: Reader, scope: SearchScope, search: str) -> Match | None:
    """Return what finds the listings of a scope that have all words of `search`.

    Each word matches the start of a word. None where there is no word to look for.
    """
    terms = _terms(search, scope)
    if not terms:
        return None
    table = scope.table
    if reader.is_sqlite:
        query = " AND ".join(f'"{term}"*' for term in terms)
        return Match(
            params={"search": query} | {f"term{n}": f" {each}" for n, each in enumerate(terms)},
            ids_sql=f"SELECT rowid AS id FROM {table} WHERE {table} MATCH :search",  # nosec B608
            # By its stored terms: FTS5 would answer the whole query again for each row.
            one_sql=f"EXISTS (SELECT 1 FROM {table} WHERE {table}.rowid = {{}}"  # nosec B608
            + "".join(f" AND instr(' ' || terms, :term{n}) > 0" for n in range(len(terms)))
            + ")",
        )
    ids = f"SELECT listing_id AS id FROM {table} WHERE terms @@ CAST(:search AS tsquery)"  # nosec B608
    return Match(
        params={"search": " & ".join(f"'{term}':*" for term in terms)},
        ids_sql=ids,
        # Of an EXISTS without OFFSET the planner makes a join, and would search for all of them.
        one_sql=f"EXISTS ({ids} AND listing_id = {{}} OFFSET 0)",
    )


def find_matches(reader: Reader, match: Match, cap: int) -> list[int] | None:
    """Return the ids of what matches, in no order; None where more than `cap` do."""
    sql = _limited(reader, match, "id")
    rows = reader.rows(sql, {**match.params, "cap": cap + 1}, plans_anew=True)
    return None if len(rows) > cap else [row[0] for row in rows]


def count_matches(reader: Reader, match: Match, cap: int) -> int:
    """Count what matches, up to `cap`."""
    sql = f"SELECT count(*) FROM ({_limited(reader, match, '1')}) AS found"  # nosec B608
    row: Any = reader.row(sql, {**match.params, "cap": cap}, plans_anew=True)
    return int(row[0])


def _limited(reader: Reader, match: Match, columns: str) -> str:
    if reader.is_sqlite:
        return f"SELECT {columns} FROM ({match.ids_sql} LIMIT :cap) AS found"  # nosec B608
    # With the limit next to the match, the planner trusts in meeting enough by a scan.
    return f"""
        WITH found AS MATERIALIZED ({match.ids_sql}) SELECT {columns} FROM found LIMIT :cap
    """  # nosec B608


def _terms(text_: str, *scopes: SearchScope) -> list[str]:
    """Return the distinct words of a text, marked for each scope."""
    found = {word[:MAX_WORD_CHARS] for word in words(text_)}
    return sorted(f"{scope.owner}{_MARK}{word}" for scope in scopes for word in found)
