"""Redis and the RQ queues: jobs travel as JSON and carry ids, never objects or secrets."""

import logging
import time
from collections.abc import Collection
from typing import cast

from flask import Flask, current_app
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from app.core import valkey
from config import Settings

IMAGES = "images"
MESSAGES = "messages"
# Work that somebody else's server may draw out.
FETCHES = "fetches"
# In the order in which a worker of several takes their jobs.
QUEUES = (IMAGES, MESSAGES, FETCHES)
# The queues of each kind of worker.
WORKERS = {IMAGES: (IMAGES, FETCHES), MESSAGES: (MESSAGES,)}
JOB_TIMEOUT_S = 60
# Raised inside a job that takes longer.
JobTimeout = JobTimeoutException
FAILURE_TTL_S = 7 * 24 * 3600
# What a worker agrees to run: whoever can write to Redis must not choose the code.
JOB_FUNCTIONS: set[str] = set()

# For so long after a failure Redis counts as away.
AWAY_S = 5
_away_until = 0.0

log = logging.getLogger(__name__)


def init_app(app: Flask, redis_url: str) -> None:
    # One more try finds a server that was started anew. By default the client would try for
    # seconds, and a request would wait for it.
    app.extensions["nafasi.redis"] = Redis.from_url(
        redis_url, socket_timeout=2, socket_connect_timeout=1, retry=Retry(NoBackoff(), 1)
    )


def redis_url(settings: Settings) -> str:
    """Return where Redis is, or in the embedded profile where the bundled one will be."""
    return settings.redis_url or valkey.url(settings.instance)


def connection() -> Redis:
    """Return this process's Redis client."""
    return cast(Redis, current_app.extensions["nafasi.redis"])


def served_by(kinds: Collection[str]) -> tuple[str, ...]:
    """Return the queues of these kinds of worker, in the order in which their jobs are taken."""
    served = {name for kind in kinds for name in WORKERS[kind]}
    return tuple(name for name in QUEUES if name in served)


def queue(name: str) -> Queue:
    """Return the named queue."""
    if name not in QUEUES:
        raise ValueError(f"There is no queue {name!r}.")
    return Queue(
        name, connection=connection(), serializer=JSONSerializer, default_timeout=JOB_TIMEOUT_S
    )


def job(function_path: str) -> str:
    """Declare a function that workers may run, by its dotted path."""
    JOB_FUNCTIONS.add(function_path)
    return function_path


def is_away() -> bool:
    """Tell whether Redis failed this process within the last few seconds: do not ask it now."""
    return time.monotonic() < _away_until


def note_away() -> None:
    """Remember that Redis has just failed, so that no request waits for it again too soon."""
    global _away_until
    _away_until = time.monotonic() + AWAY_S


def try_enqueue(
    function_path: str, *args: object, to: str = MESSAGES, once_s: int | None = None
) -> bool:
    """Put a job on a queue; tell whether that worked.

    With `once_s`, the same job is put there once in so many seconds. Redis being down is no
    error here: whatever must not be lost is a row in the database, which the next sweep
    enqueues again.
    """
    if function_path not in JOB_FUNCTIONS:
        raise ValueError(f"{function_path} is not declared as a job.")
    if is_away():
        return False
    try:
        if once_s is not None and not connection().set(
            f"nafasi:once:{function_path}:{args!r}", 1, nx=True, ex=once_s
        ):
            return True
        queue(to).enqueue(
            function_path, *args, description=function_path, result_ttl=0, failure_ttl=FAILURE_TTL_S
        )
    except RedisError:
        note_away()
        log.warning("could not enqueue", extra={"job": function_path})
        return False
    return True
