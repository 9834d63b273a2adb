"""Queries about API keys."""

import json
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from redis import RedisError, ResponseError
from sqlalchemy import ColumnElement, Select, false, func, or_, select, update

from app.apikeys.enums import Scope
from app.apikeys.keys import UsableKey
from app.apikeys.models import ApiKey
from app.core import queue
from app.core.db import Beside, Read, Reader, session

# "R_" alone would name every key.
SHORTEST_PREFIX_CHARS = 4

# The origins as text: most keys have none, and then nothing needs to be parsed.
_FIND_USABLE = """
    SELECT k.id, k.owner_id, k.name, k.scope, CAST(k.allowed_origins AS TEXT), {columns}
    FROM api_key k JOIN account o ON o.id = k.owner_id {joins}
    WHERE k.digest = :digest AND k.revoked_at IS NULL AND o.disabled_at IS NULL
"""
_KEY_COLUMNS = 5


def find_usable(
    reader: Reader, digest: bytes, beside: Beside[Read]
) -> tuple[UsableKey, Read] | None:
    """Return the key with this digest, unless it is revoked or its owner disabled."""
    sql = _FIND_USABLE.format(columns=beside.columns, joins=beside.joins)
    row = reader.row(sql, {"digest": digest})
    if row is None:
        return None
    key_id, owner_id, name, scope, origins = row[:_KEY_COLUMNS]
    allowed = [] if origins == "[]" else json.loads(origins)
    key = UsableKey(key_id, owner_id, name, Scope(scope), allowed)
    return key, beside.read(row[_KEY_COLUMNS:])


def add_key(key: ApiKey) -> None:
    session.add(key)
    session.flush()


def list_keys(owner_id: int) -> list[ApiKey]:
    """Return the owner's keys, revoked ones too, newest first."""
    return list(
        session.scalars(
            select(ApiKey).where(ApiKey.owner_id == owner_id).order_by(ApiKey.id.desc())
        )
    )


def list_live_keys(owner_id: int) -> list[ApiKey]:
    """Return the owner's keys that are not revoked, newest first."""
    return list(session.scalars(_live(owner_id).order_by(ApiKey.id.desc())))


def find_live_key(owner_id: int, uuid: UUID) -> ApiKey | None:
    """Return a key of the owner's, unless it is revoked."""
    return session.scalar(_live(owner_id).where(ApiKey.uuid == uuid))


def count_live_keys(owner_id: int) -> int:
    return session.execute(
        select(func.count()).select_from(_live(owner_id).subquery())
    ).scalar_one()


def lock_live_key(owner_id: int, uuid: UUID) -> ApiKey | None:
    """Return and hold a key of the owner's, unless it is revoked."""
    return session.scalar(
        _live(owner_id)
        .where(ApiKey.uuid == uuid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _live(owner_id: int) -> Select[ApiKey]:
    return select(ApiKey).where(ApiKey.owner_id == owner_id, ApiKey.revoked_at.is_(None))


def find_by_id_or_prefix(reference: str) -> list[ApiKey]:
    """Return the keys that an id or the beginning of a key names, as lists show it or shorter."""
    beginning = reference.rstrip("…")
    fits: ColumnElement[bool] = ApiKey.prefix.startswith(beginning, autoescape=True)
    if len(beginning) < SHORTEST_PREFIX_CHARS:
        fits = false()
    if reference.isdecimal() and reference.isascii() and len(reference) < 10:
        fits = or_(fits, ApiKey.id == int(reference))
    return list(session.scalars(select(ApiKey).where(fits)))


def find_by_digest(digest: bytes) -> list[ApiKey]:
    """Return the key with this digest, revoked or not, as a list of at most one."""
    return list(session.scalars(select(ApiKey).where(ApiKey.digest == digest)))


def mark_revoked(key_id: int, at: datetime) -> bool:
    """Revoke the key, unless it is revoked already; tell whether this caller did."""
    result = session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
        .values(revoked_at=at)
        .returning(ApiKey.id)
    )
    return result.one_or_none() is not None


# The minute that this process last told Redis of, by key.
_told: dict[int, int] = {}
_USES = "nafasi:key-uses"
_MINUTE_S = 60
_TOLD_KEYS = 100_000


def remember_use(key_id: int, at: datetime) -> None:
    """Remember a key's use to the minute, in Redis: a read must not write SQL for it.

    While Redis is away the memory of it is lost, which is no reason to refuse the request.
    """
    minute = int(at.timestamp()) // _MINUTE_S
    if _told.get(key_id) == minute or queue.is_away():
        return
    if len(_told) >= _TOLD_KEYS:
        _told.clear()
    _told[key_id] = minute
    try:
        queue.connection().hset(_USES, str(key_id), str(minute))
    except RedisError:
        queue.note_away()


def take_uses() -> list[tuple[int, datetime]]:
    """Return and forget the remembered uses, as (key id, minute)."""
    taken = f"{_USES}:taken"
    redis = queue.connection()
    try:
        redis.rename(_USES, taken)
    except ResponseError:
        return []  # nobody used a key since the last time
    uses = cast("dict[bytes, bytes]", redis.hgetall(taken))
    redis.delete(taken)
    return [
        (int(key_id), datetime.fromtimestamp(int(minute) * _MINUTE_S, UTC))
        for key_id, minute in uses.items()
    ]


def mark_used(key_id: int, at: datetime) -> None:
    """Keep the time of a key's last use, which only moves forward."""
    session.execute(
        update(ApiKey)
        .where(ApiKey.id == key_id, or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < at))
        .values(last_used_at=at)
    )
