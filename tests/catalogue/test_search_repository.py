"""The terms of the search index, and what each scope finds."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.catalogue import repository as listings
from app.catalogue import service as catalogue
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.revision_service import mark_changed
from app.catalogue.search_repository import (
    PUBLIC_SCOPE,
    SearchScope,
    feed_scope,
    find_matches,
    make_match,
    rooms_scope,
    search_terms,
    stay_terms,
)
from app.core.db import reading, transaction
from tests.factories import Tenant, make_listing, make_stay, make_tenant


def _detail(**changes: Any) -> dict[str, Any]:
    return {
        "owner_id": 7,
        "title": "Bungalow",
        "description": "",
        "location": "",
        "city": "",
        "district": None,
        **changes,
    }


def _words(detail: dict[str, Any]) -> set[str]:
    return {term.rpartition("\ue000")[2] for term in search_terms(detail)}


def test_every_term_belongs_to_its_owner() -> None:
    mine, other = search_terms(_detail()), search_terms(_detail(owner_id=8))
    assert mine
    assert not set(mine) & set(other)


@pytest.mark.parametrize("owner_id", [1, 12, 123])
def test_no_owners_terms_begin_with_anothers(owner_id: int) -> None:
    [term] = search_terms(_detail(owner_id=owner_id, title="2a"))
    for other in (1, 12, 123):
        if other != owner_id:
            [another] = search_terms(_detail(owner_id=other, title="a"))
            assert not term.startswith(another)


def test_a_word_counts_once() -> None:
    assert len(search_terms(_detail(title="big BIG bíg"))) == 1


def test_the_city_stands_in_for_a_missing_area() -> None:
    assert _words(_detail(city="Diani")) == {"bungalow", "diani"}
    assert _words(_detail(city="Diani", location="Galu")) == {"bungalow", "galu"}


def test_the_district_and_its_region_are_words() -> None:
    district = SimpleNamespace(name="Dar es Salaam", region=SimpleNamespace(name="Coast"))
    assert _words(_detail(district=district)) == {"bungalow", "dar", "es", "salaam", "coast"}


def test_words_do_not_run_into_the_next_field() -> None:
    assert _words(_detail(title="sea", description="side")) == {"sea", "side"}


@pytest.mark.both
@pytest.mark.parametrize("search", ["", "  ", "!?", "🏠"])
def test_without_a_word_there_is_no_query(app: Flask, search: str) -> None:
    with reading() as reader:
        assert make_match(reader, feed_scope(7), search) is None


# ── stays ───────────────────────────────────────────────────────────────────────────────────

_STAY = {
    "owner_id": 7,
    "listing_type": ListingType.STAY,
    "review_status": ReviewStatus.ACCEPTED,
    "publish_status": PublishStatus.PUBLISHED,
    "title": "Sea",
    "description": "side",
    "address": "big",
    "city": "Big",
}


def test_an_active_stay_has_its_words_twice_and_the_owner_s_apart() -> None:
    found = stay_terms(_STAY)
    assert found == sorted(
        f"{who}\ue000{word}" for who in ("7", "") for word in ("big", "sea", "side")
    )


@pytest.mark.parametrize("review", list(ReviewStatus))
def test_a_stay_that_is_not_active_is_its_owner_s_alone(review: ReviewStatus) -> None:
    stay = {**_STAY, "review_status": review, "publish_status": PublishStatus.DRAFT}
    assert stay_terms(stay) == [f"7\ue000{word}" for word in ("big", "sea", "side")]


def test_a_stay_in_the_trash_has_no_words() -> None:
    assert stay_terms({**_STAY, "publish_status": PublishStatus.TRASH}) == []


def _found(scope: SearchScope, search: str, cap: int = 100) -> set[int] | None:
    with reading() as reader:
        match = make_match(reader, scope, search)
        assert match is not None
        found = find_matches(reader, match, cap)
        sql = f"SELECT id FROM listing WHERE {match.condition('listing.id')}"
        walked = {row[0] for row in reader.rows(sql, match.params)}
    assert found is None or set(found) == walked
    return None if found is None else walked


@pytest.fixture
def stay(owner: Tenant) -> int:
    """An active stay with a word of its own in each field."""
    make_stay(make_tenant().id, title="Somebody else's", description="Inland.", address="Hill")
    return make_stay(
        owner.id,
        title="Château of the sea",
        description="Quiet, with a Swimming-Pool.",
        address="12 Beach Road",
        city="Diani",
        location="Galu",
        country="Kenya",
    )


@pytest.mark.both
@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("chateau", True),
        ("CHÂTEAU", True),
        ("qui", True),
        ("road 12", True),
        ("diani sea swim", True),
        ("sea inland", False),
        ("alu", False),
        ("galu", False),
        ("kenya", False),
        ("villa", False),
    ],
)
def test_browse_and_rooms_find_a_stay_by_the_words_of_four_fields(
    owner: Tenant, stay: int, search: str, is_found: bool
) -> None:
    for scope in (rooms_scope(owner.id), PUBLIC_SCOPE):
        assert _found(scope, search) == ({stay} if is_found else set())


@pytest.mark.both
def test_browse_finds_everybody_s_and_rooms_the_owner_s(owner: Tenant, stay: int) -> None:
    other = make_stay(make_tenant().id, title="By the sea")
    assert _found(rooms_scope(owner.id), "sea") == {stay}
    assert _found(PUBLIC_SCOPE, "sea") == {stay, other}


@pytest.mark.both
def test_other_listings_are_found_in_the_feed_alone(owner: Tenant) -> None:
    listing_id = make_listing(owner.id, title="Lighthouse")["id"]
    assert _found(feed_scope(owner.id), "lighthouse") == {listing_id}
    assert _found(rooms_scope(owner.id), "lighthouse") == set()
    assert _found(PUBLIC_SCOPE, "lighthouse") == set()


@pytest.mark.both
def test_the_index_follows_a_stay_through_its_life(owner: Tenant, stay: int) -> None:
    mine = rooms_scope(owner.id)
    _change(owner, stay, publish_status=PublishStatus.DRAFT)
    assert (_found(mine, "sea"), _found(PUBLIC_SCOPE, "sea")) == ({stay}, set())
    _change(owner, stay, publish_status=PublishStatus.PUBLISHED, title="Lake")
    assert (_found(mine, "sea"), _found(PUBLIC_SCOPE, "lake")) == (set(), {stay})
    _change(owner, stay, publish_status=PublishStatus.TRASH)
    assert (_found(mine, "lake"), _found(PUBLIC_SCOPE, "lake")) == (set(), set())
    _change(owner, stay, publish_status=PublishStatus.DRAFT)
    assert _found(mine, "lake") == {stay}
    catalogue.delete_listing(owner.id, stay)
    assert _found(mine, "lake") == set()


@pytest.mark.both
def test_more_matches_than_the_cap_are_not_listed(owner: Tenant, stay: int) -> None:
    make_stay(owner.id, title="Sea")
    assert _found(rooms_scope(owner.id), "sea", cap=1) is None
    assert len(_found(rooms_scope(owner.id), "sea", cap=2) or ()) == 2


def _change(owner: Tenant, listing_id: int, **columns: Any) -> None:
    with transaction():
        listings.update_listing(listing_id, columns)
        mark_changed(owner.id, listing_id)
