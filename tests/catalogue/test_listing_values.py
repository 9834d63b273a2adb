"""From what was written to what is stored: slugs, and rules over several fields."""

from typing import Any

import pytest

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.listing_values import (
    Errors,
    check_accepted_stay,
    check_listing,
    check_offer,
    resolve_amenities,
    resolve_relations,
)

IDS = {
    "currency": {"UGX": 1},
    "property_type": {"villa": 2},
    "district": {"kampala": 3},
    "tenure": {"mailo": 4},
    "plot_size_unit": {"acres": 5},
    "category": {"beach-villa": 6},
}
RENT = {
    "listing_type": ListingType.RENT,
    "publish_status": PublishStatus.PUBLISHED,
    "district_id": 3,
    "price": 1,
}
STAY = {
    "listing_type": ListingType.STAY,
    "publish_status": PublishStatus.DRAFT,
    "review_status": ReviewStatus.ACCEPTED,
    "price": 1,
    "title": "Beach house",
    "description": "Near the sea.",
    "address": "1 Beach Road",
    "city": "Diani",
    "country": "Kenya",
    "max_guests": 4,
    "category_id": 6,
}


def _errors(row: dict[str, Any]) -> Errors:
    errors: Errors = {}
    check_listing(row, errors)
    return errors


# ── slugs ───────────────────────────────────────────────────────────────────────────────────


def test_slugs_become_ids_and_the_rest_stays() -> None:
    errors: Errors = {}
    values = {
        "currency": "UGX",
        "property_type": "villa",
        "district": "kampala",
        "tenure": None,
        "title": "x",
        "amenities": ["parking"],
    }
    assert resolve_relations(values, IDS, errors) == {
        "currency_id": 1,
        "property_type_id": 2,
        "district_id": 3,
        "tenure_id": None,
        "title": "x",
    }
    assert errors == {}


def test_every_unknown_slug_is_told() -> None:
    errors: Errors = {}
    resolve_relations({"currency": "XXX", "district": "nowhere", "tenure": "lease"}, IDS, errors)
    assert errors == {
        "currency": ["Object with code=XXX does not exist."],
        "district": ["Object with slug=nowhere does not exist."],
        "tenure": ["Object with slug=lease does not exist."],
    }


def test_amenities_become_a_set_of_ids() -> None:
    errors: Errors = {}
    ids = {"parking": 1, "garden": 2}
    assert resolve_amenities(["garden", "parking", "garden"], ids, errors) == {1, 2}
    assert errors == {}


def test_every_unknown_amenity_is_told() -> None:
    errors: Errors = {}
    assert resolve_amenities(["moat", "parking", "keep"], {"parking": 1}, errors) == {1}
    assert errors == {
        "amenities": [
            "Object with slug=moat does not exist.",
            "Object with slug=keep does not exist.",
        ]
    }


# ── rules ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("row", [RENT, STAY, {**STAY, "publish_status": PublishStatus.PUBLISHED}])
def test_a_whole_listing_is_fine(row: dict[str, Any]) -> None:
    assert _errors(row) == {}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**RENT, "district_id": None}, "district"),
        ({**RENT, "price": None}, "price"),
        ({**STAY, "price": None}, "price"),
        ({**RENT, "latitude": 1, "longitude": None}, "longitude"),
        ({**RENT, "latitude": None, "longitude": 1}, "latitude"),
        ({**STAY, "min_nights": 3, "max_nights": 2}, "min_nights"),
        ({**STAY, "standard_guests": 5}, "standard_guests"),
        *[
            (
                {**STAY, "publish_status": PublishStatus.PUBLISHED, "review_status": review},
                "publish_status",
            )
            for review in ReviewStatus
            if review is not ReviewStatus.ACCEPTED
        ],
    ],
)
def test_a_broken_rule_is_told_under_its_field(row: dict[str, Any], field: str) -> None:
    errors = _errors(row)
    assert list(errors) == [field]
    assert errors[field][0].endswith(".")


@pytest.mark.parametrize(
    "row",
    [
        {**STAY, "district_id": None},
        {**STAY, "review_status": ReviewStatus.DRAFT, "price": None},
        {**RENT, "latitude": 0, "longitude": 0},
        {**STAY, "min_nights": 2, "max_nights": 2},
        {**STAY, "min_nights": 2, "max_nights": None},
        {**STAY, "standard_guests": 4},
    ],
)
def test_what_only_looks_broken_is_fine(row: dict[str, Any]) -> None:
    assert _errors(row) == {}


@pytest.mark.parametrize("before", list(ListingType))
@pytest.mark.parametrize("after", list(ListingType))
def test_nothing_changes_to_or_from_a_stay(before: ListingType, after: ListingType) -> None:
    errors: Errors = {}
    check_offer(before, after, errors)
    is_refused = (before is ListingType.STAY) != (after is ListingType.STAY)
    assert list(errors) == ["listing_type"] * is_refused


def test_an_accepted_stay_has_everything() -> None:
    errors: Errors = {}
    check_accepted_stay(STAY, errors)
    assert errors == {}


@pytest.mark.parametrize(
    "field", ["title", "description", "address", "city", "country", "price", "max_guests"]
)
@pytest.mark.parametrize("nothing", [None, ""])
def test_an_accepted_stay_lacks_nothing(field: str, nothing: object) -> None:
    errors: Errors = {}
    check_accepted_stay({**STAY, field: nothing}, errors)
    assert errors == {field: ["This field is required."]}


def test_an_accepted_stay_has_a_category() -> None:
    errors: Errors = {}
    check_accepted_stay({**STAY, "category_id": None}, errors)
    assert errors == {"category": ["This field is required."]}


def test_only_the_columns_that_are_asked_about_are_checked() -> None:
    errors: Errors = {}
    check_accepted_stay({**STAY, "category_id": None, "city": ""}, errors, columns={"city"})
    assert errors == {"city": ["This field is required."]}
