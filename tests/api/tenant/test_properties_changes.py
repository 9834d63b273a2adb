"""The change log: each listing once, at its latest version, and nothing slips in behind."""

from datetime import UTC, datetime
from functools import partial
from random import Random
from threading import Event
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue import repository
from app.catalogue import service as catalogue
from app.catalogue.enums import PublishStatus
from app.catalogue.models import Catalogue, Listing
from app.core.db import session, transaction
from app.reference import service as reference
from tests.factories import (
    Tenant,
    listing_body,
    make_image,
    make_listing,
    make_listings,
    make_stay,
    make_tenant,
)
from tests.threads import at_once

pytestmark = pytest.mark.both


def _changes(client: FlaskClient, owner: Tenant, **query: Any) -> Any:
    return client.get(f"{owner.properties}changes/", headers=owner.read, query_string=query)


def _page(client: FlaskClient, owner: Tenant, **query: Any) -> Any:
    response = _changes(client, owner, **query)
    assert response.status_code == 200, response.json
    return response.json


def _all(client: FlaskClient, owner: Tenant, since: int | None = None, **query: Any) -> list[Any]:
    """Return the entries of all pages."""
    entries: list[Any] = []
    while True:
        marks = {} if since is None else {"since": since}
        page = _page(client, owner, **marks, **query)
        entries += page["results"]
        since = page["next_since"]
        if not page["has_more"]:
            return entries


def _document(client: FlaskClient, owner: Tenant, listing_id: int) -> Any:
    return client.get(f"{owner.properties}{listing_id}/", headers=owner.read).json


def _feed(client: FlaskClient, owner: Tenant) -> dict[int, Any]:
    """Return what the default feed shows, by id."""
    found: dict[int, Any] = {}
    link = f"{owner.properties}?page_size=200"
    while link:
        page = client.get(link, headers=owner.read).json
        found |= {each["id"]: each for each in page["results"]}
        link = page["next"]
    return found


def _version(owner: Tenant) -> int:
    session.rollback()
    row = session.get(Catalogue, owner.id, populate_existing=True)
    return 0 if row is None else row.version


# ── the snapshot ────────────────────────────────────────────────────────────────────────────


def test_an_owner_without_listings_is_at_zero(client: FlaskClient, owner: Tenant) -> None:
    assert _page(client, owner) == {"results": [], "next_since": 0, "has_more": False}
    assert _page(client, owner, since=0) == {"results": [], "next_since": 0, "has_more": False}


def test_a_snapshot_holds_what_the_feed_shows(client: FlaskClient, owner: Tenant) -> None:
    shown = make_listing(owner.id, external_id="A-1")
    for status in (PublishStatus.DRAFT, PublishStatus.TRASH):
        make_listing(owner.id, publish_status=status)
    catalogue.delete_listing(owner.id, make_listing(owner.id)["id"])
    assert _page(client, owner) == {
        "results": [
            {
                "id": shown["id"],
                "external_id": "A-1",
                "version": 1,
                "change": "upsert",
                "property": _document(client, owner, shown["id"]),
            }
        ],
        "next_since": 5,
        "has_more": False,
    }


def test_a_snapshot_is_paged(client: FlaskClient, owner: Tenant) -> None:
    ids = make_listings(owner.id, 7)
    page = _page(client, owner, page_size=3)
    assert (len(page["results"]), page["next_since"], page["has_more"]) == (3, 3, True)
    assert [entry["id"] for entry in _all(client, owner, page_size=3)] == ids


def test_after_a_snapshot_there_is_nothing_new(client: FlaskClient, owner: Tenant) -> None:
    make_listings(owner.id, 3)
    mark = _page(client, owner)["next_since"]
    page = _page(client, owner, since=mark)
    assert page == {"results": [], "next_since": mark, "has_more": False}


# ── what comes since ────────────────────────────────────────────────────────────────────────


