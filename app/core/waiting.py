"""Waiting, inside a request, for what a job makes of it.

A job announces its outcome in Redis; the request blocks on it there instead of asking the
database again and again. Only half of the web threads may wait at a time, so that the others
still answer everybody else.
"""

import time
from threading import BoundedSemaphore
from typing import cast

from flask import Flask, current_app
from redis import RedisError

from app.core import queue

KEEP_S = 60
# Shorter than the client's own timeout, which would take the server for dead.
_BLOCK_S = 1


def init_app(app: Flask, web_threads: int) -> None:
    app.extensions["nafasi.waiting"] = BoundedSemaphore(max(1, web_threads // 2))


def announce(key: str, outcome: str) -> None:
    """Tell whoever waits for `key` how it went. That nobody does, or Redis is away, is no error."""
    try:
        pipeline = queue.connection().pipeline()
        pipeline.lpush(_name(key), outcome)
        pipeline.expire(_name(key), KEEP_S)
        pipeline.execute()
    except RedisError:
        queue.note_away()


def wait_for(key: str, timeout_s: float) -> str | None:
    """Wait for the outcome that a job announces under `key`, at most `timeout_s` seconds.

    Return None when it did not come in time, and at once when too many wait already.
    """
    seats: BoundedSemaphore = current_app.extensions["nafasi.waiting"]
    if not seats.acquire(blocking=False):
        return None
    try:
        return _block(key, time.monotonic() + timeout_s)
    except RedisError:
        queue.note_away()
        return None
    finally:
        seats.release()


def _block(key: str, deadline: float) -> str | None:
    while (left_s := deadline - time.monotonic()) > 0:
        found = queue.connection().blpop([_name(key)], timeout=min(_BLOCK_S, left_s))
        if found is not None:
            return cast("bytes", found[1]).decode()
    return None


def _name(key: str) -> str:
    return f"nafasi:outcome:{key}"
