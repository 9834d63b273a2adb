"""What the marketplace face takes from hosts and staff about listings, and gives to them alone."""

from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, post_load, validates_schema

from app.api.marketplace.listing_schemas import (
    HostSchema,
    ListingCardSchema,
    ListingSchema,
    PhotoSchema,
    ShownPeriodSchema,
)
from app.api.marketplace.paging import PageQuerySchema
from app.catalogue.enums import ImageStatus, ListingType, PublishStatus, StayStatus, StayType
from app.catalogue.extras import WantedExtra
from app.catalogue.lifecycle import face_statuses
from app.catalogue.limits import (
    ALT_CHARS,
    DESCRIPTION_CHARS,
    MAX_AMENITIES,
    MAX_COUNT,
    MAX_IMAGES,
    MAX_NIGHTS,
    PLACE_CHARS,
    REASON_CHARS,
    TIME_ZONE_CHARS,
    TITLE_CHARS,
)
from app.catalogue.nights import MAX_NIGHTS_AHEAD
from app.core.fields import (
    Choice,
    CleanStr,
    FixedDecimal,
    Items,
    LineStr,
    MediaUrl,
    Money,
    QueryBool,
    QueryUuid,
    ShownInstant,
    StrictBool,
    StrictDate,
    StrictInt,
    StrictSchema,
    StrictTime,
    StrictUuid,
    UploadedFiles,
)
from app.media.limits import MAX_BYTES

SLUG_CHARS = 100
SEARCH_CHARS = 200
CODE_CHARS = 3
MAX_EXTRAS = 100
MAX_PHOTOS = 20
NOT_A_TIME_ZONE = "Must be the IANA name of a time zone, such as Africa/Nairobi."
NOT_AFTER_START = "Must be after start."
_TEXT_OR_NULL = ["string", "null"]
# What stands among the time zones and is none: the machine's own setting, and the lack of one.
_NO_PLACES = {"localtime", "Factory"}


def _slug(**kwargs: Any) -> CleanStr:
    return CleanStr(max_length=SLUG_CHARS, blank=False, **kwargs)


def _place(example: str) -> LineStr:
    return LineStr(max_length=PLACE_CHARS, allow_none=True, metadata={"example": example})


def _count(minimum: int = 0, maximum: int = MAX_COUNT, **metadata: Any) -> StrictInt:
    return StrictInt(minimum=minimum, maximum=maximum, allow_none=True, metadata=metadata)


def _degrees(limit: int) -> FixedDecimal:
    bound = Decimal(limit)
    return FixedDecimal(places=6, minimum=-bound, maximum=bound, rounds=True, allow_none=True)


def _price(example: str) -> Money:
    return Money(allow_none=True, metadata={"example": example})


def _words(enumeration: Any) -> fields.String:
    return fields.String(required=True, metadata={"enum": [str(word) for word in enumeration]})


