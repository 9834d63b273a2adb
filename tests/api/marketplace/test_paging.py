"""Pages by number."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from app.api.marketplace.paging import PageQuerySchema, make_page
from app.api.page_requests import PageRequest
from app.core.errors import NotFound


def _page(app: Flask, number: int, size: int, total: int, query: str = "") -> dict[str, Any]:
    """Return a page of the numbers below `total`."""
    page = PageRequest(number, size)
    rows = list(range(total))[page.offset : page.offset + page.limit]
    with app.test_request_context(f"/api/listings/{query}"):
        return make_page(page, rows, total)


def test_a_page_has_the_four_keys(app: Flask) -> None:
    assert _page(app, 2, 2, 5) == {
        "count": 5,
        "next": "http://localhost/api/listings/?page=3",
        "previous": "http://localhost/api/listings/?page=1",
        "results": [2, 3],
    }


def test_addresses_keep_the_query(app: Flask) -> None:
    page = _page(app, 2, 1, 5, "?status=active&page=2&amenities=a%26b&amenities=é&page_size=1")
    for name, number in (("next", "3"), ("previous", "1")):
        assert parse_qsl(urlsplit(page[name]).query) == [
            ("status", "active"),
            ("amenities", "a&b"),
            ("amenities", "é"),
            ("page_size", "1"),
            ("page", number),
        ]


def test_addresses_are_the_public_ones(app: Flask, change_settings: Any) -> None:
    change_settings(public_url="https://api.nafasi.example")
    assert _page(app, 1, 1, 2)["next"] == "https://api.nafasi.example/api/listings/?page=2"


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_hold_everything_once(app: Flask, total: int, size: int) -> None:
    seen, number = [], 1
    while True:
        page = _page(app, number, size, total)
        seen += page["results"]
        assert len(page["results"]) <= size
        if page["next"] is None:
            break
        number += 1
    assert seen == list(range(total))


def test_an_empty_list_has_a_first_page(app: Flask) -> None:
    assert _page(app, 1, 20, 0) == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize(("size", "last"), [(100, 100), (20, 500), (30, 333), (1, 10_000)])
def test_pages_reach_row_ten_thousand_at_most(app: Flask, size: int, last: int) -> None:
    query = {"page": str(last), "page_size": str(size)}
    assert PageQuerySchema().load(query)["page"].number == last
    with pytest.raises(ValidationError) as caught:
        PageQuerySchema().load(query | {"page": str(last + 1)})
    assert list(caught.value.messages_dict) == ["page"]
    assert _page(app, last - 1, size, 20_000)["next"] is not None
    # No page leads to one that would be refused.
    assert _page(app, last, size, 20_000)["next"] is None


@pytest.mark.parametrize("number", [2, 3, 10**9])
def test_a_page_past_the_end_is_not_found(app: Flask, number: int) -> None:
    with pytest.raises(NotFound):
        _page(app, number, 5, 5)


def test_without_parameters_it_is_the_first_page_of_twenty() -> None:
    assert PageQuerySchema().load({}) == {"page": PageRequest(1, 20)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "x"),
        ("page", "1.0"),
        ("page", "99999999999"),
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "ten"),
    ],
)
def test_a_number_out_of_range_is_refused_not_clamped(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        PageQuerySchema().load({name: value})
    assert list(caught.value.messages_dict) == [name]


def test_the_largest_page_is_a_hundred() -> None:
    loaded = PageQuerySchema().load({"page": "7", "page_size": "100"})
    assert loaded == {"page": PageRequest(7, 100)}
    assert (loaded["page"].offset, loaded["page"].limit) == (600, 101)
