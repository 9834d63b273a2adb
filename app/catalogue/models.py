"""The listing and what belongs to it.

One entity serves every face. `version` is its place in its owner's catalogue: a number of its
own for each change, in commit order, so that a reader who follows the numbers misses nothing.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    TextClause,
    Time,
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
    NightState,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.limits import (
    ALT_CHARS,
    EXTERNAL_ID_CHARS,
    PLACE_CHARS,
    REASON_CHARS,
    TIME_ZONE_CHARS,
    TITLE_CHARS,
    YOUTUBE_ID_CHARS,
)
from app.core.db import Base, FixedPoint, Instant, words
from app.reference.models import (
    Amenity,
    Category,
    Currency,
    District,
    Extra,
    PlotSizeUnit,
    PropertyType,
    Tenure,
)

DEFAULT_TIME_ZONE = "Africa/Dar_es_Salaam"
FACE_CHARS = 20
FAILURE_CHARS = 300
WAITS_FOR_REVIEW = "review_status IN ('pending', 'resubmitted') AND deleted_at IS NULL"


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
    Index("ix_listing_amenity_amenity_id_listing_id", "amenity_id", "listing_id"),
)


class ListingExtra(Base):
    """An extra that a stay offers; without a price of its own it costs what it costs by default."""

    __tablename__ = "listing_extra"
    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"),)

    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), primary_key=True)
    extra_id: Mapped[int] = mapped_column(ForeignKey(Extra.id), primary_key=True)
    price: Mapped[Decimal | None] = mapped_column(FixedPoint(2))


def _index_of_rooms(name: str, *columns: str | TextClause) -> Index:
    """Return an index of each owner's stays that are not in the trash, in the order of columns."""
    is_room = text("listing_type = 'stay' AND deleted_at IS NULL AND publish_status <> 'trash'")
    # Of the condition's columns, SQLite wants those in the index as well that it asks for.
    rest = ("review_status", "listing_type", "deleted_at")
    return Index(name, "owner_id", *columns, *rest, sqlite_where=is_room, postgresql_where=is_room)


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
        # One for each order that rooms can have.
        _index_of_rooms("ix_listing_rooms", "id", "publish_status"),
        _index_of_rooms("ix_listing_rooms_status", text("publish_status DESC"), "id"),
        _index_of_rooms("ix_listing_rooms_name", "title_key", "id", "publish_status"),
        # The queue of staff, those that wait longest first.
        Index(
            "ix_listing_review_queue",
            "submitted_at",
            "id",
            sqlite_where=text(WAITS_FOR_REVIEW),
            postgresql_where=text(WAITS_FOR_REVIEW),
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
        CheckConstraint("cleaning_fee >= 0", name="cleaning_fee_not_negative"),
        CheckConstraint("security_deposit >= 0", name="security_deposit_not_negative"),
        CheckConstraint("review_count >= 0", name="review_count_not_negative"),
        CheckConstraint("rating BETWEEN 100 AND 500", name="rating_of_five"),
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
    # What the title is sorted by, see `core.text.sort_key`. Written with the version.
    title_key: Mapped[bytes] = mapped_column(LargeBinary, default=b"", server_default="")
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
    category_id: Mapped[int | None] = mapped_column(ForeignKey(Category.id))
    # In the listing's currency, once for a stay.
    cleaning_fee: Mapped[Decimal] = mapped_column(FixedPoint(2), default=Decimal(0))
    # Given back, and part of no total.
    security_deposit: Mapped[Decimal] = mapped_column(FixedPoint(2), default=Decimal(0))
    check_in_time: Mapped[time | None] = mapped_column(Time)
    check_out_time: Mapped[time | None] = mapped_column(Time)
    # By IANA's name: it decides when a day of this listing begins.
    time_zone: Mapped[str] = mapped_column(String(TIME_ZONE_CHARS), default=DEFAULT_TIME_ZONE)

    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    # Why staff rejected it, until it is submitted again.
    rejection_reason: Mapped[str] = mapped_column(String(REASON_CHARS), default="")
    # What its published reviews say: how many, their average, and that of each sub-rating.
    review_count: Mapped[int] = mapped_column(default=0)
    rating: Mapped[Decimal | None] = mapped_column(FixedPoint(2))
    sub_ratings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    is_verified: Mapped[bool] = mapped_column(default=False)
    is_sponsored: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)


