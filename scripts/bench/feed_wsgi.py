"""The application with one route more: the rival, which answers a constant.

The rival passes through everything that a feed request passes through, the key's row and the
rate limit included, and then sends bytes that it has in memory. What the feed costs above that
is what reading the catalogue costs.
"""

from functools import cache

from flask import Response

from app.api.conditional import json_bytes
from app.api.tenant.access import key_required
from wsgi import app

__all__ = ["app"]


@app.get("/v1/<int:user_id>/bench/<int:size>/")
@key_required
def answer_constant(user_id: int, size: int) -> Response:
    """Answer the same bytes every time, as many as the answer compared with has."""
    return json_bytes(_body(size), '"constant"', "private, no-cache")


@cache
def _body(size: int) -> bytes:
    return b'"' + b"x" * max(0, size - 2) + b'"'
