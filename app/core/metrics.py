"""What Prometheus reads: how many requests came, how long they took, and what waits behind them.

The web server's processes share what they count in a folder that gunicorn.conf.py makes; a
process by itself keeps it in memory. What waits is asked for when somebody reads it.
"""

from collections.abc import Iterator
from functools import cache

from flask import Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from redis import RedisError

from app.core import health, outbox, queue
from app.core.settings import current_settings

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds. A page from memory takes one millisecond, a picture that is waited for a few seconds.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

_requests = Counter(
    "nafasi_requests",
    "Requests that were answered.",
    ["method", "route", "status"],
    registry=None,
)
_seconds = Histogram(
    "nafasi_request_seconds",
    "How long requests took, without the sending of their answers.",
    ["method", "route"],
    buckets=_BUCKETS,
    registry=None,
)


def observe(request: Request, status: int, seconds: float) -> None:
    """Count one request; all paths that lead nowhere are one, since there is no end of them."""
    if not current_settings().shows_metrics:
        return
    route = request.url_rule.rule if request.url_rule else ""
    method = request.method if request.method in _METHODS else "other"
    _counted(method, route, status).inc()
    _timed(method, route).observe(seconds)


@cache
def _counted(method: str, route: str, status: int) -> Counter:
    return _requests.labels(method, route, status)


@cache
def _timed(method: str, route: str) -> Histogram:
    return _seconds.labels(method, route)


def is_offered(request: Request) -> bool:
    """Tell whether the figures may be read through the port that a request came in by."""
    settings = current_settings()
    if settings.metrics_port:
        return _local_port(request) == settings.metrics_port
    return settings.shows_metrics


def exposition() -> bytes:
    """Return the figures in Prometheus's text format."""
    registry = CollectorRegistry()
    shared = current_settings().prometheus_multiproc_dir
    if shared:
        MultiProcessCollector(registry, path=shared)  # type: ignore[no-untyped-call]
    else:
        registry.register(_requests)
        registry.register(_seconds)
    registry.register(_Backlog())
    return generate_latest(registry)


def _local_port(request: Request) -> int | None:
    """Return the port that the server accepted the connection at, which no header can change."""
    connection = request.environ.get("gunicorn.socket")
    address = connection.getsockname() if connection else None
    return address[1] if isinstance(address, tuple) else None


class _Backlog(Collector):
    """Whether each dependency answers, and the work that waits in the outbox and on the queues."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("nafasi_up", "Whether a dependency answers.", labels=["dependency"])
        problems = {check.name: check.problem for check in health.run_checks()}
        for name, problem in problems.items():
            up.add_metric([name], float(problem is None))
        yield up
        if not (problems["database"] or problems["migrations"]):
            yield from _outbox()
        if not problems["redis"]:
            yield from _queues()


def _outbox() -> Iterator[Metric]:
    due = GaugeMetricFamily("nafasi_outbox_due", "Work that is due by now.", labels=["topic"])
    oldest = GaugeMetricFamily(
        "nafasi_outbox_oldest_seconds", "How long the oldest of it has been due.", labels=["topic"]
    )
    for each in outbox.backlog():
        due.add_metric([each.topic], each.items)
        oldest.add_metric([each.topic], each.oldest_s)
    yield due
    yield oldest


def _queues() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("nafasi_queue_jobs", "Jobs that wait for a worker.", labels=["queue"])
    try:
        for name in queue.QUEUES:
            jobs.add_metric([name], queue.queue(name).count)
    except RedisError:
        return
    yield jobs