def test_a_new_listing_comes_as_an_upsert(client: FlaskClient, owner: Tenant) -> None:
    mark = _page(client, owner)["next_since"]
    listing = make_listing(owner.id)
    [entry] = _page(client, owner, since=mark)["results"]
    assert (entry["id"], entry["change"]) == (listing["id"], "upsert")
    assert entry["property"] == _document(client, owner, listing["id"])


def test_an_edited_listing_comes_once_at_its_latest(client: FlaskClient, owner: Tenant) -> None:
    first, second = make_listings(owner.id, 2)
    for number in range(3):
        catalogue.update_listing(owner.id, first, {"title": f"Edit {number}"})
    entries = _page(client, owner, since=0)["results"]
    assert [(entry["id"], entry["version"]) for entry in entries] == [(second, 2), (first, 5)]
    assert entries[1]["property"]["title"] == "Edit 2"


@pytest.mark.parametrize("status", [PublishStatus.DRAFT, PublishStatus.TRASH])
def test_a_listing_that_is_no_longer_shown_is_removed(
    client: FlaskClient, owner: Tenant, status: PublishStatus
) -> None:
    listing = make_listing(owner.id, external_id="A-1")
    mark = _page(client, owner)["next_since"]
    catalogue.update_listing(owner.id, listing["id"], {"publish_status": status})
    assert _page(client, owner, since=mark)["results"] == [
        {
            "id": listing["id"],
            "external_id": "A-1",
            "version": 2,
            "change": "remove",
            "property": None,
        }
    ]


def test_a_deleted_listing_is_removed(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id, external_id="A-1")
    mark = _page(client, owner)["next_since"]
    client.delete(f"{owner.properties}{listing['id']}/", headers=owner.write)
    assert _page(client, owner, since=mark) == {
        "results": [
            {
                "id": listing["id"],
                "external_id": "A-1",
                "version": 2,
                "change": "remove",
                "property": None,
            }
        ],
        "next_since": 2,
        "has_more": False,
    }


