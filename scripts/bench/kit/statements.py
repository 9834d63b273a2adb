"""Bare SQL beside a server: on a driver connection of our own, counted in CPU time."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import psycopg

from app.core.db import Reader
from scripts.bench.kit.databases import Database

BATCH_S = 0.15
MIN_BATCH, MAX_BATCH = 3, 250
MIN_WARM_UP = 25

Rows = Sequence[Any]


class Statement(NamedTuple):
    """SQL with ``:name`` parameters; with `plans_anew` no general plan is ever made of it."""

    text: str
    params: Mapping[str, Any]
    plans_anew: bool = False


class Connection:
    """A connection as the application's readers have it, and nothing around it."""

    def __init__(self, database: Database) -> None:
        self.is_sqlite = database.is_sqlite
        self._connection: Any
        if self.is_sqlite:
            self._connection = sqlite3.connect(database.driver_url(), isolation_level=None)
            self._connection.execute("PRAGMA cache_size = -32000")
            self._connection.execute("PRAGMA mmap_size = 268435456")
        else:
            self._connection = psycopg.connect(database.driver_url(), autocommit=True)
            self._connection.execute("SET jit = off")
            self._connection.execute("SET max_parallel_workers_per_gather = 0")

    def rows(self, statement: Statement) -> Rows:
        text, params, plans_anew = statement
        if self.is_sqlite:
            return list(self._connection.execute(text, params))
        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(as_pyformat(text), params, prepare=False if plans_anew else None)
            return list(cursor.fetchall())

    def close(self) -> None:
        self._connection.close()


class Question(Protocol):
    """Something to ask a database, in one statement or several."""

    def __call__(self, connection: Connection) -> Rows: ...


@dataclass(slots=True)
class SqlContender:
    """What a database is asked in turn, and the CPU time that it took, the driver's included."""

    connection: Connection
    questions: Sequence[Question]
    batch: int = MIN_BATCH
    total_ms: list[float] = field(default_factory=list)
    _next: int = 0

    def warm_up(self) -> None:
        """Ask as often as time allows; learn how many questions make a batch."""
        started, count = time.perf_counter(), 0
        while count < MIN_BATCH or (
            count < MIN_WARM_UP and time.perf_counter() - started < BATCH_S
        ):
            self._ask()
            count += 1
        took = (time.perf_counter() - started) / count
        self.batch = max(MIN_BATCH, min(MAX_BATCH, round(BATCH_S / took)))

    def run(self, database_ns: Callable[[], int]) -> None:
        """Ask one batch, and keep what a question took."""
        database_before = database_ns()
        started = time.thread_time_ns()
        for _ in range(self.batch):
            self._ask()
        own = time.thread_time_ns() - started
        self.total_ms.append((own + database_ns() - database_before) / self.batch / 1e6)

    def _ask(self) -> None:
        self.questions[self._next % len(self.questions)](self.connection)
        self._next += 1


@contextmanager
def recording() -> Iterator[list[Statement]]:
    """Collect what the readers of this process run."""
    statements: list[Statement] = []
    original = Reader.rows

    def rows(
        reader: Reader, sql: str, params: Mapping[str, Any], *, plans_anew: bool = False
    ) -> Sequence[Any]:
        statements.append(Statement(sql, dict(params), plans_anew))
        return original(reader, sql, params, plans_anew=plans_anew)

    Reader.rows = rows  # type: ignore[method-assign, assignment]
    try:
        yield statements
    finally:
        Reader.rows = original  # type: ignore[method-assign]


def as_pyformat(text: str) -> str:
    """Write ``:name`` parameters as PostgreSQL's driver wants them."""
    return re.sub(r"(?<!:):([a-z_]\w*)", r"%(\1)s", text.replace("%", "%%"))
