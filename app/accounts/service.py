"""Making and finding accounts."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.exc import IntegrityError

from app.accounts import repository
from app.accounts.enums import Role, Tier
from app.accounts.errors import AccountTaken, UnknownAccount
from app.accounts.identity import fold_identifier, is_username, username_from_email
from app.accounts.models import EMAIL_CHARS, USERNAME_CHARS, Account
from app.accounts.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, hash_password
from app.core import clock
from app.core.db import transaction, violates
from app.core.errors import Invalid

MAX_ID = 2**31 - 1
EMAIL_TAKEN = "An account with this e-mail address exists already."
USERNAME_TAKEN = "An account with this username exists already."


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
    now = clock.now()
    fields = {
        "email": address,
        "email_key": fold_identifier(address),
        "email_verified_at": now,
        "password_hash": password_hash,
        "role": Role.ADMIN if is_admin else Role.USER,
        "tier": tier,
        "created_at": now,
    }
    with transaction():
        if repository.find_by_email_key(fold_identifier(address)):
            raise AccountTaken(EMAIL_TAKEN, "email")
        while True:
            name = _free_username(username, address)
            account = Account(username=name, username_key=fold_identifier(name), **fields)
            try:
                repository.add_account(account)
            except IntegrityError as error:
                taken = _taken(error)
                # Somebody took the derived name in the meantime: derive another one.
                if username is None and isinstance(taken, AccountTaken) and taken.field != "email":
                    continue
                raise taken from error
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
    """Return the account that a person names by username, e-mail address or id.

    :raises UnknownAccount: when nothing fits, or several accounts do: a username may look like
        somebody else's address.
    """
    key = fold_identifier(reference)
    found = {
        account.id: account
        for account in (
            repository.find_by_username_key(key),
            repository.find_by_email_key(key),
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


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= MAX_ID


def _checked_email(email: str) -> str:
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Invalid("Enter a valid e-mail address.", "email") from None
    # Folding can make a text longer: what is compared must fit as well as what is shown.
    if max(len(found.normalized), len(fold_identifier(found.normalized))) > EMAIL_CHARS:
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
        length = max(len(wanted), len(fold_identifier(wanted)))
        if not is_username(wanted) or length > USERNAME_CHARS:
            raise Invalid(
                f"A username has 1 to {USERNAME_CHARS} letters, digits and . - _ @ +.", "username"
            )
        if repository.find_by_username_key(fold_identifier(wanted)):
            raise AccountTaken(USERNAME_TAKEN, "username")
        return wanted
    base = username_from_email(email)[: USERNAME_CHARS - 10]
    name, number = base, 1
    while repository.find_by_username_key(fold_identifier(name)):
        number += 1
        name = f"{base}{number}"
    return name


def _taken(error: IntegrityError) -> Exception:
    if violates(error, "uq_account_email_key", "account.email_key"):
        return AccountTaken(EMAIL_TAKEN, "email")
    if violates(error, "uq_account_username_key", "account.username_key"):
        return AccountTaken(USERNAME_TAKEN, "username")
    return error