# All that lists of stays are filtered by: whoever walks an index of theirs finds it there.
_FILTERED = (
    "owner_id",
    "price",
    "category_id",
    "stay_type",
    "max_guests",
    "bedrooms",
    "min_nights",
    "max_nights",
    "city_key",
    "amenity_bits",
)


def _walked(name: str, *order: str) -> Index:
    """Return an index to walk in an order, that holds all that lists are filtered by."""
    return Index(
        f"ix_active_stay_{name}", *order, *(each for each in _FILTERED if each not in order)
    )


class ActiveStay(Base):
    """What the lists read of a stay that everybody may see: a dense row, written with the listing.

    That its owner is disabled is not known here. What a listing leaves open stands here as what
    it means for whoever filters: no rating is 0, and no bound of the nights is one beyond all.
    """

    __tablename__ = "active_stay"
    __table_args__ = (
        _walked("newest", "created_at", "listing_id"),
        _walked("price", "price", "listing_id"),
        _walked("rating", "rating", "review_count", "listing_id"),
        _walked("place", "strip", "longitude", "x", "y", "z", "listing_id"),
        Index("ix_active_stay_category_id", "category_id"),
        Index("ix_active_stay_city_key", "city_key"),
    )

    listing_id: Mapped[int] = mapped_column(
        ForeignKey(Listing.id), primary_key=True, autoincrement=False
    )
    owner_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    price: Mapped[Decimal] = mapped_column(FixedPoint(2))
    rating: Mapped[Decimal] = mapped_column(FixedPoint(2))
    review_count: Mapped[int]
    category_id: Mapped[int | None]
    stay_type: Mapped[str | None] = mapped_column(String(20))
    max_guests: Mapped[int] = mapped_column(SmallInteger)
    bedrooms: Mapped[int] = mapped_column(SmallInteger)
    min_nights: Mapped[int] = mapped_column(SmallInteger)
    max_nights: Mapped[int] = mapped_column(SmallInteger)
    # Of the concepts `browse` and `geography`.
    city_key: Mapped[int] = mapped_column(BigInteger)
    amenity_bits: Mapped[int] = mapped_column(BigInteger)
    strip: Mapped[int | None] = mapped_column(SmallInteger)
    longitude: Mapped[Decimal | None] = mapped_column(FixedPoint(6))
    x: Mapped[float | None] = mapped_column(Double)
    y: Mapped[float | None] = mapped_column(Double)
    z: Mapped[float | None] = mapped_column(Double)


class Night(Base):
    """A night of a listing that is taken. That there is one row at most makes bookings safe.

    `night` is the date that the night begins on. A hold that has expired counts as free from that
    instant on, whether or not it is still here.
    """

    __tablename__ = "night"
    __table_args__ = (
        CheckConstraint("(state = 'hold') = (expires_at IS NOT NULL)", name="holds_expire"),
        CheckConstraint(
            "(state IN ('hold', 'booking')) = (intent_id IS NOT NULL)", name="guests_have_intents"
        ),
        Index(
            "ix_night_intent_id",
            "intent_id",
            sqlite_where=text("intent_id IS NOT NULL"),
            postgresql_where=text("intent_id IS NOT NULL"),
        ),
        Index(
            "ix_night_expires_at",
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL"),
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
    )

    listing_id: Mapped[int] = mapped_column(ForeignKey(Listing.id), primary_key=True)
    night: Mapped[date] = mapped_column(Date, primary_key=True)
    state: Mapped[NightState] = mapped_column(words(NightState))
    # The booking intent that holds it. The bookings come after the catalogue: no foreign key.
    intent_id: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)


class ListingImage(Base):
    """A picture of a listing. `path` names its largest public file below the media address.

    The row comes before the files, so that every file is found by a row: while it is
    `processing` its files may be there or not, and only a `ready` one is ever shown.
    """

    __tablename__ = "listing_image"
    __table_args__ = (
        UniqueConstraint("uuid"),
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
    uuid: Mapped[UUID] = mapped_column(Uuid, default=uuid4)
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