def test_a_listing_that_is_shown_again_comes_back(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    for status in (PublishStatus.TRASH, PublishStatus.PUBLISHED):
        catalogue.update_listing(owner.id, listing["id"], {"publish_status": status})
    [entry] = _page(client, owner, since=1)["results"]
    assert (entry["version"], entry["change"]) == (3, "upsert")


def test_a_listing_that_never_was_shown_is_removed(client: FlaskClient, owner: Tenant) -> None:
    make_listing(owner.id, publish_status=PublishStatus.DRAFT)
    [entry] = _page(client, owner, since=0)["results"]
    assert entry["change"] == "remove"


def test_what_cannot_be_had_stays(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    client.patch(
        f"{owner.properties}{listing['id']}/", headers=owner.write, json={"availability": "sold"}
    )
    [entry] = _page(client, owner, since=0)["results"]
    assert (entry["change"], entry["property"]["availability"]) == ("upsert", "sold")


def test_a_stay_comes_too(client: FlaskClient, owner: Tenant) -> None:
    stay_id = make_stay(owner.id)
    [entry] = _page(client, owner, since=0)["results"]
    assert (entry["id"], entry["property"]["listing_type"]) == (stay_id, "stay")


def test_an_image_is_a_change(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    mark = _page(client, owner)["next_since"]
    make_image(owner.id, listing["id"])
    [entry] = _page(client, owner, since=mark)["results"]
    [image] = entry["property"]["images"]
    assert image["url"] == "http://localhost/media/ug/property_images/photo.webp"


def test_nothing_of_another_owner_comes(client: FlaskClient, owner: Tenant) -> None:
    other = make_tenant()
    make_listings(other.id, 2)
    make_listing(owner.id)
    assert [entry["version"] for entry in _page(client, owner, since=0)["results"]] == [1]
    assert [entry["version"] for entry in _page(client, other, since=0)["results"]] == [1, 2]


# ── pages ───────────────────────────────────────────────────────────────────────────────────


def test_pages_follow_the_versions(client: FlaskClient, owner: Tenant) -> None:
    ids = make_listings(owner.id, 7)
    for listing_id in (ids[2], ids[0]):
        catalogue.update_listing(owner.id, listing_id, {"bedrooms": 9})
    catalogue.delete_listing(owner.id, ids[1])
    entries = _all(client, owner, since=0, page_size=2)
    assert [entry["version"] for entry in entries] == [4, 5, 6, 7, 8, 9, 10]
    assert [entry["id"] for entry in entries] == [*ids[3:], ids[2], ids[0], ids[1]]
    assert entries == _all(client, owner, since=0)


def test_a_full_page_without_more_says_so(client: FlaskClient, owner: Tenant) -> None:
    make_listings(owner.id, 2)
    page = _page(client, owner, since=0, page_size=2)
    assert (len(page["results"]), page["next_since"], page["has_more"]) == (2, 2, False)


@pytest.mark.parametrize(("page_size", "expected"), [(None, 200), (1, 1), (1000, 205)])
def test_a_page_has_as_many_as_asked_for(
    client: FlaskClient, owner: Tenant, page_size: int | None, expected: int
) -> None:
    make_listings(owner.id, 205)
    query = {} if page_size is None else {"page_size": page_size}
    for marks in ({}, {"since": 0}):
        page = _page(client, owner, **query, **marks)
        assert len(page["results"]) == expected
        assert page["has_more"] is (expected < 205)
        assert page["next_since"] == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "-1"),
        ("since", "x"),
        ("since", "1.0"),
        ("since", "1"),
        ("since", "999999999999"),
        ("since", "9" * 30),
        ("page_size", "0"),
        ("page_size", "1001"),
        ("page_size", "x"),
    ],
)
def test_a_value_that_cannot_be_is_400(
    client: FlaskClient, owner: Tenant, name: str, value: str
) -> None:
    response = _changes(client, owner, **{name: value})
    assert response.status_code == 400
    assert list(response.json) == [name]


def test_a_mark_beyond_the_catalogue_is_400(client: FlaskClient, owner: Tenant) -> None:
    make_listings(owner.id, 3)
    assert _changes(client, owner, since=3).status_code == 200
    response = _changes(client, owner, since=4)
    assert response.status_code == 400
    assert list(response.json) == ["since"]


def test_an_empty_since_is_a_snapshot(client: FlaskClient, owner: Tenant) -> None:
    make_listing(owner.id, publish_status=PublishStatus.DRAFT)
    assert _page(client, owner, since="")["results"] == []


def test_a_change_that_is_not_stored_is_rendered(
    client: FlaskClient, owner: Tenant, run_jobs: Any
) -> None:
    listing = make_listing(owner.id)
    expected = _page(client, owner)
    with transaction():
        repository.delete_documents([listing["id"]])
    assert _page(client, owner) == expected
    run_jobs()
    assert _page(client, owner) == expected


# ── versions ────────────────────────────────────────────────────────────────────────────────


def test_a_transaction_that_changes_hundreds_numbers_each(
    client: FlaskClient, owner: Tenant
) -> None:
    ids = make_listings(owner.id, 300)
    with transaction():
        for listing_id in ids[::-1]:
            catalogue.update_listing(owner.id, listing_id, {"title": "All at once"})
            catalogue.update_listing(owner.id, listing_id, {"bedrooms": 1})
    entries = _all(client, owner, since=300)
    assert [entry["version"] for entry in entries] == list(range(301, 601))
    assert [entry["id"] for entry in entries] == ids
    assert {entry["property"]["title"] for entry in entries} == {"All at once"}


def test_a_transaction_over_two_owners_numbers_each_apart(
    client: FlaskClient, owner: Tenant
) -> None:
    other = make_tenant()
    with transaction():
        for tenant in (other, owner, other):
            make_listing(tenant.id)
    assert (_version(owner), _version(other)) == (1, 2)


