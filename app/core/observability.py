"""Request ids, and structured logs that carry them: one JSON object a line."""

import logging
import re
import time
from uuid import uuid4

import orjson
import structlog
from flask import Flask, Response, g, request

_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)
_QUIET_PATHS = frozenset({"/healthz", "/readyz"})

log = structlog.get_logger("nafasi.request")


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def configure_logging(level: str) -> None:
    """Send this process's log lines, ours and the libraries', to stderr as JSON."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(serializer=_dumps),
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
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SANE_REQUEST_ID.fullmatch(given) else uuid4().hex
    g.started_s = time.perf_counter()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    # A request that failed before `_begin` ran has no id yet.
    response.headers["X-Request-ID"] = g.get("request_id") or uuid4().hex
    if request.path not in _QUIET_PATHS:
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("started_s", time.perf_counter())) * 1000, 2),
            client=request.remote_addr,
            **g.get("log_fields", {}),
        )
    structlog.contextvars.clear_contextvars()
    return response


def _dumps(event: object, **_kwargs: object) -> str:
    return orjson.dumps(event, default=str).decode()
