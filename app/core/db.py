"""The database: the model base, the column types, the unit of work, and the lean read path.

Writers go through `transaction()` and the ORM session. Hot reads go through `reading()`: a
driver connection in autocommit from a pool of its own, because an ORM session costs more than
the queries behind a feed page. Both run on SQLite and on PostgreSQL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    DateTime,
    Engine,
    Enum,
    LargeBinary,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

Hook = TypeVar("Hook", bound=Callable[[], None])
Read = TypeVar("Read")

NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
}
SQLITE_BUSY_TIMEOUT_MS = 15_000


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
session = db.session
migrate = Migrate()


# ── column types ────────────────────────────────────────────────────────────────────────────


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite drops time zones, so naive values are refused here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant must be aware.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class FixedPoint(TypeDecorator[Decimal]):
    """A decimal with a fixed number of places, stored as an integer of its smallest unit.

    SQLite has no exact decimal; integers are exact, small and indexable on both databases.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else to_units(value, self.places)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


class Encrypted(TypeDecorator[bytes]):
    """What `crypto.encrypt` made. By this type a change of the data keys finds the column."""

    impl = LargeBinary
    cache_ok = True


def words(enumeration: type[StrEnum], *, name: str | None = None) -> Enum:
    """Return the column type of an enumeration: its words as text, held by a CHECK.

    `name` is the constraint's where the enumeration's own one is taken in the table.
    """
    return Enum(
        enumeration,
        name=name or re.sub(r"(?<!^)(?=[A-Z])", "_", enumeration.__name__).lower(),
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def to_units(value: Decimal, places: int) -> int:
    """Return `value` in units of its last place: ``to_units(Decimal("1.5"), 2) == 150``.

    :raises ValueError: when the value has more places than that.
    """
    scaled = value.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {places} places.")
    return int(scaled)


# ── the unit of work ────────────────────────────────────────────────────────────────────────

_writing: ContextVar["_UnitOfWork | None"] = ContextVar("writing", default=None)


class _UnitOfWork:
    """What one transaction still has to do: before its commit, and once it is durable."""

    def __init__(self) -> None:
        self.before_commit: dict[str, Callable[[], None]] = {}
        self.after_commit: list[Callable[[], object]] = []


@contextmanager
def transaction() -> Iterator[None]:
    """Run the block as one transaction, committed at its end or wholly undone.

    Re-entrant: inside another one it joins that one, so that services compose. Starting one
    ends any read transaction of the session, since a SQLite reader cannot become a writer.
    """
    if _writing.get() is not None:
        yield
        return
    session.rollback()
    unit = _UnitOfWork()
    token = _writing.set(unit)
    try:
        yield
        for hook in unit.before_commit.values():
            hook()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)
    for done in unit.after_commit:
        done()


def before_commit(key: str, make_hook: Callable[[], Hook]) -> Hook:
    """Return the current transaction's hook of this key, making it the first time.

    It is called as the last thing before the commit, and until then collects what it needs.
    """
    hooks = _current_unit().before_commit
    if key not in hooks:
        hooks[key] = make_hook()
    return cast("Hook", hooks[key])


def after_commit(hook: Callable[[], object]) -> None:
    """Run `hook` once the current transaction is durable."""
    _current_unit().after_commit.append(hook)


def _current_unit() -> _UnitOfWork:
    unit = _writing.get()
    if unit is None:
        raise RuntimeError("This needs a transaction.")
    return unit


def violates(error: IntegrityError, constraint: str, *columns: str) -> bool:
    """Tell whether an integrity error is that of the named constraint.

    PostgreSQL reports the name. SQLite reports a CHECK's name but only the columns, as
    ``table.column``, of a UNIQUE; give those in `columns`.
    """
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is not None:
        return bool(diagnostics.constraint_name == constraint)
    text = str(error.orig)
    if text.startswith("UNIQUE constraint failed: "):
        return text.removeprefix("UNIQUE constraint failed: ").split(", ") == list(columns)
    return text == f"CHECK constraint failed: {constraint}"


# ── the lean read path ──────────────────────────────────────────────────────────────────────


