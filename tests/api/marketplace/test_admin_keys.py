"""Staff and everybody's keys, over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import service as accounts
from app.apikeys import service as apikeys
from app.audit.models import AuditEntry
from app.core.db import session
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.api.marketplace.endpoints import NO_KEY, PASSWORD
from tests.factories import bearer, make_account, make_key

URL = "/api/admin/api-keys/"
OF_A_ROW = {
    "id",
    "name",
    "scope",
    "prefix",
    "allowed_origins",
    "created_at",
    "last_used_at",
    "user",
}


@pytest.fixture
def ask(client: FlaskClient, boss: Person) -> Callable[..., Any]:
    """Send something below `/api/admin/api-keys/` as staff."""

    def send(path: str = "", method: str = "GET", **kwargs: Any) -> Any:
        return client.open(f"{URL}{path}", method=method, headers=boss.headers, **kwargs)

    return send


def _uuid(person: Person) -> UUID:
    return accounts.get_account(person.id).uuid


def _actions() -> list[tuple[int | None, str]]:
    session.rollback()
    rows = session.execute(select(AuditEntry.actor_id, AuditEntry.action).order_by(AuditEntry.id))
    return [(actor, action) for actor, action in rows]


def _opens(client: FlaskClient, person: Person, key: str, method: str = "GET") -> int:
    path = f"/v1/{person.id}/account/" if method == "GET" else f"/v1/{person.id}/properties/"
    return client.open(path, method=method, json={}, headers=bearer(key)).status_code


@pytest.mark.both
def test_an_account_that_somebody_else_may_take_over_gets_no_key(
    ask: Callable[..., Any], send: Send
) -> None:
    body = {"password": PASSWORD, "first_name": "Jane", "last_name": "Doe"}
    send("register", email="jane@example.com", **body)
    wanted = {"user": "jane@example.com", "scope": "RW", "name": "CRM sync"}
    response = ask(method="POST", json=wanted)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["user"]
    assert ask().json["data"]["results"] == []


@pytest.mark.both
def test_a_key_is_shown_once_and_its_owner_is_told_without_it(
    client: FlaskClient, ask: Callable[..., Any], john: Person, boss: Person, inbox: Inbox
) -> None:
    body = {
        "user": john.email,
        "scope": "RW",
        "name": "CRM sync",
        "allowed_origins": ["https://Example.com/"],
    }
    response = ask(method="POST", json=body)
    assert response.status_code == 201
    assert response.json["message"] == "Store this key now: it will not be shown again."
    issued = response.json["data"]
    assert set(issued) == OF_A_ROW | {"key", "user_id"}
    assert (issued["scope"], issued["name"], issued["user_id"]) == ("RW", "CRM sync", john.id)
    assert issued["allowed_origins"] == ["example.com"]
    assert issued["user"] == {
        "id": str(_uuid(john)),
        "user_id": john.id,
        "email": john.email,
        "username": "john",
    }
    assert _opens(client, john, issued["key"]) == 200
    # The body is what is refused, so the key may write.
    assert _opens(client, john, issued["key"], "POST") == 400

    [listed] = ask().json["data"]["results"]
    assert listed == {name: issued[name] for name in OF_A_ROW}
    assert _actions() == [(boss.id, "api_key.issued")]
    [mail] = inbox.mails()
    assert mail["To"] == john.email
    assert issued["prefix"] in mail.get_content()
    assert issued["key"] not in mail.as_string()


@pytest.mark.both
def test_a_revoked_key_is_refused_from_the_next_request(
    client: FlaskClient, ask: Callable[..., Any], john: Person, boss: Person, inbox: Inbox
) -> None:
    key, other = make_key(accounts.get_account(john.id)), make_key(make_account())
    [row] = apikeys.list_live_keys(john.id)
    response = ask(f"{row.uuid}/", "DELETE")
    assert (response.status_code, response.json["data"]) == (200, None)
    assert _opens(client, john, key) == 401
    assert ask(f"{row.uuid}/", "DELETE").status_code == 404
    [left] = ask().json["data"]["results"]
    assert other.startswith(left["prefix"])
    assert _actions() == [(boss.id, "api_key.revoked")]
    [mail] = inbox.mails()
    assert mail["To"] == john.email
    assert key not in mail.as_string()


@pytest.mark.both
def test_pages_hold_every_key_once(ask: Callable[..., Any], john: Person) -> None:
    account = accounts.get_account(john.id)
    for _ in range(5):
        make_key(account)
    seen, page = [], 0
    while True:
        page += 1
        data = ask(f"?page={page}&page_size=2&user={account.uuid}&search=").json["data"]
        seen += [row["id"] for row in data["results"]]
        assert data["count"] == 5
        if data["next"] is None:
            break
    assert seen == [str(key.uuid) for key in apikeys.list_live_keys(john.id)]
    assert ask("?page=4&page_size=2").status_code == 404


@pytest.mark.both
def test_each_filter_leaves_out_the_others(ask: Callable[..., Any], john: Person) -> None:
    make_key(make_account())
    for scope, name in (("R", "Shop"), ("RW", "CRM")):
        body = {"user": str(_uuid(john)), "scope": scope, "name": name}
        assert ask(method="POST", json=body).status_code == 201

    def names(query: str) -> list[str]:
        return [row["name"] for row in ask(f"?{query}").json["data"]["results"]]

    assert names("") == ["CRM", "Shop", "A key"]
    for user in (_uuid(john), john.id, "JOHN@example.com", "john"):
        assert names(f"user={user}") == ["CRM", "Shop"]
    assert names("user=john&scope=R") == ["Shop"]
    assert names("scope=RW") == names("search=crm") == ["CRM"]
    assert names("search=crm&scope=R") == []
    assert names("user=&scope=&search=") == ["CRM", "Shop", "A key"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("user=nobody", "user"),
        (f"user={NO_KEY}", "user"),
        (f"user={'a' * 255}", "user"),
        ("scope=W", "scope"),
        ("scope=r", "scope"),
        (f"search={'a' * 101}", "search"),
        ("search=%00", "search"),
        ("page=501", "page"),
    ],
)
def test_a_filter_that_cannot_be_is_named(ask: Callable[..., Any], query: str, field: str) -> None:
    response = ask(f"?{query}")
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"user": None}, "user"),
        ({"user": "nobody"}, "user"),
        ({"user": " "}, "user"),
        ({"user": 1}, "user"),
        ({"user": "a\0"}, "user"),
        ({"scope": None}, "scope"),
        ({"scope": "W"}, "scope"),
        ({"scope": ["R"]}, "scope"),
        ({"name": ""}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"allowed_origins": ["not a host"]}, "allowed_origins"),
        ({"key": "mine"}, "key"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    ask: Callable[..., Any], john: Person, changes: dict[str, Any], field: str
) -> None:
    body = {"user": john.email, "scope": "R", "name": "A key"} | changes
    response = ask(method="POST", json=body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert (_actions(), apikeys.list_live_keys(john.id)) == ([], [])


def test_what_is_missing_is_named(ask: Callable[..., Any]) -> None:
    response = ask(method="POST", json={})
    assert set(response.json["errors"]) == {"user", "scope", "name"}


@pytest.mark.parametrize("key", [NO_KEY, "1", "not-a-uuid"])
def test_no_key_is_found_by_another_id(ask: Callable[..., Any], john: Person, key: object) -> None:
    make_key(accounts.get_account(john.id))
    assert ask(f"{key}/", "DELETE").status_code == 404
    assert len(apikeys.list_live_keys(john.id)) == 1


def test_a_host_s_own_key_is_no_matter_of_the_log(client: FlaskClient, john: Person) -> None:
    response = client.post("/api/auth/api-keys/", headers=john.headers, json={"name": "Mine"})
    assert response.status_code == 201
    assert _actions() == []
