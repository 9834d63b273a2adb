"""An API key as the database knows it: never the key itself."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.apikeys.enums import Scope
from app.apikeys.keys import KEY_NAME_CHARS
from app.core.db import Base, Instant, words

PREFIX_CHARS = 8


class ApiKey(Base):
    """`digest` is the SHA-256 of the key, `prefix` its first characters for people to tell it."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("digest"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    owner_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    name: Mapped[str] = mapped_column(String(KEY_NAME_CHARS))
    scope: Mapped[Scope] = mapped_column(words(Scope))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    prefix: Mapped[str] = mapped_column(String(PREFIX_CHARS))
    allowed_origins: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
