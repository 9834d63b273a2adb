"""Periodic work: each domain adds its own, and one job runs a round of all of it.

A round is enqueued by whichever messages worker gets the lock for it, and a second lock is held
while it runs: there is one round at a time, however many workers there are.
"""

import threading
from collections.abc import Callable

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from app.core import outbox, queue

RUN = queue.job("app.core.sweeps.run")
_LOCK = "nafasi:sweep"
_RUNNING = "nafasi:sweeping"
_sweeps: dict[str, Callable[[], None]] = {"outbox": outbox.sweep}

log = structlog.get_logger(__name__)


def register(name: str, sweep: Callable[[], None]) -> None:
    """Add a domain's periodic work. It must bear being run at any time, and twice."""
    _sweeps[name] = sweep


def run() -> None:
    """Do one round, unless one is being done.

    A part that fails is logged, and does not keep the others from running.
    """
    redis = queue.connection()
    if not redis.set(_RUNNING, 1, nx=True, ex=queue.JOB_TIMEOUT_S):
        return
    try:
        for name, sweep in _sweeps.items():
            try:
                sweep()
            except Exception:
                log.exception("sweep failed", sweep=name)
    finally:
        redis.delete(_RUNNING)


def start_ticking(redis_url: str, interval_s: int) -> None:
    """Enqueue a round every `interval_s` seconds, from a thread of the worker's parent process.

    The thread has a Redis client of its own and touches nothing else: the worker forks beside
    it, and a lock held at that moment would stay locked in the child.
    """

    def tick() -> None:
        client = Redis.from_url(redis_url, socket_timeout=5)
        rounds = Queue(queue.MESSAGES, connection=client, serializer=JSONSerializer)
        while True:
            try:
                if client.set(_LOCK, 1, nx=True, px=interval_s * 1000 - 50):
                    rounds.enqueue(RUN, description=RUN, result_ttl=0, at_front=True)
            except RedisError:
                log.warning("Redis is away: no periodic work")
            stopped.wait(interval_s)

    stopped = threading.Event()
    threading.Thread(target=tick, name="sweeps", daemon=True).start()
