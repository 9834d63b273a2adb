"""How gunicorn serves the application: `gunicorn wsgi:app` reads this file by itself."""

import json
import sys
import time
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import ThreadWorker

from config import SettingError, load

try:
    _settings = load()
except SettingError as error:
    sys.exit(f"Nafasi cannot start: {error}")


class Worker(ThreadWorker):
    """Threads that answer in JSON even what is not HTTP enough to reach the application.

    They also hear out whoever is refused before having said everything: a connection that is closed
    on a client that still sends takes the answer with it, and what the client sends next.
    """

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        deadline = time.monotonic() + _HEAR_OUT_S
        is_read = conn.parser.finish_body(deadline=deadline, max_bytes=_HEAR_OUT_BYTES)
        return bool(keepalive and is_read)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        """Refuse a request that cannot be read. Its path, and so its face, is not known."""
        fault = isinstance(exc, ParseException) and not isinstance(exc, _OUR_FAULTS)
        if not fault:
            super().handle_error(req, client, addr, exc)
            return
        status, sentence = next(
            (said for kind, said in _REFUSALS.items() if isinstance(exc, kind)), _MALFORMED
        )
        body = json.dumps({"detail": sentence})
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-Request-ID: {uuid4().hex}\r\n\r\n"
        )
        with suppress(OSError):
            write_nonblock(client, (head + body).encode())


_HEAR_OUT_S = 10
# Twice what any endpoint takes.
_HEAR_OUT_BYTES = 128 * 1024 * 1024
_OUR_FAULTS = (InvalidResponseHeader, InvalidResponseHeaderName)
_MALFORMED = (HTTPStatus.BAD_REQUEST, "The request is malformed.")
_REFUSALS = {
    LimitRequestLine: (HTTPStatus.REQUEST_URI_TOO_LONG, "The request's address is too long."),
    LimitRequestHeaders: (
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "The request's headers are too large.",
    ),
    UnsupportedTransferCoding: (
        HTTPStatus.NOT_IMPLEMENTED,
        "The request's transfer coding is not supported.",
    ),
    ExpectationFailed: (
        HTTPStatus.EXPECTATION_FAILED,
        "What the request expects is not supported.",
    ),
}

worker_class = Worker
# The longest that there is: a search with all its filters is a long address.
limit_request_line = 8190
workers = _settings.web_workers
threads = _settings.web_threads
bind = "127.0.0.1:8000"
timeout = 60
graceful_timeout = 30
keepalive = 75
# Every request is logged by the application, with its id.
accesslog = None
control_socket_disable = True
# What proxies say counts as TRUSTED_PROXIES tells, and by nothing else.
secure_scheme_headers: dict[str, str] = {}

_counts = Path(_settings.prometheus_multiproc_dir or _settings.instance / "metrics")
if _settings.shows_metrics:
    try:
        _counts.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"Nafasi cannot start: PROMETHEUS_MULTIPROC_DIR cannot be made: {error}")
    # Prometheus's library reads it when it is imported.
    raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_counts}"]


def on_starting(_server: Any) -> None:
    """See to what the workers need before the first of them starts.

    In the embedded profile the bundled Valkey is started. In production a database that is away
    or behind its migrations stops the start with a sentence.
    """
    from app import create_app
    from app.core import db, health, valkey

    # What an earlier server counted is over.
    for file in _counts.glob("*.db"):
        file.unlink()
    if not _settings.redis_url:
        valkey.ensure_running(_settings.instance)
    if _settings.is_production:
        app = create_app(_settings)
        with app.app_context():
            problem = health.database_problem()
        db.close(app)
        if problem:
            sys.exit(f"Nafasi cannot start: {problem}")
