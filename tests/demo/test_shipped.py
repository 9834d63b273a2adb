"""The demo's files: all kinds of listings, in places that are there, with words that exist."""

from collections import Counter
from typing import Any

import pytest

from app.catalogue.enums import ListingType, PublishStatus, StayStatus, StayType
from app.demo import shipped
from app.demo.gallery import PAINTERS
from app.reference import shipped as reference
from tests.demo.places import COUNTRIES, FARTHEST_KM, TOWNS, distance_km

PROPERTIES, STAYS = shipped.list_properties(), shipped.list_stays()
LISTINGS = PROPERTIES + STAYS
REGIONS = {each["slug"]: each["country"] for each in reference.list_regions()}
DISTRICTS = {each["slug"]: REGIONS[each["region"]] for each in reference.list_districts()}

each_listing = pytest.mark.parametrize(
    "listing", LISTINGS, ids=[each["external_id"] for each in LISTINGS]
)


def test_there_are_listings_of_every_kind() -> None:
    types = {each["slug"] for each in reference.list_property_types()}
    children = {each["slug"] for each in reference.list_categories() if each["parent"]}

    assert len(LISTINGS) >= 60
    assert {each["property_type"] for each in LISTINGS} == types
    assert {each["category"] for each in STAYS} == children
    assert {each["listing_type"] for each in PROPERTIES} == {ListingType.RENT, ListingType.SALE}
    assert {each["publish_status"] for each in PROPERTIES} == set(PublishStatus)
    assert {each["status"] for each in STAYS} == set(StayStatus)
    assert {each["stay_type"] for each in STAYS} == set(StayType)


def test_no_two_are_the_same() -> None:
    for name in ("external_id", "title", "description"):
        assert len({each[name] for each in LISTINGS}) == len(LISTINGS)
    places = Counter((each["latitude"], each["longitude"]) for each in LISTINGS)
    assert max(places.values()) == 1


@each_listing
def test_a_listing_is_where_it_says(listing: dict[str, Any]) -> None:
    country = DISTRICTS[listing["district"]]
    name, currencies, (south, north), (west, east) = COUNTRIES[country]
    place = float(listing["latitude"]), float(listing["longitude"])

    assert south < place[0] < north
    assert west < place[1] < east
    assert distance_km(place, TOWNS[listing["district"]]) < FARTHEST_KM[country]
    assert listing["currency"] in currencies
    assert listing.get("country", name) == name


@each_listing
def test_a_listing_has_pictures(listing: dict[str, Any]) -> None:
    names = listing["pictures"]
    least = 3 if listing.get("status", "draft") != "draft" else 1

    assert least <= len(names) <= 4
    assert len(set(names)) == len(names)
    assert set(names) <= PAINTERS.keys()


def test_every_picture_is_somewhere() -> None:
    assert {name for each in LISTINGS for name in each["pictures"]} == PAINTERS.keys()


def test_people_have_names_of_their_own_and_owners_are_hosts() -> None:
    people = {each["username"]: each for each in shipped.list_people()}
    owners = {each["owner"] for each in LISTINGS}
    approved = {name for name, each in people.items() if each.get("stage") == "approved"}

    assert len(people) == len(shipped.list_people())
    assert next(iter(people)) == "demo"
    assert owners == approved
    assert 4 <= len(owners) <= 5
    phones = [each["phone_number"] for each in people.values() if "phone_number" in each]
    assert len(set(phones)) == len(phones)
