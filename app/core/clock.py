"""The one place that reads the clock, so that rules can be handed an instant."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def isoformat_s(instant: datetime) -> str:
    """Write an instant as every face shows it: ISO 8601 in UTC, to the second, with `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
