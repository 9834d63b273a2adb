"""What an imported row makes of a listing."""

from decimal import Decimal
from typing import Any

import pytest

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.imports.decisions import change_row, create_row
from app.catalogue.listing_values import REQUIRED, Errors

DEFAULTS: dict[str, Any] = {
    "publish_status": PublishStatus.DRAFT,
    "review_status": None,
    "description": "",
    "address": "",
    "city": "",
    "country": "",
    "price": None,
    "district_id": None,
    "max_guests": None,
    "category_id": None,
}
SALE: dict[str, Any] = {
    "title": "House",
    "listing_type": ListingType.SALE,
    "currency_id": 1,
    "property_type_id": 2,
    "district_id": 3,
    "price": Decimal(5),
}
STAY: dict[str, Any] = {
    "title": "Villa",
    "listing_type": ListingType.STAY,
    "currency_id": 1,
    "property_type_id": 2,
    "description": "Near the sea.",
    "address": "1 Beach Road",
    "city": "Diani",
    "country": "Kenya",
    "price": Decimal(5),
    "max_guests": 4,
    "category_id": 6,
}


def _create(columns: dict[str, Any], *, accepts: bool = False) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    return create_row(columns, DEFAULTS, errors, accepts=accepts), errors


def _change(
    current: dict[str, Any], columns: dict[str, Any], *, accepts: bool = False
) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    return change_row(current, columns, errors, accepts=accepts), errors


def _stay(review: ReviewStatus, publish: PublishStatus, **changes: Any) -> dict[str, Any]:
    return {**DEFAULTS, **STAY, "review_status": review, "publish_status": publish, **changes}


# ── new listings ────────────────────────────────────────────────────────────────────────────


def test_a_new_listing_has_defaults_and_is_a_draft() -> None:
    row, errors = _create(SALE)
    assert errors == {}
    assert row == {**DEFAULTS, **SALE}


def test_everything_that_a_new_listing_lacks_is_named() -> None:
    _, errors = _create({})
    assert set(errors) == {"title", "currency", "property_type", "listing_type"}
    _, errors = _create({"listing_type": ListingType.RENT, "title": "House"})
    assert set(errors) == {"currency", "property_type", "district", "price"}


def test_what_is_wrong_already_is_not_said_twice() -> None:
    errors: Errors = {"price": ["A valid number is required."]}
    create_row({**SALE, "price": None}, DEFAULTS, errors, accepts=False)
    assert errors == {"price": ["A valid number is required."]}


def test_only_stays_have_the_columns_of_stays() -> None:
    row, errors = _create({**SALE, "city": "Kampala", "max_guests": 4})
    assert errors == {}
    assert (row["city"], row["max_guests"]) == ("", None)


def test_a_new_stay_waits_for_its_review() -> None:
    row, errors = _create({**STAY, "price": None, "address": ""})
    assert errors == {}
    assert (row["review_status"], row["publish_status"]) == (
        ReviewStatus.DRAFT,
        PublishStatus.DRAFT,
    )


def test_a_new_stay_cannot_publish_itself() -> None:
    _, errors = _create({**STAY, "publish_status": PublishStatus.PUBLISHED})
    assert list(errors) == ["publish_status"]


def test_an_accepted_stay_is_published() -> None:
    row, errors = _create(STAY, accepts=True)
    assert errors == {}
    assert (row["review_status"], row["publish_status"]) == (
        ReviewStatus.ACCEPTED,
        PublishStatus.PUBLISHED,
    )


def test_an_accepted_stay_is_published_unless_its_row_says_otherwise() -> None:
    row, _ = _create({**STAY, "publish_status": PublishStatus.DRAFT}, accepts=True)
    assert (row["review_status"], row["publish_status"]) == (
        ReviewStatus.ACCEPTED,
        PublishStatus.DRAFT,
    )