def test_a_transaction_that_fails_takes_no_number(client: FlaskClient, owner: Tenant) -> None:
    make_listing(owner.id)

    def fail() -> None:
        with transaction():
            make_listing(owner.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _version(owner) == 1
    make_listing(owner.id)
    assert [entry["version"] for entry in _page(client, owner)["results"]] == [1, 2]


NO_CHANGES = [
    {},
    {"title": "3 bedroom Bungalow in Kololo"},
    {"title": "  3 bedroom Bungalow in Kololo "},
    {"price": "850000000"},
    {"price": 850000000},
    {"price": "850000000.00"},
    {"district": "kampala", "currency": "UGX", "listing_type": "sale"},
    {"amenities": ["swimming-pool", "parking", "parking"]},
    {"latitude": None, "longitude": None},
    {"external_id": None, "tenure": None, "floor_size": None},
    {"id": 7, "is_verified": True, "images": [], "region": None, "updated_at": "2020-01-01"},
]


@pytest.mark.parametrize("changes", NO_CHANGES)
def test_a_write_of_what_is_there_moves_nothing(
    client: FlaskClient, owner: Tenant, changes: dict[str, Any]
) -> None:
    with time_machine.travel(datetime(2026, 5, 10, tzinfo=UTC), tick=False):
        listing = make_listing(owner.id)
    address = f"{owner.properties}{listing['id']}/"
    before = client.get(address, headers=owner.read)
    response = client.patch(address, headers=owner.write, json=changes)
    assert response.status_code == 200
    after = client.get(address, headers=owner.read)
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])
    assert _version(owner) == 1


def test_a_put_of_what_is_there_moves_nothing(client: FlaskClient, owner: Tenant) -> None:
    body = listing_body()
    listing_id = client.post(owner.properties, headers=owner.write, json=body).json["id"]
    client.put(f"{owner.properties}{listing_id}/", headers=owner.write, json=body)
    assert _version(owner) == 1


