"""The lists of amenities and of extras, and what staff does to them."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.reference import service as reference
from tests.api.marketplace.conftest import Person
from tests.factories import Tenant, make_listing

pytestmark = pytest.mark.usefixtures("shipped_again")

AMENITIES, EXTRAS = "/api/amenities/", "/api/amenities/extras/"
NEW = {
    AMENITIES: {"name": "Roof Terrace", "icon": "bi-sun"},
    EXTRAS: {"name": "Picnic Basket", "icon": "bi-basket", "price": 9.5},
}


def _list(client: FlaskClient, url: str) -> list[Any]:
    response = client.get(url)
    assert response.status_code == 200
    data: list[Any] = response.json["data"]
    return data


def _create(client: FlaskClient, staff: Person, url: str, **changes: Any) -> Any:
    response = client.post(url, headers=staff.headers, json=NEW[url] | changes)
    assert response.status_code == 201, response.json
    return response.json["data"]


# ── reading ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize(
    ("url", "slug", "shown"),
    [
        (AMENITIES, "parking", {"name": "Parking", "icon": "bi-p-square"}),
        (
            EXTRAS,
            "airport-pickup",
            {"name": "Airport Pickup", "icon": "bi-airplane", "price": "25.00"},
        ),
    ],
)
def test_a_list_is_a_plain_array_in_order_of_name(
    client: FlaskClient, url: str, slug: str, shown: dict[str, str]
) -> None:
    items = _list(client, url)
    names = [item["name"].casefold() for item in items]
    assert names == sorted(names)
    assert len(names) > 10
    state = reference.snapshot()
    ids = {each.slug: str(each.uuid) for each in (*state.amenities, *state.extras)}
    found = next(item for item in items if item["slug"] == slug)
    assert found == {"id": ids[slug], "slug": slug} | shown
    assert all(set(item) == set(found) for item in items)


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_an_unchanged_list_costs_one_statement(
    client: FlaskClient, statements: list[str], url: str
) -> None:
    etag = client.get(url).headers["ETag"]
    del statements[:]
    assert client.get(url).status_code == 200
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert len(statements) == 2


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_staff_finds_what_was_deleted_and_brings_it_back(
    client: FlaskClient, staff: Person, url: str
) -> None:
    made = _create(client, staff, url)
    path, everything = f"{url}{made['id']}/", url.replace("/api/", "/api/admin/")
    client.delete(path, headers=staff.headers)
    listed = client.get(everything, headers=staff.headers).json["data"]
    assert [each for each in listed if not each["is_active"]] == [made | {"is_active": False}]
    assert len(listed) == len(_list(client, url)) + 1
    client.patch(path, headers=staff.headers, json={"is_active": True})
    listed = client.get(everything, headers=staff.headers).json["data"]
    assert made in listed
    assert [each["id"] for each in listed] == [each["id"] for each in _list(client, url)]


# ── writing ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_what_is_added_is_listed_at_once(client: FlaskClient, staff: Person, url: str) -> None:
    before = _list(client, url)
    made = _create(client, staff, url)
    assert made.pop("is_active") is True
    assert made["slug"] in ("roof-terrace", "picnic-basket")
    assert made.get("price") in (None, "9.50")
    after = _list(client, url)
    assert made in after
    assert len(after) == len(before) + 1


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_what_is_changed_is_shown_at_once(client: FlaskClient, staff: Person, url: str) -> None:
    made = _create(client, staff, url)
    body = {"name": "Another", "icon": None} | ({"price": "12"} if url == EXTRAS else {})
    response = client.patch(f"{url}{made['id']}/", headers=staff.headers, json=body)
    assert response.status_code == 200
    changed = response.json["data"]
    assert (changed["name"], changed["icon"], changed["slug"]) == ("Another", "", made["slug"])
    assert changed.get("price") in (None, "12.00")
    assert changed.pop("is_active")
    assert changed in _list(client, url)


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_what_is_deleted_leaves_the_list_and_can_come_back(
    client: FlaskClient, staff: Person, url: str
) -> None:
    made = _create(client, staff, url)
    item = f"{url}{made['id']}/"
    response = client.delete(item, headers=staff.headers)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert made["id"] not in [each["id"] for each in _list(client, url)]
    taken = client.post(url, headers=staff.headers, json=NEW[url])
    assert taken.status_code == 400
    assert made["id"] in taken.json["errors"]["name"][0]
    back = client.patch(item, headers=staff.headers, json={"is_active": True})
    assert back.json["data"] == made
    assert made["id"] in [each["id"] for each in _list(client, url)]


@pytest.mark.parametrize("verb", ["POST", "PUT"])
@pytest.mark.parametrize("url", NEW)
def test_an_item_is_changed_by_any_write_verb(
    client: FlaskClient, staff: Person, url: str, verb: str
) -> None:
    made = _create(client, staff, url)
    response = client.open(
        f"{url}{made['id']}", method=verb, headers=staff.headers, json={"name": "Another"}
    )
    assert (response.status_code, response.json["data"]["id"]) == (200, made["id"])
    assert response.json["data"]["name"] == "Another"


@pytest.mark.both
def test_the_tenant_api_shows_what_staff_has_changed(
    client: FlaskClient, staff: Person, owner: Tenant
) -> None:
    listing = make_listing(owner.id, amenities=["parking"])
    address = f"{owner.properties}{listing['id']}/"
    parking = reference.snapshot().amenities_by_slug["parking"]
    client.patch(
        f"{AMENITIES}{parking.uuid}/", headers=staff.headers, json={"name": "Free Parking"}
    )
    document = client.get(address, headers=owner.read).json
    assert [item["name"] for item in document["amenities"]] == ["Free Parking"]
    client.delete(f"{AMENITIES}{parking.uuid}/", headers=staff.headers)
    document = client.get(address, headers=owner.read).json
    assert [item["name"] for item in document["amenities"]] == ["Free Parking"]
    listed = client.get("/v1/amenities/", headers=owner.read).json
    assert "parking" not in [item["slug"] for item in listed]


@pytest.mark.parametrize("url", NEW)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": "a\0"}, "name"),
        ({"slug": "Roof Terrace"}, "slug"),
        ({"icon": ["bi-sun"]}, "icon"),
        ({"parent": "parking"}, "parent"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient, staff: Person, url: str, changes: dict[str, Any], field: str
) -> None:
    before = _list(client, url)
    response = client.post(url, headers=staff.headers, json=NEW[url] | changes)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _list(client, url) == before


@pytest.mark.parametrize("price", [None, "", "free", -1, "1.999", 10**15, True, "NaN"])
def test_a_price_is_an_amount_of_money(client: FlaskClient, staff: Person, price: Any) -> None:
    made = _create(client, staff, EXTRAS)
    for method, path in (("POST", EXTRAS), ("PATCH", f"{EXTRAS}{made['id']}/")):
        body = {"name": "Other", "price": price}
        response = client.open(path, method=method, headers=staff.headers, json=body)
        assert response.status_code == 400
        assert list(response.json["errors"]) == ["price"]
    assert "9.50" in [item["price"] for item in _list(client, EXTRAS)]


def test_an_extra_needs_a_price(client: FlaskClient, staff: Person) -> None:
    response = client.post(EXTRAS, headers=staff.headers, json={"name": "Picnic"})
    assert response.json["errors"] == {"price": ["This field is required."]}


def test_an_amenity_has_no_price(client: FlaskClient, staff: Person) -> None:
    body = NEW[AMENITIES] | {"price": "1.00"}
    response = client.post(AMENITIES, headers=staff.headers, json=body)
    assert response.json["errors"] == {"price": ["Unknown field."]}


@pytest.mark.both
@pytest.mark.parametrize("url", NEW)
def test_an_unknown_id_is_not_found(client: FlaskClient, staff: Person, url: str) -> None:
    state = reference.snapshot()
    # An extra is no amenity, and an amenity no extra.
    other = (state.extras if url == AMENITIES else state.amenities)[0].uuid
    for item_id in (uuid4(), other, "not-a-uuid", 1):
        path = f"{url}{item_id}/"
        assert client.patch(path, headers=staff.headers, json={"name": "x"}).status_code == 404
        assert client.delete(path, headers=staff.headers).status_code == 404
