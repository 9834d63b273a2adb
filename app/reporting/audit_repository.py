"""Reading the audit log, with who did it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.core.counts import Slice, read_slice


def list_entries(
    *,
    actor: UUID | None,
    action: str | None,
    object_type: str | None,
    object_id: str | None,
    since: datetime | None,
    before: datetime | None,
    offset: int,
    limit: int,
) -> Slice:
    """Return entries of the audit log, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if actor is not None:
        # The log names accounts by value: a subquery finds the number, and its index the rows.
        number = select(Account.id).where(Account.uuid == actor).scalar_subquery()
        query = query.where(AuditEntry.actor_id == number)
    if action is not None:
        query = query.where(AuditEntry.action == action)
    if object_type is not None:
        query = query.where(AuditEntry.object_type == object_type)
    if object_id is not None:
        query = query.where(AuditEntry.object_id == object_id)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if before is not None:
        query = query.where(AuditEntry.at < before)
    return read_slice(query, offset=offset, limit=limit)
