"""The transactional outbox: work for later is a row, so a crash can delay it but not lose it.

`post` writes the row in the caller's transaction. After the commit its id goes to a queue;
what gets lost on that way is enqueued again by the sweep. A worker claims the row, runs its
handler and erases the payload. Delivery is at least once: handlers bear being repeated.

A claim is a lease, renewed while its worker lives: the work of one that was killed starts anew
within half a minute, and work that takes long is never started twice.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, crypto, queue
from app.core.db import (
    Base,
    Encrypted,
    Instant,
    after_commit,
    read_instant,
    reading,
    session,
    transaction,
)

DELIVER = queue.job("app.core.outbox.deliver")
LEASE = timedelta(seconds=20)
RENEWALS_A_LEASE = 4
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=2)
# What cannot even be given up is dropped.
DROP_AFTER = timedelta(days=3)
KEEP_DONE = timedelta(days=7)
SWEEP_ROWS = 500
# A row that waits in a queue already is not put there by every sweep.
ENQUEUE_ONCE_S = 60

Handler = Callable[[dict[str, Any]], None]

log = logging.getLogger(__name__)


class OutboxItem(Base):
    """One piece of work to do after a commit. `payload` is encrypted, and erased when done."""

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[bytes | None] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # When to try next; empty once the work is done or given up.
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


@dataclass(frozen=True, slots=True)
class _Topic:
    """Who does the work of a topic, on which queue, and what happens when it never succeeds."""

    work: Handler
    queue: str
    give_up_after: timedelta
    give_up: Handler


@dataclass(frozen=True, slots=True)
class Posted:
    """One piece of work that was collected instead of being posted."""

    topic: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What of a topic should be done by now, and for how many seconds the oldest of it should."""

    topic: str
    items: int
    oldest_s: float


_topics: dict[str, _Topic] = {}
_collected: ContextVar[list[Posted] | None] = ContextVar("collected", default=None)
# What `post` gives instead of a row's id while work is collected: no row has it.
_NO_ROW = 0


def _give_up_silently(payload: dict[str, Any]) -> None:
    """Do nothing: the log tells."""


def handler(
    topic: str,
    *,
    to: str = queue.MESSAGES,
    give_up_after: timedelta = GIVE_UP_AFTER,
    give_up: Handler = _give_up_silently,
) -> Callable[[Handler], Handler]:
    """Declare the function that does the work of a topic.

    Work that did not succeed within `give_up_after` goes to `give_up` instead, which says so
    wherever somebody waits for it.
    """

    def register(function: Handler) -> Handler:
        _topics[topic] = _Topic(function, to, give_up_after, give_up)
        return function

    return register


def post(topic: str, payload: dict[str, Any], *, after: timedelta = timedelta(0)) -> int:
    """Write one piece of work into the current transaction; it leaves after the commit.

    With `after` it is due that much later. Return the id that `release` takes.
    """
    if topic not in _topics:
        raise ValueError(f"No handler is declared for {topic!r}.")
    collected = _collected.get()
    if collected is not None:
        collected.append(Posted(topic, payload))
        return _NO_ROW
    now = clock.now()
    row_id: int = session.execute(
        insert(OutboxItem)
        .values(
            topic=topic,
            payload=crypto.encrypt_json(payload),
            created_at=now,
            due_at=now + after,
            attempts=0,
        )
        .returning(OutboxItem.id)
    ).scalar_one()
    if not after:
        after_commit(lambda: queue.try_enqueue(DELIVER, row_id, to=_topics[topic].queue))
    return row_id


def release(topic: str, row_id: int) -> bool:
    """Make work that was posted for later due now; tell whether it could be put on its queue."""
    if _collected.get() is not None:
        return True
    with transaction():
        session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == row_id, OutboxItem.due_at.is_not(None))
            .values(due_at=clock.now())
        )
    return queue.try_enqueue(DELIVER, row_id, to=_topics[topic].queue)


@contextmanager
def collecting() -> Iterator[list[Posted]]:
    """Write nothing of what the block posts into the outbox: collect it in the list that is given.

    None of it is ever delivered; the caller does what of it is to be done. For the demo alone,
    whose people nobody writes to.
    """
    work: list[Posted] = []
    token = _collected.set(work)
    try:
        yield work
    finally:
        _collected.reset(token)