def test_everything_that_an_accepted_stay_lacks_is_named() -> None:
    bare = {name: STAY[name] for name in ("listing_type", "currency_id", "property_type_id")}
    _, errors = _create(bare, accepts=True)
    names = ["title", "description", "address", "city", "country", "price", "max_guests"]
    assert errors == {name: [REQUIRED] for name in [*names, "category"]}


def test_accepting_changes_nothing_about_other_kinds() -> None:
    assert _create(SALE, accepts=True) == _create(SALE)


# ── listings that exist ─────────────────────────────────────────────────────────────────────


def test_only_what_differs_is_a_change() -> None:
    current = {**DEFAULTS, **SALE}
    assert _change(current, {"title": "House", "price": Decimal("5.00")}) == ({}, {})
    assert _change(current, {"title": "House", "price": Decimal(6)}) == ({"price": Decimal(6)}, {})


def test_what_is_the_same_is_not_judged_anew() -> None:
    broken = {**DEFAULTS, **SALE, "district_id": None}
    assert _change(broken, {"district_id": None}) == ({}, {})


@pytest.mark.parametrize(
    ("before", "after"),
    [(ListingType.SALE, ListingType.STAY), (ListingType.STAY, ListingType.RENT)],
)
def test_nothing_turns_into_a_stay_or_out_of_one(before: ListingType, after: ListingType) -> None:
    current = {**DEFAULTS, **SALE, "listing_type": before, "review_status": ReviewStatus.DRAFT}
    _, errors = _change(current, {"listing_type": after})
    assert errors["listing_type"] == ["A listing cannot change to or from a stay."]


def test_a_sale_may_become_a_rent() -> None:
    changes, errors = _change({**DEFAULTS, **SALE}, {"listing_type": ListingType.RENT})
    assert (changes, errors) == ({"listing_type": ListingType.RENT}, {})


def test_what_acceptance_asked_for_cannot_be_taken_away() -> None:
    current = _stay(ReviewStatus.PENDING, PublishStatus.DRAFT)
    _, errors = _change(current, {"city": "", "price": None, "title": "Villa 2"})
    assert errors == {"city": [REQUIRED], "price": [REQUIRED]}


def test_a_gap_that_was_there_before_does_not_stop_other_changes() -> None:
    current = _stay(ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED, description="")
    assert _change(current, {"title": "Villa 2"}) == ({"title": "Villa 2"}, {})


@pytest.mark.parametrize("review", [each for each in ReviewStatus if each != ReviewStatus.ACCEPTED])
def test_accepting_accepts_from_any_review(review: ReviewStatus) -> None:
    changes, errors = _change(_stay(review, PublishStatus.DRAFT), {}, accepts=True)
    assert errors == {}
    assert changes == {
        "review_status": ReviewStatus.ACCEPTED,
        "publish_status": PublishStatus.PUBLISHED,
    }


def test_accepting_asks_for_all_of_it() -> None:
    current = _stay(ReviewStatus.DRAFT, PublishStatus.DRAFT, description="", max_guests=None)
    _, errors = _change(current, {}, accepts=True)
    assert errors == {"description": [REQUIRED], "max_guests": [REQUIRED]}


def test_accepting_leaves_an_accepted_stay_unpublished_where_its_owner_unpublished_it() -> None:
    current = _stay(ReviewStatus.ACCEPTED, PublishStatus.DRAFT)
    assert _change(current, {"title": "Villa"}, accepts=True) == ({}, {})


def test_accepting_takes_nothing_out_of_the_trash() -> None:
    current = _stay(ReviewStatus.DRAFT, PublishStatus.TRASH)
    changes, errors = _change(current, {}, accepts=True)
    assert (changes, errors) == ({"review_status": ReviewStatus.ACCEPTED}, {})


def test_an_accepted_stay_may_be_published_again() -> None:
    current = _stay(ReviewStatus.ACCEPTED, PublishStatus.DRAFT)
    published = {"publish_status": PublishStatus.PUBLISHED}
    assert _change(current, published) == (published, {})