def test_a_refused_write_moves_nothing(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    address = f"{owner.properties}{listing['id']}/"
    client.patch(address, headers=owner.write, json={"title": "Changed", "district": "nowhere"})
    client.post(owner.properties, headers=owner.write, json=listing_body(price="-1"))
    assert _version(owner) == 1


# ── at the same time ────────────────────────────────────────────────────────────────────────

WRITERS = 20


def _read_on(client: FlaskClient, owner: Tenant, copy: dict[int, Any], since: int) -> int:
    """Bring a copy up to date; return the next mark."""
    while True:
        page = _page(client, owner, since=since, page_size=7)
        versions = [entry["version"] for entry in page["results"]]
        assert versions == sorted(set(versions))
        assert all(version > since for version in versions)
        for entry in page["results"]:
            if entry["change"] == "upsert":
                copy[entry["id"]] = entry["property"]
            else:
                copy.pop(entry["id"], None)
        since = page["next_since"]
        if not page["has_more"]:
            return since


def test_a_reader_misses_nothing_of_what_writers_do_meanwhile(
    client: FlaskClient, owner: Tenant
) -> None:
    with_noise = make_tenant()
    ids = make_listings(owner.id, 10)
    done = Event()
    copy: dict[int, Any] = {}
    marks: list[int] = []

    def write(number: int) -> int:
        random, mine, written = Random(number), list(ids), 0
        for step in range(6):
            tenant = with_noise if number % 5 == 4 else owner
            kind = random.choice(["create", "edit", "edit", "hide", "show", "delete"])
            if kind == "create" or tenant is with_noise:
                body = listing_body(title=f"{number} at {step}")
                response = client.post(tenant.properties, headers=tenant.write, json=body)
                assert response.status_code == 201
                mine.append(response.json["id"])
                written += tenant is owner
                continue
            address = f"{owner.properties}{random.choice(mine)}/"
            if kind == "delete":
                response = client.delete(address, headers=owner.write)
                written += response.status_code == 204
                assert response.status_code in (204, 404)
                continue
            changes = {
                "edit": {"title": f"{number} at {step}"},
                "hide": {"publish_status": "draft", "title": f"{number} at {step}"},
                "show": {"publish_status": "published", "title": f"{number} at {step}"},
            }[kind]
            response = client.patch(address, headers=owner.write, json=changes)
            written += response.status_code == 200
            assert response.status_code in (200, 404)
        return written

    def write_all() -> int:
        written = at_once([partial(write, number) for number in range(WRITERS)])
        done.set()
        return sum(written)

    def read() -> None:
        since = 0
        while not done.is_set():
            since = _read_on(client, owner, copy, since)
            marks.append(since)
        marks.append(_read_on(client, owner, copy, since))

    written, _ = at_once([write_all, read])
    assert copy == _feed(client, owner)
    assert marks == sorted(marks)
    assert marks[-1] == _version(owner) == len(ids) + written
    versions = session.scalars(select(Listing.version).where(Listing.owner_id == owner.id)).all()
    assert len(versions) == len(set(versions))


def test_no_field_is_lost_when_all_are_changed_at_once(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    address = f"{owner.properties}{listing['id']}/"
    changes: list[dict[str, Any]] = [
        {"title": "Changed"},
        {"description": "Changed."},
        {"price": "1.50"},
        {"currency": "KES"},
        {"property_type": "villa"},
        {"listing_type": "rent"},
        {"location": "Ntinda"},
        {"district": "gulu"},
        {"latitude": "1.000000", "longitude": "2.000000"},
        {"bedrooms": 7},
        {"bathrooms": 6},
        {"floor_size": "10.25"},
        {"plot_size": "11.75"},
        {"plot_size_unit": "acres"},
        {"tenure": "mailo"},
        {"furnished": "furnished"},
        {"youtube_video_id": "abc"},
        {"availability": "sold"},
        {"external_id": "A-1"},
        {"amenities": ["parking"]},
    ]
    assert len(changes) == WRITERS
    patches = [partial(client.patch, address, headers=owner.write, json=each) for each in changes]
    answers = at_once(patches)
    assert [answer.status_code for answer in answers] == [200] * WRITERS
    saved = client.patch(address, headers=owner.write, json={}).json
    for each in changes:
        assert {name: saved[name] for name in each} == each
    assert _version(owner) == 1 + WRITERS
    [entry] = _page(client, owner, since=0)["results"]
    assert entry["version"] == 1 + WRITERS
    assert entry["property"] == _document(client, owner, listing["id"])
    assert entry["property"]["title"] == "Changed"
    assert entry["property"]["availability"] == "sold"


def test_versions_follow_the_order_of_commits(app: Flask, owner: Tenant) -> None:
    """A writer that began first and ends last has the greater number."""
    first_wrote, second_done = Event(), Event()
    seen: list[int | None] = []

    def slow() -> None:
        with app.app_context():
            with transaction():
                make_listing(owner.id, title="slow")
                first_wrote.set()
                # SQLite lets nobody else write meanwhile: there the second one comes after.
                second_done.wait(0.3)
            seen.append(_version(owner))

    def quick() -> None:
        with app.app_context():
            first_wrote.wait(10)
            make_listing(owner.id, title="quick")
            seen.append(_version(owner))
            second_done.set()

    reference.snapshot()
    at_once([slow, quick])
    session.rollback()
    rows = session.execute(
        select(Listing.title, Listing.version).where(Listing.owner_id == owner.id)
    ).all()
    versions = {row.title: row.version for row in rows}
    assert sorted(versions.values()) == [1, 2]
    if session.get_bind().dialect.name == "postgresql":
        assert versions == {"quick": 1, "slow": 2}
