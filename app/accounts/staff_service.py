"""What staff sees of accounts, and does to them.

Each deed is written down, and its person told, in the transaction that does it. One that changes
nothing, because it was done before, leaves no trace.
"""

from typing import Any
from uuid import UUID

from app.accounts import account_messages, repository, staff_repository
from app.accounts import message_service as messages
from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.accounts.enums import Role, Tier, VerificationStage
from app.accounts.errors import OwnAccount, SuperuserOnly, UnknownAccount
from app.accounts.models import Account
from app.audit import service as audit
from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction
from app.core.text import fold

OBJECT = "account"
DISABLED = "account.disabled"
ENABLED = "account.enabled"
TIER_CHANGED = "account.tier_changed"
OWN_ACCOUNT = "You cannot disable your own account."
SUPERUSER_ONLY = "Only a superuser may disable or enable a superuser."


def list_accounts(
    *,
    role: Role | None = None,
    verification_stage: VerificationStage | None = None,
    subscription_tier: Tier | None = None,
    is_disabled: bool | None = None,
    search: str = "",
    offset: int,
    limit: int,
) -> Slice:
    """Return accounts, newest first, that all of the given filters fit.

    Each word of `search` begins the e-mail address, the username or a name, without case and
    accents.
    """
    return staff_repository.list_accounts(
        role=role,
        verification_stage=verification_stage,
        subscription_tier=subscription_tier,
        is_disabled=is_disabled,
        searched=set(fold(search).split()),
        offset=offset,
        limit=limit,
    )


def update_account(actor: Caller, uuid: UUID, changes: dict[str, Any]) -> Account:
    """Change an account's `subscription_tier`, where that is given.

    :raises UnknownAccount: when there is no such account.
    """
    with transaction():
        account = _lock(uuid)
        before, tier = account.tier, changes.get("subscription_tier", account.tier)
        if tier is not before:
            account.tier = tier
            audit.record(actor.account_id, TIER_CHANGED, OBJECT, uuid, before=before, after=tier)
            messages.tell(account.id, account_messages.tier_changed(tier))
    return account


def disable_account(actor: Caller, uuid: UUID) -> Account:
    """Refuse an account's tokens and API keys from now on. Doing so again changes nothing.

    :raises UnknownAccount: when there is no such account.
    :raises OwnAccount: when it is the actor's own.
    :raises SuperuserOnly: when it is a superuser's and the actor is none.
    """
    with transaction():
        account = _lock(uuid)
        if account.id == actor.account_id:
            raise OwnAccount(OWN_ACCOUNT)
        _require_rank(actor, account)
        if account.disabled_at is None:
            account.disabled_at = clock.now()
            audit.record(actor.account_id, DISABLED, OBJECT, uuid)
            messages.tell(account.id, account_messages.disabled())
    return account


def enable_account(actor: Caller, uuid: UUID) -> Account:
    """Restore all that disabling has refused. Doing so again changes nothing.

    :raises UnknownAccount: when there is no such account.
    :raises SuperuserOnly: when it is a superuser's and the actor is none.
    """
    with transaction():
        account = _lock(uuid)
        _require_rank(actor, account)
        if account.disabled_at is not None:
            account.disabled_at = None
            audit.record(actor.account_id, ENABLED, OBJECT, uuid)
            messages.tell(account.id, account_messages.enabled())
    return account


def _lock(uuid: UUID) -> Account:
    account = repository.lock_by_uuid(uuid)
    if account is None:
        raise UnknownAccount(accounts.NO_SUCH_ACCOUNT)
    return account


def _require_rank(actor: Caller, account: Account) -> None:
    if account.is_superuser and not actor.is_superuser:
        raise SuperuserOnly(SUPERUSER_ONLY)
