"""How the marketplace face writes stays."""

from datetime import time
from decimal import Decimal
from typing import Any

import orjson
import pytest
from flask import Flask

from app.api.marketplace.listing_schemas import ListingCardSchema, ListingSchema
from app.catalogue import repository
from app.catalogue.models import ListingExtra
from app.core.db import session, transaction
from app.reference import service as reference
from tests import factories


@pytest.fixture
def detail(app: Flask) -> dict[str, Any]:
    """A stay that has everything, and its host."""
    state = reference.snapshot()
    host = factories.make_account("host")
    listing_id = factories.make_stay(
        host.id,
        category_id=state.categories_by_slug["beach-villa"].id,
        latitude=Decimal("-6.79"),
        longitude=Decimal("39.2"),
        cleaning_fee=Decimal(50),
        check_in_time=time(14),
        rating=Decimal("4.8"),
        review_count=5,
        sub_ratings={"cleanliness": "4.50"},
    )
    amenity = state.amenities_by_slug["wifi"]
    extra = next(iter(state.extras))
    with transaction():
        repository.add_amenities([(listing_id, amenity.id)])
        session.add(ListingExtra(listing_id=listing_id, extra_id=extra.id, price=Decimal(7)))
    factories.make_image(host.id, listing_id, is_main=True)
    [found] = repository.load_details([listing_id], state)
    return {**found, "host": host}


def _written(schema: Any, detail: dict[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = orjson.loads(
        orjson.dumps(schema.dump(detail)).replace(b"\x01", b"https://example.com/media")
    )
    return written


def test_a_whole_listing_has_all_that_a_guest_wants_to_know(detail: dict[str, Any]) -> None:
    written = _written(ListingSchema(), detail)
    assert written["id"] == str(detail["uuid"])
    assert written["status"] == "active"
    assert written["category"] == {"name": "Beach Villa", "slug": "beach-villa"}
    assert (written["latitude"], written["longitude"]) == ("-6.790000", "39.200000")
    assert written["pricing"] == {
        "price_per_night": "120.00",
        "cleaning_fee": "50.00",
        "security_deposit": "0.00",
        "currency": "USD",
    }
    assert (written["check_in_time"], written["check_out_time"]) == ("14:00", None)
    assert [each["slug"] for each in written["amenities"]] == ["wifi"]
    assert [each["price"] for each in written["extras"]] == ["7.00"]
    assert written["photos"][0]["url"] == (
        "https://example.com/media/ug/property_images/photo.webp"
    )
    assert written["host"].keys() == {"id", "first_name", "joined_at"}
    assert written["reviews_summary"] == {
        "count": 5,
        "average": "4.80",
        "cleanliness": "4.50",
        "communication": None,
        "location": None,
        "value": None,
        "accuracy": None,
    }


def test_a_listing_without_its_private_columns_is_written_without_them(
    detail: dict[str, Any],
) -> None:
    private = {"submitted_at", "rejection_reason"}
    assert private < _written(ListingSchema(), detail).keys()
    public = {name: value for name, value in detail.items() if name not in private}
    assert not private & _written(ListingSchema(), public).keys()


def test_a_card_has_its_main_photo(detail: dict[str, Any]) -> None:
    written = _written(ListingCardSchema(), detail)
    assert written["photo"].keys() == {"url", "alt", "width", "height", "variants", "blurhash"}
    assert (written["rating"], written["review_count"]) == ("4.80", 5)
    assert not {"host", "description", "amenities"} & written.keys()


def test_a_card_without_photos_has_none(detail: dict[str, Any]) -> None:
    assert _written(ListingCardSchema(), detail | {"images": []})["photo"] is None
