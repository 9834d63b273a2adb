"""Queries about accounts, codes and tokens."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from redis import RedisError
from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.caller import Caller
from app.accounts.enums import CodePurpose, Role, VerificationStage
from app.accounts.models import CODE_TRIES, Account, OneTimeCode, RevokedToken
from app.core import queue
from app.core.db import Reader, session, violates

_FIND_CALLER = """
    SELECT role, is_superuser, verification_stage FROM account
    WHERE id = :id AND token_version = :version AND disabled_at IS NULL
"""
_FIND_CREDENTIALS = "SELECT id, password_hash FROM account WHERE email_key = :email_key"
_FIND_PASSWORD = "SELECT id, password_hash FROM account WHERE id = :id"
_FIND_REVOKED = "SELECT 1 FROM revoked_token WHERE jti = :jti"


class Credentials(NamedTuple):
    """What a password is compared with."""

    account_id: int
    password_hash: str | None


class CountedTry(NamedTuple):
    """A live code that a try was counted at."""

    code_id: int
    account_id: int | None
    code_digest: bytes


def find_account(account_id: int) -> Account | None:
    return session.get(Account, account_id)


def list_by_id(account_ids: Collection[int]) -> list[Account]:
    return list(session.scalars(select(Account).where(Account.id.in_(account_ids))))


def find_by_uuid(uuid: UUID) -> Account | None:
    return session.scalar(select(Account).where(Account.uuid == uuid))


def find_by_username_key(username_key: str) -> Account | None:
    return session.scalar(select(Account).where(Account.username_key == username_key))


def find_by_email_key(email_key: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email_key == email_key))


def find_by_google_sub(sub: str) -> Account | None:
    return session.scalar(select(Account).where(Account.google_sub == sub))


def find_claimant(phone_number: str, account_id: int | None) -> Account | None:
    """Return who was the last to claim a number that they have not verified.

    With an `account_id` that account, if it is among them.
    """
    claimants = select(Account).where(
        Account.phone_number == phone_number,
        Account.phone_verified_at.is_(None),
        Account.disabled_at.is_(None),
    )
    if account_id is not None:
        claimants = claimants.where(Account.id == account_id)
    return session.scalar(
        claimants.order_by(Account.phone_claimed_at.desc(), Account.id.desc()).limit(1)
    )


def is_phone_verified(phone_number: str, *, besides: int | None) -> bool:
    """Tell whether a number is verified as the one of an account other than `besides`."""
    found = session.scalar(
        select(Account.id).where(
            Account.phone_number == phone_number, Account.phone_verified_at.is_not(None)
        )
    )
    return found is not None and found != besides


def lock_account(account_id: int) -> Account | None:
    """Return an account as it is now; nobody else changes it until the transaction ends."""
    return _lock(Account.id == account_id)


def lock_by_uuid(uuid: UUID) -> Account | None:
    """Return the account that the marketplace calls so, as `lock_account` does."""
    return _lock(Account.uuid == uuid)


def lock_by_email_key(email_key: str) -> Account | None:
    """Return the account with this address, as `lock_account` does."""
    return _lock(Account.email_key == email_key)


def lock_unless_held(account_id: int) -> Account | None:
    """Return an account as `lock_account` does, or None where somebody else holds it just now."""
    return _lock(Account.id == account_id, skip_locked=True)


def _lock(which: ColumnElement[bool], *, skip_locked: bool = False) -> Account | None:
    # Rows that refer to the account may be added meanwhile: a job that adds a code holds the code
    # before it, and whoever holds the account may be waiting for that one.
    return session.scalar(
        select(Account)
        .where(which)
        .with_for_update(key_share=True, skip_locked=skip_locked)
        .execution_options(populate_existing=True)
    )


def find_caller(reader: Reader, account_id: int, version: int) -> Caller | None:
    """Return the account of a token, unless it is disabled or has moved past that version."""
    row = reader.row(_FIND_CALLER, {"id": account_id, "version": version})
    if row is None:
        return None
    role, is_superuser, stage = row
    return Caller(account_id, Role(role), bool(is_superuser), VerificationStage(stage))


def find_credentials(reader: Reader, email_key: str) -> Credentials | None:
    row = reader.row(_FIND_CREDENTIALS, {"email_key": email_key})
    return None if row is None else Credentials(*row)


def find_own_credentials(reader: Reader, account_id: int) -> Credentials | None:
    row = reader.row(_FIND_PASSWORD, {"id": account_id})
    return None if row is None else Credentials(*row)


def write_account() -> None:
    """Send what was changed in accounts; a constraint that refuses it is raised here."""
    session.flush()


def add_account(account: Account) -> None:
    """Add an account; a constraint that refuses it leaves the transaction usable."""
    with session.begin_nested():
        session.add(account)


def list_codes_since(
    purpose: CodePurpose, identifier_digest: bytes, account_id: int | None, since: datetime
) -> list[datetime]:
    """Return when an identifier got codes, and when an account got some by other ones."""
    whose = OneTimeCode.identifier_digest == identifier_digest
    if account_id is not None:
        whose = or_(whose, OneTimeCode.account_id == account_id)
    return list(
        session.scalars(
            select(OneTimeCode.created_at).where(
                OneTimeCode.purpose == purpose, OneTimeCode.created_at > since, whose
            )
        )
    )


def delete_codes_of_request(request_id: str) -> None:
    """Forget what an earlier try at the same request made."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.request_id == request_id))


