"""What a saved search looks for."""

from datetime import date
from decimal import Decimal
from typing import Any

from app.catalogue.browse import BrowseFilter
from app.catalogue.enums import StayType
from app.support.criteria import as_filter, browse_query, query_string, write_criteria
from app.support.enums import Ordering

TODAY = date(2026, 9, 1)
KNOWN: dict[str, Any] = {
    "categories": {"villa", "beach-villa"},
    "amenities": {"wifi", "parking"},
    "today": TODAY,
}
ALL = {
    "category": "beach-villa",
    "min_price": Decimal(100),
    "max_price": Decimal("400.5"),
    "min_guests": 2,
    "stay_type": StayType.SHORT,
    "check_in": date(2026, 9, 1),
    "check_out": date(2026, 9, 5),
    "city": "Dar es Salaam",
    "bedrooms": 0,
    "amenities": ["wifi", "parking"],
    "search": "quiet garden",
    "ordering": Ordering.DEAREST,
}


def test_criteria_are_a_filter_of_the_lists() -> None:
    assert as_filter(ALL) == BrowseFilter(
        category="beach-villa",
        min_price=Decimal(100),
        max_price=Decimal("400.5"),
        guests=2,
        stay_type=StayType.SHORT,
        check_in=date(2026, 9, 1),
        check_out=date(2026, 9, 5),
        city="Dar es Salaam",
        bedrooms=0,
        amenities=("wifi", "parking"),
        search="quiet garden",
    )
    assert as_filter({}) == BrowseFilter()


def test_criteria_are_stored_as_json() -> None:
    stored = write_criteria(ALL)
    assert stored == ALL | {
        "min_price": "100.00",
        "max_price": "400.50",
        "stay_type": "short_stay",
        "check_in": "2026-09-01",
        "check_out": "2026-09-05",
        "ordering": "-price",
    }
    assert {type(value) for value in stored.values()} == {str, int, list}


def test_criteria_are_asked_as_the_browse_endpoint_calls_them() -> None:
    assert browse_query(write_criteria(ALL), **KNOWN) == [
        ("category", "beach-villa"),
        ("min_price", "100.00"),
        ("max_price", "400.50"),
        ("guests", "2"),
        ("stay_type", "short_stay"),
        ("check_in", "2026-09-01"),
        ("check_out", "2026-09-05"),
        ("city", "Dar es Salaam"),
        ("bedrooms", "0"),
        ("amenities", "wifi,parking"),
        ("search", "quiet garden"),
        ("ordering", "-price"),
    ]
    assert browse_query({}, **KNOWN) == []


def test_what_can_be_asked_no_more_is_left_out() -> None:
    stored = write_criteria(ALL)
    later = KNOWN | {"today": date(2026, 9, 2), "categories": {"villa"}, "amenities": {"wifi"}}
    asked = dict(browse_query(stored, **later))
    assert not {"category", "check_in", "check_out"} & asked.keys()
    assert (asked["amenities"], asked["guests"]) == ("wifi", "2")
    assert "amenities" not in dict(browse_query(stored, **KNOWN | {"amenities": set()}))


def test_an_address_has_plain_commas_and_nothing_else_that_is_special() -> None:
    query = [("city", "São Tomé & co"), ("amenities", "wifi,parking")]
    assert query_string(query) == "city=S%C3%A3o+Tom%C3%A9+%26+co&amenities=wifi,parking"
