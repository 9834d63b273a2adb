"""Queues: jobs as JSON, only functions of ours, and no harm while Redis is away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import select

from app.core import outbox, queue, valkey
from app.core.db import session, transaction


@contextmanager
def _queue_on(app: Flask, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    """Use a queue of a random name on a Redis that other programs may be using."""
    name = f"nafasi-test-{token_hex(6)}"
    before = queue.connection()
    queue.init_app(app, redis_url)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "QUEUES", (name,))
        found = queue.queue(name)
        yield found
        found.delete(delete_jobs=True)
    app.extensions["nafasi.redis"] = before


def test_a_job_goes_through_a_real_redis(
    app: Flask,
    redis_url: str,
    handle: Callable[[str, outbox.Handler], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[object] = []
    handle("test.round_trip", done.append)
    with transaction():
        outbox.post("test.round_trip", {"number": 1})
    row_id = session.scalars(select(outbox.OutboxItem.id)).one()
    session.rollback()

    with _queue_on(app, redis_url, monkeypatch) as used:
        assert queue.try_enqueue(outbox.DELIVER, row_id, to=used.name)
        assert [job.func_name for job in used.jobs] == [outbox.DELIVER]
        worker = SimpleWorker([used], connection=queue.connection(), serializer=JSONSerializer)
        worker.work(burst=True, logging_level="WARNING")
        assert used.count == 0

    assert done == [{"number": 1}]


def test_a_worker_turns_to_what_others_may_draw_out_last() -> None:
    assert queue.served_by(["images"]) == (queue.IMAGES, queue.FETCHES)
    assert queue.served_by(["messages"]) == (queue.MESSAGES,)
    assert queue.served_by(["messages", "images"])[-1] == queue.FETCHES


def test_a_job_is_stored_as_json_and_its_description_tells_no_arguments(app: Flask) -> None:
    assert queue.try_enqueue(outbox.DELIVER, 4711)

    [job_id] = queue.queue(queue.MESSAGES).job_ids
    stored = queue.connection().hgetall(f"rq:job:{job_id}")
    assert stored[b"description"] == outbox.DELIVER.encode()  # type: ignore[index]
    [job] = queue.queue(queue.MESSAGES).jobs
    assert job.args == [4711]
    assert JSONSerializer.loads(job.data) == [outbox.DELIVER, None, [4711], {}]


def test_only_declared_functions_are_enqueued(app: Flask) -> None:
    with pytest.raises(ValueError, match="not declared"):
        queue.try_enqueue("os.system", "true")
    with pytest.raises(ValueError, match="no queue"):
        queue.try_enqueue(outbox.DELIVER, 1, to="nobody's")
    assert queue.connection().dbsize() == 0


def test_redis_being_away_is_told_at_once(
    app: Flask, private_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = queue.connection()
    try:
        queue.init_app(app, valkey.url(private_folder))
        started = time.monotonic()
        assert not queue.try_enqueue(outbox.DELIVER, 1)
        assert time.monotonic() - started < 1.5
    finally:
        app.extensions["nafasi.redis"] = before
    assert "could not enqueue" in caplog.text


def test_the_address_is_the_settings_or_the_bundled_servers(app: Flask) -> None:
    settings = app.extensions["nafasi.settings"]
    assert queue.redis_url(settings) == valkey.url(settings.instance)
    assert queue.redis_url(replace(settings, redis_url="redis://cache:6379/1")).startswith("redis:")


def test_a_restarted_server_is_found_again(app: Flask, private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    other = Flask("other")
    queue.init_app(other, valkey.url(private_folder))
    with other.app_context():
        redis: Redis = queue.connection()
        redis.set("key", "value")
        valkey.stop(private_folder)
        valkey.ensure_running(private_folder)
        assert redis.get("key") == b"value"
