"""Writing many rows fast, as the application's own column types bind them.

Every processor makes rows. SQLite takes them from one connection; to PostgreSQL each process
copies its own, and the indexes are made afterwards.
"""

import multiprocessing
import signal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import psycopg
from flask import current_app
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from app.catalogue import search_repository
from app.catalogue.documents import ListingDetail
from app.core.db import Base, db, session
from scripts.bench.kit.databases import Database

# By table, in an order that foreign keys allow.
Rows = dict[str, list[tuple[Any, ...]]]
MakeRows = Callable[[Any], Rows]

# No models: their rows are an id and the terms of a listing.
SEARCHES = ("listing_search", "stay_search")

_make: MakeRows


class Binder:
    """Turns mappings of columns into the tuples that a database's driver takes."""

    def __init__(self, database: Database, tables: Iterable[Table]) -> None:
        self.is_sqlite = database.is_sqlite
        dialect: Dialect = sqlite.dialect() if self.is_sqlite else postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
        self._names = [table.name for table in tables]
        self._columns = {
            name: [
                (column.name, column.type.dialect_impl(dialect).bind_processor(dialect))
                for column in Base.metadata.tables[name].columns
            ]
            for name in self._names
        }

    def new_rows(self) -> Rows:
        """Return empty lists for all tables."""
        return {name: [] for name in (*self._names, *SEARCHES)}

    def add(self, made: Rows, table: Table, row: Any) -> None:
        """Add a row of a table, with all of its columns."""
        made[table.name].append(
            tuple(
                row[name] if process is None else process(row[name])
                for name, process in self._columns[table.name]
            )
        )

    def add_terms(self, made: Rows, detail: ListingDetail) -> None:
        """Add a listing to the search indexes that find it."""
        for name, find_terms in zip(
            SEARCHES,
            (search_repository.search_terms, search_repository.stay_terms),
            strict=True,
        ):
            terms = find_terms(detail)
            if terms:
                quoted = terms if self.is_sqlite else [f"'{term}'" for term in terms]
                made[name].append((detail["id"], " ".join(quoted)))


def fill(
    database: Database, make: MakeRows, tasks: Sequence[Any], advance: Callable[[int], None]
) -> None:
    """Write the rows that `make` returns for each task; `advance` is told how many listings."""
    global _make
    _make = make
    # Connections do not survive a fork, and SQLite leaves its log only when nobody else reads.
    session.remove()
    db.engine.dispose()
    current_app.extensions["nafasi.read_engine"].dispose()
    default_end = (signal.SIGTERM, signal.SIG_DFL)
    with multiprocessing.get_context("fork").Pool(None, signal.signal, default_end) as pool:
        if database.is_sqlite:
            _fill_sqlite(database, pool.imap(_make_rows, tasks), advance)
        else:
            jobs = [(database.driver_url(), task) for task in tasks]
            _fill_postgresql(database, pool.imap_unordered(_copy_rows, jobs), advance)


def _make_rows(task: Any) -> Rows:
    return _make(task)


def _fill_sqlite(database: Database, made: Iterator[Rows], advance: Callable[[int], None]) -> None:
    connection = sqlite3.connect(database.driver_url(), isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -500000")
    connection.execute("BEGIN")
    for rows in made:
        for table, values in rows.items():
            columns = _columns(table) or " (rowid, terms)"
            marks = ", ".join("?" for _ in columns.split(","))
            connection.executemany(f"INSERT INTO {table}{columns} VALUES ({marks})", values)
        advance(len(rows["listing"]))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def _copy_rows(job: tuple[str, Any]) -> int:
    url, task = job
    made = _make(task)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        # The rows refer to each other rightly; only an administrator may say so.
        with suppress(InsufficientPrivilege), connection.transaction():
            connection.execute("SET session_replication_role = replica")
        for name, rows in made.items():
            with cursor.copy(f"COPY {name}{_columns(name)} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    return len(made["listing"])


def _columns(table: str) -> str:
    """Return the columns that rows of a table come in: migrations add new ones at the end."""
    if table in SEARCHES:
        return ""
    return f" ({', '.join(column.name for column in Base.metadata.tables[table].columns)})"


def _fill_postgresql(
    database: Database, copied: Iterator[int], advance: Callable[[int], None]
) -> None:
    with psycopg.connect(database.driver_url(), autocommit=True) as connection:
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
            " AND (tablename LIKE 'listing%' OR tablename IN ('active_stay', 'night',"
            " 'stay_search'))"
        ).fetchall()
        # Their rows come in bulk: an index made afterwards is made faster, and as dense.
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for count in copied:
            advance(count)
        for _, definition in indexes:
            connection.execute(definition)
        for table in ("listing", "listing_image"):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        # What autovacuum would have done by now.
        connection.execute("VACUUM (ANALYZE)")
