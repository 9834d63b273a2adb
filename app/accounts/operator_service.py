"""Accounts that whoever runs the machine makes on it: written down without an actor."""

from typing import Any

from app.accounts import service as accounts
from app.accounts.models import Account
from app.audit import service as audit
from app.core.db import transaction

OBJECT = "account"
CREATED = "account.created"
PROMOTED = "account.promoted"


def create_account(**wanted: Any) -> Account:
    """Create an account as `accounts.create_account` does, and write that down.

    :raises Invalid, AccountTaken: as there.
    """
    with transaction():
        account = accounts.create_account(**wanted)
        audit.record(None, CREATED, OBJECT, account.uuid, role=account.role)
    return account


def create_admin(*, email: str, password: str | None = None) -> tuple[Account, bool]:
    """Make an admin as `accounts.create_admin` does, and write that down.

    :raises Invalid: as there.
    """
    with transaction():
        account, is_new = accounts.create_admin(email=email, password=password)
        action = CREATED if is_new else PROMOTED
        audit.record(None, action, OBJECT, account.uuid, role=account.role)
    return account, is_new
