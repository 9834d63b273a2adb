"""The clock, and how the demo stops it."""

from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

from app.core import clock

INSTANT = datetime(2027, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=3)))


def test_it_is_the_instant_that_the_clock_was_stopped_at() -> None:
    before = datetime.now(UTC)
    with clock.stopped_at(INSTANT):
        assert clock.now() == INSTANT
        assert clock.now().utcoffset() == timedelta(0)
        with clock.stopped_at(INSTANT - timedelta(days=1)):
            assert clock.now() == INSTANT - timedelta(days=1)
        assert clock.now() == INSTANT
    assert before <= clock.now() <= datetime.now(UTC)


def test_for_others_it_goes_on() -> None:
    seen: list[datetime] = []
    with clock.stopped_at(INSTANT):
        other = Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0] != INSTANT


def test_instants_are_written_to_the_second() -> None:
    assert clock.isoformat_s(INSTANT) == "2027-02-28T21:30:00Z"
