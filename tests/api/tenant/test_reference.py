"""The global lookups: their exact shapes, and how they are cached."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.core import outbox
from app.core.db import session, transaction
from app.reference import repository
from app.reference import service as reference
from app.reference.models import Amenity, PropertyType
from tests.api.tenant import endpoints
from tests.factories import Tenant, make_listing

PATHS = [path for _, path in endpoints.REFERENCE]
Change = Callable[..., None]


def _get(client: FlaskClient, owner: Tenant, path: str, **headers: str) -> Any:
    return client.get(path, headers={**owner.read, **headers})


@pytest.fixture
def change_reference(app: Any) -> Iterator[Change]:
    """Change columns of a reference row; the shipped values come back after the test."""
    changed: list[tuple[Any, str, dict[str, Any]]] = []

    def change(model: Any, slug: str, **values: Any) -> None:
        columns = [getattr(model, name) for name in values]
        before = session.execute(_select(model, slug, columns)).mappings().one()
        changed.append((model, slug, dict(before)))
        _write(model, slug, values)

    yield change
    for model, slug, values in reversed(changed):
        _write(model, slug, values)


def _select(model: Any, slug: str, columns: list[Any]) -> Any:
    return select(*columns).where(model.slug == slug)


def _write(model: Any, slug: str, values: dict[str, Any]) -> None:
    with transaction():
        repository.lock_version()
        session.execute(update(model).where(model.slug == slug).values(**values))
        repository.move_version()
        outbox.post(reference.CHANGED, {})


# ── shapes ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize(
    ("path", "example", "names"),
    [
        (
            "/v1/amenities/",
            {"name": "Parking", "slug": "parking", "icon": "bi-p-square"},
            {"name", "slug", "icon"},
        ),
        ("/v1/property-types/", {"name": "Bungalow", "slug": "bungalow"}, {"name", "slug"}),
        ("/v1/currencies/", {"code": "UGX", "symbol": "USh"}, {"code", "symbol"}),
        ("/v1/tenures/", {"slug": "mailo", "name": "Mailo"}, {"slug", "name"}),
        ("/v1/plot-size-units/", {"slug": "acres", "name": "Acres"}, {"slug", "name"}),
    ],
)
def test_a_lookup_is_the_full_list_without_ids(
    client: FlaskClient, owner: Tenant, path: str, example: dict[str, str], names: set[str]
) -> None:
    response = _get(client, owner, path)
    assert response.status_code == 200
    assert isinstance(response.json, list)
    assert example in response.json
    for item in response.json:
        assert set(item) == names
        assert all(isinstance(value, str) for value in item.values())
        assert all(item.values())


@pytest.mark.both
def test_locations_are_regions_with_their_districts(client: FlaskClient, owner: Tenant) -> None:
    regions = _get(client, owner, "/v1/locations/").json
    central = next(region for region in regions if region["slug"] == "central")
    assert set(central) == {"name", "slug", "districts"}
    assert central["name"] == "Central"
    for district in ({"name": "Kampala", "slug": "kampala"}, {"name": "Wakiso", "slug": "wakiso"}):
        assert district in central["districts"]
    for region in regions:
        assert region["districts"]
        assert all(set(district) == {"name", "slug"} for district in region["districts"])


@pytest.mark.both
def test_filters_are_the_feeds_facets(client: FlaskClient, owner: Tenant) -> None:
    body = _get(client, owner, "/v1/filters/").json
    types = _get(client, owner, "/v1/property-types/").json
    currencies = _get(client, owner, "/v1/currencies/").json
    assert body == {
        "listing_type": {"rent": "For Rent", "sale": "For Sale", "stay": "For Stays"},
        "furnished": {
            "furnished": "Furnished",
            "unfurnished": "Unfurnished",
            "semi_furnished": "Semi Furnished",
        },
        "availability": {
            "available": "Available",
            "sold": "Sold",
            "rented_out": "Rented Out",
            "reserved": "Reserved",
        },
        "publish_status": {"published": "Published", "draft": "Draft", "trash": "Trash"},
        "property_types": types,
        "currencies": currencies,
    }


def test_lists_are_in_order_of_name(client: FlaskClient, owner: Tenant) -> None:
    for path in ("/v1/amenities/", "/v1/property-types/", "/v1/tenures/"):
        names = [item["name"].casefold() for item in _get(client, owner, path).json]
        assert names == sorted(names)
    codes = [item["code"] for item in _get(client, owner, "/v1/currencies/").json]
    assert codes == sorted(codes)


def test_every_slug_can_be_written_and_filtered_by(client: FlaskClient, owner: Tenant) -> None:
    amenities = [item["slug"] for item in _get(client, owner, "/v1/amenities/").json]
    listing = make_listing(owner.id, amenities=amenities)
    document = client.get(f"{owner.properties}{listing['id']}/", headers=owner.read).json
    assert document["amenities"] == _get(client, owner, "/v1/amenities/").json
    for region in _get(client, owner, "/v1/locations/").json:
        query = {"region": region["slug"], "district": region["districts"][0]["slug"]}
        response = client.get(owner.properties, headers=owner.read, query_string=query)
        assert response.status_code == 200


# ── caching ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PATHS)
def test_a_lookup_may_be_kept_for_an_hour(client: FlaskClient, owner: Tenant, path: str) -> None:
    response = _get(client, owner, path)
    assert response.headers["Cache-Control"] == "private, max-age=3600"
    assert response.headers["ETag"].startswith('"')


@pytest.mark.both
@pytest.mark.parametrize("path", PATHS)
def test_what_did_not_change_is_304(client: FlaskClient, owner: Tenant, path: str) -> None:
    etag = _get(client, owner, path).headers["ETag"]
    for held in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        response = _get(client, owner, path, **{"If-None-Match": held})
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == etag
        assert response.headers["Cache-Control"] == "private, max-age=3600"


@pytest.mark.parametrize("path", PATHS)
def test_another_copy_is_answered_in_full(client: FlaskClient, owner: Tenant, path: str) -> None:
    response = _get(client, owner, path, **{"If-None-Match": '"x"'})
    assert response.status_code == 200


def test_an_owners_writes_change_no_lookup(client: FlaskClient, owner: Tenant) -> None:
    before = _get(client, owner, "/v1/filters/").headers["ETag"]
    make_listing(owner.id)
    assert _get(client, owner, "/v1/filters/").headers["ETag"] == before


@pytest.mark.both
def test_a_renaming_changes_the_lookups(
    client: FlaskClient, owner: Tenant, change_reference: Change
) -> None:
    before = {path: _get(client, owner, path).headers["ETag"] for path in PATHS}
    change_reference(PropertyType, "bungalow", name="Single-storey house")
    changed = {
        path
        for path, etag in before.items()
        if _get(client, owner, path, **{"If-None-Match": etag}).status_code == 200
    }
    assert changed == {"/v1/property-types/", "/v1/filters/"}
    item = {"name": "Single-storey house", "slug": "bungalow"}
    assert item in _get(client, owner, "/v1/property-types/").json
    assert item in _get(client, owner, "/v1/filters/").json["property_types"]


# ── what a change of reference data does to listings ────────────────────────────────────────


@pytest.mark.both
def test_a_renaming_shows_at_once_and_moves_no_version(
    client: FlaskClient, owner: Tenant, change_reference: Change, run_jobs: Any
) -> None:
    listing = make_listing(owner.id)
    before = client.get(owner.properties, headers=owner.read)
    mark = client.get(f"{owner.properties}changes/", headers=owner.read).json["next_since"]
    change_reference(PropertyType, "bungalow", name="Single-storey house")

    def check() -> None:
        page = client.get(
            owner.properties,
            headers={**owner.read, "If-None-Match": before.headers["ETag"]},
        )
        [document] = page.json["results"]
        expected = {"name": "Single-storey house", "slug": "bungalow"}
        assert document == {**before.json["results"][0], "property_type": expected}
        address = f"{owner.properties}{listing['id']}/"
        assert client.get(address, headers=owner.read).json == document
        changes = client.get(
            f"{owner.properties}changes/", headers=owner.read, query_string={"since": mark}
        )
        assert changes.json["results"] == []

    check()
    run_jobs()
    check()


@pytest.mark.both
def test_a_deactivated_amenity_leaves_the_list_but_not_the_listings(
    client: FlaskClient, owner: Tenant, change_reference: Change
) -> None:
    make_listing(owner.id, amenities=["parking"])
    change_reference(Amenity, "parking", is_active=False)
    slugs = [item["slug"] for item in _get(client, owner, "/v1/amenities/").json]
    assert "parking" not in slugs
    [document] = client.get(owner.properties, headers=owner.read).json["results"]
    assert [item["slug"] for item in document["amenities"]] == ["parking"]
