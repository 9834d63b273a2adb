"""The listing and what belongs to it.

One entity serves every face. `version` is its place in its owner's catalogue: a number of its
own for each change, in commit order, so that a reader who follows the numbers misses nothing.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.catalogue.enums import (
    Availability,
    Furnishing,
    ImageStatus,
    ListingType,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.limits import (
    ALT_CHARS,
    EXTERNAL_ID_CHARS,
    PLACE_CHARS,
    TITLE_CHARS,
    YOUTUBE_ID_CHARS,
)
from app.core.db import Base, FixedPoint, Instant, words
from app.reference.models import Amenity, Currency, District, PlotSizeUnit, PropertyType, Tenure

FACE_CHARS = 20
FAILURE_CHARS = 300


class Catalogue(Base):
    """One owner's counter. `changed_at` is when the newest change was made."""

    __tablename__ = "catalogue"

    owner_id: Mapped[int] = mapped_column(ForeignKey(Account.id), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    changed_at: Mapped[datetime] = mapped_column(Instant)


listing_amenity = Table(
    "listing_amenity",
    Base.metadata,
    Column("listing_id", ForeignKey("listing.id"), primary_key=True),
    Column("amenity_id", ForeignKey(Amenity.id), primary_key=True),
)


class Listing(Base):
    """A space that somebody offers. A deleted one stays as a tombstone: `deleted_at` is set."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("uuid"),
        UniqueConstraint("owner_id", "version"),
        Index(
            "uq_listing_owner_id_external_id",
            "owner_id",
            "external_id",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        # The feed walks this one from its newest row and finds in it all that it filters by, so
        # that only a page's own listings are ever looked up; the next one serves a delta.
        Index(
            "ix_listing_feed",
            "owner_id",
            "publish_status",
            text("created_at DESC"),
            text("id DESC"),
            "version",
            "listing_type",
            "property_type_id",
            "district_id",
            "availability",
            "price",
            "bedrooms",
            "updated_at",
            "deleted_at",
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "ix_listing_delta",
            "owner_id",
            "publish_status",
            "updated_at",
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
        CheckConstraint(
            "(listing_type = 'stay') = (review_status IS NOT NULL)", name="stays_are_reviewed"
        ),
        CheckConstraint(
            "listing_type <> 'stay' OR publish_status <> 'published' OR review_status = 'accepted'",
            name="published_stay_is_accepted",
        ),
        CheckConstraint(
            "listing_type = 'stay' OR district_id IS NOT NULL", name="property_has_district"
        ),
        CheckConstraint(
            "COALESCE(review_status, '') = 'draft' OR price IS NOT NULL", name="has_price"
        ),
        CheckConstraint(
            "listing_type <> 'stay' OR review_status = 'draft'"
            " OR (max_guests IS NOT NULL AND address <> '' AND city <> '' AND country <> '')",
            name="reviewed_stay_is_complete",
        ),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint(
            "latitude BETWEEN -90000000 AND 90000000"
            " AND longitude BETWEEN -180000000 AND 180000000",
            name="position_on_earth",
        ),
        CheckConstraint("min_nights <= max_nights", name="nights_in_order"),
        CheckConstraint("standard_guests <= max_guests", name="guests_in_order"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
    owner_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    external_id: Mapped[str | None] = mapped_column(String(EXTERNAL_ID_CHARS))
    # Empty only inside the transaction that makes the row: the number is taken last.
    version: Mapped[int | None] = mapped_column(BigInteger)

    listing_type: Mapped[ListingType] = mapped_column(words(ListingType))
    review_status: Mapped[ReviewStatus | None] = mapped_column(words(ReviewStatus))
    publish_status: Mapped[PublishStatus] = mapped_column(
        words(PublishStatus), default=PublishStatus.DRAFT
    )
    availability: Mapped[Availability] = mapped_column(
        words(Availability), default=Availability.AVAILABLE
    )

    title: Mapped[str] = mapped_column(String(TITLE_CHARS))
    description: Mapped[str] = mapped_column(Text, default="")
    price: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    currency_id: Mapped[int] = mapped_column(ForeignKey(Currency.id))
    property_type_id: Mapped[int] = mapped_column(ForeignKey(PropertyType.id))
    district_id: Mapped[int | None] = mapped_column(ForeignKey(District.id))
    location: Mapped[str] = mapped_column(String(PLACE_CHARS), default="")
    address: Mapped[str] = mapped_column(String(PLACE_CHARS), default="")
    city: Mapped[str] = mapped_column(String(PLACE_CHARS), default="")
    country: Mapped[str] = mapped_column(String(PLACE_CHARS), default="")
    latitude: Mapped[Decimal | None] = mapped_column(FixedPoint(6))
    longitude: Mapped[Decimal | None] = mapped_column(FixedPoint(6))

    bedrooms: Mapped[int | None] = mapped_column(SmallInteger)
    bathrooms: Mapped[int | None] = mapped_column(SmallInteger)
    floor_size: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    plot_size: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    plot_size_unit_id: Mapped[int | None] = mapped_column(ForeignKey(PlotSizeUnit.id))
    tenure_id: Mapped[int | None] = mapped_column(ForeignKey(Tenure.id))
    furnished: Mapped[Furnishing] = mapped_column(words(Furnishing), default=Furnishing.UNFURNISHED)
    youtube_video_id: Mapped[str] = mapped_column(String(YOUTUBE_ID_CHARS), default="")

    stay_type: Mapped[StayType | None] = mapped_column(words(StayType))
    max_guests: Mapped[int | None] = mapped_column(SmallInteger)
    standard_guests: Mapped[int | None] = mapped_column(SmallInteger)
    min_nights: Mapped[int | None] = mapped_column(SmallInteger)
    max_nights: Mapped[int | None] = mapped_column(SmallInteger)

    is_verified: Mapped[bool] = mapped_column(default=False)
    is_sponsored: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


class ListingImage(Base):
    """A picture of a listing. `path` names its largest public file below the media address.

    The row comes before the files, so that every file is found by a row: while it is
    `processing` its files may be there or not, and only a `ready` one is ever shown.
    """

    __tablename__ = "listing_image"
    __table_args__ = (
        Index(
            "uq_listing_image_main",
            "listing_id",
            unique=True,
            sqlite_where=text("is_main"),
            postgresql_where=text("is_main"),
        ),
        CheckConstraint("status = 'ready' OR NOT is_main", name="main_is_ready"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id), index=True)
    status: Mapped[ImageStatus] = mapped_column(words(ImageStatus))
    position: Mapped[int] = mapped_column(SmallInteger)
    is_main: Mapped[bool] = mapped_column(default=False)
    # Becomes the main one when it is ready.
    wants_main: Mapped[bool] = mapped_column(default=False)
    alt: Mapped[str] = mapped_column(String(ALT_CHARS), default="")
    path: Mapped[str] = mapped_column(String(200), default="")
    # What it was made from, in the private area.
    original: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    variants: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    blurhash: Mapped[str] = mapped_column(String(60), default="")
    # Why it failed, in a sentence for whoever sent it.
    failure: Mapped[str] = mapped_column(String(FAILURE_CHARS), default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    # When its files were last made, or it failed.
    processed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


class Rebranding(Base):
    """The one run, finished or not, that brands every image anew; no row when none is under way."""

    __tablename__ = "rebranding"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime] = mapped_column(Instant)


class ListingDocument(Base):
    """A listing as one face shows it, rendered once for each version.

    It fits while the listing's version, the reference version and the renderer's format are
    those that it was rendered at. Kept apart so that the listing's own rows stay dense.
    """

    __tablename__ = "listing_document"

    face: Mapped[str] = mapped_column(String(FACE_CHARS), primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id), primary_key=True)
    listing_version: Mapped[int] = mapped_column(BigInteger)
    reference_version: Mapped[int]
    format: Mapped[str] = mapped_column(String(16))
    body: Mapped[bytes] = mapped_column(LargeBinary)
