"""An account serves all three faces, and a one-time code proves who owns one."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.accounts.enums import CodePurpose, Gender, Mode, Role, Tier, VerificationStage
from app.accounts.identity import MAX_EMAIL_CHARS
from app.accounts.limits import (
    BIO_CHARS,
    DOCUMENT_PATH_CHARS,
    GOOGLE_SUB_CHARS,
    NAME_CHARS,
    REASON_CHARS,
    USERNAME_CHARS,
)
from app.accounts.phones import MAX_CHARS as MAX_PHONE_CHARS
from app.core.db import Base, Encrypted, Instant, words
from app.core.text import fold

CODE_TRIES = 5


class Account(Base):
    """One person or agency. The integer id is the tenant API's `user_id`.

    The `_key` columns hold the folded form that uniqueness is about. A phone number is somebody's
    only once it is verified: until then any number of accounts may claim it.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("username_key"),
        UniqueConstraint("email_key"),
        UniqueConstraint("google_sub"),
        Index(
            "uq_account_verified_phone",
            "phone_number",
            unique=True,
            sqlite_where=text("phone_verified_at IS NOT NULL"),
            postgresql_where=text("phone_verified_at IS NOT NULL"),
        ),
        Index("ix_account_phone_number", "phone_number"),
        # What is public leaves out what belongs to these few.
        Index(
            "ix_account_disabled",
            "id",
            sqlite_where=text("disabled_at IS NOT NULL"),
            postgresql_where=text("disabled_at IS NOT NULL"),
        ),
        Index("ix_account_created_at_id", "created_at", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    username: Mapped[str] = mapped_column(String(USERNAME_CHARS))
    username_key: Mapped[str] = mapped_column(String(USERNAME_CHARS))
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_CHARS))
    email_key: Mapped[str] = mapped_column(String(MAX_EMAIL_CHARS))
    email_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    # In E.164.
    phone_number: Mapped[str | None] = mapped_column(String(MAX_PHONE_CHARS))
    phone_claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    phone_verified_at: Mapped[datetime | None] = mapped_column(Instant)
    first_name: Mapped[str] = mapped_column(String(NAME_CHARS), default="")
    last_name: Mapped[str] = mapped_column(String(NAME_CHARS), default="")
    bio: Mapped[str] = mapped_column(String(BIO_CHARS), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Tokens carry it: raising it ends every session of the account.
    token_version: Mapped[int] = mapped_column(default=0)
    # Who this is at Google, where they have signed in that way.
    google_sub: Mapped[str | None] = mapped_column(String(GOOGLE_SUB_CHARS))
    role: Mapped[Role] = mapped_column(words(Role), default=Role.USER)
    is_superuser: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[Tier] = mapped_column(words(Tier), default=Tier.FREE)
    mode: Mapped[Mode] = mapped_column(words(Mode), default=Mode.BOOKING)
    verification_stage: Mapped[VerificationStage] = mapped_column(
        words(VerificationStage), default=VerificationStage.NOT_STARTED
    )
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    # What staff finds an account by, see `searched_text`; written whenever the account is.
    searched: Mapped[str] = mapped_column(Text, default="", server_default="")

    @property
    def email_verified(self) -> bool:
        return self.email_verified_at is not None

    @property
    def phone_verified(self) -> bool:
        return self.phone_verified_at is not None

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None


def searched_text(account: Account) -> str:
    """Return the folded address and names of an account, with a blank before each word."""
    about = (account.email, account.username, account.first_name, account.last_name)
    return "".join(f" {word}" for each in about for word in fold(each or "").split())


@event.listens_for(Account, "before_insert")
@event.listens_for(Account, "before_update")
def _write_searched(_mapper: Mapper[Account], _connection: Connection, account: Account) -> None:
    account.searched = searched_text(account)


class HostProfile(Base):
    """What a person shows of themselves to become a host, besides name and phone number.

    How far they are is the account's `verification_stage`; who changes either holds the account.
    """

    __tablename__ = "host_profile"
    __table_args__ = (
        CheckConstraint(
            "(nida_number IS NULL) = (photo_path IS NULL) "
            "AND (photo_path IS NULL) = (photo_key IS NULL)",
            name="identity",
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    date_of_birth: Mapped[date | None]
    gender: Mapped[Gender | None] = mapped_column(words(Gender))
    nida_number: Mapped[bytes | None] = mapped_column(Encrypted)
    # Of the identity document: where its photo is, and the key that opens it.
    photo_path: Mapped[str | None] = mapped_column(String(DOCUMENT_PATH_CHARS))
    photo_key: Mapped[bytes | None] = mapped_column(Encrypted)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    # What the last review found, where it was a rejection.
    rejection_reason: Mapped[str | None] = mapped_column(String(REASON_CHARS))


class OneTimeCode(Base):
    """A six-digit code that was sent. Only its HMAC is kept.

    It is found by an identifier, not by an account: a request for an unknown name makes a decoy
    row of the same kind, so that trying a code costs the same work for known and unknown. Accounts
    that claim one phone number have a live code each.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index(
            "uq_one_time_code_live",
            "purpose",
            "identifier_digest",
            "account_id",
            unique=True,
            sqlite_where=text("used_at IS NULL"),
            postgresql_where=text("used_at IS NULL"),
        ),
        Index("ix_one_time_code_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(words(CodePurpose))
    identifier_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    # Whom the code was sent to; empty for a decoy.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # Tells a job that is tried again which row was its own.
    request_id: Mapped[str] = mapped_column(String(32), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    # Set when the code is consumed, and when a newer one takes its place.
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RevokedToken(Base):
    """A session that was ended, by a refresh token that was given back or by signing out of the
    pages, kept until it would have ended by itself."""

    __tablename__ = "revoked_token"

    jti: Mapped[str] = mapped_column(String(36), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
