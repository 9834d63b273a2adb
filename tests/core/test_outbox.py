"""The outbox: what is posted happens at least once, whoever dies in between."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.core import clock, crypto, outbox, queue
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.core.conftest import SetClock
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both
TOPIC = "test.topic"
Handle = Callable[..., None]


def _post(payload: dict[str, Any] | None = None) -> int:
    with transaction():
        outbox.post(TOPIC, payload or {"number": 1})
    return _rows()[-1].id


def _rows() -> list[OutboxItem]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(OutboxItem).order_by(OutboxItem.id)))


def _queued(on: str = queue.MESSAGES) -> list[int]:
    """Return the rows that jobs of a queue wait for, and forget the jobs."""
    waiting = queue.queue(on)
    found = [job.args[0] for job in waiting.jobs if job.func_name == outbox.DELIVER]
    waiting.empty()
    return found


class _Failing:
    """A handler that fails until it is told otherwise."""

    def __init__(self) -> None:
        self.calls = 0
        self.is_broken = True

    def __call__(self, payload: dict[str, Any]) -> None:
        self.calls += 1
        if self.is_broken:
            raise OSError("the mail server does not answer")


# ── posting ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_posted_leaves_after_the_commit(app: Flask, handle: Handle) -> None:
    handle(TOPIC, lambda payload: None)
    with transaction():
        outbox.post(TOPIC, {"number": 1})
        assert _queued() == []
    assert _queued() == [row.id for row in _rows()]


def test_a_rollback_leaves_neither_row_nor_job(app: Flask, handle: Handle) -> None:
    handle(TOPIC, lambda payload: None)

    def fail() -> None:
        with transaction():
            outbox.post(TOPIC, {"number": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _rows() == []
    assert _queued() == []


def test_a_payload_is_never_stored_in_clear(app: Flask, handle: Handle) -> None:
    handle(TOPIC, lambda payload: None)
    _post({"username": "amina@example.com"})
    [row] = _rows()
    assert row.payload is not None
    assert b"amina" not in row.payload
    assert crypto.decrypt_json(row.payload) == {"username": "amina@example.com"}


def test_posting_needs_a_handler_and_a_transaction(app: Flask, handle: Handle) -> None:
    with pytest.raises(ValueError, match="No handler"), transaction():
        outbox.post(TOPIC, {})
    handle(TOPIC, lambda payload: None)
    with pytest.raises(RuntimeError, match="needs a transaction"):
        outbox.post(TOPIC, {})
    session.rollback()
    assert _rows() == []


# ── delivering ──────────────────────────────────────────────────────────────────────────────


def test_delivery_calls_the_handler_once_and_erases_the_payload(
    app: Flask, handle: Handle, run_jobs: Callable[[], None]
) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    row_id = _post({"number": 7})

    run_jobs()
    outbox.deliver(row_id)

    assert done == [{"number": 7}]
    [row] = _rows()
    assert (row.payload, row.due_at, row.attempts) == (None, None, 1)
    assert row.finished_at is not None


def test_a_row_that_is_gone_is_nothing_to_do(app: Flask) -> None:
    outbox.deliver(4711)


def test_workers_that_come_at_once_do_it_once(app: Flask, handle: Handle) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)

    def deliver(row_id: int) -> None:
        with app.app_context():
            outbox.deliver(row_id)

    for number in rounds():
        at_once([partial(deliver, _post({"number": number}))] * 8)
        assert done == [{"number": each} for each in range(number + 1)]


def test_a_handler_may_post_more(app: Flask, handle: Handle, run_jobs: Callable[[], None]) -> None:
    done: list[int] = []

    def count_down(payload: dict[str, Any]) -> None:
        done.append(payload["number"])
        if payload["number"]:
            with transaction():
                outbox.post(TOPIC, {"number": payload["number"] - 1})

    handle(TOPIC, count_down)
    _post({"number": 3})
    run_jobs()
    assert done == [3, 2, 1, 0]


# ── when something goes wrong ───────────────────────────────────────────────────────────────


def test_a_crash_between_commit_and_queue_only_delays(
    app: Flask, handle: Handle, run_jobs: Callable[[], None], set_clock: SetClock
) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queue, "try_enqueue", lambda *args, **kwargs: False)
        _post()
    assert _queued() == []

    outbox.sweep()
    assert _queued() == [], "a fresh row is still on its own way to the queue"
    set_clock.move(timedelta(seconds=6))
    outbox.sweep()
    run_jobs()
    assert done == [{"number": 1}]


def test_a_failing_handler_is_tried_again_later_and_later(
    app: Flask, handle: Handle, set_clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    failing = _Failing()
    handle(TOPIC, failing)
    row_id = _post()

    waits = []
    for _ in range(9):
        outbox.deliver(row_id)
        outbox.deliver(row_id)  # too early: nothing happens
        [row] = _rows()
        waits.append(_due(row) - set_clock.instant)
        set_clock.instant = _due(row)

    assert failing.calls == 9
    seconds = [wait.total_seconds() for wait in waits]
    assert seconds == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert "outbox work failed" in caplog.text

    failing.is_broken = False
    outbox.deliver(row_id)
    [row] = _rows()
    assert (row.payload, row.due_at, row.attempts) == (None, None, 10)


def _due(row: OutboxItem) -> datetime:
    assert row.due_at is not None
    return row.due_at


def test_it_is_given_up_after_two_days(
    app: Flask, handle: Handle, set_clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    failing = _Failing()
    handle(TOPIC, failing)
    row_id = _post()
    set_clock.move(timedelta(days=2, seconds=1))

    outbox.deliver(row_id)
    outbox.deliver(row_id)

    assert failing.calls == 0
    [row] = _rows()
    assert (row.payload, row.due_at) == (None, None)
    assert row.finished_at == set_clock.instant
    assert "given up" in caplog.text


def test_a_topic_says_when_and_how_it_gives_up(
    app: Flask, handle: Handle, set_clock: SetClock
) -> None:
    failing, told = _Failing(), list[object]()
    handle(TOPIC, failing, give_up_after=timedelta(hours=1), give_up=told.append)
    row_id = _post({"number": 7})

    outbox.deliver(row_id)
    set_clock.move(timedelta(hours=1, seconds=1))
    outbox.deliver(row_id)

    assert (failing.calls, told) == (1, [{"number": 7}])
    [row] = _rows()
    assert (row.payload, row.due_at) == (None, None)


def test_what_cannot_even_be_given_up_is_dropped(
    app: Flask, handle: Handle, set_clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    handle(TOPIC, _Failing(), give_up=_Failing())
    row_id = _post()

    set_clock.move(timedelta(days=2, seconds=1))
    outbox.deliver(row_id)
    [row] = _rows()
    assert row.due_at is not None
    set_clock.move(timedelta(days=1))
    outbox.deliver(row_id)

    [row] = _rows()
    assert (row.payload, row.due_at) == (None, None)
    assert "dropped" in caplog.text


def test_what_a_killed_worker_had_claimed_comes_again(
    app: Flask, handle: Handle, run_jobs: Callable[[], None], set_clock: SetClock
) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    row_id = _post()
    _queued()
    assert outbox._claim(row_id) is not None  # and then the worker is killed

    set_clock.move(outbox.LEASE - timedelta(seconds=1))
    outbox.sweep()
    outbox.deliver(row_id)
    assert (done, _queued()) == ([], [])

    set_clock.move(timedelta(seconds=10))
    outbox.sweep()
    run_jobs()
    assert done == [{"number": 1}]


def test_a_claim_is_renewed_while_its_work_goes_on(
    app: Flask, handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LEASE", timedelta(seconds=0.2))
    renewed = threading.Event()
    set_due = outbox._set_due

    def note(row_id: int, due_at: datetime) -> None:
        set_due(row_id, due_at)
        renewed.set()

    monkeypatch.setattr(outbox, "_set_due", note)
    seen: list[datetime | None] = []

    def work(payload: dict[str, Any]) -> None:
        seen.append(_rows()[0].due_at)
        assert renewed.wait(timeout=30)
        seen.append(_rows()[0].due_at)

    handle(TOPIC, work)
    outbox.deliver(_post())

    before, after = seen
    assert before is not None
    assert after is not None
    assert after > before
    [row] = _rows()
    assert (row.due_at, row.attempts) == (None, 1)
    assert [each for each in threading.enumerate() if each.name == "lease"] == []


def test_a_topic_has_its_queue(app: Flask, handle: Handle, set_clock: SetClock) -> None:
    handle(TOPIC, lambda payload: None, to=queue.IMAGES)
    row_id = _post()
    assert (_queued(), _queued(queue.IMAGES)) == ([], [row_id])

    set_clock.move(timedelta(minutes=1))
    outbox.sweep()
    assert (_queued(), _queued(queue.IMAGES)) == ([], [row_id])


def test_what_is_posted_for_later_waits_until_it_is_due(
    app: Flask, handle: Handle, set_clock: SetClock
) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    with transaction():
        row_id = outbox.post(TOPIC, {"number": 1}, after=timedelta(minutes=2))

    outbox.deliver(row_id)
    set_clock.move(timedelta(minutes=1))
    outbox.sweep()
    assert (done, _queued()) == ([], [])

    set_clock.move(timedelta(minutes=2))
    outbox.sweep()
    assert _queued() == [row_id]
    outbox.deliver(row_id)
    assert done == [{"number": 1}]


def test_what_waits_can_be_released(app: Flask, handle: Handle, set_clock: SetClock) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    with transaction():
        row_id = outbox.post(TOPIC, {"number": 1}, after=timedelta(minutes=2))

    assert outbox.release(TOPIC, row_id)
    assert _queued() == [row_id]
    outbox.deliver(row_id)
    assert done == [{"number": 1}]


def test_a_release_tells_when_the_queue_refuses(
    app: Flask, handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle(TOPIC, lambda payload: None)
    with transaction():
        row_id = outbox.post(TOPIC, {}, after=timedelta(minutes=2))
    monkeypatch.setattr(queue, "try_enqueue", lambda *args, **kwargs: False)

    assert not outbox.release(TOPIC, row_id)


def test_a_topic_that_this_release_does_not_know_waits(
    app: Flask, handle: Handle, set_clock: SetClock
) -> None:
    handle(TOPIC, lambda payload: None)
    row_id = _post()
    outbox._topics.pop(TOPIC)

    outbox.deliver(row_id)

    [row] = _rows()
    assert row.payload is not None
    assert row.due_at == set_clock.instant + timedelta(seconds=10)


def test_a_payload_that_no_key_opens_waits(app: Flask, handle: Handle, set_clock: SetClock) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    row_id = _post()
    with transaction():
        session.execute(update(OutboxItem).values(payload=b"written under a lost key"))

    outbox.deliver(row_id)

    [row] = _rows()
    assert row.due_at == set_clock.instant + timedelta(seconds=10)
    assert done == []


def test_what_a_migration_posts_has_no_payload(
    app: Flask, handle: Handle, set_clock: SetClock
) -> None:
    done: list[object] = []
    handle(TOPIC, done.append)
    now = set_clock.instant
    row = {"topic": TOPIC, "created_at": now, "due_at": now, "attempts": 0}
    with transaction():
        session.execute(insert(OutboxItem), row)

    outbox.deliver(_rows()[0].id)

    assert done == [{}]
    assert _rows()[0].finished_at == now


# ── the sweep ───────────────────────────────────────────────────────────────────────────────


def test_a_sweep_takes_a_bounded_number_the_longest_due_first(
    app: Flask, handle: Handle, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SWEEP_ROWS", 2)
    handle(TOPIC, lambda payload: None)
    ids = []
    for _ in range(3):
        ids.append(_post())
        set_clock.move(timedelta(seconds=1))
    _queued()
    set_clock.move(timedelta(minutes=1))

    outbox.sweep()
    assert _queued() == ids[:2]


def test_a_sweep_stops_at_the_first_refusal_of_the_queue(
    app: Flask, handle: Handle, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle(TOPIC, lambda payload: None)
    for _ in range(3):
        _post()
    set_clock.move(timedelta(minutes=1))
    calls: list[object] = []

    def refuse(*args: object, to: str, once_s: int) -> bool:
        calls.append(args)
        return False

    monkeypatch.setattr(queue, "try_enqueue", refuse)
    outbox.sweep()
    assert len(calls) == 1


def test_what_is_done_is_deleted_after_a_week_and_what_is_not_stays(
    app: Flask, handle: Handle, set_clock: SetClock
) -> None:
    handle(TOPIC, lambda payload: None)
    outbox.deliver(_post())
    waiting = _post()

    set_clock.move(outbox.KEEP_DONE - timedelta(minutes=1))
    outbox.sweep()
    assert len(_rows()) == 2
    set_clock.move(timedelta(minutes=2))
    outbox.sweep()
    assert [row.id for row in _rows()] == [waiting]


def test_ids_are_never_used_again(app: Flask, handle: Handle, set_clock: SetClock) -> None:
    # A job that is still queued must not find another row under its id.
    handle(TOPIC, lambda payload: None)
    first = _post()
    outbox.deliver(first)
    set_clock.move(timedelta(days=8))
    outbox.sweep()
    assert _rows() == []
    assert _post() > first


def test_the_clock_is_the_applications(app: Flask, handle: Handle, set_clock: SetClock) -> None:
    handle(TOPIC, lambda payload: None)
    _post()
    [row] = _rows()
    assert row.created_at == row.due_at == set_clock.instant == clock.now()


def test_collected_work_is_done_by_whoever_collects_it(app: Flask, handle: Handle) -> None:
    done: list[dict[str, Any]] = []
    handle(TOPIC, done.append)
    with outbox.collecting() as work, transaction():
        row_id = outbox.post(TOPIC, {"number": 1}, after=timedelta(hours=1))
        assert outbox.release(TOPIC, row_id)

    assert _rows() == _queued() == done == []
    for each in work:
        outbox.do(each)
    assert done == [{"number": 1}]
    # Afterwards everything is as ever.
    _post()
    assert len(_rows()) == len(_queued()) == 1
