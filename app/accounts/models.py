"""An account serves all three faces, and a one-time code proves who owns one."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.enums import CodePurpose, Role, Tier
from app.core.db import Base, Instant, words

USERNAME_CHARS = 150
EMAIL_CHARS = 254
CODE_TRIES = 5


class Account(Base):
    """One person or agency. The integer id is the tenant API's `user_id`.

    The `_key` columns hold the folded form that uniqueness is about.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("username_key"),
        UniqueConstraint("email_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    username: Mapped[str] = mapped_column(String(USERNAME_CHARS))
    username_key: Mapped[str] = mapped_column(String(USERNAME_CHARS))
    email: Mapped[str] = mapped_column(String(EMAIL_CHARS))
    email_key: Mapped[str] = mapped_column(String(EMAIL_CHARS))
    email_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(words(Role), default=Role.USER)
    is_superuser: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[Tier] = mapped_column(words(Tier), default=Tier.FREE)
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class OneTimeCode(Base):
    """A six-digit code that was sent. Only its HMAC is kept.

    It belongs to an identifier, not to an account: a request for an unknown name makes a decoy
    row of the same kind, so that trying a code costs the same work for known and unknown.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index(
            "uq_one_time_code_live",
            "purpose",
            "identifier_digest",
            unique=True,
            sqlite_where=text("used_at IS NULL"),
            postgresql_where=text("used_at IS NULL"),
        ),
        Index("ix_one_time_code_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(words(CodePurpose))
    identifier_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Tells a job that is tried again which row was its own.
    request_id: Mapped[str] = mapped_column(String(32), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    # Set when the code is consumed, and when a newer one takes its place.
    used_at: Mapped[datetime | None] = mapped_column(Instant)
