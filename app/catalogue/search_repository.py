"""The search index: each listing's words, folded, beside a token of its owner.

Words are split and folded in Python, so that SQLite (FTS5) and PostgreSQL (a `tsvector` under
GIN) find the same. The owner's token stands in the index itself: without it a common word
would drag every owner's listings along.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.catalogue.documents import ListingDetail
from app.core.db import Reader, session
from app.core.text import words

MAX_WORD_CHARS = 60
MAX_QUERY_WORDS = 20
# Begins every owner's token. A private-use character is no letter, so no word can hold it.
_OWNER_MARK = "\ue000"

_SQLITE_DELETE = text("DELETE FROM listing_search WHERE rowid = :listing_id")
_SQLITE_INSERT = text("INSERT INTO listing_search (rowid, terms) VALUES (:listing_id, :terms)")
_POSTGRESQL_DELETE = text("DELETE FROM listing_search WHERE listing_id = :listing_id")
_POSTGRESQL_UPSERT = text(
    """
    INSERT INTO listing_search (listing_id, terms) VALUES (:listing_id, array_to_tsvector(:terms))
    ON CONFLICT (listing_id) DO UPDATE SET terms = excluded.terms
    """
).bindparams(bindparam("terms", type_=ARRAY(Text)))

_SQLITE_MATCH = "SELECT rowid AS id FROM listing_search WHERE listing_search MATCH :search"
_POSTGRESQL_MATCH = (
    "SELECT listing_id AS id FROM listing_search WHERE terms @@ CAST(:search AS tsquery)"
)


def search_terms(detail: ListingDetail) -> list[str]:
    """Return what a listing is found by: the words of five fields, and its owner's token."""
    district = detail["district"]
    fields = [detail["title"], detail["description"], detail["location"] or detail["city"]]
    if district is not None:
        fields += [district.name, district.region.name]
    found = {word[:MAX_WORD_CHARS] for word in words("\n".join(fields))}
    return [_owner_token(detail["owner_id"]), *sorted(found)]


def index_listings(details: Sequence[ListingDetail]) -> None:
    """Put listings into the index, in place of what stood there of them."""
    if not details:
        return
    connection = session.connection()
    rows = [{"listing_id": detail["id"], "terms": search_terms(detail)} for detail in details]
    if connection.dialect.name == "sqlite":
        connection.execute(_SQLITE_DELETE, [{"listing_id": row["listing_id"]} for row in rows])
        joined = [{**row, "terms": " ".join(row["terms"])} for row in rows]
        connection.execute(_SQLITE_INSERT, joined)
    else:
        connection.execute(_POSTGRESQL_UPSERT, rows)


def remove_listings(listing_ids: Sequence[int]) -> None:
    """Take listings out of the index."""
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    statement = _SQLITE_DELETE if is_sqlite else _POSTGRESQL_DELETE
    connection.execute(statement, [{"listing_id": listing_id} for listing_id in listing_ids])


def match_query(reader: Reader, owner_id: int, search: str) -> str | None:
    """Return the index's query for an owner's listings that have all words of `search`.

    Each word matches the start of a word. None where there is no word to look for.
    """
    wanted = list(dict.fromkeys(word[:MAX_WORD_CHARS] for word in words(search)))
    if not wanted:
        return None
    owner = _owner_token(owner_id)
    wanted = wanted[:MAX_QUERY_WORDS]
    if reader.is_sqlite:
        return " AND ".join([f'"{owner}"', *(f'"{word}"*' for word in wanted)])
    return " & ".join([f"'{owner}'", *(f"'{word}':*" for word in wanted)])


def match_sql(reader: Reader) -> str:
    """Return the SELECT of matching listing ids; it takes the query as `:search`."""
    return _SQLITE_MATCH if reader.is_sqlite else _POSTGRESQL_MATCH


def match_one_sql(reader: Reader, listing_id: str) -> str:
    """Return a condition that one listing matches, for walking another index."""
    column = "rowid" if reader.is_sqlite else "listing_id"
    return f"EXISTS ({match_sql(reader)} AND {column} = {listing_id})"


def count_matches(reader: Reader, search: str, cap: int) -> int:
    """Count the matches of a query, up to `cap`."""
    sql = f"SELECT count(*) FROM ({match_sql(reader)} LIMIT :cap) AS found"
    row: Any = reader.row(sql, {"search": search, "cap": cap})
    return int(row[0])


def _owner_token(owner_id: int) -> str:
    return f"{_OWNER_MARK}{owner_id}"
