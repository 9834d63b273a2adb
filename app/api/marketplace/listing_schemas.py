"""How the marketplace face writes stays: whole, and as a row of a list.

Both dump from a `ListingDetail`, so that whatever shows a listing shows it alike. `ListingSchema`
takes its `host` besides: the owner's account.
"""

from typing import Any

from marshmallow import Schema, fields

from app.catalogue.enums import StayType
from app.catalogue.lifecycle import face_statuses
from app.core.fields import MediaUrl, ShownDecimal, ShownInstant

SUB_RATINGS = ("cleanliness", "communication", "location", "value", "accuracy")
STATUSES = ("draft", "pending_review", "rejected", "active", "inactive")


class ShownTime(fields.String):
    """A time of day in an answer: `14:00`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.strftime("%H:%M")


class _Part(fields.Nested):
    """An object that is made of columns of the listing itself."""

    def get_value(self, obj: Any, *_args: Any, **_kwargs: Any) -> Any:
        return obj


class _MainPhoto(fields.Nested):
    """The listing's main photo."""

    def get_value(self, obj: Any, *_args: Any, **_kwargs: Any) -> Any:
        return next(iter(obj["images"]), None)


def _money(column: str | None = None, **kwargs: Any) -> ShownDecimal:
    return ShownDecimal(places=2, attribute=column, required=True, **kwargs)


def _degrees() -> ShownDecimal:
    return ShownDecimal(places=6, required=True, allow_none=True)


def _count() -> fields.Integer:
    return fields.Integer(required=True, allow_none=True)


class LabelSchema(Schema):
    """Something that is addressed by its slug."""

    name = fields.String(required=True)
    slug = fields.String(required=True)


class ShownAmenitySchema(Schema):
    """An amenity of a listing; `icon` names a Bootstrap icon."""

    id = fields.UUID(attribute="uuid", required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    icon = fields.String(required=True)


class OfferedExtraSchema(Schema):
    """An extra, and what it costs at this listing, in its currency."""

    id = fields.UUID(attribute="extra.uuid", required=True)
    name = fields.String(attribute="extra.name", required=True)
    slug = fields.String(attribute="extra.slug", required=True)
    icon = fields.String(attribute="extra.icon", required=True)
    price = _money()


class PhotoWidthSchema(Schema):
    """One width that a photo comes in."""

    width = fields.Integer(required=True)
    url = MediaUrl(attribute="path", required=True)


class CardPhotoSchema(Schema):
    """A listing's main photo."""

    url = MediaUrl(attribute="path", required=True)
    alt = fields.String(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    variants = fields.List(fields.Nested(PhotoWidthSchema), required=True)
    blurhash = fields.String(required=True)


class PhotoSchema(CardPhotoSchema):
    """A photo of a listing."""

    id = fields.UUID(attribute="uuid", required=True)
    is_main = fields.Boolean(required=True)
    position = fields.Integer(required=True)


class PricingSchema(Schema):
    """What a stay costs: a night, and once for each stay. The deposit is given back."""

    price_per_night = _money("price", allow_none=True)
    cleaning_fee = _money()
    security_deposit = _money()
    currency = fields.String(attribute="currency.code", required=True)


class HostSchema(Schema):
    """Who offers a listing."""

    id = fields.UUID(attribute="uuid", required=True)
    first_name = fields.String(required=True)
    joined_at = ShownInstant(attribute="created_at", required=True)


class ReviewsSummarySchema(Schema):
    """What a listing's published reviews say on average, out of 5."""

    count = fields.Integer(attribute="review_count", required=True)
    average = _money("rating", allow_none=True)
    cleanliness = fields.String(required=True, allow_none=True)
    communication = fields.String(required=True, allow_none=True)
    location = fields.String(required=True, allow_none=True)
    value = fields.String(required=True, allow_none=True)
    accuracy = fields.String(required=True, allow_none=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        if attr in SUB_RATINGS:
            return obj["sub_ratings"].get(attr)
        return super().get_attribute(obj, attr, default)


class ShownPeriodSchema(Schema):
    """Nights in a row, from `start` to the day before `end`."""

    start = fields.Date(required=True)
    end = fields.Date(required=True)


class _StaySchema(Schema):
    """What every answer about a stay has."""

    id = fields.UUID(attribute="uuid", required=True)
    title = fields.String(required=True)
    property_type = fields.Nested(LabelSchema, required=True)
    category = fields.Nested(LabelSchema, required=True, allow_none=True)
    stay_type = fields.String(
        required=True, allow_none=True, metadata={"enum": [*map(str, StayType), None]}
    )
    address = fields.String(required=True)
    city = fields.String(required=True)
    country = fields.String(required=True)
    latitude = _degrees()
    longitude = _degrees()
    max_guests = _count()
    standard_guests = fields.Function(
        lambda listing: listing["standard_guests"] or listing["max_guests"],
        required=True,
        metadata={"type": ["integer", "null"]},
    )
    bedrooms = _count()
    bathrooms = _count()
    currency = fields.String(attribute="currency.code", required=True)
    price_per_night = _money("price", allow_none=True)
    is_verified = fields.Boolean(required=True)
    is_sponsored = fields.Boolean(required=True)
    created_at = ShownInstant(required=True)


class ListingCardSchema(_StaySchema):
    """A stay as a row of a list. `rating` is the average of its reviews, out of 5."""

    rating = _money(allow_none=True)
    review_count = fields.Integer(required=True)
    photo = _MainPhoto(CardPhotoSchema, required=True, allow_none=True)


class NearbyCardSchema(ListingCardSchema):
    """A stay as a row of a list, and how far it is, as the crow flies."""

    distance_km = fields.Float(required=True)


class ListingSchema(_StaySchema):
    """A stay with everything that a guest wants to know.

    Its owner and staff also get `submitted_at` and `rejection_reason`; without those columns they
    are left out.
    """

    description = fields.String(required=True)
    status = fields.Function(
        lambda listing: (
            face_statuses(
                listing["listing_type"], listing["review_status"], listing["publish_status"]
            ).marketplace
        ),
        required=True,
        metadata={"type": "string", "enum": list(STATUSES)},
    )
    cleaning_fee = _money()
    security_deposit = _money()
    pricing = _Part(PricingSchema, required=True)
    check_in_time = ShownTime(required=True, allow_none=True)
    check_out_time = ShownTime(required=True, allow_none=True)
    time_zone = fields.String(required=True)
    min_nights = _count()
    max_nights = _count()
    amenities = fields.List(fields.Nested(ShownAmenitySchema), required=True)
    extras = fields.List(fields.Nested(OfferedExtraSchema), required=True)
    photos = fields.List(fields.Nested(PhotoSchema), attribute="images", required=True)
    host = fields.Nested(HostSchema, required=True)
    reviews_summary = _Part(ReviewsSummarySchema, required=True)
    updated_at = ShownInstant(required=True)
    submitted_at = ShownInstant(allow_none=True)
    rejection_reason = fields.String()


class ReadListingSchema(ListingSchema):
    """A stay as it is read. Its owner and staff also see the periods that the host has blocked."""

    blackout_dates = fields.List(fields.Nested(ShownPeriodSchema), attribute="blackouts")
