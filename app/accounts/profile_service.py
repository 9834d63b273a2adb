"""What people change about their own accounts."""

from typing import Any

from app.accounts import code_service as codes
from app.accounts import repository
from app.accounts import service as accounts
from app.accounts.enums import CodePurpose, Mode, VerificationStage
from app.accounts.errors import UnknownAccount, WrongStage
from app.accounts.models import Account
from app.accounts.passwords import hash_password, is_password
from app.core import clock
from app.core.db import reading, transaction
from app.core.errors import Invalid

WRONG_PASSWORD = "This is not your present password."
UNDER_REVIEW = "The profile is being reviewed, and cannot be changed meanwhile."
# What staff looks at in a review, beside what the host profile holds itself.
_REVIEWED = ("first_name", "last_name", "phone_number")


def update_profile(account_id: int, changes: dict[str, Any]) -> Account:
    """Change `first_name`, `last_name`, `bio` or `phone_number`; what is absent stays.

    A new phone number is unverified until the code that is sent to it comes back; None takes the
    number away. While the host profile is being reviewed, names and number stay as they are.

    :raises Invalid: when the number is none.
    :raises AccountTaken: when another account has verified the number.
    :raises WrongStage: on what the review forbids to change.
    """
    wanted = dict(changes)
    if wanted.get("phone_number") is not None:
        wanted["phone_number"] = accounts.checked_phone(wanted["phone_number"])
    with transaction():
        account = _lock(account_id)
        changed = {name for name in wanted if wanted[name] != getattr(account, name)}
        if account.verification_stage is VerificationStage.PENDING_REVIEW:
            _refuse_reviewed(changed)
        for name in {"first_name", "last_name", "bio"} & changed:
            setattr(account, name, wanted[name] or "")
        if "phone_number" in changed:
            _claim(account, wanted["phone_number"])
    return account


def _refuse_reviewed(changed: set[str]) -> None:
    for name in _REVIEWED:
        if name in changed:
            raise WrongStage(UNDER_REVIEW, name)


def set_mode(account_id: int, mode: Mode) -> Account:
    """Switch between booking and hosting, which permits and forbids nothing."""
    with transaction():
        account = _lock(account_id)
        account.mode = mode
    return account


def change_password(account_id: int, old_password: str, new_password: str) -> Account:
    """Set a new password and end every session; the caller gets a new one.

    :raises Invalid: on `old_password` when it is wrong, on `new_password` when it cannot be taken.
    """
    with reading() as reader:
        found = repository.find_own_credentials(reader, account_id)
    old_hash = found.password_hash if found else None
    if not is_password(old_password, old_hash):
        raise Invalid(WRONG_PASSWORD, "old_password")
    about = accounts.known_about(accounts.get_account(account_id))
    new_hash = hash_password(accounts.checked_password(new_password, about, "new_password"))
    with transaction():
        account = _lock(account_id)
        if account.password_hash != old_hash:
            # Of two changes at once, one finds that its old password is old indeed.
            raise Invalid(WRONG_PASSWORD, "old_password")
        account.password_hash = new_hash
        account.token_version += 1
        codes.retire_codes(CodePurpose.PASSWORD_RESET, account.email)
    return account


def _claim(account: Account, number: str | None) -> None:
    accounts.require_free_phone(number, besides=account)
    account.phone_number = number
    account.phone_claimed_at = clock.now() if number else None
    account.phone_verified_at = None
    if number:
        codes.request_code(CodePurpose.PHONE, account.email)


def _lock(account_id: int) -> Account:
    account = repository.lock_account(account_id)
    if account is None:
        raise UnknownAccount(accounts.NO_SUCH_ACCOUNT)
    return account
