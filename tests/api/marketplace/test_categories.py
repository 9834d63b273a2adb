"""The tree of categories, and what staff does to it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service as accounts
from app.catalogue.models import Listing
from app.core.db import session
from app.reference import service as reference
from tests.api.marketplace.conftest import Person
from tests.factories import make_stay

pytestmark = pytest.mark.usefixtures("shipped_again")

URL = "/api/categories/"


def _tree(client: FlaskClient) -> list[Any]:
    response = client.get(URL)
    assert response.status_code == 200
    data: list[Any] = response.json["data"]
    return data


def _slugs(items: list[Any]) -> list[str]:
    return [slug for item in items for slug in (item["slug"], *_slugs(item["subcategories"]))]


def _create(client: FlaskClient, staff: Person, **body: Any) -> Any:
    response = client.post(URL, headers=staff.headers, json=body)
    assert response.status_code == 201, response.json
    return response.json["data"]


def _patch(client: FlaskClient, staff: Person, slug: str, **body: Any) -> Any:
    return client.patch(f"{URL}{slug}/", headers=staff.headers, json=body)


# ── reading ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_tree_is_the_documents(client: FlaskClient) -> None:
    body = client.get(URL).json
    assert list(body) == ["success", "message", "data", "errors"]
    assert body["message"] == "Categories retrieved successfully."
    villa = next(item for item in body["data"] if item["slug"] == "villa")
    assert set(villa) == {"id", "name", "slug", "icon", "subcategories"}
    state = reference.snapshot()
    assert villa["id"] == str(state.categories_by_slug["villa"].uuid)
    assert (villa["name"], villa["icon"]) == ("Villa", "villa")
    below = [(item["name"], item["slug"]) for item in villa["subcategories"]]
    assert {("Beach Villa", "beach-villa"), ("Modern Villa", "modern-villa")} <= set(below)
    assert below == sorted(below)
    assert all(set(item) == set(villa) for item in villa["subcategories"])
    assert set(_slugs(body["data"])) == set(state.categories_by_slug)


@pytest.mark.both
def test_an_unchanged_tree_costs_one_statement(client: FlaskClient, statements: list[str]) -> None:
    _tree(client)
    del statements[:]
    _tree(client)
    assert len(statements) == 1
    assert "reference_state" in statements[0]


def test_what_did_not_change_is_304(client: FlaskClient, staff: Person) -> None:
    response = client.get(URL)
    assert response.headers["Cache-Control"] == "private, no-cache"
    held = {"If-None-Match": response.headers["ETag"]}
    fresh = client.get(URL, headers=held)
    assert (fresh.status_code, fresh.data) == (304, b"")
    assert fresh.headers["X-RateLimit-Limit"]
    _create(client, staff, name="Cave House")
    assert client.get(URL, headers=held).status_code == 200


@pytest.mark.both
def test_staff_finds_what_was_deactivated_and_brings_it_back(
    client: FlaskClient, staff: Person
) -> None:
    client.delete(f"{URL}villa/", headers=staff.headers)
    tree = client.get("/api/admin/categories/", headers=staff.headers).json["data"]
    villa = next(each for each in tree if each["slug"] == "villa")
    assert (villa["is_active"], villa["parent"]) == (False, None)
    below = {(each["is_active"], each["parent"]) for each in villa["subcategories"]}
    assert below == {(False, "villa")}
    assert "villa" not in _slugs(_tree(client))
    assert _patch(client, staff, villa["slug"], is_active=True).status_code == 200
    tree = client.get("/api/admin/categories/", headers=staff.headers).json["data"]
    assert _slugs(tree) == _slugs(_tree(client))


# ── writing ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_new_category_is_in_the_tree_at_once(client: FlaskClient, staff: Person) -> None:
    _tree(client)
    made = _create(client, staff, name="Maison d’été", icon="sun", parent="house")
    assert made == {
        "id": made["id"],
        "name": "Maison d’été",
        "slug": "maison-dete",
        "icon": "sun",
        "parent": "house",
        "is_active": True,
        "subcategories": [],
    }
    below = _create(client, staff, name="On a lake", slug="lake-house", parent="maison-dete")
    assert (below["slug"], below["icon"]) == ("lake-house", "")
    house = next(item for item in _tree(client) if item["slug"] == "house")
    shown = next(item for item in house["subcategories"] if item["slug"] == "maison-dete")
    assert [item["slug"] for item in shown["subcategories"]] == ["lake-house"]
    assert shown["id"] == made["id"]


@pytest.mark.both
def test_a_category_is_renamed_and_moved(client: FlaskClient, staff: Person) -> None:
    response = _patch(client, staff, "beach-villa", name="Villa by the Sea", parent=None)
    assert response.status_code == 200
    assert response.json["message"] == "Category updated successfully."
    assert response.json["data"]["parent"] is None
    top = [(item["slug"], item["name"]) for item in _tree(client)]
    assert ("beach-villa", "Villa by the Sea") in top


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_an_item_is_changed_by_any_write_verb(
    client: FlaskClient, staff: Person, verb: str
) -> None:
    url = f"{URL}villa"
    response = client.open(url, method=verb, headers=staff.headers, json={"icon": "palm"})
    assert (response.status_code, response.json["data"]["icon"]) == (200, "palm")


@pytest.mark.both
def test_a_deactivated_category_is_hidden_with_all_below_it(
    client: FlaskClient, staff: Person
) -> None:
    owner = accounts.get_account(staff.id)
    category_id = reference.snapshot().categories_by_slug["beach-villa"].id
    listing_id = make_stay(owner.id, category_id=category_id)
    response = client.delete(f"{URL}villa/", headers=staff.headers)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert not {"villa", "beach-villa"} & set(_slugs(_tree(client)))
    stored = session.scalar(select(Listing.category_id).where(Listing.id == listing_id))
    session.rollback()
    assert stored == category_id
    detail = _patch(client, staff, "villa").json["data"]
    assert detail["is_active"] is False
    assert {item["is_active"] for item in detail["subcategories"]} == {False}
    assert client.delete(f"{URL}villa/", headers=staff.headers).status_code == 200
    assert _patch(client, staff, "villa", is_active=True).json["data"]["is_active"] is True
    assert {"villa", "beach-villa"} <= set(_slugs(_tree(client)))


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": "a\0"}, "name"),
        ({"name": "Вилла"}, "slug"),
        ({"name": "Villa"}, "name"),
        ({"name": "x", "slug": "villa"}, "slug"),
        ({"name": "x", "slug": "Not a slug"}, "slug"),
        ({"name": "x", "slug": "a" * 61}, "slug"),
        ({"name": "x", "icon": 5}, "icon"),
        ({"name": "x", "icon": "a" * 61}, "icon"),
        ({"name": "x", "parent": "no-such-slug"}, "parent"),
        ({"name": "x", "parent": "a\0"}, "parent"),
        ({"name": "x", "parent": ""}, "parent"),
        ({"name": "x", "is_active": True}, "is_active"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient, staff: Person, body: dict[str, Any], field: str
) -> None:
    before = _tree(client)
    response = client.post(URL, headers=staff.headers, json=body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _tree(client) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"slug": "other"}, "slug"),
        ({"parent": "villa"}, "parent"),
        ({"parent": "beach-villa"}, "parent"),
        ({"parent": 5}, "parent"),
        ({"is_active": None}, "is_active"),
        ({"is_active": "true"}, "is_active"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    client: FlaskClient, staff: Person, body: dict[str, Any], field: str
) -> None:
    before = _tree(client)
    response = client.patch(f"{URL}villa/", headers=staff.headers, json=body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _tree(client) == before


@pytest.mark.both
@pytest.mark.parametrize("slug", ["no-such-slug", "VILLA", "%00", "%ED%A0%80", "a" * 500])
def test_an_unknown_slug_is_not_found(client: FlaskClient, staff: Person, slug: str) -> None:
    assert _patch(client, staff, slug, name="x").status_code == 404
    assert client.delete(f"{URL}{slug}/", headers=staff.headers).status_code == 404
