"""Lists of reference data: put into their envelope once for each version of it."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import Response, current_app, request
from marshmallow import Schema

from app.api.conditional import is_fresh, json_bytes, make_etag, not_modified
from app.api.marketplace.dialect import envelope
from app.core.page_cache import PageCache
from app.reference import service as reference
from app.reference.service import Reference

# Clients may keep it, and ask each time: staff's changes show at once.
CACHEABLE = "private, no-cache"


def answer_lookup(
    item: type[Schema], message: str, pick: Callable[[Reference], Sequence[Any]]
) -> Response:
    """Answer with the items that `pick` finds, or with a 304 where the client has them already."""
    version = reference.current_version()
    cache: PageCache = current_app.extensions["nafasi.page_cache"]
    key = ("reference", request.endpoint, version)
    body = cache.get(key)
    if body is None:
        items = item(many=True).dump(pick(reference.snapshot(version)))
        body = orjson.dumps(envelope(message, items))
        cache.put(key, body)
    etag = make_etag(body)
    if is_fresh(etag):
        return not_modified(etag, CACHEABLE)
    return json_bytes(body, etag, CACHEABLE)
