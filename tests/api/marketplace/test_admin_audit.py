"""Staff and the audit log, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.audit import service as audit
from tests.api.marketplace.conftest import Person

URL = "/api/admin/audit/"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LISTING = UUID(int=1)


@pytest.fixture
def ask(client: FlaskClient, boss: Person) -> Callable[[str], Any]:
    """Read the log as staff."""
    return lambda query="": client.get(f"{URL}{query}", headers=boss.headers)


def _record(actor_id: int | None, second: int = 0, action: str = "listing.rejected") -> None:
    with time_machine.travel(NOON.replace(second=second), tick=False):
        audit.record(actor_id, action, "listing", LISTING, reason="Blurred.")


@pytest.mark.both
def test_an_entry_says_who_did_what_to_which_object_and_when(
    ask: Callable[..., Any], boss: Person
) -> None:
    _record(boss.id)
    body = ask().json
    assert body["message"] == "Audit log retrieved successfully."
    [entry] = body["data"]["results"]
    assert UUID(entry.pop("id"))
    assert entry == {
        "at": "2026-05-01T12:00:00Z",
        "actor": {"id": str(accounts.get_account(boss.id).uuid), "email": boss.email},
        "action": "listing.rejected",
        "object_type": "listing",
        "object_id": str(LISTING),
        "details": {"reason": "Blurred."},
    }


@pytest.mark.both
def test_what_was_done_on_the_machine_has_no_actor(ask: Callable[..., Any]) -> None:
    _record(None)
    [entry] = ask().json["data"]["results"]
    assert entry["actor"] is None


@pytest.mark.both
def test_each_filter_leaves_out_the_others(
    ask: Callable[..., Any], john: Person, boss: Person
) -> None:
    _record(john.id, 0)
    _record(boss.id, 1, "listing.accepted")
    _record(None, 2)

    def seconds(query: str) -> list[int]:
        rows = ask(f"?{query}").json["data"]["results"]
        return [int(row["at"][-3:-1]) for row in rows]

    assert seconds("") == [2, 1, 0]
    assert seconds(f"actor={accounts.get_account(john.id).uuid}") == [0]
    assert seconds(f"actor={LISTING}") == []
    assert seconds("action=listing.accepted") == [1]
    assert seconds(f"object_type=listing&object_id={LISTING}") == [2, 1, 0]
    assert seconds("object_type=account") == []
    assert seconds("from=2026-05-01T12:00:01Z") == [2, 1]
    assert seconds("to=2026-05-01T12:00:01Z") == [0]
    assert seconds("from=2026-05-01T15:00:01%2B03:00&to=2026-05-01T12:00:02Z") == [1]
    assert seconds("actor=&action=&object_type=&object_id=&from=&to=") == [2, 1, 0]


def test_a_page_keeps_its_filters(ask: Callable[..., Any], boss: Person) -> None:
    for _ in range(3):
        _record(boss.id)
    data = ask("?from=2026-05-01&page_size=2").json["data"]
    assert data["next"] == f"http://localhost{URL}?from=2026-05-01&page_size=2&page=2"
    assert len(ask("?from=2026-05-01&page_size=2&page=2").json["data"]["results"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("actor=boss", "actor"),
        ("actor=1", "actor"),
        (f"action={'a' * 61}", "action"),
        (f"object_type={'a' * 31}", "object_type"),
        (f"object_id={'a' * 37}", "object_id"),
        ("object_id=%00", "object_id"),
        ("from=yesterday", "from"),
        ("to=2026-13-01", "to"),
        ("page=x", "page"),
        ("page=10001&page_size=1", "page"),
    ],
)
def test_a_filter_that_cannot_be_is_named(ask: Callable[..., Any], query: str, field: str) -> None:
    response = ask(f"?{query}")
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]


def test_the_log_is_only_read(client: FlaskClient, boss: Person) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.open(URL, method=method, json={}, headers=boss.headers)
        assert response.status_code == 405
