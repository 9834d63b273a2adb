"""The caller's own keys of the tenant API."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from tests.api.marketplace.conftest import Person
from tests.factories import bearer, make_account, make_key

URL = "/api/auth/api-keys/"


def _issue(client: FlaskClient, person: Person, **body: Any) -> Any:
    response = client.post(URL, headers=person.headers, json={"name": "My site", **body})
    assert response.status_code == 201, response.json
    return response.json["data"]


def _listed(client: FlaskClient, person: Person) -> Any:
    return client.get(URL, headers=person.headers).json["data"]


@pytest.mark.both
def test_a_key_is_shown_once_and_opens_the_tenant_api(client: FlaskClient, john: Person) -> None:
    make_key(make_account())
    issued = _issue(client, john, allowed_origins=["https://Example.com/shop"])
    assert set(issued) == {
        "id",
        "name",
        "scope",
        "prefix",
        "allowed_origins",
        "created_at",
        "last_used_at",
        "key",
        "user_id",
    }
    assert (issued["name"], issued["scope"], issued["user_id"]) == ("My site", "R", john.id)
    assert issued["allowed_origins"] == ["example.com"]
    assert issued["key"].startswith(issued["prefix"])

    account = client.get(
        f"/v1/{john.id}/account/",
        headers=bearer(issued["key"]) | {"Origin": "https://example.com"},
    )
    assert account.status_code == 200
    [listed] = _listed(client, john)
    assert listed == {name: issued[name] for name in issued.keys() - {"key", "user_id"}}


def test_keys_are_listed_newest_first_whoever_made_them(client: FlaskClient, john: Person) -> None:
    first = _issue(client, john, name="First")
    make_key(accounts.get_account(john.id), Scope.READ_WRITE)
    last = _issue(client, john, name="Last")
    listed = _listed(client, john)
    assert [key["scope"] for key in listed] == ["R", "RW", "R"]
    assert [listed[0]["id"], listed[2]["id"]] == [last["id"], first["id"]]


@pytest.mark.both
def test_null_lifts_the_restriction_to_sites(client: FlaskClient, john: Person) -> None:
    assert _issue(client, john, allowed_origins=None)["allowed_origins"] == []
    issued = _issue(client, john, allowed_origins=["example.com"])
    url = f"{URL}{issued['id']}/"
    changed = client.patch(url, headers=john.headers, json={"allowed_origins": None})
    assert (changed.status_code, changed.json["data"]["allowed_origins"]) == (200, [])


def test_there_are_so_many_keys_and_no_more(
    client: FlaskClient, john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apikeys, "MAX_KEYS", 2)
    first = _issue(client, john)
    _issue(client, john)
    response = client.post(URL, headers=john.headers, json={"name": "One more"})
    assert response.status_code == 409
    assert response.json["message"].startswith("An account has at most 100 API keys.")
    client.delete(f"{URL}{first['id']}/", headers=john.headers)
    _issue(client, john)


@pytest.mark.both
def test_a_key_is_renamed_and_restricted_to_other_sites(client: FlaskClient, john: Person) -> None:
    issued = _issue(client, john, allowed_origins=["example.com"])
    url = f"{URL}{issued['id']}/"
    renamed = client.patch(url, headers=john.headers, json={"name": " Shop "})
    assert renamed.json["data"]["name"] == "Shop"
    assert renamed.json["data"]["allowed_origins"] == ["example.com"]
    body = {"allowed_origins": ["a.example", "b.example", "a.example"]}
    restricted = client.patch(url, headers=john.headers, json=body)
    assert restricted.json["data"]["name"] == "Shop"
    assert restricted.json["data"]["allowed_origins"] == ["a.example", "b.example"]
    freed = client.patch(url, headers=john.headers, json={"allowed_origins": []})
    assert freed.json["data"]["allowed_origins"] == []
    assert client.get(f"/v1/{john.id}/account/", headers=bearer(issued["key"])).status_code == 200


@pytest.mark.both
def test_a_revoked_key_is_refused_from_the_next_request(client: FlaskClient, john: Person) -> None:
    issued = _issue(client, john)
    url = f"{URL}{issued['id']}/"
    response = client.delete(url, headers=john.headers)
    assert (response.status_code, response.json["data"]) == (200, None)
    assert client.get(f"/v1/{john.id}/account/", headers=bearer(issued["key"])).status_code == 401
    assert _listed(client, john) == []
    assert client.delete(url, headers=john.headers).status_code == 404
    assert client.patch(url, headers=john.headers, json={"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": "a\0"}, "name"),
        ({"name": "x", "allowed_origins": "example.com"}, "allowed_origins"),
        ({"name": "x", "allowed_origins": [""]}, "allowed_origins"),
        ({"name": "x", "allowed_origins": ["not a host"]}, "allowed_origins"),
        ({"name": "x", "allowed_origins": [5]}, "allowed_origins"),
        ({"name": "x", "allowed_origins": [f"{n}.example" for n in range(51)]}, "allowed_origins"),
        ({"name": "x", "scope": "RW"}, "scope"),
        ({"name": "x", "user": 1}, "user"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient, john: Person, body: dict[str, Any], field: str
) -> None:
    response = client.post(URL, headers=john.headers, json=body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _listed(client, john) == []


def test_a_change_that_is_refused_changes_nothing(client: FlaskClient, john: Person) -> None:
    issued = _issue(client, john)
    before = _listed(client, john)
    url = f"{URL}{issued['id']}/"
    body = {"name": "Other", "allowed_origins": ["not a host"]}
    assert client.patch(url, headers=john.headers, json=body).status_code == 400
    assert client.patch(url, headers=john.headers, json={"scope": "RW"}).status_code == 400
    assert _listed(client, john) == before


def test_somebody_elses_key_is_unknown(client: FlaskClient, john: Person) -> None:
    other = make_account()
    make_key(other)
    [key] = _keys_of(other.id)
    for key_id in (key, uuid4(), "not-a-uuid", 1):
        url = f"{URL}{key_id}/"
        assert client.patch(url, headers=john.headers, json={"name": "x"}).status_code == 404
        assert client.delete(url, headers=john.headers).status_code == 404
    assert _keys_of(other.id) == [key]
    assert _listed(client, john) == []


def _keys_of(account_id: int) -> list[Any]:
    return [key.uuid for key in apikeys.list_live_keys(account_id)]
