"""Killing a process in the middle of what it does, at every moment that could matter.

What is done is done once without a kill, which counts the moments: before each statement that
writes, before and after each commit, whenever a file gets to the disk or its name, and amid the
work that goes to queues. Then it is done again and again from the same state, each time in a
process of its own that gets the signal 9 at the next moment.
"""

import os
import random
import shutil
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import and_, event, text

from app.core import crypto, queue
from app.core.db import Base, close, db, session, transaction

_WRITES = ("INSERT", "UPDATE", "DELETE")

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Do = Callable[[], Any]


class State:
    """Every row of every table that people's deeds change, and every private file."""

    def __init__(self, media: Path, reference_tables: set[str]) -> None:
        self._media = media
        self._tables = [
            each for each in Base.metadata.sorted_tables if each.name not in reference_tables
        ]
        self._raw = {each.name: _rows_of(each) for each in self._tables}
        session.rollback()
        self._files = {
            path.relative_to(media): path.read_bytes()
            for path in (media / "private").rglob("*")
            # A nameless draft of a file that was being written is nobody's.
            if path.is_file() and not path.name.startswith(".")
        }

    @property
    def rows(self) -> Rows:
        """The rows by table, with what is encrypted in clear."""
        shown = [
            row
            if row["payload"] is None
            else row | {"payload": crypto.decrypt_json(row["payload"])}
            for row in self._raw["outbox"]
        ]
        return self._raw | {"outbox": shown}

    @property
    def files(self) -> set[str]:
        """The private files, by where they are in their area."""
        return {str(path.relative_to("private")) for path in self._files}

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, State)
        return self.rows == other.rows and self._files == other._files

    def bring_back(self, instead_of: "State") -> None:
        """Make everything as it was, the numbers that new rows get included.

        `instead_of` is how it is now.
        """
        with transaction():
            found = {each.name: _by_key(each, instead_of._raw[each.name]) for each in self._tables}
            wanted = {each.name: _by_key(each, self._raw[each.name]) for each in self._tables}
            for table in reversed(self._tables):
                for key in found[table.name].keys() - wanted[table.name].keys():
                    session.execute(table.delete().where(_is_row(table, key)))
            for table in self._tables:
                for key, row in wanted[table.name].items():
                    now = found[table.name].get(key)
                    if now is None:
                        session.execute(table.insert().values(row))
                    elif now != row:
                        session.execute(table.update().where(_is_row(table, key)).values(row))
                if table.dialect_options["sqlite"]["autoincrement"]:
                    _set_next_id(table.name)
        shutil.rmtree(self._media / "private", ignore_errors=True)
        for path, content in self._files.items():
            (self._media / path).parent.mkdir(parents=True, exist_ok=True)
            (self._media / path).write_bytes(content)
        queue.connection().flushall()


def count_moments(do: Do) -> int:
    """Do something in a process of its own to its end; return how many moments it has."""
    status, said = _in_child(do, None)
    assert os.waitstatus_to_exitcode(status) == 0
    return int(said)


def kill_at(do: Do, moment: int) -> None:
    """Do something in a process of its own that is killed at this moment, counted from 1."""
    status, said = _in_child(do, moment)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, said


def _in_child(do: Do, moment: int | None) -> tuple[int, bytes]:
    # No connection may be open in two processes.
    session.remove()
    close(current_app._get_current_object())  # type: ignore[attr-defined]
    receiver, sender = os.pipe()
    with warnings.catch_warnings():
        # The threads of a parallel test run hold no lock that the child needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with _counting(moment) as count:
                do()
            os.write(sender, str(count()).encode())
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(sender)
    with os.fdopen(receiver, "rb") as pipe:
        said = pipe.read()
    return os.waitpid(pid, 0)[1], said


@contextmanager
def _counting(last: int | None) -> Iterator[Callable[[], int]]:
    """Count moments, and end this process without a word at the last one.

    It is for a process that ends anyway: nothing is put back.
    """
    passed = 0

    def moment(*_args: Any, **_kwargs: Any) -> None:
        nonlocal passed
        passed += 1
        if passed == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(*args: Any) -> None:
        if args[2].lstrip().startswith(_WRITES):
            moment()

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", moment)
    event.listen(session, "after_commit", moment)
    for name in ("fsync", "replace"):
        setattr(os, name, _after(moment, getattr(os, name)))
    queue.try_enqueue = _between(queue.try_enqueue, moment)
    # Whatever is drawn by lot comes out the same each time.
    lots = random.Random(1)
    os.urandom = lots.randbytes
    yield lambda: passed


def _after(first: Callable[..., None], function: Callable[..., Any]) -> Callable[..., Any]:
    def both(*args: Any, **kwargs: Any) -> Any:
        first()
        return function(*args, **kwargs)

    return both


def _between(function: Callable[..., Any], moment: Callable[..., None]) -> Callable[..., Any]:
    """Return the function with a moment between its first call and its second one."""
    calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            moment()
        return function(*args, **kwargs)

    return counted


def _rows_of(table: Any) -> list[Row]:
    found = session.execute(table.select().order_by(*table.primary_key))
    return [dict(row._mapping) for row in found]


def _by_key(table: Any, rows: list[Row]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[each.name] for each in table.primary_key): row for row in rows}


def _is_row(table: Any, key: tuple[Any, ...]) -> Any:
    return and_(*(column == value for column, value in zip(table.primary_key, key, strict=True)))


def _set_next_id(table: str) -> None:
    """Give the next new row of a table the number that follows the greatest one."""
    if db.engine.dialect.name == "sqlite":
        statement = f"UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM {table})"
        session.execute(text(f"{statement} WHERE name = '{table}'"))
    else:
        sequence = f"pg_get_serial_sequence('{table}', 'id')"
        greatest = f"(SELECT max(id) FROM {table})"
        session.execute(
            text(f"SELECT setval({sequence}, coalesce({greatest}, 1), {greatest} IS NOT NULL)")
        )
