"""Accounts and one-time codes.

Nobody learns from an answer, or from how long it takes, whether an account exists: a request
for a code only writes an outbox row, and the job behind it does for an unknown name what it
does for a known one, but for the mail.
"""

import hmac
from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError

from app.accounts import repository
from app.accounts.codes import new_code
from app.accounts.enums import CodePurpose, Role, Tier
from app.accounts.errors import AccountTaken, UnknownAccount, WrongCode
from app.accounts.identity import fold_identifier, is_username, username_from_email
from app.accounts.models import EMAIL_CHARS, USERNAME_CHARS, Account
from app.accounts.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, hash_password
from app.core import clock, crypto, outbox
from app.core.db import transaction, violates
from app.core.errors import Invalid
from app.core.settings import current_settings
from app.notifications import service as notifications

CODES_AN_HOUR = 5
MAX_ID = 2**31 - 1
CODE_REQUESTED = "accounts.code_requested"
WRONG_CODE = "Invalid or expired verification code."


# ── accounts ────────────────────────────────────────────────────────────────────────────────


def create_account(
    *,
    email: str,
    username: str | None = None,
    password: str | None = None,
    tier: Tier = Tier.FREE,
    is_admin: bool = False,
) -> Account:
    """Create an account whose e-mail address counts as verified, on the operator's word.

    Without a username one is derived from the address.

    :raises Invalid: when the address, the username or the password cannot be accepted.
    :raises AccountTaken: when another account has the address or the username.
    """
    address = _checked_email(email)
    password_hash = None if password is None else hash_password(_checked_password(password))
    with transaction():
        if repository.find_by_email_key(fold_identifier(address)):
            raise AccountTaken("An account with this e-mail address exists already.", "email")
        name = _free_username(username, address)
        now = clock.now()
        account = Account(
            username=name,
            username_key=fold_identifier(name),
            email=address,
            email_key=fold_identifier(address),
            email_verified_at=now,
            password_hash=password_hash,
            role=Role.ADMIN if is_admin else Role.USER,
            tier=tier,
            created_at=now,
        )
        try:
            repository.add_account(account)
        except IntegrityError as error:
            raise _taken(error) from error
    return account


def create_admin(*, email: str, password: str | None = None) -> tuple[Account, bool]:
    """Make an admin of the account with this address, creating it where there is none.

    Returns the account and whether it is new. An existing password stays unless one is given.

    :raises Invalid: as `create_account`.
    """
    with transaction():
        account = repository.find_by_email_key(fold_identifier(_checked_email(email)))
        if account is None:
            return create_account(email=email, password=password, is_admin=True), True
        account.role = Role.ADMIN
        account.email_verified_at = account.email_verified_at or clock.now()
        if password is not None:
            account.password_hash = hash_password(_checked_password(password))
    return account, False


def get_account(account_id: int) -> Account:
    """Return the account with this id.

    :raises UnknownAccount: when there is none.
    """
    account = repository.find_account(account_id) if 0 < account_id <= MAX_ID else None
    if account is None:
        raise UnknownAccount(f"There is no account {account_id}.")
    return account


def get_account_by_reference(reference: str) -> Account:
    """Return the account that a person names by username, e-mail address or id, in that order.

    :raises UnknownAccount: when nothing fits.
    """
    key = fold_identifier(reference)
    account = repository.find_by_username_key(key) or repository.find_by_email_key(key)
    if account is None and key.isdecimal() and key.isascii() and int(key) <= MAX_ID:
        account = repository.find_account(int(key))
    if account is None:
        raise UnknownAccount(f"There is no account {reference!r}.")
    return account