class _TimeZone(CleanStr):
    """A time zone by IANA's name of it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in _time_zones():
            raise ValidationError(NOT_A_TIME_ZONE)
        return name


@cache
def _time_zones() -> set[str]:
    # It looks through folders.
    return available_timezones() - _NO_PLACES


# ── describing a stay ───────────────────────────────────────────────────────────────────────


class StayChangeSchema(StrictSchema):
    """What changes of a stay; what is absent stays, and null clears what may be empty."""

    title = LineStr(max_length=TITLE_CHARS, blank=False, metadata={"example": "Luxury Beach Villa"})
    property_type = _slug(metadata={"example": "villa", "description": "Property-type slug."})
    category = _slug(
        allow_none=True, metadata={"example": "beach-villa", "description": "Category slug."}
    )
    stay_type = Choice(StayType)
    description = CleanStr(
        max_length=DESCRIPTION_CHARS,
        trim=False,
        allow_none=True,
        metadata={"example": "Stunning 3-bedroom beach villa with private pool."},
    )
    address = _place("Msasani Peninsula, Dar es Salaam")
    city = _place("Dar es Salaam")
    country = _place("Tanzania")
    max_guests = _count(1, example=6)
    standard_guests = _count(1, description="Without one, `max_guests`.")
    bedrooms = _count(example=3)
    bathrooms = _count(example=2)
    latitude = _degrees(90)
    longitude = _degrees(180)
    min_nights = _count(1, MAX_NIGHTS)
    max_nights = _count(1, MAX_NIGHTS)
    time_zone = _TimeZone(max_length=TIME_ZONE_CHARS, metadata={"example": "Africa/Dar_es_Salaam"})


class NewStaySchema(StayChangeSchema):
    """A stay to create. What is not required yet is by the time of its submission."""

    title = LineStr(
        required=True,
        max_length=TITLE_CHARS,
        blank=False,
        metadata={"example": "Luxury Beach Villa"},
    )
    property_type = _slug(
        required=True, metadata={"example": "villa", "description": "Property-type slug."}
    )
    stay_type = Choice(StayType, required=True)
    price_per_night = Money(allow_none=True, attribute="price", metadata={"example": "350.00"})
    currency = CleanStr(
        max_length=CODE_CHARS,
        blank=False,
        metadata={"example": "USD", "description": "ISO 4217 code."},
    )


class PricingChangeSchema(StrictSchema):
    """What changes of a stay's prices; what is absent stays, and null clears."""

    price_per_night = Money(allow_none=True, attribute="price", metadata={"example": "350.00"})
    cleaning_fee = _price("50.00")
    security_deposit = _price("100.00")
    currency = CleanStr(
        max_length=CODE_CHARS,
        blank=False,
        metadata={"example": "USD", "description": "ISO 4217 code."},
    )


class StayExtraSchema(StrictSchema):
    """An extra that a stay offers; without a price of its own it costs what it does by default."""

    id = StrictUuid(required=True)
    price = Money(allow_none=True, load_default=None, metadata={"example": "25.00"})

    @post_load
    def _as_value(self, data: dict[str, Any], **_kwargs: Any) -> WantedExtra:
        return WantedExtra(**data)


