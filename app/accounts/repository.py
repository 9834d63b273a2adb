"""Queries about accounts and codes."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from app.accounts.enums import CodePurpose
from app.accounts.models import CODE_TRIES, Account, OneTimeCode
from app.core.db import session


def find_account(account_id: int) -> Account | None:
    return session.get(Account, account_id)


def find_by_username_key(username_key: str) -> Account | None:
    return session.scalar(select(Account).where(Account.username_key == username_key))


def find_by_email_key(email_key: str) -> Account | None:
    return session.scalar(select(Account).where(Account.email_key == email_key))


def add_account(account: Account) -> None:
    """Add an account; a constraint that refuses it leaves the transaction usable."""
    with session.begin_nested():
        session.add(account)


def count_codes_since(purpose: CodePurpose, identifier_digest: bytes, since: datetime) -> int:
    return session.execute(
        select(func.count())
        .select_from(OneTimeCode)
        .where(
            OneTimeCode.purpose == purpose,
            OneTimeCode.identifier_digest == identifier_digest,
            OneTimeCode.created_at > since,
        )
    ).scalar_one()


def delete_codes_of_request(request_id: str) -> None:
    """Forget what an earlier try at the same request made."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.request_id == request_id))


def retire_codes(purpose: CodePurpose, identifier_digest: bytes, at: datetime) -> None:
    session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.purpose == purpose,
            OneTimeCode.identifier_digest == identifier_digest,
            OneTimeCode.used_at.is_(None),
        )
        .values(used_at=at)
    )


def add_code(
    purpose: CodePurpose,
    identifier_digest: bytes,
    code_digest: bytes,
    *,
    request_id: str,
    created_at: datetime,
    expires_at: datetime,
) -> None:
    session.execute(
        insert(OneTimeCode).values(
            purpose=purpose,
            identifier_digest=identifier_digest,
            code_digest=code_digest,
            request_id=request_id,
            tries=0,
            created_at=created_at,
            expires_at=expires_at,
        )
    )


def count_try(
    purpose: CodePurpose, identifier_digest: bytes, at: datetime
) -> tuple[int, bytes] | None:
    """Count a try at the live code; return its (id, digest), or None where there is none."""
    row = session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.purpose == purpose,
            OneTimeCode.identifier_digest == identifier_digest,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > at,
            OneTimeCode.tries < CODE_TRIES,
        )
        .values(tries=OneTimeCode.tries + 1)
        .returning(OneTimeCode.id, OneTimeCode.code_digest)
    ).one_or_none()
    return None if row is None else (row.id, row.code_digest)


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
