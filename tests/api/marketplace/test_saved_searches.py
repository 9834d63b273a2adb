"""The caller's saved searches."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.reference import editing_service as editing
from app.reference.limits import SLUG_CHARS
from app.support import search_service as searches
from app.support.limits import MAX_SAVED_SEARCHES
from tests.api.marketplace.conftest import Person
from tests.factories import make_account

URL = "/api/filters/saved/"
# As long a line as the web server reads: `limit_request_line` in its configuration.
REQUEST_LINE_BYTES = 8_190
# The document's example.
BODY = {
    "name": "Dar Beach Getaway",
    "category": "beach-villa",
    "min_price": 100,
    "max_price": 400,
    "min_guests": 2,
    "stay_type": "short_stay",
}
EMPTY = {
    "category": None,
    "min_price": None,
    "max_price": None,
    "min_guests": None,
    "stay_type": None,
    "check_in": None,
    "check_out": None,
    "city": None,
    "bedrooms": None,
    "amenities": [],
    "search": None,
    "ordering": None,
}


def _in_days(number: int) -> str:
    return (clock.now() + timedelta(days=number)).date().isoformat()


def _save(client: FlaskClient, person: Person, **body: Any) -> Any:
    response = client.post(URL, headers=person.headers, json=body)
    assert response.status_code == 201, response.json
    return response.json["data"]


def _listed(client: FlaskClient, person: Person) -> Any:
    response = client.get(URL, headers=person.headers)
    assert response.status_code == 200
    return response.json["data"]


@pytest.mark.both
def test_the_documents_search_is_saved(client: FlaskClient, john: Person) -> None:
    saved = _save(client, john, **BODY)
    assert saved == EMPTY | BODY | {
        "id": saved["id"],
        "created_at": saved["created_at"],
        "min_price": "100.00",
        "max_price": "400.00",
        "url": "http://localhost/api/listings/?category=beach-villa&min_price=100.00"
        "&max_price=400.00&guests=2&stay_type=short_stay",
    }
    assert _listed(client, john) == [saved]


@pytest.mark.both
def test_everything_that_browsing_takes_can_be_saved(client: FlaskClient, john: Person) -> None:
    body = {
        "name": "Everything",
        "check_in": _in_days(10),
        "check_out": _in_days(12),
        "city": "Dar es Salaam",
        "bedrooms": 0,
        "amenities": ["swimming-pool", "parking"],
        "search": "été & più",
        "ordering": "-price",
    }
    saved = _save(client, john, **body)
    assert {name: saved[name] for name in body} == body
    assert saved["url"] == (
        f"http://localhost/api/listings/?check_in={body['check_in']}&check_out={body['check_out']}"
        "&city=Dar+es+Salaam&bedrooms=0&amenities=swimming-pool,parking"
        "&search=%C3%A9t%C3%A9+%26+pi%C3%B9&ordering=-price"
    )


def test_a_name_is_enough_and_null_is_nothing(client: FlaskClient, john: Person) -> None:
    for nothing in ({}, EMPTY, {"category": "", "city": " ", "search": ""}):
        saved = _save(client, john, name="Anything", **nothing)
        assert {name: saved[name] for name in EMPTY} == EMPTY
        assert saved["url"] == "http://localhost/api/listings/"


def test_the_address_is_the_public_one(
    client: FlaskClient, john: Person, change_settings: Callable[..., None]
) -> None:
    change_settings(public_url="https://api.nafasi.example/")
    saved = _save(client, john, name="Two", min_guests=2)
    assert saved["url"] == "https://api.nafasi.example/api/listings/?guests=2"


@pytest.mark.both
def test_searches_are_listed_newest_first(client: FlaskClient, john: Person) -> None:
    other = make_account()
    searches.save_search(other.id, "Somebody else's", {})
    names = [_save(client, john, name=f"Search {number}")["name"] for number in range(3)]
    assert [each["name"] for each in _listed(client, john)] == names[::-1]


@pytest.mark.both
def test_a_removed_search_is_gone(client: FlaskClient, john: Person) -> None:
    saved, kept = _save(client, john, **BODY), _save(client, john, name="Kept")
    path = f"{URL}{saved['id']}/"
    response = client.delete(path, headers=john.headers)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert _listed(client, john) == [kept]
    assert client.delete(path, headers=john.headers).status_code == 404


@pytest.mark.both
def test_somebody_elses_search_is_unknown(client: FlaskClient, john: Person) -> None:
    other = make_account()
    theirs = searches.save_search(other.id, "Somebody else's", {})
    for search_id in (theirs.uuid, uuid4(), "not-a-uuid", 1):
        assert client.delete(f"{URL}{search_id}/", headers=john.headers).status_code == 404
    assert len(searches.list_searches(other.id)) == 1


@pytest.mark.both
@pytest.mark.usefixtures("shipped_again")
def test_a_search_outlives_its_category(client: FlaskClient, john: Person) -> None:
    _save(client, john, **BODY)
    editing.deactivate_category(john.id, "beach-villa")
    [listed] = _listed(client, john)
    assert listed["category"] == "beach-villa"
    assert "category" not in listed["url"]
    response = client.post(URL, headers=john.headers, json=BODY)
    assert response.json["errors"] == {"category": ["Object with slug=beach-villa does not exist."]}


def test_fifty_searches_are_the_most(client: FlaskClient, john: Person) -> None:
    for number in range(MAX_SAVED_SEARCHES):
        searches.save_search(john.id, f"{number}", {})
    response = client.post(URL, headers=john.headers, json=BODY)
    assert response.status_code == 409
    assert response.json["message"].startswith("You can save at most 50 searches.")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": "a\0"}, "name"),
        ({"category": "castle"}, "category"),
        ({"category": 5}, "category"),
        ({"category": "a\0"}, "category"),
        ({"min_price": 401}, "max_price"),
        ({"min_price": -1}, "min_price"),
        ({"min_price": "1.999"}, "min_price"),
        ({"max_price": "cheap"}, "max_price"),
        ({"max_price": 1e300}, "max_price"),
        ({"min_guests": 0}, "min_guests"),
        ({"min_guests": 1_001}, "min_guests"),
        ({"min_guests": "2"}, "min_guests"),
        ({"min_guests": True}, "min_guests"),
        ({"stay_type": "short"}, "stay_type"),
        ({"check_in": "2026-02-30"}, "check_in"),
        ({"check_in": "tomorrow"}, "check_in"),
        ({"check_in": _in_days(3)}, "check_out"),
        ({"check_out": _in_days(3)}, "check_in"),
        ({"check_in": "2020-01-01", "check_out": _in_days(3)}, "check_in"),
        ({"check_in": _in_days(3), "check_out": _in_days(3)}, "check_out"),
        ({"check_in": _in_days(3), "check_out": _in_days(740)}, "check_out"),
        ({"city": "a" * 201}, "city"),
        ({"bedrooms": -1}, "bedrooms"),
        ({"amenities": "parking"}, "amenities"),
        ({"amenities": ["parking", "moat"]}, "amenities"),
        ({"amenities": [5]}, "amenities"),
        ({"search": ["a"]}, "search"),
        ({"ordering": "cheapest"}, "ordering"),
        ({"guests": 2}, "guests"),
        ({"url": "https://example.com"}, "url"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient, john: Person, changes: dict[str, Any], field: str
) -> None:
    response = client.post(URL, headers=john.headers, json=BODY | changes)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _listed(client, john) == []


def test_a_name_is_needed(client: FlaskClient, john: Person) -> None:
    response = client.post(URL, headers=john.headers, json={"category": "villa"})
    assert response.json["errors"] == {"name": ["This field is required."]}


@pytest.mark.usefixtures("shipped_again")
def test_the_longest_search_fits_into_the_line_that_a_web_server_reads(
    client: FlaskClient, john: Person, staff: Person
) -> None:
    slugs = [
        client.post(
            "/api/amenities/",
            headers=staff.headers,
            json={"name": f"Amenity {number}", "slug": f"{number}-".ljust(SLUG_CHARS, "a")},
        ).json["data"]["slug"]
        for number in range(60)
    ]
    body = {
        "name": "Long",
        "category": "beach-villa",
        "min_price": "1.00",
        "max_price": "99999999999999.99",
        "min_guests": 1000,
        "stay_type": "short_stay",
        "check_in": _in_days(1),
        "check_out": _in_days(2),
        "city": "\N{PALM TREE}" * 200,
        "bedrooms": 1000,
        "search": "\N{PALM TREE}" * 200,
        "ordering": "newest",
    }
    most = 0
    for number in range(len(slugs)):
        wanted = body | {"amenities": slugs[: number + 1]}
        response = client.post(URL, headers=john.headers, json=wanted)
        if response.status_code == 400:
            break
        saved = response.json["data"]
        client.delete(f"{URL}{saved['id']}/", headers=john.headers)
        path = saved["url"].removeprefix("http://localhost")
        most = max(most, len(f"GET {path.replace(',', '%2C')}&page=10000 HTTP/1.1\r\n"))
    assert list(response.json["errors"]) == ["amenities"]
    assert 7_000 < most < REQUEST_LINE_BYTES


@pytest.mark.both
def test_what_is_saved_can_be_browsed(client: FlaskClient, john: Person) -> None:
    body = {
        **BODY,
        "check_in": _in_days(1),
        "check_out": _in_days(729),
        "amenities": ["swimming-pool", "parking"],
        "city": "Dar es Salaam",
        "search": "quiet, garden",
        "bedrooms": 0,
        "ordering": "rating",
    }
    saved = _save(client, john, **body)
    assert client.get(saved["url"]).status_code == 200
