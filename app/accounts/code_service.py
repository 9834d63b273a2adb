"""One-time codes: asked for, sent, tried and used up.

Nobody learns from an answer, or from how long it takes, whether an account exists: a request
for a code only writes an outbox row, and the job behind it does for an unknown name what it
does for a known one, but for the message.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex
from typing import Any

from app.accounts import repository
from app.accounts.codes import new_code
from app.accounts.enums import CodePurpose
from app.accounts.errors import WrongCode
from app.accounts.identity import fold_identifier, identifier_key
from app.accounts.models import Account
from app.core import clock, crypto, outbox
from app.core.db import transaction
from app.core.settings import current_settings
from app.notifications import service as notifications

# Past these, only while the last one is not alive: whoever uses them up in somebody's name leaves
# that person with a code, or with the right to the next one.
CODES_AN_HOUR = 5
CODE_REQUESTED = "accounts.code_requested"
_WHAT_FOR = {
    CodePurpose.API_KEY: "to get an API key",
    CodePurpose.EMAIL: "to confirm your e-mail address",
    CodePurpose.PHONE: "to confirm your phone number",
    CodePurpose.PASSWORD_RESET: "to choose a new password",
}
WRONG_CODE = "Invalid or expired verification code."


@dataclass(frozen=True, slots=True)
class RightCode:
    """A live code that somebody knows; `field` is the input that refusals of it name."""

    id: int
    account_id: int | None
    field: str | None


def request_code(purpose: CodePurpose, identifier: str, *, account_id: int | None = None) -> None:
    """Ask for a code for the account that this identifier names, if there is one.

    It is the username for an API key, else the e-mail address; for a phone number's code that
    address or the number itself, with `account_id` where it is known who claims it. Writes one
    outbox row whether or not there is such an account; the code is made and sent by its job.
    """
    with transaction():
        outbox.post(
            CODE_REQUESTED,
            {
                "purpose": purpose,
                "identifier": identifier,
                "account_id": account_id,
                "request_id": token_hex(16),
            },
        )


@outbox.handler(CODE_REQUESTED)
def send_requested_code(payload: dict[str, Any]) -> None:
    """Make a code for the name in the payload, keep its HMAC, and send it (the outbox job).

    An unknown name gets a row like any other and no message. A name gets five codes an hour, and so
    does an account, whatever numbers it claims; past them another one each time that the last has
    lived for its ten minutes. What gets none keeps the code that it has. A job that is tried again
    makes a new code in place of its own last one, so that a mail server that is away uses none of
    them up.
    """
    purpose = CodePurpose(payload["purpose"])
    code = new_code()
    now = clock.now()
    ttl_s = current_settings().code_ttl_s
    with transaction():
        repository.delete_codes_of_request(payload["request_id"])
        key, account = _find_addressee(purpose, payload["identifier"], payload.get("account_id"))
        digest, account_id = _identifier_digest(purpose, key), account.id if account else None
        if not _may_send(purpose, digest, account_id):
            return
        if purpose is CodePurpose.PHONE:
            repository.retire_codes_of_account(purpose, digest, account_id, now)
        else:
            repository.retire_codes(purpose, digest, now)
        repository.add_code(
            purpose,
            digest,
            _code_digest(purpose, key, code),
            account_id=account_id,
            request_id=payload["request_id"],
            created_at=now,
            expires_at=now + timedelta(seconds=ttl_s),
        )
    if account is None:
        return
    what_for = _WHAT_FOR[purpose]
    if purpose is CodePurpose.PHONE:
        notifications.send_code_sms(key, code, what_for=what_for, valid_s=ttl_s)
    else:
        notifications.send_code_mail(account.email, code, what_for=what_for, valid_s=ttl_s)


def try_code(
    purpose: CodePurpose,
    identifier: str,
    code: str,
    *,
    account_id: int | None = None,
    field: str | None = None,
) -> RightCode:
    """Count a try at the identifier's live code and compare; return it for `consume_code`.

    Several accounts may have a code for one phone number: with `account_id` that account's is
    tried, without it each, and the one that is right tells whose it is. The try is committed before
    the code is compared, so that tries sent at once are all counted. Must not run inside a
    transaction of the caller.

    :raises WrongCode: on `field`, when the code is not right, or none is live.
    """
    key = _key(purpose, identifier)
    given = _code_digest(purpose, key, code)
    with transaction():
        digest = _identifier_digest(purpose, key)
        live = repository.count_try(purpose, digest, account_id, clock.now())
    # Where there is no code, something is compared as well.
    live = live or [repository.CountedTry(0, None, bytes(len(given)))]
    right = [each for each in live if hmac.compare_digest(given, each.code_digest)]
    if not right:
        raise WrongCode(WRONG_CODE, field)
    return RightCode(right[0].code_id, right[0].account_id, field)


def consume_code(right: RightCode) -> Account:
    """Use up a code that `try_code` found right; return the account it was sent to, locked.

    Belongs into the transaction that acts on it: of two that come at once, one wins.

    :raises WrongCode: when another request was first, or the account cannot be used.
    """
    with transaction():
        # The account first, as everybody does who touches both: else two could wait for each other.
        account = repository.lock_account(right.account_id) if right.account_id else None
        if account is None or account.disabled_at:
            raise WrongCode(WRONG_CODE, right.field)
        if not repository.consume_code(right.id, clock.now()):
            raise WrongCode(WRONG_CODE, right.field)
        return account


def retire_codes(purpose: CodePurpose, identifier: str) -> None:
    """Make the live code of an identifier worthless."""
    with transaction():
        digest = _identifier_digest(purpose, _key(purpose, identifier))
        repository.retire_codes(purpose, digest, clock.now())


def retire_replaced_codes(purpose: CodePurpose, account: Account) -> None:
    """Make the live code of an account's address worthless, if the next request brings another.

    At the hourly limit there would be none, and whoever asked in somebody's name would keep them
    out.
    """
    with transaction():
        digest = _identifier_digest(purpose, _key(purpose, account.email))
        if _may_send(purpose, digest, account.id):
            repository.retire_codes(purpose, digest, clock.now())


def sweep_codes() -> None:
    """Delete the codes, decoys included, that are over and that no hourly cap counts any more."""
    kept = max(timedelta(hours=2), timedelta(seconds=current_settings().code_ttl_s))
    with transaction():
        repository.delete_codes_before(clock.now() - kept)


def _may_send(purpose: CodePurpose, digest: bytes, account_id: int | None) -> bool:
    """Tell whether another code may be sent, as `send_requested_code` says."""
    now, ttl = clock.now(), timedelta(seconds=current_settings().code_ttl_s)
    sent = repository.list_codes_since(purpose, digest, account_id, now - timedelta(hours=1))
    return len(sent) < CODES_AN_HOUR or max(sent) <= now - ttl


def _find_addressee(
    purpose: CodePurpose, identifier: str, account_id: int | None
) -> tuple[str, Account | None]:
    """Return the key that a code is found by, and who is to get it."""
    key = _key(purpose, identifier)
    account: Account | None
    if purpose is CodePurpose.API_KEY:
        account = repository.find_by_username_key(key)
        is_wanted = account is not None and account.email_verified_at is not None
    elif purpose is CodePurpose.PHONE and "@" not in key:
        account = repository.find_claimant(key, account_id)
        is_wanted = account is not None
    else:
        account = repository.find_by_email_key(key)
        is_wanted = account is not None and _lacks(account, purpose)
        if is_wanted and account and purpose is CodePurpose.PHONE:
            key = account.phone_number or key
    return key, account if account and is_wanted and not account.disabled_at else None


def _lacks(account: Account, purpose: CodePurpose) -> bool:
    """Tell whether a code of this purpose would do anything for an account."""
    if purpose is CodePurpose.EMAIL:
        return account.email_verified_at is None
    if purpose is CodePurpose.PHONE:
        return account.phone_number is not None and account.phone_verified_at is None
    return True


def _key(purpose: CodePurpose, identifier: str) -> str:
    if purpose is CodePurpose.API_KEY:
        return fold_identifier(identifier)
    return identifier_key(identifier)


def _identifier_digest(purpose: CodePurpose, key: str) -> bytes:
    return crypto.keyed_digest("code-identifier", purpose, key)


def _code_digest(purpose: CodePurpose, key: str, code: str) -> bytes:
    return crypto.keyed_digest("code", purpose, key, code)
