"""Pages by number: `{"count", "next", "previous", "results"}` with absolute addresses."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import ValidationError, post_load, validates_schema

from app.api.conditional import base_url
from app.api.page_requests import PAGE_SIZE, PAST_THE_END, TOO_FAR, PageRequest
from app.core.errors import NotFound
from app.core.fields import QueryInt, StrictSchema

MAX_PAGE_SIZE = 100


class PageQuerySchema(StrictSchema):
    """The query parameters of every paged list; loads to those with a `PageRequest` as `page`."""

    page = QueryInt(
        minimum=1,
        load_default=1,
        metadata={"description": "The number of the page, from 1; pages reach row 10,000."},
    )
    page_size = QueryInt(
        minimum=1,
        maximum=MAX_PAGE_SIZE,
        load_default=PAGE_SIZE,
        metadata={"description": "How many items a page has."},
    )

    @validates_schema
    def _check_reach(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if not PageRequest(data["page"], data["page_size"]).is_within_reach:
            raise ValidationError(TOO_FAR, "page")

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
    has_next = len(rows) > page.size and page.next.is_within_reach
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
