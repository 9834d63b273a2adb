"""What people read for help, the searches that they keep, and what they say of the platform."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.core.db import Base, Instant, words
from app.support.enums import Platform
from app.support.limits import CATEGORY_CHARS, QUESTION_CHARS, SEARCH_NAME_CHARS

KEY_CHARS = 60


class FaqItem(Base):
    """A frequent question and its answer.

    `key` is by which one that ships with the product is known for good. A deleted one stays, so
    that loading what ships does not bring it back.
    """

    __tablename__ = "faq_item"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    key: Mapped[str | None] = mapped_column(String(KEY_CHARS))
    category: Mapped[str] = mapped_column(String(CATEGORY_CHARS))
    question: Mapped[str] = mapped_column(String(QUESTION_CHARS))
    answer: Mapped[str] = mapped_column(Text)
    # Its place among all; those of one place are in the order in which they were added.
    position: Mapped[int]
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class SavedSearch(Base):
    """What somebody looks for. `criteria` holds what they gave, as `criteria.py` writes it."""

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("uuid"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    name: Mapped[str] = mapped_column(String(SEARCH_NAME_CHARS))
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)


class AppFeedback(Base):
    """One person's opinion of the platform: for staff, and never shown in public."""

    __tablename__ = "app_feedback"
    __table_args__ = (
        UniqueConstraint("uuid"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating_of_five"),
        Index("ix_app_feedback_created_at_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    rating: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, default="")
    platform: Mapped[Platform | None] = mapped_column(words(Platform))
    created_at: Mapped[datetime] = mapped_column(Instant)
