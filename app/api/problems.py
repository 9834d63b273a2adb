"""From anything that can go wrong in a request to what every dialect can write down."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import structlog
from flask import Flask, Response, current_app, request
from gunicorn.http.errors import NoMoreData, ParseException
from sqlalchemy import exc
from werkzeug.exceptions import BadRequest, HTTPException

from app.core import errors

INTERNAL = "Something went wrong on our side. Please try again later."
UNAVAILABLE = "The service is not available at the moment. Please try again shortly."

# The database is away, or too busy: the ORM's errors, and the drivers' on the lean read path.
DATABASE_FAILURES: tuple[type[Exception], ...] = (
    exc.OperationalError,
    exc.TimeoutError,
    psycopg.OperationalError,
    sqlite3.OperationalError,
)

log = structlog.get_logger(__name__)

_STATUSES: dict[type[errors.DomainError], int] = {
    errors.Invalid: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A failed request: a status, a sentence, and the sentences of each field at fault.

    `is_protocol` tells HTTP's own failures (no such path, wrong method) from the domains'.
    """

    status: int
    message: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    is_protocol: bool = False


Writer = Callable[[Problem], Response]


def init_app(app: Flask, writers: dict[str, Writer], default: Writer) -> None:
    """Answer every failure in the dialect that the path's prefix decides."""
    app.extensions["nafasi.writers"] = {None: default, **writers}

    def on_domain_error(error: errors.DomainError) -> Response:
        return answer(from_domain_error(error))

    def on_http_exception(error: HTTPException) -> Response:
        return answer(from_http_exception(error))

    def on_database_failure(error: Exception) -> Response:
        log.error("database failed", exc_info=error)
        return answer(Problem(503, UNAVAILABLE, headers={"Retry-After": "5"}))

    def on_exception(error: Exception) -> Response:
        log.error("unhandled error", exc_info=error)
        return answer(Problem(500, INTERNAL))

    def on_broken_body(_error: Exception) -> Response:
        return answer(from_http_exception(BadRequest()))

    app.register_error_handler(errors.DomainError, on_domain_error)
    app.register_error_handler(HTTPException, on_http_exception)
    for kind in DATABASE_FAILURES:
        app.register_error_handler(kind, on_database_failure)
    # A body in chunks is read, and found to be none, long after its headers were.
    for kind in (ParseException, NoMoreData):
        app.register_error_handler(kind, on_broken_body)
    app.register_error_handler(Exception, on_exception)


def face_prefix() -> str | None:
    """Return the prefix of the face that the request's path belongs to, if it does to any.

    One face may lie below another's prefix: the longest that fits decides.
    """
    path = request.path
    fits = [each for each in _writers() if each and (path == each or path.startswith(f"{each}/"))]
    return max(fits, key=len, default=None)


def answer(problem: Problem) -> Response:
    """Write a problem in the dialect of the request's path."""
    return _writers()[face_prefix()](problem)


def _writers() -> dict[str | None, Writer]:
    found: dict[str | None, Writer] = current_app.extensions["nafasi.writers"]
    return found


def from_domain_error(error: errors.DomainError) -> Problem:
    """Return the problem that a domain's refusal is."""
    status = next(code for kind, code in _STATUSES.items() if isinstance(error, kind))
    headers = {}
    if isinstance(error, errors.InvalidFields):
        return Problem(status, error.message, error.errors)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(error.retry_after_s)
    fields = {error.field: [error.message]} if error.field else {}
    return Problem(status, error.message, fields, headers)


def from_http_exception(error: HTTPException) -> Problem:
    """Return the problem that a failure of the protocol itself is."""
    status = error.code or 500
    headers = {}
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        headers["Allow"] = ", ".join(sorted(allowed))
    message = {
        400: "The request is malformed.",
        404: "There is nothing at this address.",
        405: f'Method "{request.method}" not allowed.',
        413: "The request body is too large.",
        415: f'Unsupported media type "{request.mimetype}" in request.',
    }.get(status, error.name + ".")
    if status >= 500:
        message = INTERNAL
    return Problem(status, message, headers=headers, is_protocol=True)
