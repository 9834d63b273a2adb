"""Lists on pages: some rows at a time, and the way to the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from app.api.page_requests import PAGE_SIZE, PAST_THE_END, PageRequest
from app.core.errors import NotFound

_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list that has `total`; `first` and `last` number them, from 1 on.

    `previous` and `next` are addresses, empty where there is no such page.
    """

    rows: Sequence[Any]
    total: int
    first: int
    last: int
    previous: str
    next: str


def wanted_page() -> PageRequest:
    """Return which page the address asks for, the first one by default.

    :raises NotFound: for what is no page, or lies further than pages reach.
    """
    text = request.args.get("page", "1")
    if not _NUMBER.fullmatch(text):
        raise NotFound(PAST_THE_END)
    wanted = PageRequest(int(text), PAGE_SIZE)
    if not wanted.is_within_reach:
        raise NotFound(PAST_THE_END)
    return wanted


def make_page(wanted: PageRequest, rows: Sequence[Any], total: int) -> Page:
    """Return a page of up to `wanted.limit` rows that were read from `wanted.offset` on.

    :raises NotFound: for a page past the end; the first page of an empty list is none.
    """
    if not rows and wanted.number > 1:
        raise NotFound(PAST_THE_END)
    shown = rows[: wanted.size]
    has_next = len(rows) > wanted.size and wanted.next.is_within_reach
    return Page(
        rows=shown,
        # It may be a minute old, and is never less than what is seen.
        total=max(total, wanted.offset + len(shown)),
        first=wanted.offset + 1,
        last=wanted.offset + len(shown),
        previous=_address(wanted.number - 1) if wanted.number > 1 else "",
        next=_address(wanted.number + 1) if has_next else "",
    )


def whole(rows: Sequence[Any]) -> Page:
    """Return a list that one page shows all of."""
    return Page(rows, total=len(rows), first=1, last=len(rows), previous="", next="")


def _address(number: int) -> str:
    """Return this page's address with another page number, and the rest of its search."""
    query = [(name, text) for name, text in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*query, ('page', str(number))])}"
