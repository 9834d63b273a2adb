"""Pages by number: `{"count", "next", "previous", "results"}` with absolute addresses.

A list asks its service for `page.limit` rows from `page.offset`, one more than it shows: that one
tells whether there is a next page, so nothing needs an exact count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import post_load

from app.api.conditional import base_url
from app.core.errors import NotFound
from app.core.fields import QueryInt, StrictSchema

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
PAST_THE_END = "There is no such page."


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page a client wants; numbers begin with 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def limit(self) -> int:
        """How many rows to ask for: one more than the page shows."""
        return self.size + 1


class PageQuerySchema(StrictSchema):
    """The query parameters of every paged list; loads to those with a `PageRequest` as `page`."""

    page = QueryInt(minimum=1, load_default=1)
    page_size = QueryInt(minimum=1, maximum=MAX_PAGE_SIZE, load_default=PAGE_SIZE)

    @post_load
    def _combine(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        page = PageRequest(data.pop("page"), data.pop("page_size"))
        return {**data, "page": page}


def make_page(page: PageRequest, rows: Sequence[Any], count: int) -> dict[str, Any]:
    """Return a page of up to `page.limit` rows of a list that has `count`.

    :raises NotFound: for a page past the end; the first page of an empty list is none.
    """
    if not rows and page.number > 1:
        raise NotFound(PAST_THE_END)
    has_next = len(rows) > page.size
    return {
        "count": count,
        "next": _address(page.number + 1) if has_next else None,
        "previous": _address(page.number - 1) if page.number > 1 else None,
        "results": rows[: page.size],
    }


def _address(number: int) -> str:
    """Return this request's address with another page number, and the rest of its query."""
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{base_url()}{request.path}?{urlencode([*query, ('page', str(number))])}"
