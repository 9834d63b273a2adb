"""Registering oneself: an account whose address, and phone number, a code has yet to prove.

Only what is verified is taken. Whoever registers with an address that nobody has verified takes
the place of the one before: another password, another name, other codes.
"""

from collections.abc import Callable
from typing import Any

from app.accounts import code_service as codes
from app.accounts import service as accounts
from app.accounts.enums import CodePurpose
from app.accounts.models import Account
from app.accounts.passwords import hash_password, known_of
from app.core import clock
from app.core.db import transaction
from app.core.errors import Invalid, InvalidFields


def register(
    *,
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    phone_number: str | None = None,
    username: str | None = None,
) -> Account:
    """Create an account and send its codes: one by mail, and one by SMS to a phone number.

    Without a username one is derived from the address.

    :raises InvalidFields: when something cannot be accepted as it is; all such fields are named.
    :raises AccountTaken: when another account has the address, the number or the username.
    """
    address, number = _checked(email, password, first_name, last_name, phone_number, username)
    columns: dict[str, Any] = {
        "password_hash": hash_password(password),
        "first_name": first_name,
        "last_name": last_name,
        "phone_number": number,
        "phone_claimed_at": clock.now() if number else None,
    }
    with transaction():
        account = accounts.put_account(address, username, **columns)
        accounts.require_free_phone(number, besides=account)
        codes.request_code(CodePurpose.EMAIL, address)
        if number:
            codes.request_code(CodePurpose.PHONE, address)
    return account


def _checked(
    email: str,
    password: str,
    first_name: str,
    last_name: str,
    phone_number: str | None,
    username: str | None,
) -> tuple[str, str | None]:
    """Return the address and the number as they are kept.

    :raises InvalidFields: naming each field that cannot be accepted.
    """
    errors: dict[str, list[str]] = {}

    def check(function: Callable[[str], str], text: str) -> str:
        try:
            return function(text)
        except Invalid as refused:
            errors[refused.field or ""] = [refused.message]
            return text

    address = check(accounts.checked_email, email)
    number = check(accounts.checked_phone, phone_number) if phone_number else None
    about = known_of(address, first_name, last_name) | ({username} if username else set())
    check(lambda text: accounts.checked_password(text, about), password)
    if username is not None:
        check(accounts.checked_username, username)
    if errors:
        raise InvalidFields(errors)
    return address, number
