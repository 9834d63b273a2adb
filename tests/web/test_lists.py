"""Pages of lists."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app.api.page_requests import MAX_ROW, PAGE_SIZE
from app.core.errors import NotFound
from app.web.lists import Page, make_page, wanted_page


def _page(app: Flask, rows: int, query: str = "") -> Page:
    """Return a page of the numbers below `rows`."""
    with app.test_request_context(f"/staff/users/{query}"):
        wanted = wanted_page()
        found = list(range(rows))[wanted.offset : wanted.offset + wanted.limit]
        return make_page(wanted, found, rows)


def test_the_first_page_has_no_page_before_it(app: Flask) -> None:
    page = _page(app, PAGE_SIZE + 1)
    assert list(page.rows) == list(range(PAGE_SIZE))
    assert (page.first, page.last, page.total) == (1, PAGE_SIZE, PAGE_SIZE + 1)
    assert (page.previous, page.next) == ("", "/staff/users/?page=2")


def test_the_last_page_has_none_after_it(app: Flask) -> None:
    page = _page(app, PAGE_SIZE + 1, "?page=2")
    assert list(page.rows) == [PAGE_SIZE]
    assert (page.first, page.last) == (PAGE_SIZE + 1, PAGE_SIZE + 1)
    assert (page.previous, page.next) == ("/staff/users/?page=1", "")


def test_a_full_last_page_has_none_after_it(app: Flask) -> None:
    assert _page(app, PAGE_SIZE).next == ""


def test_an_empty_list_has_one_page(app: Flask) -> None:
    page = _page(app, 0)
    assert (list(page.rows), page.total, page.previous, page.next) == ([], 0, "", "")


def test_the_search_goes_along(app: Flask) -> None:
    page = _page(app, 3 * PAGE_SIZE, "?search=a%26b&page=2")
    for address, number in ((page.previous, "1"), (page.next, "3")):
        assert dict(parse_qsl(urlsplit(address).query)) == {"search": "a&b", "page": number}


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "٣", "9999999", "2"])
def test_what_is_no_page_is_not_found(app: Flask, page: str) -> None:
    with pytest.raises(NotFound):
        _page(app, PAGE_SIZE, f"?page={page}")


def test_pages_reach_a_certain_row(app: Flask) -> None:
    last = MAX_ROW // PAGE_SIZE
    assert _page(app, MAX_ROW + 1, f"?page={last}").next == ""
    with pytest.raises(NotFound):
        _page(app, MAX_ROW + 1, f"?page={last + 1}")


def test_an_old_count_is_never_less_than_what_is_seen(app: Flask) -> None:
    with app.test_request_context("/staff/users/"):
        assert make_page(wanted_page(), [1, 2, 3], 1).total == 3