def do(posted: Posted) -> None:
    """Do a piece of collected work, here and now."""
    _topics[posted.topic].work(posted.payload)


def deliver(row_id: int) -> None:
    """Do the work of one row (the RQ job), unless it is done or another worker has it."""
    claimed = _claim(row_id)
    if claimed is None:
        return
    topic, payload, created_at, attempts = claimed
    try:
        declared = _topics[topic]
        # A migration has no keys: what it posts carries nothing.
        content = {} if payload is None else cast("dict[str, Any]", crypto.decrypt_json(payload))
        if clock.now() - created_at > declared.give_up_after:
            log.error("outbox work given up", extra={"topic": topic, "outbox_id": row_id})
            declared.give_up(content)
        else:
            with _lease(row_id):
                declared.work(content)
    except Exception:
        log.exception("outbox work failed", extra={"topic": topic, "attempts": attempts})
        _postpone(row_id, created_at, attempts)
    else:
        _finish(row_id)


def sweep() -> None:
    """Enqueue every row that is due, and delete those that were finished long ago."""
    now = clock.now()
    due = session.execute(
        select(OutboxItem.id, OutboxItem.topic)
        .where(OutboxItem.due_at <= now - FIRST_RETRY / 2)
        .order_by(OutboxItem.due_at)
        .limit(SWEEP_ROWS)
    ).all()
    session.rollback()
    for row_id, topic in due:
        # A topic that this version does not know fails there, and waits for one that does.
        to = _topics[topic].queue if topic in _topics else queue.MESSAGES
        if not queue.try_enqueue(DELIVER, row_id, to=to, once_s=ENQUEUE_ONCE_S):
            break
    with transaction():
        session.execute(delete(OutboxItem).where(OutboxItem.finished_at < now - KEEP_DONE))


def _claim(row_id: int) -> tuple[str, bytes | None, datetime, int] | None:
    now = clock.now()
    with transaction():
        row = session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == row_id, OutboxItem.due_at <= now)
            .values(due_at=now + LEASE, attempts=OutboxItem.attempts + 1)
            .returning(
                OutboxItem.topic, OutboxItem.payload, OutboxItem.created_at, OutboxItem.attempts
            )
        ).one_or_none()
    return None if row is None else cast("tuple[str, bytes | None, datetime, int]", tuple(row))


@contextmanager
def _lease(row_id: int) -> Iterator[None]:
    """Keep a claim alive while the block runs, so that nobody else starts the same work."""
    done = threading.Event()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def renew() -> None:
        while not done.wait(LEASE.total_seconds() / RENEWALS_A_LEASE):
            with app.app_context():
                try:
                    _set_due(row_id, clock.now() + LEASE)
                except Exception:
                    # The next renewal comes before the lease ends.
                    log.warning("a lease was not renewed", extra={"outbox_id": row_id})

    keeper = threading.Thread(target=renew, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _postpone(row_id: int, created_at: datetime, attempts: int) -> None:
    now = clock.now()
    if now - created_at > DROP_AFTER:
        log.error("outbox work dropped", extra={"outbox_id": row_id})
        _finish(row_id)
        return
    wait: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_RETRY)
    _set_due(row_id, now + wait)


def backlog() -> list[Backlog]:
    """Return what is due, of each topic that has any."""
    now = clock.now()
    with reading() as reader:
        rows = reader.rows(
            "SELECT topic, count(*), min(due_at) FROM outbox WHERE due_at <= :now"
            " GROUP BY topic ORDER BY topic",
            {"now": reader.instant(now)},
        )
    return [
        Backlog(topic, items, (now - read_instant(oldest)).total_seconds())
        for topic, items, oldest in rows
    ]


def _set_due(row_id: int, due_at: datetime) -> None:
    with transaction():
        session.execute(update(OutboxItem).where(OutboxItem.id == row_id).values(due_at=due_at))


def _finish(row_id: int) -> None:
    with transaction():
        session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == row_id)
            .values(payload=None, due_at=None, finished_at=clock.now())
        )
