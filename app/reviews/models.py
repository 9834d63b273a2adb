"""A guest's review of a stay. That there is one at most for each booking is held by its key."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.bookings.models import Booking
from app.catalogue.models import Listing
from app.core.db import Base, Instant
from app.reviews.ratings import HIGHEST, LOWEST, SUB_RATINGS


class Review(Base):
    """What a guest says about a stay; `host_reply` is what the listing's host answers, once.

    Only published ones are shown and counted.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("booking_id"),
        # The reviews of a listing that are shown, in the order that they are shown in.
        Index(
            "ix_review_listing_id_is_published", "listing_id", "is_published", "created_at", "id"
        ),
        Index("ix_review_created_at_id", "created_at", "id"),
        *(
            CheckConstraint(f"{name} BETWEEN {LOWEST} AND {HIGHEST}", name=f"{name}_of_five")
            for name in ("rating", *SUB_RATINGS)
        ),
        CheckConstraint("(host_reply IS NULL) = (replied_at IS NULL)", name="reply_has_its_time"),
        CheckConstraint("is_published = (unpublished_at IS NULL)", name="hidden_has_its_time"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    booking_id: Mapped[int] = mapped_column(ForeignKey(Booking.id))
    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id))
    author_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    rating: Mapped[int] = mapped_column(SmallInteger)
    cleanliness: Mapped[int | None] = mapped_column(SmallInteger)
    communication: Mapped[int | None] = mapped_column(SmallInteger)
    location: Mapped[int | None] = mapped_column(SmallInteger)
    value: Mapped[int | None] = mapped_column(SmallInteger)
    accuracy: Mapped[int | None] = mapped_column(SmallInteger)
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    host_reply: Mapped[str | None] = mapped_column(Text)
    replied_at: Mapped[datetime | None] = mapped_column(Instant)
    is_published: Mapped[bool] = mapped_column(default=True)
    unpublished_at: Mapped[datetime | None] = mapped_column(Instant)
    # Why staff hides it, in a sentence for its author; none is needed.
    unpublished_reason: Mapped[str] = mapped_column(Text, default="")
