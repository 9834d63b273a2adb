"""Queries about API keys that staff asks for."""

from uuid import UUID

from sqlalchemy import func, or_, select

from app.apikeys.enums import Scope
from app.apikeys.models import PREFIX_CHARS, ApiKey
from app.core.counts import Slice, read_slice
from app.core.db import session


def list_live_keys(
    *, owner_id: int | None, scope: Scope | None, search: str, offset: int, limit: int
) -> Slice:
    """Return keys that are not revoked, newest first."""
    query = select(ApiKey).where(ApiKey.revoked_at.is_(None)).order_by(ApiKey.id.desc())
    if owner_id is not None:
        query = query.where(ApiKey.owner_id == owner_id)
    if scope is not None:
        query = query.where(ApiKey.scope == scope)
    if search:
        # Lists show how a key begins; somebody may have all of it. LIKE would not heed the case
        # on SQLite.
        beginning = search.rstrip("…")[:PREFIX_CHARS]
        query = query.where(
            or_(
                func.substr(ApiKey.prefix, 1, len(beginning)) == (beginning or None),
                ApiKey.name.icontains(search, autoescape=True),
            )
        )
    return read_slice(query, offset=offset, limit=limit)


def find_by_uuid(uuid: UUID) -> ApiKey | None:
    """Return the key that the marketplace calls so, revoked or not."""
    return session.scalar(select(ApiKey).where(ApiKey.uuid == uuid))
