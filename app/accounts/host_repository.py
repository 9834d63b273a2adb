"""Queries about host profiles."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts.enums import VerificationStage
from app.accounts.models import Account, HostProfile
from app.core.counts import Slice, read_slice
from app.core.db import session


def find_profile(account_id: int) -> HostProfile | None:
    """Return what somebody has given as a host, as it is now."""
    return session.get(HostProfile, account_id, populate_existing=True)


def get_or_add_profile(account_id: int) -> HostProfile:
    """Return somebody's profile, an empty one where there was none; the account is held."""
    profile = find_profile(account_id)
    if profile is None:
        profile = HostProfile(account_id=account_id)
        session.add(profile)
    return profile


def list_by_stage(stage: VerificationStage, *, offset: int, limit: int) -> Slice:
    """Return the accounts with a host profile at this stage, by when it was submitted."""
    query = (
        select(Account)
        .join(HostProfile, HostProfile.account_id == Account.id)
        .where(Account.verification_stage == stage)
        .order_by(HostProfile.submitted_at, Account.id)
    )
    return read_slice(query, offset=offset, limit=limit)


def find_profiles(account_ids: Collection[int]) -> dict[int, HostProfile]:
    """Return these accounts' profiles, by the account's id, as far as there are any."""
    query = select(HostProfile).where(HostProfile.account_id.in_(account_ids))
    return {profile.account_id: profile for profile in session.scalars(query)}
