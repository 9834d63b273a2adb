"""What a saved search looks for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.catalogue.enums import StayType
from app.support.criteria import browse_query, check_criteria, write_criteria
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


def test_what_browsing_takes_is_taken() -> None:
    assert check_criteria(ALL, **KNOWN) == {}
    assert check_criteria({}, **KNOWN) == {}
    assert check_criteria({"min_price": Decimal(5), "max_price": Decimal(5)}, **KNOWN) == {}


@pytest.mark.parametrize(
    ("criteria", "errors"),
    [
        ({"category": "castle"}, {"category": ['There is no category "castle".']}),
        (
            {"amenities": ["wifi", "moat", "lift"]},
            {"amenities": ['There is no amenity "moat".', 'There is no amenity "lift".']},
        ),
        (
            {"min_price": Decimal("5.01"), "max_price": Decimal(5)},
            {"min_price": ["Must not be greater than max_price."]},
        ),
        ({"check_in": TODAY}, {"check_out": ["check_in and check_out go together."]}),
        ({"check_out": TODAY}, {"check_in": ["check_in and check_out go together."]}),
        (
            {"check_in": date(2026, 8, 31), "check_out": date(2026, 9, 2)},
            {"check_in": ["Must not be in the past."]},
        ),
        (
            {"check_in": TODAY, "check_out": TODAY},
            {"check_out": ["Must be after check_in."]},
        ),
    ],
)
def test_what_browsing_refuses_is_refused(
    criteria: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert check_criteria(criteria, **KNOWN) == errors


def test_every_error_is_told_at_once() -> None:
    criteria = ALL | {"category": "castle", "min_price": Decimal(999), "check_out": TODAY}
    assert set(check_criteria(criteria, **KNOWN)) == {"category", "min_price", "check_out"}


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
