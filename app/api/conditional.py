"""Conditional requests: an ETag known from versions alone, and the 304 that it allows."""

from hashlib import blake2b

from flask import Flask, Response, request

from app.core.errors import Invalid
from app.core.settings import current_settings

BAD_HOST = "The Host header names no host."
_TAG_BYTES = 9


def init_app(app: Flask) -> None:
    """Refuse requests that every link would be made from, where they name no host."""
    app.before_request(_require_host)


def _require_host() -> None:
    # Before anything is done: a write must not be refused after it.
    if not current_settings().public_url and not request.host:
        raise Invalid(BAD_HOST)


def base_url() -> str:
    """Return the scheme and host that clients see, without a slash at the end."""
    return current_settings().public_url.rstrip("/") or f"{request.scheme}://{request.host}"


def media_url() -> str:
    """Return the address below which images are served."""
    return f"{base_url()}/media"


def make_etag(*parts: object) -> str:
    """Return a strong ETag for this URL at the versions and formats that `parts` name."""
    digest = blake2b(digest_size=_TAG_BYTES)
    for part in (base_url(), request.path, request.query_string, *parts):
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\0")
    return f'"{digest.hexdigest()}"'


def is_fresh(etag: str, *, exists: bool = True) -> bool:
    """Tell whether the client holds this representation already (weak comparison, RFC 9110).

    `*` stands for any representation: it is fresh only where one is known to exist.
    """
    held = request.headers.get("If-None-Match")
    if not held or request.method not in ("GET", "HEAD"):
        return False
    if held == etag:
        return True
    if held.strip() == "*":
        return exists
    return request.if_none_match.contains_weak(etag.strip('"'))


def not_modified(etag: str, cache_control: str) -> Response:
    """Return the 304 for a client whose copy is fresh."""
    response = Response(status=304)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    return response


def json_bytes(body: bytes, etag: str, cache_control: str) -> Response:
    """Return a 200 of JSON that was written already, with its validators."""
    response = Response(body, mimetype="application/json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = cache_control
    return response
