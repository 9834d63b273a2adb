"""One-time codes: asked for, mailed, tried and used up.

Nobody learns from an answer, or from how long it takes, whether an account exists: a request
for a code only writes an outbox row, and the job behind it does for an unknown name what it
does for a known one, but for the mail.
"""

import hmac
from datetime import timedelta
from secrets import token_hex
from typing import Any

from app.accounts import repository
from app.accounts.codes import new_code
from app.accounts.enums import CodePurpose
from app.accounts.errors import WrongCode
from app.accounts.identity import fold_identifier
from app.accounts.models import Account
from app.core import clock, crypto, outbox
from app.core.db import transaction
from app.core.settings import current_settings
from app.notifications import service as notifications

CODES_AN_HOUR = 5
CODE_REQUESTED = "accounts.code_requested"
WRONG_CODE = "Invalid or expired verification code."


def request_code(purpose: CodePurpose, username: str) -> None:
    """Ask for a code for the account with this username, if there is one.

    Writes one outbox row whether or not there is; the code is made and mailed by its job.
    """
    with transaction():
        request = {"purpose": purpose, "username": username, "request_id": token_hex(16)}
        outbox.post(CODE_REQUESTED, request)


@outbox.handler(CODE_REQUESTED)
def send_requested_code(payload: dict[str, Any]) -> None:
    """Make a code for the name in the payload, keep its HMAC, and mail it (the outbox job).

    An unknown name gets a row like any other and no mail. A name gets at most five codes an
    hour. A job that is tried again makes a new code in place of its own last one, so that a mail
    server that is away uses none of them up.
    """
    purpose = CodePurpose(payload["purpose"])
    name_key = fold_identifier(payload["username"])
    identifier = _identifier_digest(purpose, name_key)
    code = new_code()
    now = clock.now()
    ttl_s = current_settings().code_ttl_s
    with transaction():
        repository.delete_codes_of_request(payload["request_id"])
        since = now - timedelta(hours=1)
        if repository.count_codes_since(purpose, identifier, since) >= CODES_AN_HOUR:
            return
        repository.retire_codes(purpose, identifier, now)
        repository.add_code(
            purpose,
            identifier,
            _code_digest(purpose, name_key, code),
            request_id=payload["request_id"],
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
    """Delete the codes, decoys included, that are over and that no hourly cap counts any more."""
    kept = max(timedelta(hours=2), timedelta(seconds=current_settings().code_ttl_s))
    with transaction():
        repository.delete_codes_before(clock.now() - kept)


def _identifier_digest(purpose: CodePurpose, name_key: str) -> bytes:
    return crypto.keyed_digest("code-identifier", purpose, name_key)


def _code_digest(purpose: CodePurpose, name_key: str, code: str) -> bytes:
    return crypto.keyed_digest("code", purpose, name_key, code)
