"""Accounts made on the machine itself."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import operator_service as operators
from app.accounts.enums import Role, Tier
from app.accounts.errors import AccountTaken
from app.audit.models import AuditEntry
from app.core.db import session
from tests.factories import make_account

pytestmark = pytest.mark.both


def _entries() -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_account_that_is_made_is_written_down_without_an_actor(app: Flask) -> None:
    account = operators.create_account(email="you@example.com", username="you", tier=Tier.PRO)
    assert (account.username, account.tier, account.role) == ("you", Tier.PRO, Role.USER)
    [entry] = _entries()
    assert (entry.actor_id, entry.action) == (None, "account.created")
    assert (entry.object_type, entry.object_id) == ("account", str(account.uuid))
    assert entry.details == {"role": "user"}


def test_an_admin_is_made_or_promoted_and_written_down(app: Flask) -> None:
    make_account("you")
    made, is_new = operators.create_admin(email="boss@example.com", password="correct horse")
    assert (made.role, is_new) == (Role.ADMIN, True)
    promoted, is_new = operators.create_admin(email="you@example.com")
    assert (promoted.role, is_new) == (Role.ADMIN, False)
    entries = [(entry.action, entry.object_id, entry.actor_id) for entry in _entries()]
    assert entries == [
        ("account.created", str(made.uuid), None),
        ("account.promoted", str(promoted.uuid), None),
    ]


def test_what_is_refused_is_not_written_down(app: Flask) -> None:
    make_account("you")
    with pytest.raises(AccountTaken):
        operators.create_account(email="you@example.com")
    assert _entries() == []
