"""Making and finding accounts."""

import re
from collections.abc import Collection
from secrets import randbelow
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.accounts import code_service as codes
from app.accounts import repository
from app.accounts.enums import CodePurpose, Role, Tier
from app.accounts.errors import AccountTaken, UnknownAccount
from app.accounts.identity import (
    BadEmail,
    email_key,
    fold_identifier,
    identifier_key,
    is_username,
    normalise_email,
    username_from_email,
)
from app.accounts.limits import USERNAME_CHARS
from app.accounts.models import Account
from app.accounts.passwords import hash_password, known_of, password_problem
from app.accounts.phones import BadPhoneNumber, normalise_phone
from app.core import clock
from app.core.db import transaction, violates
from app.core.errors import Invalid

MAX_ID = 2**31 - 1
COUNTED_USERNAMES = 10
PHONE_TAKEN = "An account with this phone number exists already."
EMAIL_TAKEN = "An account with this e-mail address exists already."
USERNAME_TAKEN = "An account with this username exists already."
NO_SUCH_ACCOUNT = "There is no such account."


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
    address = checked_email(email)
    password_hash = None
    if password is not None:
        password_hash = hash_password(checked_password(password, known_of(address)))
    with transaction():
        return put_account(
            address,
            username,
            email_verified_at=clock.now(),
            password_hash=password_hash,
            role=Role.ADMIN if is_admin else Role.USER,
            tier=tier,
        )


def put_account(address: str, username: str | None, **columns: Any) -> Account:
    """Add an account with a checked address, or put it in the place of one never verified.

    Belongs into the transaction of the caller. The account is locked.

    :raises Invalid: when the username cannot be accepted.
    :raises AccountTaken: when another verified account has the address or the username.
    """
    with transaction():
        account = repository.lock_by_email_key(email_key(address))
        if account is None:
            try:
                return _add_account(address, username, columns)
            except AccountTaken as taken:
                if taken.field != "email":
                    raise
                # Somebody came first with the same address.
                account = repository.lock_by_email_key(email_key(address))
        if account is None or account.email_verified_at:
            raise AccountTaken(EMAIL_TAKEN, "email")
        account.email = address
        _void(account, username)
        for name, value in columns.items():
            setattr(account, name, value)
        _write_account()
        if account.email_verified_at:
            _end_codes(account)
    return account


def create_admin(*, email: str, password: str | None = None) -> tuple[Account, bool]:
    """Make an admin of the account with this address, creating it where there is none.

    Returns the account and whether it is new. The password of a verified address stays unless one
    is given.

    :raises Invalid: as `create_account`.
    """
    with transaction():
        account = repository.lock_by_email_key(email_key(checked_email(email)))
        if account is None:
            return create_account(email=email, password=password, is_admin=True), True
        if account.email_verified_at is None:
            _void(account, None)
            account.email_verified_at = clock.now()
            _end_codes(account)
        account.role = Role.ADMIN
        if password is not None:
            account.password_hash = hash_password(checked_password(password, known_of(email)))
            account.token_version += 1
    return account, False


def get_account(account_id: int) -> Account:
    """Return the account with this id.

    :raises UnknownAccount: when there is none.
    """
    account = repository.find_account(account_id) if 0 < account_id <= MAX_ID else None
    if account is None:
        raise UnknownAccount(f"There is no account {account_id}.")
    return account


def find_accounts(account_ids: Collection[int]) -> dict[int, Account]:
    """Return the accounts with these ids, by id, as far as there are any."""
    return {account.id: account for account in repository.list_by_id(account_ids)}


def get_account_by_uuid(uuid: UUID) -> Account:
    """Return the account that the marketplace calls so.

    :raises UnknownAccount: when there is none.
    """
    account = repository.find_by_uuid(uuid)
    if account is None:
        raise UnknownAccount(NO_SUCH_ACCOUNT)
    return account


def lock_account(account_id: int) -> Account:
    """Return an account as it is now; nobody else changes it until the transaction ends.

    Whoever counts what an account has, before adding to it, holds it meanwhile.

    :raises UnknownAccount: when there is none.
    """
    with transaction():
        account = repository.lock_account(account_id)
    if account is None:
        raise UnknownAccount(f"There is no account {account_id}.")
    return account


def get_account_by_reference(reference: str) -> Account:
    """Return the account that a person names by UUID, username, e-mail address or id.

    :raises UnknownAccount: when nothing fits, or several accounts do: a username may look like
        somebody else's address. Nobody chooses their UUID, so one that fits is enough.
    """
    account = repository.find_by_uuid(UUID(reference)) if _is_uuid(reference) else None
    if account is not None:
        return account
    key = fold_identifier(reference)
    found = {
        account.id: account
        for account in (
            repository.find_by_username_key(key),
            repository.find_by_email_key(identifier_key(reference)),
            repository.find_account(int(key)) if _is_id(key) else None,
        )
        if account is not None
    }
    if not found:
        raise UnknownAccount(f"There is no account {reference!r}.")
    if len(found) > 1:
        ids = ", ".join(map(str, sorted(found)))
        raise UnknownAccount(f"{reference!r} names several accounts, with the ids {ids}.")
    return found.popitem()[1]


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= MAX_ID


def checked_email(email: str) -> str:
    """Return an address as it is shown.

    :raises Invalid: on `email`, when mail could never be sent there.
    """
    try:
        return normalise_email(email)
    except BadEmail as error:
        raise Invalid(str(error), "email") from None


