"""On the way to being a host: personal information, the identity document, the submission.

Every step holds the account, so that staff decides about what it has seen: while a profile waits
for its review nothing of it changes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from app.accounts import host_repository, repository
from app.accounts import identity_photo_service as identity_photos
from app.accounts import profile_service as profiles
from app.accounts import service as accounts
from app.accounts.enums import Gender, VerificationStage
from app.accounts.errors import UnknownAccount, WrongStage
from app.accounts.hosts import (
    BadNidaNumber,
    Checklist,
    birthday_problem,
    make_checklist,
    missing,
    normalise_nida_number,
)
from app.accounts.models import Account, HostProfile
from app.core import clock, crypto, outbox, queue
from app.core.db import transaction
from app.core.errors import Invalid, InvalidFields, Unavailable
from app.core.fields import REQUIRED
from app.media import service as media
from app.media.errors import BadPicture

DISCARD = "accounts.discard_document"
# A photo that is not a profile's by then is nobody's: the request that brought it has died.
UPLOAD_TIME = timedelta(hours=1)
# Well before: whoever is so late must send it again.
LATEST = UPLOAD_TIME / 2

IDENTITY_APPROVED = "The identity is approved, and cannot be changed any more."
ALREADY_SUBMITTED = "The profile is submitted, and waits for its review."
ALREADY_APPROVED = "The profile is approved already."
TOO_LATE = "The photo took too long to be stored. Please send it again."
_OF_ACCOUNT = {"first_name", "last_name", "phone_number"}
_OF_PROFILE = {"date_of_birth", "gender"}


@dataclass(frozen=True, slots=True)
class Personal:
    """What a host has told of themselves."""

    first_name: str
    last_name: str
    date_of_birth: date | None
    gender: Gender | None
    phone_number: str | None
    phone_verified: bool


@dataclass(frozen=True, slots=True)
class HostFile:
    """What staff sees of a host profile, the number in clear.

    `photo_token` is what `identity_photo_service.open_photo` takes from this viewer for a few
    minutes; None where there is no photo.
    """

    date_of_birth: date | None
    gender: Gender | None
    nida_number: str | None
    photo_token: str | None
    submitted_at: datetime | None
    reviewed_at: datetime | None
    rejection_reason: str | None


def get_checklist(account_id: int) -> Checklist:
    """Return how far somebody is on the way to being a host.

    :raises UnknownAccount: when there is no such account.
    """
    return _checklist(accounts.get_account(account_id), host_repository.find_profile(account_id))


def save_personal(account_id: int, changes: dict[str, Any]) -> Personal:
    """Change `first_name`, `last_name`, `phone_number`, `date_of_birth` or `gender`.

    What is absent stays. A new phone number is unverified until its code comes back. An approved
    host keeps the day of birth and the gender that staff has seen.

    :raises Invalid: when the number is none, or the host would be too young.
    :raises AccountTaken: when another account has verified the number.
    :raises WrongStage: when the stage of the profile forbids it.
    """
    born = changes.get("date_of_birth")
    problem = birthday_problem(born, clock.now()) if born else None
    if problem:
        raise Invalid(problem, "date_of_birth")
    with transaction():
        account = _lock(account_id)
        _refuse_while_pending(account)
        profile = host_repository.get_or_add_profile(account_id)
        for name in _OF_PROFILE & changes.keys():
            is_approved = account.verification_stage is VerificationStage.APPROVED
            if is_approved and getattr(profile, name) != changes[name]:
                raise WrongStage(IDENTITY_APPROVED, name)
            setattr(profile, name, changes[name])
        of_account = {name: changes[name] for name in _OF_ACCOUNT & changes.keys()}
        account = profiles.update_profile(account_id, of_account)
        return Personal(
            account.first_name,
            account.last_name,
            profile.date_of_birth,
            profile.gender,
            account.phone_number,
            account.phone_verified_at is not None,
        )


# ── the identity document ───────────────────────────────────────────────────────────────────


def save_identity(account_id: int, nida_number: str, photo: bytes) -> Checklist:
    """Keep a NIDA number and a photo of the card, in the place of earlier ones; both encrypted.

    Before the photo is stored, an outbox item is that will delete it unless the profile names it:
    whatever dies in between, no file stays that nobody knows.

    :raises InvalidFields: naming each of `nida_number` and `id_photo` that cannot be accepted.
    :raises WrongStage: while the profile is reviewed, and once it is approved.
    :raises Unavailable: when the storage is away; then everything is as before.
    """
    number, document = _checked_identity(nida_number, photo)
    path, now = media.document_path(str(uuid4())), clock.now()
    with transaction():
        _refuse_identity(_lock(account_id))
        work_id = outbox.post(DISCARD, _work(account_id, path), after=UPLOAD_TIME)
    try:
        key = media.keep_document(path, document)
        with transaction():
            account = _lock(account_id)
            _refuse_identity(account)
            if clock.now() - now > LATEST:
                raise Unavailable(TOO_LATE)
            profile = host_repository.get_or_add_profile(account_id)
            if profile.photo_path:
                outbox.post(DISCARD, _work(account_id, profile.photo_path))
            profile.nida_number = crypto.encrypt(number.encode())
            profile.photo_path, profile.photo_key = path, key
            return _checklist(account, profile)
    except Exception:
        outbox.release(DISCARD, work_id)
        raise


@outbox.handler(DISCARD, to=queue.IMAGES)
def discard_document(payload: dict[str, Any]) -> None:
    """Delete a photo, unless it is the one that the profile names (the outbox job)."""
    with transaction():
        repository.lock_account(payload["account_id"])
        profile = host_repository.find_profile(payload["account_id"])
        is_kept = profile is not None and profile.photo_path == payload["path"]
    if not is_kept:
        media.discard_document(payload["path"])


def _work(account_id: int, path: str) -> dict[str, Any]:
    return {"account_id": account_id, "path": path}


def _checked_identity(nida_number: str, photo: bytes) -> tuple[str, bytes]:
    """Return the number as it stands on the card, and the photo drawn anew."""
    errors: dict[str, list[str]] = {}
    number, document = nida_number, photo
    try:
        number = normalise_nida_number(nida_number, clock.now())
    except BadNidaNumber as error:
        errors["nida_number"] = [str(error)]
    try:
        document = media.clean_document(photo)
    except BadPicture as refusal:
        errors["id_photo"] = [refusal.message]
    if errors:
        raise InvalidFields(errors)
    return number, document


def _refuse_identity(account: Account) -> None:
    _refuse_while_pending(account)
    if account.verification_stage is VerificationStage.APPROVED:
        raise WrongStage(IDENTITY_APPROVED)


def _refuse_while_pending(account: Account) -> None:
    if account.verification_stage is VerificationStage.PENDING_REVIEW:
        raise WrongStage(profiles.UNDER_REVIEW)


# ── submitting ──────────────────────────────────────────────────────────────────────────────


def submit_profile(account_id: int) -> Checklist:
    """Hand a complete profile to staff: for the first time, or again after a rejection.

    :raises InvalidFields: naming everything that is missing.
    :raises WrongStage: when it is submitted or approved already.
    """
    with transaction():
        account = _lock(account_id)
        if account.verification_stage is VerificationStage.PENDING_REVIEW:
            raise WrongStage(ALREADY_SUBMITTED)
        if account.verification_stage is VerificationStage.APPROVED:
            raise WrongStage(ALREADY_APPROVED)
        profile = host_repository.get_or_add_profile(account_id)
        lacking = list_missing(account)
        if lacking:
            raise InvalidFields({name: [REQUIRED] for name in lacking})
        account.verification_stage = VerificationStage.PENDING_REVIEW
        profile.submitted_at = clock.now()
        return _checklist(account, profile)


# ── for staff ───────────────────────────────────────────────────────────────────────────────


def list_missing(account: Account) -> list[str]:
    """Return the names of what somebody has yet to give to become a host."""
    return missing(_given(account, host_repository.find_profile(account.id)))


def read_host_file(viewer_id: int, account_id: int) -> HostFile:
    """Return somebody's host profile for one member of staff, whom the caller has checked.

    It is empty where nothing was given yet.
    """
    profile = host_repository.find_profile(account_id) or HostProfile()
    number, path = profile.nida_number, profile.photo_path
    return HostFile(
        date_of_birth=profile.date_of_birth,
        gender=profile.gender,
        nida_number=crypto.decrypt(number).decode() if number else None,
        photo_token=identity_photos.make_token(viewer_id, account_id) if path else None,
        submitted_at=profile.submitted_at,
        reviewed_at=profile.reviewed_at,
        rejection_reason=profile.rejection_reason,
    )


def _checklist(account: Account, profile: HostProfile | None) -> Checklist:
    reason = profile.rejection_reason if profile else None
    return make_checklist(_given(account, profile), account.verification_stage, reason)


def _given(account: Account, profile: HostProfile | None) -> dict[str, object]:
    """Return what somebody has given so far, by the names that it was given under."""
    return {
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone_number": account.phone_number,
        "date_of_birth": profile and profile.date_of_birth,
        "gender": profile and profile.gender,
        "nida_number": profile and profile.nida_number,
        "id_photo": profile and profile.photo_path,
    }


def _lock(account_id: int) -> Account:
    account = repository.lock_account(account_id)
    if account is None:
        raise UnknownAccount(accounts.NO_SUCH_ACCOUNT)
    return account
