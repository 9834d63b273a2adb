"""Request ids, and structured logs that carry them: one JSON object a line."""

import logging
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import orjson
import structlog
from flask import Flask, Response, g, has_app_context, request

from app.core import metrics

_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)
_QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

log = structlog.get_logger("nafasi.request")


# Writes the line that every request has, without the pipeline of all others, which would cost as
# much as looking the key up. None until `configure_logging` says where to.
_write_request: Callable[[bytes], object] | None = None


def _add_request_id(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Name the request that a line was written in."""
    if has_app_context() and "request_id" in g:
        event["request_id"] = g.request_id
    return event


_COMMON: list[structlog.typing.Processor] = [
    _add_request_id,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure_logging(level: str) -> None:
    """Send this process's log lines to stderr as JSON.

    Ours are written straight away: the standard library's way costs more than a cached answer.
    The libraries' go through it, and come out looking the same.
    """
    global _write_request
    threshold = logging.getLevelNamesMapping()[level]
    if threshold <= logging.INFO:
        _write_request = structlog.BytesLogger(sys.stderr.buffer).info
    structlog.configure(
        processors=[*_COMMON, structlog.processors.JSONRenderer(serializer=_dumps)],
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *_COMMON],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=lambda *args, **_: _dumps(*args).decode()),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # RQ repeats at every job what our own lines say, and Alembic speaks of every step.
    for chatty in ("rq", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    """Give every request an id and every answer one log line."""
    if not structlog.is_configured():
        structlog.configure(
            processors=[*_COMMON, structlog.stdlib.render_to_log_kwargs],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
        )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SANE_REQUEST_ID.fullmatch(given) else uuid4().hex
    g.started_s = time.perf_counter()


def _end(response: Response) -> Response:
    # A request that failed before `_begin` ran has no id yet.
    response.headers["X-Request-ID"] = g.get("request_id") or uuid4().hex
    if request.path.rstrip("/") not in _QUIET_PATHS:
        seconds = time.perf_counter() - g.get("started_s", time.perf_counter())
        metrics.observe(request, response.status_code, seconds)
        _log_request(response, seconds)
    return response


def _log_request(response: Response, seconds: float) -> None:
    line = {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(seconds * 1000, 2),
        "client": request.remote_addr,
        **g.get("log_fields", {}),
    }
    if _write_request is None:
        log.info("request", **line)
    else:
        common = {"event": "request", "level": "info", "timestamp": datetime.now(UTC)}
        line = {**common, "request_id": response.headers["X-Request-ID"], **line}
        _write_request(orjson.dumps(line, option=orjson.OPT_UTC_Z))


def _dumps(event: object, **_kwargs: object) -> bytes:
    return orjson.dumps(event, default=str)
