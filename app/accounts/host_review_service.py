"""What staff decides about host profiles: each decision is written down, and its person told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.accounts import host_messages, host_repository, repository
from app.accounts import host_service as hosts
from app.accounts import message_service as messages
from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.errors import IncompleteProfile, UnknownAccount, WrongStage
from app.accounts.models import Account
from app.audit import service as audit
from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction

APPROVED, REJECTED = "host.approved", "host.rejected"
MAY_BE_APPROVED = (VerificationStage.PENDING_REVIEW,)
MAY_BE_REJECTED = (VerificationStage.PENDING_REVIEW, VerificationStage.APPROVED)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody whose host profile waits for its review, and since when."""

    account: Account
    submitted_at: datetime | None


def list_applicants(*, offset: int, limit: int) -> Slice:
    """Return the `Applicant`s, those who wait longest first."""
    found = host_repository.list_by_stage(
        VerificationStage.PENDING_REVIEW, offset=offset, limit=limit
    )
    profiles = host_repository.find_profiles([account.id for account in found.rows])
    rows = [Applicant(account, profiles[account.id].submitted_at) for account in found.rows]
    return found._replace(rows=rows)


def approve_host(actor_id: int | None, account_uuid: UUID) -> Account:
    """Make a host of somebody whose profile waits for its review.

    :raises UnknownAccount: when there is no such account.
    :raises WrongStage: when the profile does not wait for its review.
    :raises IncompleteProfile: when something is missing in it after all.
    """
    with transaction():
        account = _lock(account_uuid)
        _require(account, MAY_BE_APPROVED, "approved")
        lacking = hosts.list_missing(account)
        if lacking:
            raise IncompleteProfile(f"The profile still lacks: {', '.join(lacking)}.")
        _decide(account, VerificationStage.APPROVED, None)
        audit.record(actor_id, APPROVED, "account", account_uuid)
        messages.tell(account.id, host_messages.approved())
    return account


def reject_host(actor_id: int | None, account_uuid: UUID, reason: str) -> Account:
    """Reject a profile that waits for its review, or one that was approved once.

    Active listings of a host stay.

    :raises UnknownAccount: when there is no such account.
    :raises WrongStage: when the profile is neither waiting nor approved.
    """
    with transaction():
        account = _lock(account_uuid)
        before = account.verification_stage
        _require(account, MAY_BE_REJECTED, "rejected")
        _decide(account, VerificationStage.REJECTED, reason)
        audit.record(actor_id, REJECTED, "account", account_uuid, reason=reason, before=before)
        was_host = before is VerificationStage.APPROVED
        tell = host_messages.withdrawn if was_host else host_messages.rejected
        messages.tell(account.id, tell(reason))
    return account


def _decide(account: Account, stage: VerificationStage, reason: str | None) -> None:
    profile = host_repository.get_or_add_profile(account.id)
    account.verification_stage = stage
    profile.reviewed_at, profile.rejection_reason = clock.now(), reason


def _require(account: Account, allowed: tuple[VerificationStage, ...], deed: str) -> None:
    if account.verification_stage not in allowed:
        raise WrongStage(
            f"Only a profile that is {' or '.join(map(_in_words, allowed))} can be {deed}; "
            f"this one is {_in_words(account.verification_stage)}."
        )


def _in_words(stage: VerificationStage) -> str:
    return stage.replace("_", " ")


def _lock(account_uuid: UUID) -> Account:
    account = repository.lock_by_uuid(account_uuid)
    if account is None:
        raise UnknownAccount(accounts.NO_SUCH_ACCOUNT)
    return account
