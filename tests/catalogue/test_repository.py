"""The rules that the database itself keeps, and the counter of versions."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.catalogue import repository
from app.catalogue.documents import renderer
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.models import Catalogue, Listing, ListingDocument
from app.core.db import session, transaction, violates
from tests.factories import Tenant, make_image, make_listing, make_listings, make_stay
from tests.threads import at_once

pytestmark = pytest.mark.both
NOON = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


def _set(listing_id: int, **columns: Any) -> None:
    """Write columns past every service."""
    with transaction():
        session.execute(update(Listing).where(Listing.id == listing_id).values(**columns))


def _refused(write: Callable[[], object]) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught:
        write()
    return caught.value


# ── constraints ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("stays_are_reviewed", {"review_status": ReviewStatus.DRAFT}),
        ("property_has_district", {"district_id": None}),
        ("has_price", {"price": None}),
        ("price_not_negative", {"price": Decimal("-0.01")}),
        ("whole_position", {"latitude": Decimal(1)}),
        ("whole_position", {"longitude": Decimal(1)}),
        ("position_on_earth", {"latitude": Decimal("90.000001"), "longitude": Decimal(0)}),
        ("position_on_earth", {"latitude": Decimal(0), "longitude": Decimal("-180.000001")}),
        ("nights_in_order", {"min_nights": 3, "max_nights": 2}),
        ("guests_in_order", {"standard_guests": 3, "max_guests": 2}),
    ],
)
def test_a_property_keeps_its_rules(
    owner: Tenant, constraint: str, columns: dict[str, Any]
) -> None:
    listing_id = make_listing(owner.id)["id"]
    error = _refused(lambda: _set(listing_id, **columns))
    assert violates(error, f"ck_listing_{constraint}")


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("stays_are_reviewed", {"review_status": None}),
        ("published_stay_is_accepted", {"review_status": ReviewStatus.PENDING}),
        ("published_stay_is_accepted", {"review_status": ReviewStatus.DRAFT}),
        ("has_price", {"price": None}),
        ("reviewed_stay_is_complete", {"max_guests": None}),
        ("reviewed_stay_is_complete", {"address": ""}),
        ("reviewed_stay_is_complete", {"city": ""}),
        ("reviewed_stay_is_complete", {"country": ""}),
    ],
)
def test_a_stay_keeps_its_rules(owner: Tenant, constraint: str, columns: dict[str, Any]) -> None:
    stay_id = make_stay(owner.id)
    error = _refused(lambda: _set(stay_id, **columns))
    assert violates(error, f"ck_listing_{constraint}")


def test_a_draft_stay_may_lack_everything(owner: Tenant) -> None:
    stay_id = make_stay(owner.id, publish_status=PublishStatus.DRAFT)
    _set(
        stay_id,
        review_status=ReviewStatus.DRAFT,
        price=None,
        max_guests=None,
        address="",
        city="",
        country="",
    )


def test_a_version_belongs_to_one_listing_of_its_owner(owner: Tenant) -> None:
    first, second = make_listings(owner.id, 2)
    versions = session.scalars(select(Listing.version).where(Listing.id == first)).one()
    error = _refused(lambda: _set(second, version=versions))
    assert violates(error, "uq_listing_owner_id_version", "listing.owner_id", "listing.version")


def test_an_external_id_belongs_to_one_listing_of_its_owner(owner: Tenant) -> None:
    make_listing(owner.id, external_id="A")
    second = make_listing(owner.id)["id"]
    error = _refused(lambda: _set(second, external_id="A"))
    assert violates(
        error, "uq_listing_owner_id_external_id", "listing.owner_id", "listing.external_id"
    )


def test_a_tombstone_keeps_its_external_id_from_nobody(owner: Tenant) -> None:
    first = make_listing(owner.id, external_id="A")["id"]
    _set(first, deleted_at=NOON)
    make_listing(owner.id, external_id="A")


def test_a_listing_has_one_main_image(owner: Tenant) -> None:
    listing_id = make_listing(owner.id)["id"]
    make_image(owner.id, listing_id, is_main=True)
    error = _refused(lambda: make_image(owner.id, listing_id, is_main=True))
    assert violates(error, "uq_listing_image_main", "listing_image.listing_id")


def test_a_listing_of_nobody_is_refused(owner: Tenant) -> None:
    with pytest.raises(IntegrityError):
        make_listing(999_999)


def test_an_unknown_word_is_refused(owner: Tenant) -> None:
    listing_id = make_listing(owner.id)["id"]
    with pytest.raises(IntegrityError), transaction():
        session.connection().exec_driver_sql(
            f"UPDATE listing SET availability = 'gone' WHERE id = {listing_id}"
        )


# ── the counter ─────────────────────────────────────────────────────────────────────────────


def _take(owner: Tenant, count: int, now: datetime = NOON) -> int:
    with transaction():
        return repository.take_versions(owner.id, count, now)


def test_numbers_begin_at_one_and_leave_no_gap(owner: Tenant) -> None:
    assert [_take(owner, count) for count in (1, 3, 1, 500)] == [1, 4, 5, 505]


def test_numbers_of_a_failed_transaction_are_taken_again(owner: Tenant) -> None:
    def fail() -> None:
        with transaction():
            repository.take_versions(owner.id, 5, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _take(owner, 1) == 1


def test_the_time_of_the_newest_change_never_steps_back(owner: Tenant) -> None:
    for minutes, expected in ((0, 0), (-5, 0), (3, 3), (2, 3)):
        _take(owner, 1, NOON + timedelta(minutes=minutes))
        row = session.get(Catalogue, owner.id, populate_existing=True)
        assert row is not None
        assert row.changed_at == NOON + timedelta(minutes=expected)


def test_numbers_taken_at_once_are_all_different(app: Flask, owner: Tenant) -> None:
    def take() -> list[int]:
        with app.app_context():
            return [_take(owner, 1) for _ in range(5)]

    taken = at_once([take] * 8)
    assert sorted(number for numbers in taken for number in numbers) == list(range(1, 41))
    assert all(numbers == sorted(numbers) for numbers in taken)


# ── locks ───────────────────────────────────────────────────────────────────────────────────


def test_a_locked_listing_is_not_changed_meanwhile(app: Flask, owner: Tenant) -> None:
    listing_id = make_listing(owner.id, bedrooms=1)["id"]
    has_lock = Event()
    read: list[int] = []

    def first() -> None:
        with app.app_context(), transaction():
            row = repository.lock_listing(owner.id, listing_id)
            has_lock.set()
            Event().wait(0.2)
            repository.update_listing(listing_id, {"bedrooms": row["bedrooms"] + 1})

    def second() -> None:
        has_lock.wait(10)
        with app.app_context(), transaction():
            read.append(repository.lock_listing(owner.id, listing_id)["bedrooms"])

    at_once([first, second])
    assert read == [2]


# ── documents ───────────────────────────────────────────────────────────────────────────────


def _document(listing_id: int, version: int, body: bytes) -> dict[str, Any]:
    return {
        "face": "tenant",
        "listing_id": listing_id,
        "listing_version": version,
        "reference_version": 1,
        "format": renderer("tenant").format,
        "body": body,
    }


@pytest.mark.parametrize(
    ("version", "kept"), [(6, b"old"), (7, b"new"), (8, b"new")], ids=["older", "same", "newer"]
)
def test_a_newer_document_is_never_replaced_by_an_older(
    owner: Tenant, version: int, kept: bytes
) -> None:
    listing_id = make_listing(owner.id)["id"]
    with transaction():
        repository.store_documents([_document(listing_id, 7, b"old")])
        repository.store_documents([_document(listing_id, version, b"new")])
    body = session.scalars(
        select(ListingDocument.body).where(ListingDocument.listing_id == listing_id)
    ).one()
    assert bytes(body) == kept


def test_ids_come_in_the_order_of_the_rows(owner: Tenant) -> None:
    row = {
        name: value
        for name, value in make_listing(owner.id).items()
        if name not in ("id", "version", "uuid")
    }
    with transaction():
        ids = repository.insert_listings([{**row, "title": f"{n}"} for n in range(300)])
    titles = dict(session.execute(select(Listing.id, Listing.title)).all())
    assert [titles[listing_id] for listing_id in ids] == [f"{n}" for n in range(300)]


def test_listings_are_walked_in_batches_past_tombstones(owner: Tenant) -> None:
    ids = make_listings(owner.id, 5)
    _set(ids[1], deleted_at=NOON)
    assert repository.listing_ids_after(ids[0] - 1, 3) == [ids[0], ids[2], ids[3]]
    assert repository.listing_ids_after(ids[3], 3) == [ids[4]]
    assert repository.listing_ids_after(ids[4], 3) == []


@pytest.mark.parametrize("kind", [ListingType.RENT, ListingType.SALE])
def test_only_what_is_not_in_the_trash_counts(owner: Tenant, kind: ListingType) -> None:
    for status in PublishStatus:
        make_listing(owner.id, listing_type=kind, publish_status=status)
    _set(make_listing(owner.id)["id"], deleted_at=NOON)
    assert repository.count_listings(owner.id) == 2
