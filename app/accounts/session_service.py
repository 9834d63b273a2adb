"""Logging in and out, and whether a token's account still stands behind it.

A token names an account and the version that it had. Whatever must end every session raises the
version; a single refresh token that is given back, or a session of the pages that is signed out of,
is blacklisted until it would have ended anyway.
"""

from datetime import datetime

from app.accounts import repository
from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.accounts.errors import (
    AccountTaken,
    AccountUnusable,
    OtherIdentity,
    SessionOver,
    WrongCredentials,
)
from app.accounts.identity import (
    BadEmail,
    email_key,
    identifier_key,
    is_same_mailbox,
    normalise_email,
)
from app.accounts.limits import NAME_CHARS
from app.accounts.models import Account
from app.accounts.passwords import is_password
from app.adapters.identity import GoogleIdentity, verify_google_token
from app.core import clock, crypto
from app.core.db import reading, transaction
from app.core.errors import Invalid

WRONG_CREDENTIALS = "No active account matches this e-mail address and password."
NOT_VERIFIED = "Please verify your e-mail address before you log in."
DISABLED = "This account is disabled."
SESSION_OVER = "The token is invalid or has expired."
UNUSABLE_ADDRESS = "The e-mail address of this Google account cannot be used here."
OTHER_GOOGLE_ACCOUNT = "This e-mail address belongs to an account with another Google sign-in."
# For so long somebody's address keeps a limit of its own.
HOME_TTL_S = 30 * 24 * 3600


def log_in(email: str, password: str, *, client_address: str) -> Account:
    """Return the account that this address and password open.

    The work is the same whether or not there is such an account.

    :raises WrongCredentials: when the two do not belong together.
    :raises AccountUnusable: when they do, and the account is disabled or not verified.
    """
    with reading() as reader:
        found = repository.find_credentials(reader, identifier_key(email))
    password_hash = found.password_hash if found else None
    if not is_password(password, password_hash) or found is None:
        raise WrongCredentials(WRONG_CREDENTIALS)
    account = accounts.get_account(found.account_id)
    if account.password_hash != password_hash:
        # It was changed while the old one was being compared.
        raise WrongCredentials(WRONG_CREDENTIALS)
    _require_usable(account)
    repository.remember_home(_home_digest(email, client_address), HOME_TTL_S)
    return account


def is_home(email: str, client_address: str) -> bool:
    """Tell whether somebody has lately logged in with this e-mail address from there."""
    return repository.is_home(_home_digest(email, client_address))


def log_in_with_google(id_token: str) -> Account:
    """Return the account of whom a Google ID token is about, made at their first visit.

    An account of the same verified address is linked. On one that was never verified everything
    that whoever registered it has left behind is void: the password, the phone, the sessions.

    :raises BadIdentity: when the token is not Google's word to us.
    :raises IdentityUnavailable: when that cannot be told.
    :raises Invalid: when no mail could be sent to the address.
    :raises OtherIdentity: when the address's account is somebody else's at Google.
    :raises AccountUnusable: when the account is disabled.
    """
    identity = verify_google_token(id_token)
    with transaction():
        account = repository.find_by_google_sub(identity.sub) or _link(identity)
        _require_usable(account)
    return account


def find_caller(account_id: int, version: int) -> Caller | None:
    """Return who is behind an access token, or None where the account stands behind it no more."""
    with reading() as reader:
        return repository.find_caller(reader, account_id, version)


def find_session_caller(account_id: int, version: int, jti: str) -> Caller | None:
    """Return who is behind a session, or None where it is blacklisted, or its account disabled or
    past that version."""
    with reading() as reader:
        caller = repository.find_caller(reader, account_id, version)
        return None if caller is None or repository.is_revoked(reader, jti) else caller


def check_refresh_token(account_id: int, version: int, jti: str) -> None:
    """Check that a refresh token may earn an access token.

    :raises SessionOver: when it is blacklisted, or its account disabled or past that version.
    """
    if find_session_caller(account_id, version, jti) is None:
        raise SessionOver(SESSION_OVER)


def end_session(jti: str, expires_at: datetime) -> None:
    """Blacklist a session, or a refresh token, until it ends. Doing so again changes nothing."""
    with transaction():
        repository.add_revoked_token(jti, expires_at)


def sweep_revoked_tokens() -> None:
    """Forget the blacklisted tokens that have ended by themselves."""
    with transaction():
        repository.delete_revoked_tokens(clock.now())


def _require_usable(account: Account) -> None:
    if account.disabled_at:
        raise AccountUnusable(DISABLED)
    if account.email_verified_at is None:
        raise AccountUnusable(NOT_VERIFIED)


def _home_digest(email: str, client_address: str) -> str:
    return crypto.keyed_digest("home", identifier_key(email), client_address).hex()


def _link(identity: GoogleIdentity) -> Account:
    """Return the account of an identity that we have not met, linked to it."""
    address = _google_address(identity)
    try:
        return accounts.put_account(
            address,
            None,
            email_verified_at=clock.now(),
            google_sub=identity.sub,
            first_name=identity.first_name[:NAME_CHARS],
            last_name=identity.last_name[:NAME_CHARS],
        )
    except AccountTaken:
        account = repository.lock_by_email_key(email_key(address))
    # An address that only looks alike is another mailbox: Google's word is not about it.
    is_free = account is not None and account.google_sub in (None, identity.sub)
    if account is None or not is_free or not is_same_mailbox(account.email, address):
        raise OtherIdentity(OTHER_GOOGLE_ACCOUNT)
    accounts.link_google(account, identity.sub)
    return account


def _google_address(identity: GoogleIdentity) -> str:
    try:
        return normalise_email(identity.email)
    except BadEmail:
        raise Invalid(UNUSABLE_ADDRESS, "id_token") from None