# More than a pool holds.
_MOST_DROPPED = 200


class Reader:
    """One driver connection in autocommit. SQL takes ``:name`` parameters on both databases."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection = engine.raw_connection()
        self.is_sqlite = engine.dialect.name == "sqlite"

    def rows(
        self, sql: str, params: Mapping[str, Any], *, plans_anew: bool = False
    ) -> Sequence[Any]:
        """Return all rows as tuples. A connection that the server dropped is replaced.

        With `plans_anew` PostgreSQL plans the statement for these very parameters, where one plan
        does not fit all.
        """
        for _ in range(_MOST_DROPPED):
            try:
                return self._execute(sql, params, plans_anew)
            except Exception as error:
                if not self._is_disconnect(error):
                    raise
                # A restart of the server has ended the idle ones of the pool as well: each of
                # them fails at once, and a new one comes after the last.
                self._connection.invalidate(error)
                self._connection = self._engine.raw_connection()
        return self._execute(sql, params, plans_anew)

    def row(self, sql: str, params: Mapping[str, Any], *, plans_anew: bool = False) -> Any | None:
        """Return the first row, or None."""
        rows = self.rows(sql, params, plans_anew=plans_anew)
        return rows[0] if rows else None

    def instant(self, value: datetime) -> Any:
        """Return an instant as the driver compares it (SQLite keeps them as naive UTC text)."""
        return sqlite_instant(value) if self.is_sqlite else value

    def day(self, value: date) -> Any:
        """Return a date as the driver compares it."""
        return value.isoformat() if self.is_sqlite else value

    def uuid(self, value: UUID) -> Any:
        """Return a UUID as the driver compares it."""
        return value.hex if self.is_sqlite else value

    def is_among(self, column: str, name: str) -> str:
        """Return the condition that an integer column is one of the parameter's `ids`."""
        if self.is_sqlite:
            return f"{column} IN (SELECT value FROM json_each(:{name}))"  # nosec B608
        return f"{column} = ANY(CAST(:{name} AS integer[]))"

    def ids(self, values: Iterable[int]) -> Any:
        """Return integers as the parameter that `is_among` compares with."""
        return f"[{','.join(map(str, values))}]" if self.is_sqlite else list(values)

    def close(self) -> None:
        self._connection.close()

    def _execute(self, sql: str, params: Mapping[str, Any], plans_anew: bool) -> Sequence[Any]:
        # As text, PostgreSQL's driver gets stored documents in hex: twice the bytes, decoded.
        cursor = self._connection.cursor(**({} if self.is_sqlite else {"binary": True}))
        try:
            if self.is_sqlite:
                cursor.execute(sql, params)
            else:
                # A statement that is prepared gets a general plan after a few times.
                cursor.execute(_pyformat(sql), params, prepare=False if plans_anew else None)  # type: ignore[call-arg]
            return cursor.fetchall()
        finally:
            cursor.close()

    def _is_disconnect(self, error: Exception) -> bool:
        dialect = self._engine.dialect
        return isinstance(error, dialect.dbapi.Error) and dialect.is_disconnect(  # type: ignore[union-attr]
            error, self._connection.dbapi_connection, None
        )


@dataclass(frozen=True, slots=True)
class Beside(Generic[Read]):
    """What a statement reads for another domain: one round trip instead of two.

    `joins` brings in the tables, by the owner whom the statement calls `o.id`; `columns` comes
    after its own columns, and `read` makes of theirs what the other domain wants.
    """

    columns: str
    joins: str
    read: Callable[[Sequence[Any]], Read]


def sqlite_instant(value: datetime) -> str:
    """Write an instant as SQLAlchemy stores it in SQLite."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def read_instant(value: Any) -> datetime:
    """Return an instant from what a driver gives for one."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    instant: datetime = value
    return instant.astimezone(UTC)


def read_day(value: Any) -> date:
    """Return a date from what a driver gives for one."""
    return date.fromisoformat(value) if isinstance(value, str) else value


@lru_cache(maxsize=512)
def _pyformat(sql: str) -> str:
    return re.sub(r"(?<!:):([a-z_]\w*)", r"%(\1)s", sql.replace("%", "%%"))