def _checked_email(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid("Enter a valid e-mail address.", "email") from None
    if len(found.normalized) > EMAIL_CHARS:
        raise Invalid(f"An e-mail address has at most {EMAIL_CHARS} characters.", "email")
    return found.normalized


def _checked_password(password: str) -> str:
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise Invalid(
            f"A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.", "password"
        )
    return password


def _free_username(wanted: str | None, email: str) -> str:
    if wanted is not None:
        if not is_username(wanted) or len(wanted) > USERNAME_CHARS:
            raise Invalid(
                f"A username has 1 to {USERNAME_CHARS} letters, digits and . - _ @ +.", "username"
            )
        if repository.find_by_username_key(fold_identifier(wanted)):
            raise AccountTaken("An account with this username exists already.", "username")
        return wanted
    base = username_from_email(email)[: USERNAME_CHARS - 10]
    name, number = base, 1
    while repository.find_by_username_key(fold_identifier(name)):
        number += 1
        name = f"{base}{number}"
    return name


def _taken(error: IntegrityError) -> Exception:
    if violates(error, "uq_account_email_key", "account.email_key"):
        return AccountTaken("An account with this e-mail address exists already.", "email")
    if violates(error, "uq_account_username_key", "account.username_key"):
        return AccountTaken("An account with this username exists already.", "username")
    return error


# ── one-time codes ──────────────────────────────────────────────────────────────────────────


def request_code(purpose: CodePurpose, username: str) -> None:
    """Ask for a code for the account with this username, if there is one.

    Writes one outbox row whether or not there is; the code is made and mailed by its job.
    """
    with transaction():
        outbox.post(CODE_REQUESTED, {"purpose": purpose, "username": username})


@outbox.handler(CODE_REQUESTED)
def send_requested_code(payload: dict[str, Any]) -> None:
    """Make a code for the name in the payload, keep its HMAC, and mail it (the outbox job).

    An unknown name gets a row like any other and no mail. A repeated job makes a new code; a
    name gets at most five an hour.
    """
    purpose = CodePurpose(payload["purpose"])
    name_key = fold_identifier(payload["username"])
    identifier = _identifier_digest(purpose, name_key)
    code = new_code()
    now = clock.now()
    ttl_s = current_settings().code_ttl_s
    with transaction():
        since = now - timedelta(hours=1)
        if repository.count_codes_since(purpose, identifier, since) >= CODES_AN_HOUR:
            return
        repository.retire_codes(purpose, identifier, now)
        repository.add_code(
            purpose,
            identifier,
            _code_digest(purpose, name_key, code),
            created_at=now,
            expires_at=now + timedelta(seconds=ttl_s),
        )
        account = repository.find_by_username_key(name_key)
    if account and account.email_verified_at and not account.disabled_at:
        notifications.send_code_mail(account.email, code, valid_s=ttl_s)


def try_code(purpose: CodePurpose, username: str, code: str) -> int:
    """Count a try at the name's live code and compare; return the code's id for `consume_code`.

    The try is committed before the code is compared, so that tries sent at once are all
    counted. Must not run inside a transaction of the caller.

    :raises WrongCode: when the code is not right, or none is live.
    """
    name_key = fold_identifier(username)
    identifier = _identifier_digest(purpose, name_key)
    given = _code_digest(purpose, name_key, code)
    with transaction():
        live = repository.count_try(purpose, identifier, clock.now())
    code_id, expected = live or (0, bytes(len(given)))
    if not hmac.compare_digest(given, expected):
        raise WrongCode(WRONG_CODE)
    return code_id


def consume_code(code_id: int, username: str) -> Account:
    """Use up a code that `try_code` found right; return the account of its name.

    Belongs into the transaction that acts on it: of two that come at once, one wins.

    :raises WrongCode: when another request was first, or the account cannot be used.
    """
    with transaction():
        account = repository.find_by_username_key(fold_identifier(username))
        if account is None or account.disabled_at:
            raise WrongCode(WRONG_CODE)
        if not repository.consume_code(code_id, clock.now()):
            raise WrongCode(WRONG_CODE)
        return account


def sweep_codes() -> None:
    """Delete the codes, decoys included, that no hourly cap counts any more."""
    with transaction():
        repository.delete_codes_before(clock.now() - timedelta(hours=2))


def _identifier_digest(purpose: CodePurpose, name_key: str) -> bytes:
    return crypto.keyed_digest("code-identifier", purpose, name_key)


def _code_digest(purpose: CodePurpose, name_key: str, code: str) -> bytes:
    return crypto.keyed_digest("code", purpose, name_key, code)
