"""The one place that reads the clock, so that rules can be handed an instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let it be this aware instant, all through the block and nowhere else.

    For the demo alone, whose people have done things on many days before it is loaded: they do
    them through the services of everybody else, which write down when they were done.
    """
    token = _stopped_at.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def isoformat_s(instant: datetime) -> str:
    """Write an instant as every face shows it: ISO 8601 in UTC, to the second, with `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