class _WritersReader(Reader):
    """Reads on the connection of the current transaction, which it leaves alone otherwise."""

    def __init__(self) -> None:
        session.flush()
        self._engine = db.engine
        self._connection = session.connection().connection
        self.is_sqlite = self._engine.dialect.name == "sqlite"

    def rows(
        self, sql: str, params: Mapping[str, Any], *, plans_anew: bool = False
    ) -> Sequence[Any]:
        """Return all rows as tuples."""
        return self._execute(sql, params, plans_anew)

    def close(self) -> None:
        """Leave the connection to the transaction."""


@contextmanager
def reading(*, may_lag: bool = False) -> Iterator[Reader]:
    """Lend a `Reader` of the primary database for the block.

    With `may_lag` it is one of the replica, if there is any, for what may be a moment behind.
    Inside a transaction it sees what the transaction has written, so that services compose.
    """
    if _writing.get() is not None:
        yield _WritersReader()
        return
    reader = Reader(current_app.extensions[_REPLICA_ENGINE if may_lag else _READ_ENGINE])
    try:
        yield reader
    finally:
        reader.close()


_READ_ENGINE = "nafasi.read_engine"
_REPLICA_ENGINE = "nafasi.replica_engine"
# Its statements take a millisecond: compiling them, or starting parallel workers, takes longer.
_READ_TUNING = "SET jit = off; SET max_parallel_workers_per_gather = 0"
_CONNECT_TIMEOUT_S = 5

# ── wiring ──────────────────────────────────────────────────────────────────────────────────


def init_app(app: Flask, database_url: str, replica_url: str, *, connections: int) -> None:
    """Bind the engines. `connections` is how many threads of this process use them at once.

    Without a `replica_url` the database is its own replica.
    """
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": connections,
        "pool_pre_ping": True,
        # What a statement was called with is personal, and errors go into the log.
        "hide_parameters": True,
        "connect_args": _connect_args(database_url),
    }
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS"]), render_as_batch=True)
    if _is_sqlite(database_url):
        with app.app_context():
            _tune_sqlite(db.engine, query_only=False)
    read_engine = _make_read_engine(database_url, connections)
    app.extensions[_READ_ENGINE] = read_engine
    app.extensions[_REPLICA_ENGINE] = (
        _make_read_engine(replica_url, connections) if replica_url else read_engine
    )


def _make_read_engine(url: str, connections: int) -> Engine:
    options: dict[str, Any] = {} if _is_sqlite(url) else {"isolation_level": "AUTOCOMMIT"}
    engine = create_engine(
        url,
        pool_size=connections,
        max_overflow=connections,
        pool_reset_on_return=None,
        connect_args=_connect_args(url),
        **options,
    )
    if _is_sqlite(url):
        _tune_sqlite(engine, query_only=True)
    else:
        _tune_postgresql(engine)
    return engine


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _connect_args(url: str) -> dict[str, Any]:
    return {} if _is_sqlite(url) else {"connect_timeout": _CONNECT_TIMEOUT_S}


def _tune_postgresql(read_engine: Engine) -> None:
    @event.listens_for(read_engine, "connect")
    def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(_READ_TUNING)
        cursor.close()


def _tune_sqlite(engine: Engine, *, query_only: bool) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: _on_begin decides their kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -32000")
        cursor.execute("PRAGMA mmap_size = 268435456")
        if query_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        # A deferred transaction that turns into a writer fails at once when another writer
        # came first, and no busy timeout helps; an immediate one waits for its turn.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def close(app: Flask) -> None:
    """Close every pooled connection of a process that is done with the database."""
    _dispose(app, close=True)
    with app.app_context():
        session.remove()
        db.engine.dispose()


def dispose(app: Flask) -> None:
    """Drop every pooled connection, as a forked child must before it uses the database."""
    _dispose(app, close=False)
    with app.app_context():
        db.engine.dispose(close=False)


def _dispose(app: Flask, *, close: bool) -> None:
    for name in {_READ_ENGINE, _REPLICA_ENGINE}:
        app.extensions[name].dispose(close=close)
