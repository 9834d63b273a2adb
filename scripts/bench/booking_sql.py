"""The bare SQL of a hold: its row and its nights in one transaction, and nothing around it.

One connection of the driver, without an ORM, a server or a rule. It is what a hold cannot cost
less than.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Protocol
from uuid import uuid4

import psycopg

from app.core import clock
from app.core.db import sqlite_instant
from scripts.bench.booking_data import NIGHTS, Scene, first_night
from scripts.bench.kit.databases import Database
from scripts.bench.kit.measure import WrongAnswer

_INTENT = """
    INSERT INTO booking_intent
        (uuid, listing_id, guest_id, check_in, check_out, guests, snapshot, created_at, expires_at)
    VALUES (:uuid, :listing, :guest, :first, :last, 2, '{}', :now, :expires)
    RETURNING id
"""
_NIGHTS = "INSERT INTO night (listing_id, night, state, intent_id, expires_at) VALUES " + ", ".join(
    f"(:listing, :night{number}, 'hold', :intent, :expires)" for number in range(NIGHTS)
)
_TAKEN = (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)


class _Cursor(Protocol):
    def execute(self, sql: str, parameters: Any = ...) -> Any: ...
    def fetchone(self) -> Any: ...


class BareHold:
    """Holds and refusals by the driver alone, and what each took."""

    def __init__(self, cursor: _Cursor, *, is_sqlite: bool) -> None:
        self._cursor = cursor
        self._is_sqlite = is_sqlite
        self.hold_ms: list[float] = []
        self.refusal_ms: list[float] = []
        self.hold_rates: list[float] = []
        self.refusal_rates: list[float] = []

    def run(self, scene: Scene, database_ns: Callable[[], int]) -> None:
        """Hold every stay once, and be refused as many times; the holds stay.

        :raises WrongAnswer: when a night is taken twice.
        """
        for is_free, times, rates in (
            (True, self.hold_ms, self.hold_rates),
            (False, self.refusal_ms, self.refusal_rates),
        ):
            database_before, own_before = database_ns(), time.process_time()
            started = time.perf_counter()
            for number, (stay, _) in enumerate(scene.stays):
                guest = scene.guests[number % len(scene.guests)]
                if self._hold(stay, guest.id) is not is_free:
                    raise WrongAnswer("The database has given a night to two, or to nobody.")
            rates.append(len(scene.stays) / (time.perf_counter() - started))
            own_ms = (time.process_time() - own_before) * 1e3
            database_ms = (database_ns() - database_before) / 1e6
            times.append((own_ms + database_ms) / len(scene.stays))

    def _hold(self, stay: int, guest: int) -> bool:
        first, now = first_night(), clock.now()
        values = {
            "uuid": self._uuid(),
            "listing": stay,
            "guest": guest,
            "first": self._day(first),
            "last": self._day(first + timedelta(days=NIGHTS)),
            "now": self._instant(now),
            "expires": self._instant(now + timedelta(minutes=15)),
        }
        self._cursor.execute("BEGIN IMMEDIATE" if self._is_sqlite else "BEGIN")
        try:
            self._cursor.execute(self._sql(_INTENT), values)
            values["intent"] = self._cursor.fetchone()[0]
            for number in range(NIGHTS):
                values[f"night{number}"] = self._day(first + timedelta(days=number))
            self._cursor.execute(self._sql(_NIGHTS), values)
        except _TAKEN:
            self._cursor.execute("ROLLBACK")
            return False
        self._cursor.execute("COMMIT")
        return True

    def _sql(self, text: str) -> str:
        return text if self._is_sqlite else re.sub(r":([a-z]\w*)", r"%(\1)s", text)

    def _uuid(self) -> Any:
        return uuid4().hex if self._is_sqlite else uuid4()

    def _day(self, value: date) -> Any:
        return value.isoformat() if self._is_sqlite else value

    def _instant(self, value: datetime) -> Any:
        return sqlite_instant(value) if self._is_sqlite else value


@contextmanager
def bare_hold(database: Database) -> Iterator[BareHold]:
    """Open a connection of the driver to a database, tuned as the application's are."""
    if database.is_sqlite:
        lite = sqlite3.connect(database.driver_url(), isolation_level=None)
        lite.execute("PRAGMA busy_timeout = 15000")
        lite.execute("PRAGMA synchronous = FULL")
        lite.execute("PRAGMA foreign_keys = ON")
        try:
            yield BareHold(lite.cursor(), is_sqlite=True)
        finally:
            lite.close()
    else:
        with psycopg.connect(database.driver_url(), autocommit=True) as connection:
            yield BareHold(connection.cursor(), is_sqlite=False)


def medians(hold: BareHold) -> list[tuple[str, float, float]]:
    """Return each part's name, its rate and its CPU in milliseconds."""
    return [
        ("bare SQL, a hold", median(hold.hold_rates), median(hold.hold_ms)),
        ("bare SQL, a refusal", median(hold.refusal_rates), median(hold.refusal_ms)),
    ]
