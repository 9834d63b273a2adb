"""The transactional outbox: work for later is a row, so a crash can delay it but not lose it.

`post` writes the row in the caller's transaction. After the commit its id goes to a queue;
what gets lost on that way is enqueued again by the sweep. A worker claims the row, runs its
handler and erases the payload. Delivery is at least once: handlers bear being repeated.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import LargeBinary, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, crypto, queue
from app.core.db import Base, Instant, after_commit, session, transaction

DELIVER = queue.job("app.core.outbox.deliver")
CLAIM_TTL = timedelta(seconds=2 * queue.JOB_TIMEOUT_S)
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=2)
KEEP_DONE = timedelta(days=7)
SWEEP_ROWS = 500
# A row that waits in a queue already is not put there by every sweep.
ENQUEUE_ONCE_S = 60

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}

log = logging.getLogger(__name__)


class OutboxItem(Base):
    """One piece of work to do after a commit. `payload` is encrypted, and erased when done."""

    __tablename__ = "outbox"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # When to try next; empty once the work is done or given up.
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Declare the function that does the work of a topic."""

    def register(function: Handler) -> Handler:
        _handlers[topic] = function
        return function

    return register


def post(topic: str, payload: dict[str, Any]) -> None:
    """Write one piece of work into the current transaction; it leaves after the commit."""
    if topic not in _handlers:
        raise ValueError(f"No handler is declared for {topic!r}.")
    now = clock.now()
    row_id = session.execute(
        insert(OutboxItem)
        .values(topic=topic, payload=crypto.encrypt_json(payload), created_at=now, due_at=now)
        .returning(OutboxItem.id)
    ).scalar_one()
    after_commit(lambda: queue.try_enqueue(DELIVER, row_id))


def deliver(row_id: int) -> None:
    """Do the work of one row (the RQ job), unless it is done or another worker has it."""
    claimed = _claim(row_id)
    if claimed is None:
        return
    topic, payload, created_at, attempts = claimed
    try:
        _handlers[topic](cast("dict[str, Any]", crypto.decrypt_json(payload)))
    except Exception:
        log.exception("outbox work failed", extra={"topic": topic, "attempts": attempts})
        _postpone(row_id, created_at, attempts)
    else:
        _finish(row_id)


def sweep() -> None:
    """Enqueue every row that is due, and delete those that were finished long ago."""
    now = clock.now()
    due = session.scalars(
        select(OutboxItem.id)
        .where(OutboxItem.due_at <= now - FIRST_RETRY / 2)
        .order_by(OutboxItem.due_at)
        .limit(SWEEP_ROWS)
    ).all()
    session.rollback()
    for row_id in due:
        if not queue.try_enqueue(DELIVER, row_id, once_s=ENQUEUE_ONCE_S):
            break
    with transaction():
        session.execute(delete(OutboxItem).where(OutboxItem.finished_at < now - KEEP_DONE))


def _claim(row_id: int) -> tuple[str, bytes, datetime, int] | None:
    now = clock.now()
    with transaction():
        row = session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == row_id, OutboxItem.due_at <= now)
            .values(due_at=now + CLAIM_TTL, attempts=OutboxItem.attempts + 1)
            .returning(
                OutboxItem.topic, OutboxItem.payload, OutboxItem.created_at, OutboxItem.attempts
            )
        ).one_or_none()
    return None if row is None else cast("tuple[str, bytes, datetime, int]", tuple(row))


def _postpone(row_id: int, created_at: datetime, attempts: int) -> None:
    now = clock.now()
    if now - created_at > GIVE_UP_AFTER:
        log.error("outbox work given up", extra={"outbox_id": row_id})
        _finish(row_id)
        return
    wait = min(FIRST_RETRY * 2 ** min(attempts - 1, 10), LONGEST_RETRY)
    with transaction():
        session.execute(update(OutboxItem).where(OutboxItem.id == row_id).values(due_at=now + wait))


def _finish(row_id: int) -> None:
    with transaction():
        session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == row_id)
            .values(payload=None, due_at=None, finished_at=clock.now())
        )