class AmenitiesChangeSchema(StrictSchema):
    """What a stay has, and what it offers besides: each part that is there replaces the set."""

    amenities = Items(
        _slug(),
        maximum=MAX_AMENITIES,
        allow_none=True,
        metadata={"example": ["wifi", "parking"], "description": "Amenity slugs."},
    )
    extras = Items(fields.Nested(StayExtraSchema), maximum=MAX_EXTRAS, allow_none=True)

    @post_load
    def _clear_by_null(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {name: items or [] for name, items in data.items()}


class PeriodSchema(StrictSchema):
    """Nights in a row, from `start` to the day before `end`."""

    start = StrictDate(required=True, metadata={"example": "2026-09-01"})
    end = StrictDate(required=True, metadata={"example": "2026-09-05"})

    @validates_schema
    def _check_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if data["end"] <= data["start"]:
            raise ValidationError(NOT_AFTER_START, "end")

    @post_load
    def _as_pair(self, data: dict[str, Any], **_kwargs: Any) -> Any:
        return data["start"], data["end"]


class AvailabilityChangeSchema(StrictSchema):
    """House times, limits, and the periods that guests cannot book, in place of earlier ones."""

    check_in_time = StrictTime(allow_none=True, metadata={"example": "14:00"})
    check_out_time = StrictTime(allow_none=True, metadata={"example": "10:00"})
    min_nights = _count(1, MAX_NIGHTS)
    max_nights = _count(1, MAX_NIGHTS)
    blackout_dates = Items(fields.Nested(PeriodSchema), maximum=MAX_NIGHTS_AHEAD, allow_none=True)


class AvailableListingSchema(ListingSchema):
    """A stay, and the periods that its host has blocked."""

    blackout_dates = fields.List(
        fields.Nested(ShownPeriodSchema), attribute="blackouts", required=True
    )


# ── photos ──────────────────────────────────────────────────────────────────────────────────


class PhotoChangeSchema(StrictSchema):
    """What changes of a photo. `position` counts from 0; the others make room."""

    alt = LineStr(max_length=ALT_CHARS, allow_none=True, metadata={"example": "The pool"})
    is_main = StrictBool()
    position = StrictInt(maximum=MAX_IMAGES - 1)

    @post_load
    def _clear_by_null(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return data | ({"alt": ""} if data.get("alt", "") is None else {})


class PhotoFormSchema(StrictSchema):
    """Photos to add, each a file of this one field."""

    photos = UploadedFiles(
        required=True,
        max_bytes=MAX_BYTES,
        maximum=MAX_PHOTOS,
        metadata={"description": "JPEG, PNG, WebP or GIF, each at most 15 MB and 50 megapixels."},
    )


class _ReadyUrl(MediaUrl):
    """The address of a photo's file, once there is one."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if obj["status"] is not ImageStatus.READY:
            return None
        return super()._serialize(value, attr, obj, **kwargs)


class HostedPhotoSchema(PhotoSchema):
    """A photo as its host sees it: without `url` until it is `ready`.

    One that `failed` says why in `detail`.
    """

    url = _ReadyUrl(attribute="path", required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": [str(each) for each in ImageStatus]})
    detail = fields.String(attribute="failure", required=True)


# ── lists and details ───────────────────────────────────────────────────────────────────────


def _status(*, is_stay: bool) -> fields.Function:
    """Return the field of a listing's status; only a stay that is not in the trash has one."""
    kind, words = ("string", list(StayStatus)) if is_stay else (_TEXT_OR_NULL, [*StayStatus, None])
    return fields.Function(
        lambda listing: (
            face_statuses(
                listing["listing_type"], listing["review_status"], listing["publish_status"]
            ).marketplace
        ),
        required=True,
        metadata={"type": kind, "enum": words},
    )


class OwnListingQuerySchema(PageQuerySchema):
    """Which of their own stays a host wants to see."""

    status = Choice(StayStatus, metadata={"description": "Where the stay is in its life."})


class OwnListingCardSchema(ListingCardSchema):
    """A stay as a row of its host's list."""

    status = _status(is_stay=True)
    submitted_at = ShownInstant(required=True, allow_none=True)
    rejection_reason = fields.String(required=True)
    updated_at = ShownInstant(required=True)


class StaffListingQuerySchema(PageQuerySchema):
    """Which listings staff wants to see. All filters combine."""

    status = Choice(
        StayStatus,
        metadata={"description": "With `pending_review`, those that wait longest come first."},
    )
    listing_type = Choice(ListingType, metadata={"description": "Listings of this type."})
    host = QueryUuid(metadata={"description": "The owner's id."})
    city = CleanStr(max_length=PLACE_CHARS, metadata={"description": "The whole name."})
    search = CleanStr(
        max_length=SEARCH_CHARS,
        metadata={"description": "A part of the title, the address or the city."},
    )
    is_verified = QueryBool(metadata={"description": "Those that staff has marked, or not."})


class StaffHostSchema(HostSchema):
    """Who offers a listing, as staff sees them."""

    email = fields.String(required=True)


class StaffListingCardSchema(OwnListingCardSchema):
    """A listing of any type as a row of staff's list."""

    status = _status(is_stay=False)
    listing_type = _words(ListingType)
    publish_status = _words(PublishStatus)
    location = fields.String(required=True)
    host = fields.Nested(StaffHostSchema, required=True)


class StaffListingSchema(ListingSchema):
    """A listing of any type with everything."""

    status = _status(is_stay=False)
    listing_type = _words(ListingType)
    publish_status = _words(PublishStatus)
    location = fields.String(required=True)
    host = fields.Nested(StaffHostSchema, required=True)


class MarksSchema(StrictSchema):
    """How a listing is marked; what is absent stays."""

    is_verified = StrictBool()
    is_sponsored = StrictBool()


class ListingRejectionSchema(StrictSchema):
    """Why a listing is rejected: its host is told."""

    rejection_reason = CleanStr(
        required=True,
        max_length=REASON_CHARS,
        blank=False,
        metadata={"example": "Photos too low quality."},
    )
