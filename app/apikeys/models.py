"""An API key as the database knows it: never the key itself."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.apikeys.enums import Scope
from app.core.db import Base, Instant, words

NAME_CHARS = 100
PREFIX_CHARS = 8


class ApiKey(Base):
    """`digest` is the SHA-256 of the key, `prefix` its first characters for people to tell it."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("digest"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    name: Mapped[str] = mapped_column(String(NAME_CHARS))
    scope: Mapped[Scope] = mapped_column(words(Scope))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    prefix: Mapped[str] = mapped_column(String(PREFIX_CHARS))
    allowed_origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
