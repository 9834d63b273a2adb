"""The search index: each listing's words, folded, and each marked with its owner.

Words are split and folded in Python, so that SQLite (FTS5) and PostgreSQL (a `tsvector` under
GIN) find the same. A term is the owner's id and the word: so even the first letter of a word,
or a word that everybody uses, touches nobody else's part of the index.
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
# Parts the owner's id from the word. A private-use character is no letter: no word can hold it.
_MARK = "\ue000"

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
    """Return what a listing is found by: the words of five fields, each with its owner."""
    district = detail["district"]
    fields = [detail["title"], detail["description"], detail["location"] or detail["city"]]
    if district is not None:
        fields += [district.name, district.region.name]
    return _terms(detail["owner_id"], "\n".join(fields))


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
    terms = _terms(owner_id, search)
    if not terms:
        return None
    if reader.is_sqlite:
        return " AND ".join(f'"{term}"*' for term in terms)
    return " & ".join(f"'{term}':*" for term in terms)


def match_sql(reader: Reader) -> str:
    """Return the SELECT of matching listing ids; it takes the query as `:search`."""
    return _SQLITE_MATCH if reader.is_sqlite else _POSTGRESQL_MATCH


def match_one_sql(reader: Reader, listing_id: str) -> str:
    """Return a condition that one listing matches, for walking another index."""
    if reader.is_sqlite:
        # Not correlated: FTS5 would answer the whole query again for each row.
        return f"{listing_id} IN ({_SQLITE_MATCH})"
    return f"EXISTS ({_POSTGRESQL_MATCH} AND listing_id = {listing_id})"


def count_matches(reader: Reader, search: str, cap: int) -> int:
    """Count the matches of a query, up to `cap`."""
    sql = f"SELECT count(*) FROM ({match_sql(reader)} LIMIT :cap) AS found"  # nosec B608
    if not reader.is_sqlite:
        # With the limit next to the match, the planner trusts in meeting enough by a scan.
        sql = f"""
            WITH found AS MATERIALIZED ({_POSTGRESQL_MATCH})
            SELECT count(*) FROM (SELECT 1 FROM found LIMIT :cap) AS capped
        """  # nosec B608
    row: Any = reader.row(sql, {"search": search, "cap": cap}, plans_anew=True)
    return int(row[0])


def _terms(owner_id: int, text_: str) -> list[str]:
    return sorted({f"{owner_id}{_MARK}{word[:MAX_WORD_CHARS]}" for word in words(text_)})
