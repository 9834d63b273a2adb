"""The audit log: rows are added, and never changed.

It stands left of every other domain, so that each of them can write to it; whom and what an entry
is about it therefore names by value, without a foreign key.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.limits import ACTION_CHARS, OBJECT_ID_CHARS, OBJECT_TYPE_CHARS
from app.core.db import Base, Instant


class AuditEntry(Base):
    """One deed. `actor_id` is the account's; without one it was done on the machine itself."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("uuid"),
        Index("ix_audit_entry_object_type_object_id", "object_type", "object_id"),
        Index("ix_audit_entry_actor_id", "actor_id"),
        Index("ix_audit_entry_at_id", "at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]
    # Such as `listing.rejected`.
    action: Mapped[str] = mapped_column(String(ACTION_CHARS))
    object_type: Mapped[str] = mapped_column(String(OBJECT_TYPE_CHARS))
    # As the marketplace API calls it.
    object_id: Mapped[str] = mapped_column(String(OBJECT_ID_CHARS))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
