"""Reading the audit log."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.accounts.models import Account
from app.audit import service as audit
from app.reporting import audit_service as reports
from tests.factories import make_account

pytestmark = pytest.mark.both

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SMALL: dict[str, Any] = {"offset": 0, "limit": 20}
LISTING, ACCOUNT = UUID(int=1), UUID(int=2)


@pytest.fixture
def boss(app: Flask) -> Account:
    """Of two people of staff and the command line, who did the second deed, a minute apart."""
    other, boss = make_account("other"), make_account("boss")
    deeds = [
        (other.id, "listing.rejected", "listing", LISTING),
        (boss.id, "listing.accepted", "listing", LISTING),
        (None, "account.created", "account", ACCOUNT),
    ]
    for minute, deed in enumerate(deeds):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            audit.record(*deed, minute=minute)
    return boss


def _minutes(**wanted: Any) -> list[int]:
    rows, total = reports.list_entries(**wanted, **SMALL)
    assert total == len(rows)
    return [entry.details["minute"] for entry in rows]


def test_entries_are_listed_newest_first_with_who_did_it(boss: Account) -> None:
    rows, _total = reports.list_entries(**SMALL)
    assert [entry.details["minute"] for entry in rows] == [2, 1, 0]
    assert [entry.actor and entry.actor.email for entry in rows] == [
        None,
        "boss@example.com",
        "other@example.com",
    ]
    entry = rows[1]
    assert entry.actor == reports.Actor(boss.uuid, boss.email)
    assert (entry.at, entry.action) == (NOON + timedelta(minutes=1), "listing.accepted")
    assert (entry.object_type, entry.object_id) == ("listing", str(LISTING))


def test_each_filter_leaves_out_the_others(boss: Account) -> None:
    assert _minutes(actor=boss.uuid) == [1]
    assert _minutes(actor=UUID(int=9)) == []
    assert _minutes(action="listing.rejected") == [0]
    assert _minutes(object_type="listing") == [1, 0]
    assert _minutes(object_id=str(ACCOUNT)) == [2]
    assert _minutes(object_type="listing", object_id=str(ACCOUNT)) == []
    assert _minutes(object_type="listing", actor=boss.uuid) == [1]


def test_the_beginning_is_within_and_the_end_is_not(boss: Account) -> None:
    first, last = NOON, NOON + timedelta(minutes=2)
    assert _minutes(since=first) == [2, 1, 0]
    assert _minutes(since=first + timedelta(seconds=1)) == [2, 1]
    assert _minutes(before=last) == [1, 0]
    assert _minutes(since=first, before=first) == []
    assert _minutes(since=last, before=last + timedelta(seconds=1)) == [2]


def test_pages_hold_every_deed_of_one_moment_once(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(5):
            audit.record(None, "listing.accepted", "listing", LISTING, number=number)
    seen = []
    for offset in (0, 2, 4):
        rows, total = reports.list_entries(offset=offset, limit=2)
        assert total == 5
        seen += [entry.details["number"] for entry in rows]
    assert seen == [4, 3, 2, 1, 0]


def test_a_page_costs_as_many_statements_whatever_it_holds(
    app: Flask, statements: list[str]
) -> None:
    for number in range(10):
        audit.record(make_account(f"boss{number}").id, "listing.accepted", "listing", LISTING)
    statements.clear()
    assert len(reports.list_entries(**SMALL).rows) == 10
    # The entries, their number, and who did it.
    assert len([each for each in statements if "SELECT" in each]) == 3
