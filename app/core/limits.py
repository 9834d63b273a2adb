"""Rate limits: one counter a window, one round trip a request.

The faces call `hit` themselves, over the storages of `limits`: its Flask extension asks the
store several times a request, which costs more than the rest of a cached answer. A window
begins with its first request. When Redis is away each process counts for itself, and asks
Redis again after a few seconds.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache
from typing import cast

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core import queue

_KNOWN_WINDOWS = 50_000

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


class Limits:
    """The counters of this process's storage, and the windows' ends as far as it knows them."""

    def __init__(self, shared: Storage) -> None:
        self._shared = shared
        self._own = MemoryStorage()
        self._ends: dict[str, float] = {}

    def hit(self, rate: RateLimitItem, scope: str, identity: str) -> Quota:
        """Count one request of `identity` against `rate` in `scope`."""
        window_s = rate.get_expiry()
        key = f"{scope}/{identity}/{rate.amount}/{window_s}"
        count, storage = self._count(key, window_s)
        now = time.time()
        end = now + window_s if count == 1 else self._ends.get(key, 0.0)
        if end <= now:
            # Another process opened this window: ask when it ends, once.
            end = self._end(key, storage, default=now + window_s)
        if len(self._ends) >= _KNOWN_WINDOWS:
            self._ends.clear()
        self._ends[key] = end
        return Quota(
            limit=rate.amount,
            remaining=max(0, rate.amount - count),
            reset_s=min(window_s, max(1, round(end - now))),
            is_exceeded=count > rate.amount,
        )

    def _count(self, key: str, window_s: int) -> tuple[int, Storage]:
        if not queue.is_away():
            try:
                return self._shared.incr(key, window_s), self._shared
            except RedisError:
                log.warning("Redis is away: each process counts its limits alone")
                queue.note_away()
        return self._own.incr(key, window_s), self._own

    def _end(self, key: str, storage: Storage, default: float) -> float:
        try:
            return storage.get_expiry(key)
        except RedisError:
            return default


def init_app(app: Flask, redis_url: str) -> None:
    storage = storage_from_string(
        redis_url.replace("unix://", "redis+unix://"),
        socket_timeout=2,
        socket_connect_timeout=1,
        # One more try finds a server that was started anew; waiting in between keeps nobody.
        retry=Retry(NoBackoff(), 1),  # type: ignore[arg-type]
    )
    app.extensions["nafasi.limits"] = Limits(cast(Storage, storage))


def hit(rate: str, scope: str, identity: str) -> Quota:
    """Count one request against a rate such as ``120 per minute``."""
    limits: Limits = current_app.extensions["nafasi.limits"]
    return limits.hit(_parsed(rate), scope, identity)


@cache
def _parsed(rate: str) -> RateLimitItem:
    return parse(rate)
