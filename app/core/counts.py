"""How many rows a list has, for no more work than the answer is worth.

Up to a thousand rows the number is exact. Past it nobody reads a list to its end, so the number
may be a minute old: each process keeps those that it has counted, by the query that they are of.
Lists decide whether there is a next page by reading one row more, never by these numbers.
"""

from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Any, NamedTuple

from cachetools import TTLCache
from sqlalchemy import Select, func, literal, select

from app.core.db import db, session

EXACT_ROWS = 1_000
KEPT_S = 60
_KEPT_COUNTS = 10_000

_lock = Lock()
_kept: TTLCache[Hashable, int] = TTLCache(_KEPT_COUNTS, KEPT_S)


class Slice(NamedTuple):
    """Some consecutive rows of a list, and how many the whole list has."""

    rows: Sequence[Any]
    total: int


def read_slice(query: Select[Any], *, offset: int, limit: int) -> Slice:
    """Return rows of an ordered query of one entity, and the number of all its rows."""
    rows = session.scalars(query.offset(offset).limit(limit)).all()
    return Slice(rows, count_rows(query))


def count_rows(query: Select[Any]) -> int:
    """Count the rows of a query: exactly up to 1,000, past it as of a minute ago at most."""
    bare = query.with_only_columns(literal(1), maintain_column_froms=True).order_by(None)

    def count(limit: int | None) -> int:
        counted = bare.limit(limit).subquery()
        return session.execute(select(func.count()).select_from(counted)).scalar_one()

    def key() -> Hashable:
        compiled = bare.compile(db.engine)
        return str(db.engine.url), str(compiled), repr(sorted(compiled.params.items()))

    return capped_count(key, count)


def capped_count(key: Callable[[], Hashable], count: Callable[[int | None], int]) -> int:
    """Return how many rows a query has, as `count_rows` does, however the query is asked.

    `count` counts at most so many rows, or all of them for None; `key`, which tells the query from
    every other one of this process, is asked for only where there are many.
    """
    found = count(EXACT_ROWS + 1)
    if found <= EXACT_ROWS:
        return found
    query = key()
    with _lock:
        kept = _kept.get(query)
    if kept is None:
        kept = count(None)
        with _lock:
            _kept[query] = kept
    return kept