def retire_codes(purpose: CodePurpose, identifier_digest: bytes, at: datetime) -> None:
    _retire(purpose, OneTimeCode.identifier_digest == identifier_digest, at)


def retire_codes_of_account(
    purpose: CodePurpose, identifier_digest: bytes, account_id: int | None, at: datetime
) -> None:
    """Make worthless what one account has for an identifier, or without one the decoys."""
    owner = OneTimeCode.account_id
    is_owner = owner.is_(None) if account_id is None else owner == account_id
    _retire(purpose, and_(OneTimeCode.identifier_digest == identifier_digest, is_owner), at)


def _retire(purpose: CodePurpose, which: ColumnElement[bool], at: datetime) -> None:
    session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.purpose == purpose, which, OneTimeCode.used_at.is_(None))
        .values(used_at=at)
    )


def add_code(
    purpose: CodePurpose,
    identifier_digest: bytes,
    code_digest: bytes,
    *,
    account_id: int | None,
    request_id: str,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(OneTimeCode).values(
            purpose=purpose,
            identifier_digest=identifier_digest,
            account_id=account_id,
            code_digest=code_digest,
            request_id=request_id,
            tries=0,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


def count_try(
    purpose: CodePurpose, identifier_digest: bytes, account_id: int | None, at: datetime
) -> list[CountedTry]:
    """Count a try at each live code; return what to compare with.

    With an `account_id` only the code that this account was sent is tried.
    """
    live = select(OneTimeCode.id).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.identifier_digest == identifier_digest,
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > at,
        OneTimeCode.tries < CODE_TRIES,
    )
    if account_id is not None:
        live = live.where(OneTimeCode.account_id == account_id)
    # In order, so that of two tries at the same codes none waits for the other for ever.
    held = live.order_by(OneTimeCode.id).with_for_update()
    rows = session.execute(
        update(OneTimeCode)
        .where(OneTimeCode.id.in_(held))
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.id, OneTimeCode.account_id, OneTimeCode.code_digest)
    )
    return [CountedTry(*row) for row in rows]


def consume_code(code_id: int, at: datetime) -> bool:
    """Use the code up; tell whether this caller was the one who did."""
    result = session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.id == code_id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > at,
        )
        .values(used_at=at)
        .returning(OneTimeCode.id)
    )
    return result.one_or_none() is not None


def delete_codes_before(created_before: datetime) -> None:
    session.execute(delete(OneTimeCode).where(OneTimeCode.created_at < created_before))


def is_revoked(reader: Reader, jti: str) -> bool:
    return reader.row(_FIND_REVOKED, {"jti": jti}) is not None


def add_revoked_token(jti: str, expires_at: datetime) -> None:
    """Blacklist a refresh token; one that is on the list already stays there."""
    try:
        with session.begin_nested():
            session.execute(insert(RevokedToken).values(jti=jti, expires_at=expires_at))
    except IntegrityError as error:
        if not violates(error, "pk_revoked_token", "revoked_token.jti"):
            raise


def delete_revoked_tokens(expired_before: datetime) -> None:
    session.execute(delete(RevokedToken).where(RevokedToken.expires_at < expired_before))


_HOME = "nafasi:home:"


def remember_home(digest: str, ttl_s: int) -> None:
    """Remember in Redis that somebody came from somewhere with the right password."""
    if queue.is_away():
        return
    try:
        queue.connection().set(f"{_HOME}{digest}", 1, ex=ttl_s)
    except RedisError:
        queue.note_away()


def is_home(digest: str) -> bool:
    """Tell whether that is remembered; while Redis is away nothing is."""
    if queue.is_away():
        return False
    try:
        return bool(queue.connection().exists(f"{_HOME}{digest}"))
    except RedisError:
        queue.note_away()
        return False
