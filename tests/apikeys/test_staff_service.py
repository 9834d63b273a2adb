"""What staff does to keys, at the same time as others too."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys import staff_service as staff
from app.apikeys.enums import Scope
from app.apikeys.errors import BadOrigin, UnknownKey
from app.apikeys.models import ApiKey
from app.audit.models import AuditEntry
from app.core.db import session, transaction
from app.core.errors import Invalid
from app.core.outbox import OutboxItem
from tests.factories import make_account, make_key
from tests.threads import at_once

pytestmark = pytest.mark.both

SMALL: dict[str, Any] = {"offset": 0, "limit": 20}
STAFF_ID = 7


@pytest.fixture
def account(app: Flask) -> Account:
    """An owner without a key; somebody else has one."""
    make_key(make_account("somebody"))
    return make_account("you")


def _issue(user: str, **changes: Any) -> ApiKey:
    wanted = {"scope": Scope.READ, "name": "A key", **changes}
    return staff.issue_key(STAFF_ID, user=user, **wanted).row


def _entries() -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def _messages() -> int:
    return session.execute(select(func.count()).select_from(OutboxItem)).scalar_one()


def _ids(**wanted: Any) -> list[UUID]:
    rows, total = staff.list_live_keys(**wanted, **SMALL)
    assert total == len(rows)
    return [key.row.uuid for key in rows]


def test_an_issued_key_is_written_down_without_itself(account: Account) -> None:
    issued = staff.issue_key(STAFF_ID, user="you", scope=Scope.READ_WRITE, name="CRM")
    [entry] = _entries()
    assert (entry.actor_id, entry.action) == (STAFF_ID, "api_key.issued")
    assert (entry.object_type, entry.object_id) == ("api_key", str(issued.row.uuid))
    assert entry.details == {
        "owner": str(account.uuid),
        "name": "CRM",
        "prefix": issued.row.prefix,
        "scope": "RW",
    }
    assert _messages() == 2


def test_a_key_revoked_at_once_by_many_is_written_down_once(app: Flask, account: Account) -> None:
    uuid = _issue("you").uuid

    def revoke() -> str:
        with app.app_context():
            try:
                staff.revoke_key(STAFF_ID, uuid)
            except UnknownKey:
                return "unknown"
            return "revoked"

    assert sorted(at_once([revoke] * 6)) == ["revoked", *["unknown"] * 5]
    assert [entry.action for entry in _entries()] == ["api_key.issued", "api_key.revoked"]
    assert _messages() == 4


def test_on_the_command_line_a_key_is_revoked_and_written_down_once(account: Account) -> None:
    row = _issue("you")
    for _ in range(2):
        assert staff.revoke_key_by_reference(row.prefix).id == row.id
    entry = _entries()[-1]
    assert (len(_entries()), entry.action, entry.actor_id) == (2, "api_key.revoked", None)
    assert apikeys.list_live_keys(account.id) == []


def test_what_is_refused_leaves_no_trace(account: Account) -> None:
    for user in ("nobody", "nobody@example.com", str(uuid4()), "0", "9" * 30):
        with pytest.raises(Invalid) as caught:
            _issue(user)
        assert caught.value.field == "user"
    with pytest.raises(BadOrigin):
        _issue("you", allowed_origins=["not a host"])
    with pytest.raises(UnknownKey):
        staff.revoke_key(STAFF_ID, uuid4())
    with pytest.raises(UnknownKey):
        staff.revoke_key_by_reference("R_nobody")
    assert (_entries(), _messages(), apikeys.list_keys(account)) == ([], 0, [])


def test_a_transaction_that_fails_leaves_no_trace(account: Account) -> None:
    def break_off() -> None:
        with transaction():
            _issue("you")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert (_entries(), _messages(), apikeys.list_keys(account)) == ([], 0, [])


@pytest.mark.parametrize("by", ["uuid", "id", "email", "username"])
def test_an_owner_is_named_in_any_way(account: Account, by: str) -> None:
    row = _issue(str(getattr(account, by)))
    assert row.owner_id == account.id
    assert _ids(user=str(getattr(account, by))) == [row.uuid]


def test_somebody_whom_a_filter_cannot_name_is_refused(account: Account) -> None:
    make_account(str(account.id))
    for user in ("nobody", str(account.id)):
        with pytest.raises(Invalid) as caught:
            _ids(user=user)
        assert caught.value.field == "user"


def test_keys_that_are_not_revoked_are_listed_with_their_owners(account: Account) -> None:
    first, gone, last = (_issue("you", name=name) for name in ("First", "Gone", "Last"))
    staff.revoke_key(STAFF_ID, gone.uuid)
    rows, total = staff.list_live_keys(**SMALL)
    assert total == 3
    assert [key.row.name for key in rows] == ["Last", "First", "A key"]
    assert [key.owner.username for key in rows] == ["you", "you", "somebody"]
    assert _ids(user="you") == [last.uuid, first.uuid]


def test_a_key_is_found_by_its_beginning_or_a_part_of_its_name(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "R_aBcDeF" + "x" * 34
    monkeypatch.setattr(apikeys, "new_key", lambda _scope: key)
    row = _issue("you", name="100% Shop_CRM")
    for text in ("R_aBcD", "R_aBcDeF", "R_aBcDeF…", key, "shop", "CRM", "100%", "p_c"):
        assert _ids(search=text) == [row.uuid]
    for text in ("R_abcd", "aBcDeF", "…", "%%", "R__BcD", "nothing"):
        assert _ids(search=text) == []


def test_a_scope_leaves_the_other_out(account: Account) -> None:
    row = _issue("you", scope=Scope.READ_WRITE)
    assert _ids(scope=Scope.READ_WRITE) == [row.uuid]
    assert row.uuid not in _ids(scope=Scope.READ)
    assert len(_ids(scope=Scope.READ)) == 1


def test_a_page_of_keys_costs_as_many_statements_whatever_it_holds(
    account: Account, statements: list[str]
) -> None:
    for number in range(15):
        _issue(accounts.get_account(make_account(f"owner{number}").id).username)
    session.rollback()
    session.expunge_all()
    statements.clear()
    assert len(staff.list_live_keys(**SMALL).rows) == 16
    # The keys, their number, and their owners.
    assert len([each for each in statements if "SELECT" in each]) == 3