def checked_phone(phone_number: str) -> str:
    """Return a phone number in E.164.

    :raises Invalid: on `phone_number`, when it is none that a person may have.
    """
    try:
        return normalise_phone(phone_number)
    except BadPhoneNumber as error:
        raise Invalid(str(error), "phone_number") from None


def checked_password(password: str, about: set[str], field: str = "password") -> str:
    """Return a password that may be somebody's of whom all this is known.

    :raises Invalid: on `field`, when it is too short, too long or too easily guessed.
    """
    problem = password_problem(password, about)
    if problem:
        raise Invalid(problem, field)
    return password


def checked_username(username: str) -> str:
    """Return a username that somebody may have, whoever has it.

    :raises Invalid: on `username`, when nobody may.
    """
    length = max(len(username), len(fold_identifier(username)))
    if not is_username(username) or length > USERNAME_CHARS:
        raise Invalid(
            f"A username has 1 to {USERNAME_CHARS} letters, digits and . - _ @ +.", "username"
        )
    return username


def known_about(account: Account) -> set[str]:
    """Return what anybody may know of somebody, and what is no password therefore."""
    names = known_of(account.email, account.first_name, account.last_name)
    return names | {account.username}


def set_verified_phone(account: Account) -> None:
    """Make the number that an account claims its own.

    :raises AccountTaken: when another account has verified it.
    """
    require_free_phone(account.phone_number, besides=account)
    account.phone_verified_at = account.phone_verified_at or clock.now()
    _write_account()


def link_google(account: Account, sub: str) -> None:
    """Let somebody at Google open an account.

    :raises AccountTaken: when they open another one already.
    """
    account.google_sub = sub
    _write_account()


def require_free_phone(phone_number: str | None, *, besides: Account) -> None:
    """Check that no other account has verified a number.

    :raises AccountTaken: when one has.
    """
    if phone_number and repository.is_phone_verified(phone_number, besides=besides.id):
        raise AccountTaken(PHONE_TAKEN, "phone_number")


def _add_account(address: str, username: str | None, columns: dict[str, Any]) -> Account:
    while True:
        name = _free_username(username, address)
        account = Account(
            email=address,
            email_key=email_key(address),
            username=name,
            username_key=fold_identifier(name),
            created_at=clock.now(),
            **columns,
        )
        try:
            repository.add_account(account)
        except IntegrityError as error:
            taken = _as_taken(error)
            # Somebody took the derived name in the meantime: derive another one.
            if username is None and isinstance(taken, AccountTaken) and taken.field == "username":
                continue
            raise taken from error
        return account


def _void(account: Account, username: str | None) -> None:
    """Forget what whoever registered an address, and never verified it, has left behind."""
    account.password_hash = account.google_sub = None
    account.token_version += 1
    account.first_name = account.last_name = account.bio = ""
    account.phone_number = account.phone_claimed_at = account.phone_verified_at = None
    _set_username(account, _free_username(username, account.email, besides=account))
    codes.retire_replaced_codes(CodePurpose.EMAIL, account)


def _end_codes(account: Account) -> None:
    """Make worthless what was mailed before somebody else's word verified the address."""
    codes.retire_codes(CodePurpose.EMAIL, account.email)
    codes.retire_codes(CodePurpose.PASSWORD_RESET, account.email)


def _set_username(account: Account, username: str) -> None:
    account.username, account.username_key = username, fold_identifier(username)


def _write_account() -> None:
    try:
        repository.write_account()
    except IntegrityError as error:
        raise _as_taken(error) from error


def _free_username(wanted: str | None, email: str, *, besides: Account | None = None) -> str:
    """Return the wanted username, or one made from an address, that nobody else has.

    :raises Invalid: when the wanted one cannot be accepted.
    :raises AccountTaken: when a verified account has the wanted one.
    """
    if wanted is not None:
        _take_username(checked_username(wanted), besides)
        return wanted
    base = username_from_email(email)[: USERNAME_CHARS - 10]
    name, number = base, 1
    while repository.find_by_username_key(fold_identifier(name)) not in (None, besides):
        # Nobody counts through thousands of the same name.
        number = number + 1 if number < COUNTED_USERNAMES else randbelow(10**9)
        name = f"{base}{number}"
    return name


def _take_username(username: str, besides: Account | None) -> None:
    """Give whoever has a username, and never verified their address, another one."""
    holder = repository.find_by_username_key(fold_identifier(username))
    if holder is None or holder is besides:
        return
    # Whoever waited here could be waited for: somebody busy with their account keeps the name.
    holder = repository.lock_unless_held(holder.id)
    if holder is None or holder.email_verified_at:
        raise AccountTaken(USERNAME_TAKEN, "username")
    _set_username(holder, _free_username(None, holder.email))
    _write_account()


def _as_taken(error: IntegrityError) -> Exception:
    """Return what a constraint's refusal means, or the error itself where it means nothing."""
    constraints = {
        "uq_account_email_key": ("email", "account.email_key", EMAIL_TAKEN),
        "uq_account_username_key": ("username", "account.username_key", USERNAME_TAKEN),
        "uq_account_google_sub": ("email", "account.google_sub", EMAIL_TAKEN),
        "uq_account_verified_phone": ("phone_number", "account.phone_number", PHONE_TAKEN),
    }
    for constraint, (field, column, sentence) in constraints.items():
        if violates(error, constraint, column):
            return AccountTaken(sentence, field)
    return error
