"""Queries about accounts that staff asks for."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.enums import Role, Tier, VerificationStage
from app.accounts.models import Account
from app.core.counts import Slice, read_slice


def list_accounts(
    *,
    role: Role | None,
    verification_stage: VerificationStage | None,
    subscription_tier: Tier | None,
    is_disabled: bool | None,
    searched: Collection[str],
    offset: int,
    limit: int,
) -> Slice:
    """Return accounts, newest first; each folded word of `searched` begins one of theirs."""
    query = select(Account).order_by(Account.created_at.desc(), Account.id.desc())
    if role is not None:
        query = query.where(Account.role == role)
    if verification_stage is not None:
        query = query.where(Account.verification_stage == verification_stage)
    if subscription_tier is not None:
        query = query.where(Account.tier == subscription_tier)
    if is_disabled is not None:
        is_live = Account.disabled_at.is_(None)
        query = query.where(~is_live if is_disabled else is_live)
    for word in searched:
        query = query.where(Account.searched.contains(f" {word}", autoescape=True))
    return read_slice(query, offset=offset, limit=limit)
