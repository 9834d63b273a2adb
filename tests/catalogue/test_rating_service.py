"""The rating in a listing's row, and who learns that it has changed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue import rating_service
from app.catalogue import service as catalogue
from app.catalogue.models import Catalogue, Listing, ListingDocument
from app.core import clock
from app.core.clock import isoformat_s
from app.core.db import session, transaction
from tests.factories import Tenant, make_stay

pytestmark = pytest.mark.both

SUB_RATINGS = {"value": Decimal("4"), "accuracy": Decimal("4.50")}


@pytest.fixture
def stay(owner: Tenant) -> int:
    """A stay that nobody has reviewed."""
    return make_stay(owner.id)


def _row(listing_id: int) -> Any:
    session.rollback()
    return session.execute(select(Listing.__table__).where(Listing.id == listing_id)).one()


def _version(owner: Tenant) -> int:
    session.rollback()
    return session.scalar(select(Catalogue.version).where(Catalogue.owner_id == owner.id)) or 0


def test_a_rating_is_written_to_two_places(stay: int) -> None:
    rating_service.set_rating(stay, 2, Decimal("4.5"), SUB_RATINGS)
    row = _row(stay)
    assert (row.review_count, row.rating) == (2, Decimal("4.50"))
    assert row.sub_ratings == {"accuracy": "4.50", "value": "4.00"}


def test_a_rating_is_taken_back(stay: int) -> None:
    before = _row(stay)
    rating_service.set_rating(stay, 1, Decimal("5"), SUB_RATINGS)
    rating_service.set_rating(stay, 0, None, {})
    row = _row(stay)
    assert (row.review_count, row.rating, row.sub_ratings) == (0, None, {})
    assert row.version > before.version


def test_documents_are_rendered_anew_and_no_owners_word_has_changed(
    owner: Tenant, stay: int
) -> None:
    before = _row(stay)
    rating_service.set_rating(stay, 1, Decimal("5"), {})
    row = _row(stay)
    assert row.version == before.version + 1
    assert row.updated_at == before.updated_at
    versions = session.scalars(
        select(ListingDocument.listing_version).where(ListingDocument.listing_id == stay)
    )
    assert set(versions) == {row.version}


def test_a_consumer_of_the_feed_sees_the_same_listing(
    client: FlaskClient, owner: Tenant, stay: int
) -> None:
    def read(address: str) -> Any:
        return client.get(address, headers=owner.read).json

    feed = read(owner.properties)
    since = read(f"{owner.properties}changes/")["next_since"]
    [shown] = feed["results"]
    later = clock.now() + timedelta(minutes=1)
    with time_machine.travel(later):
        rating_service.set_rating(stay, 1, Decimal("5"), {})
    assert read(owner.properties) == feed
    assert read(f"{owner.properties}?updated_after={shown['updated_at']}")["results"] == [shown]
    assert read(f"{owner.properties}?updated_after={isoformat_s(later)}")["results"] == []
    [change] = read(f"{owner.properties}changes/?since={since}")["results"]
    assert (change["change"], change["property"]) == ("upsert", shown)


def test_the_same_rating_again_moves_nothing(owner: Tenant, stay: int) -> None:
    rating_service.set_rating(stay, 2, Decimal("4.50"), SUB_RATINGS)
    version = _version(owner)
    rating_service.set_rating(stay, 2, Decimal("4.50"), dict(reversed(SUB_RATINGS.items())))
    assert _version(owner) == version


def test_a_tombstone_keeps_its_rating_and_no_consumer_hears_of_it(owner: Tenant, stay: int) -> None:
    catalogue.delete_listing(owner.id, stay)
    version = _version(owner)
    rating_service.set_rating(stay, 1, Decimal("3"), {})
    assert _row(stay).rating == Decimal("3.00")
    assert _version(owner) == version


def test_what_is_undone_leaves_no_rating(owner: Tenant, stay: int) -> None:
    def fail() -> None:
        with transaction():
            rating_service.set_rating(stay, 1, Decimal("3"), {})
            raise ZeroDivisionError

    before, version = _row(stay), _version(owner)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert (_row(stay), _version(owner)) == (before, version)
