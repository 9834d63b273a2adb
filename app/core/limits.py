"""Rate limits: one counter a window, one round trip a request.

The faces call `hit` themselves: the usual Flask extension asks the store several times a
request, which costs more than the rest of a cached answer. A window begins with its first
request. When Redis is away each process counts for itself, and asks Redis again after a few
seconds.
"""

import hashlib
import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import cast

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from redis import ConnectionError, ConnectionPool, RedisError, TimeoutError
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import NoScriptError
from redis.retry import Retry

from app.core import queue

# Counts, and tells how many milliseconds the window has left.
_COUNT = b"""
local count = redis.call("INCR", KEYS[1])
local left = redis.call("PTTL", KEYS[1])
if left < 0 then
    redis.call("PEXPIRE", KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
end
return {count, left}
"""
_COUNT_SHA = hashlib.sha1(_COUNT, usedforsecurity=False).hexdigest().encode()
_PREFIX = "nafasi:limit:"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a limit is used: `limit` a window, `remaining` in it, `reset_s` to its end."""

    limit: int
    remaining: int
    reset_s: int
    is_exceeded: bool

    def headers(self) -> dict[str, str]:
        """Return the limit headers; `Retry-After` only where the limit is exceeded."""
        named = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_s),
        }
        return named | {"Retry-After": str(self.reset_s)} if self.is_exceeded else named


class SharedCounters:
    """Counters in Redis, over one connection a thread.

    Every request counts: the client's way through its pool would take longer than the count.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._of_thread = threading.local()

    def count(self, key: str, window_s: int) -> tuple[int, float]:
        """Count once; return the count and the seconds that its window has left.

        :raises RedisError: when Redis does not answer.
        """
        arguments = (b"1", f"{_PREFIX}{key}".encode(), str(window_s * 1000).encode())
        try:
            answer = self._ask(b"EVALSHA", _COUNT_SHA, *arguments)
        except NoScriptError:
            # Redis was started anew.
            answer = self._ask(b"EVAL", _COUNT, *arguments)
        count, left_ms = answer
        return count, left_ms / 1000

    def _ask(self, *words: bytes) -> list[int]:
        connection = self._connection()
        command = _packed(words)
        try:
            return self._exchange(connection, command)
        except (ConnectionError, TimeoutError):
            # It was idle while the server was started anew: one more try finds that one.
            connection.disconnect()  # type: ignore[no-untyped-call]
            return self._exchange(connection, command)

    def _connection(self) -> AbstractConnection:
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = self._pool.make_connection()
        return cast(AbstractConnection, self._of_thread.connection)

    def _exchange(self, connection: AbstractConnection, command: bytes) -> list[int]:
        connection.send_packed_command([command], check_health=False)  # type: ignore[no-untyped-call]
        return cast("list[int]", connection.read_response())


def _packed(words: tuple[bytes, ...]) -> bytes:
    """Write a command as Redis reads it."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in words)


class Limits:
    """The counters that all processes share, and those of this process for when they are away."""

    def __init__(self, shared: SharedCounters) -> None:
        self._shared = shared
        self._own = MemoryStorage()

    def hit(self, rate: RateLimitItem, scope: str, identity: str) -> Quota:
        """Count one request of `identity` against `rate` in `scope`."""
        window_s = rate.get_expiry()
        key = f"{scope}/{identity}/{rate.amount}/{window_s}"
        count, left_s = self._count(key, window_s)
        return Quota(
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset_s=min(window_s, max(1, round(left_s))),
            is_exceeded=count > rate.amount,
        )

    def _count(self, key: str, window_s: int) -> tuple[int, float]:
        if not queue.is_away():
            try:
                return self._shared.count(key, window_s)
            except RedisError:
                log.warning("Redis is away: each process counts its limits alone")
                queue.note_away()
        return self._own.incr(key, window_s), self._own.get_expiry(key) - time.time()


def init_app(app: Flask, redis_url: str) -> None:
    pool = ConnectionPool.from_url(
        redis_url,
        socket_timeout=2,
        socket_connect_timeout=1,
        retry=Retry(NoBackoff(), 0),
    )
    app.extensions["nafasi.limits"] = Limits(SharedCounters(pool))


def hit(rate: str, scope: str, identity: str) -> Quota:
    """Count one request against a rate such as ``120 per minute``."""
    limits: Limits = current_app.extensions["nafasi.limits"]
    return limits.hit(_parsed(rate), scope, identity)


@cache
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)
