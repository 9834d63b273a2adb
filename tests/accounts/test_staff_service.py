"""What staff does to accounts, at the same time as others too."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts import staff_service as staff
from app.accounts.caller import Caller
from app.accounts.enums import Role, Tier, VerificationStage
from app.accounts.errors import OwnAccount, SuperuserOnly, UnknownAccount
from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.factories import make_account
from tests.threads import at_once

pytestmark = pytest.mark.both

SMALL: dict[str, Any] = {"offset": 0, "limit": 20}


def _caller(account: Account) -> Caller:
    return Caller(account.id, Role.ADMIN, account.is_superuser, VerificationStage.NOT_STARTED)


@pytest.fixture
def boss(app: Flask) -> Caller:
    account, _is_new = accounts.create_admin(email="boss@example.com")
    return _caller(account)


def _traces() -> tuple[list[str], int]:
    """Return what is written down, and how many messages are on their way."""
    session.rollback()
    actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    return actions, session.execute(select(func.count()).select_from(OutboxItem)).scalar_one()


def _at_once(app: Flask, deed: Callable[[], object], times: int = 6) -> None:
    def do() -> None:
        with app.app_context():
            deed()

    at_once([do] * times)


def test_disabled_at_once_by_many_it_is_written_down_once(app: Flask, boss: Caller) -> None:
    uuid = make_account().uuid
    _at_once(app, partial(staff.disable_account, boss, uuid))
    # One deed, told by mail and by SMS.
    assert _traces() == (["account.disabled"], 2)
    _at_once(app, partial(staff.enable_account, boss, uuid))
    assert _traces() == (["account.disabled", "account.enabled"], 4)


def test_a_subscription_changed_at_once_by_many_is_written_down_once(
    app: Flask, boss: Caller
) -> None:
    uuid = make_account().uuid
    change = {"subscription_tier": Tier.PRO}
    _at_once(app, partial(staff.update_account, boss, uuid, change))
    assert _traces() == (["account.tier_changed"], 2)


def test_two_that_disable_each_other_at_once_do_not_wait_for_each_other(
    app: Flask, boss: Caller
) -> None:
    other, _is_new = accounts.create_admin(email="other@example.com")
    own = accounts.get_account(boss.account_id)
    deeds = [(boss, other.uuid), (_caller(other), own.uuid)]

    def disable(actor: Caller, uuid: UUID) -> None:
        with app.app_context():
            staff.disable_account(actor, uuid)

    at_once([partial(disable, *deed) for deed in deeds])
    assert _traces() == (["account.disabled"] * 2, 4)


def test_disabling_again_keeps_the_first_time(boss: Caller) -> None:
    uuid = make_account().uuid
    first = staff.disable_account(boss, uuid).disabled_at
    assert first is not None
    assert staff.disable_account(boss, uuid).disabled_at == first


def test_what_is_refused_leaves_no_trace(boss: Caller) -> None:
    superuser = make_account()
    with transaction():
        superuser.is_superuser = True
    own = accounts.get_account(boss.account_id).uuid
    with pytest.raises(OwnAccount):
        staff.disable_account(boss, own)
    for deed in (staff.disable_account, staff.enable_account):
        with pytest.raises(SuperuserOnly):
            deed(boss, superuser.uuid)
        with pytest.raises(UnknownAccount):
            deed(boss, uuid4())
    with pytest.raises(UnknownAccount):
        staff.update_account(boss, uuid4(), {"subscription_tier": Tier.PRO})
    assert _traces() == ([], 0)


def test_a_transaction_that_fails_leaves_no_trace(boss: Caller) -> None:
    uuid = make_account().uuid

    def break_off() -> None:
        with transaction():
            staff.disable_account(boss, uuid)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    session.expire_all()
    assert accounts.get_account_by_uuid(uuid).disabled_at is None
    assert _traces() == ([], 0)


def test_filters_are_joined_by_and(boss: Caller) -> None:
    wanted, other = make_account("wanted"), make_account("other")
    for account in (wanted, other):
        staff.update_account(boss, account.uuid, {"subscription_tier": Tier.PRO})
    staff.disable_account(boss, wanted.uuid)
    rows, total = staff.list_accounts(subscription_tier=Tier.PRO, is_disabled=True, **SMALL)
    assert ([row.id for row in rows], total) == ([wanted.id], 1)
    rows, total = staff.list_accounts(subscription_tier=Tier.PRO, **SMALL)
    assert ([row.id for row in rows], total) == ([other.id, wanted.id], 2)
    assert staff.list_accounts(role=Role.ADMIN, search="wanted", **SMALL) == ([], 0)


@pytest.mark.parametrize("search", ["' OR 1=1 --", "%", "_", "\\", "a" * 100, "١٢٣", "\ufdfa"])
def test_any_search_is_only_text(boss: Caller, search: str) -> None:
    make_account()
    assert staff.list_accounts(search=search, **SMALL) == ([], 0)
