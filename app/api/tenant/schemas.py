"""What the tenant face takes and gives."""

from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, post_load, pre_load, validate

from app.catalogue.enums import Availability, Furnishing, ListingType, PublishStatus
from app.catalogue.limits import (
    ALT_CHARS,
    DESCRIPTION_CHARS,
    EXTERNAL_ID_CHARS,
    MAX_AMENITIES,
    MAX_COUNT,
    PLACE_CHARS,
    TITLE_CHARS,
    YOUTUBE_ID_CHARS,
)
from app.core.fields import (
    MAX_MONEY,
    Choice,
    CleanStr,
    FixedDecimal,
    Items,
    LineStr,
    MediaUrl,
    Money,
    QueryInstant,
    QueryInt,
    ShownDecimal,
    ShownInstant,
    StrictBool,
    StrictInt,
    StrictSchema,
)

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_CHANGES = 1000
DEFAULT_CHANGES = 200
MAX_CURSOR_CHARS = 200
MAX_SEARCH_CHARS = 200
MAX_VERSION = 2**62
MAX_URL_CHARS = 2000


def _slug(**kwargs: Any) -> CleanStr:
    return CleanStr(max_length=100, blank=False, **kwargs)


def _size(**kwargs: Any) -> FixedDecimal:
    return FixedDecimal(places=2, minimum=Decimal(0), maximum=MAX_MONEY, allow_none=True, **kwargs)


def _degrees(limit: int, **kwargs: Any) -> FixedDecimal:
    """Return a coordinate: maps give more places than the eleven centimetres of the sixth."""
    bound = Decimal(limit)
    return FixedDecimal(
        places=6, minimum=-bound, maximum=bound, rounds=True, allow_none=True, **kwargs
    )


# ── keys and the account ────────────────────────────────────────────────────────────────────


class DetailSchema(Schema):
    """A sentence about what happened."""

    detail = fields.String(required=True)


class EndpointIndexSchema(Schema):
    """The API's version and where its endpoints are."""

    version = fields.String(required=True)
    endpoints = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class RegistrationSchema(StrictSchema):
    """Whose account a key is wanted for."""

    username = CleanStr(required=True, max_length=150, blank=False, metadata={"example": "you"})


class VerificationSchema(RegistrationSchema):
    """The mailed code, and a name for the key that it earns."""

    api_key_name = LineStr(
        required=True, max_length=100, blank=False, metadata={"example": "My website"}
    )
    code = CleanStr(required=True, max_length=20, blank=False, metadata={"example": "123456"})


class NewKeySchema(Schema):
    """A key at the only moment that it is shown."""

    user_id = fields.Integer(required=True)
    username = fields.String(required=True)
    key = fields.String(required=True)
    scope = fields.String(required=True)
    name = fields.String(required=True)
    detail = fields.String(required=True)


class KeyInfoSchema(Schema):
    """The key that a request was made with."""

    name = fields.String(required=True)
    scope = fields.String(required=True)
    allowed_origins = fields.List(fields.String(), required=True)


class AccountSchema(Schema):
    """The tenant behind a key."""

    id = fields.Integer(required=True)
    username = fields.String(required=True)
    email = fields.String(required=True)
    subscription_tier = fields.String(required=True)
    key = fields.Nested(KeyInfoSchema, required=True)
    properties_count = fields.Integer(required=True)


# ── reference data ──────────────────────────────────────────────────────────────────────────


class NamedSchema(Schema):
    """Something that is addressed by its slug."""

    name = fields.String(required=True)
    slug = fields.String(required=True)


class AmenitySchema(NamedSchema):
    """An amenity; `icon` names a Bootstrap icon."""

    icon = fields.String(required=True)


class CurrencySchema(Schema):
    """A currency by its ISO 4217 code."""

    code = fields.String(required=True)
    symbol = fields.String(required=True)


class RegionSchema(NamedSchema):
    """A region with its districts."""

    districts = fields.List(fields.Nested(NamedSchema), required=True)


class FiltersSchema(Schema):
    """What the feed can be filtered by, with labels for people."""

    listing_type = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    furnished = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    availability = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    publish_status = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    property_types = fields.List(fields.Nested(NamedSchema), required=True)
    currencies = fields.List(fields.Nested(CurrencySchema), required=True)


# ── listings ────────────────────────────────────────────────────────────────────────────────


class VariantSchema(Schema):
    """One width that an image comes in."""

    width = fields.Integer(required=True)
    url = MediaUrl(attribute="path", required=True)


class ImageSchema(Schema):
    """A branded image, hosted by us."""

    id = fields.Integer(required=True)
    url = MediaUrl(attribute="path", required=True)
    is_main = fields.Boolean(required=True)
    alt = fields.String(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    variants = fields.List(fields.Nested(VariantSchema), required=True)
    blurhash = fields.String(required=True)


class PendingImageSchema(Schema):
    """An image that is not ready: being processed, or failed for the reason in `detail`."""

    id = fields.Integer(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["processing", "failed"]))
    detail = fields.String()


class ImagePatchSchema(StrictSchema):
    """What can be changed of an image. Setting `is_main` demotes the previous main image."""

    READ_ONLY = ("id", "url", "width", "height", "variants", "blurhash")

    is_main = StrictBool()
    alt = LineStr(
        max_length=ALT_CHARS,
        allow_none=True,
        metadata={"description": "Descriptive text.", "example": "Front view of the bungalow"},
    )

    @pre_load
    def ignore_read_only(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Drop what only we set: a client may send it along with what it changes."""
        return {name: value for name, value in data.items() if name not in self.READ_ONLY}

    @post_load
    def clear_by_null(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Take `null` for an empty text."""
        return data | ({"alt": ""} if data.get("alt", "") is None else {})


class NewImageSchema(ImagePatchSchema):
    """An image to add, by its address. Exactly one of `image` and `external_url` is needed."""

    external_url = CleanStr(
        max_length=MAX_URL_CHARS,
        blank=False,
        allow_none=True,
        metadata={
            "description": "An http(s) URL to a domain name. We download the image and host it.",
            "example": "https://cdn.example.com/photo.jpg",
        },
    )


class UploadedImageSchema(NewImageSchema):
    """An image to add, as a form with its file."""

    image = fields.Raw(
        allow_none=True,
        metadata={
            "type": "string",
            "format": "binary",
            "description": "The file: JPEG, PNG, WebP or GIF, at most 15 MB and 50 megapixels.",
        },
    )


class PropertySchema(Schema):
    """A listing as it is read."""

    id = fields.Integer(required=True)
    external_id = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    price = ShownDecimal(places=2, required=True, allow_none=True)
    currency = fields.Nested(CurrencySchema, required=True)
    property_type = fields.Nested(NamedSchema, required=True)
    listing_type = fields.String(required=True)
    location = fields.Method("shown_location", required=True, metadata={"type": "string"})
    region = fields.Nested(NamedSchema, required=True, allow_none=True)
    district = fields.Nested(NamedSchema, required=True, allow_none=True)
    latitude = ShownDecimal(places=6, required=True, allow_none=True)
    longitude = ShownDecimal(places=6, required=True, allow_none=True)
    bedrooms = fields.Integer(required=True, allow_none=True)
    bathrooms = fields.Integer(required=True, allow_none=True)
    floor_size = ShownDecimal(places=2, required=True, allow_none=True)
    plot_size = ShownDecimal(places=2, required=True, allow_none=True)
    plot_size_unit = fields.Pluck(NamedSchema, "slug", required=True, allow_none=True)
    tenure = fields.Pluck(NamedSchema, "slug", required=True, allow_none=True)
    furnished = fields.String(required=True)
    is_verified = fields.Boolean(required=True)
    is_sponsored = fields.Boolean(required=True)
    publish_status = fields.String(required=True)
    availability = fields.String(required=True)
    amenities = fields.List(fields.Nested(AmenitySchema), required=True)
    images = fields.List(fields.Nested(ImageSchema), required=True)
    youtube_video_id = fields.String(required=True)
    created_at = ShownInstant(required=True)
    updated_at = ShownInstant(required=True)

    def shown_location(self, listing: Any) -> str:
        """Return the area; a stay without one shows its city."""
        return str(listing["location"] or listing["city"])


class ListingWriteSchema(StrictSchema):
    """A listing as it is written: relations by slug or code, the owner never in the body."""

    READ_ONLY = (
        "id",
        "region",
        "images",
        "is_verified",
        "is_sponsored",
        "created_at",
        "updated_at",
    )

    EMPTY: ClassVar = {"description": "", "location": "", "youtube_video_id": "", "amenities": ()}

    title = LineStr(required=True, max_length=TITLE_CHARS, blank=False)
    description = CleanStr(
        max_length=DESCRIPTION_CHARS, trim=False, allow_none=True, load_default=""
    )
    price = Money(required=True)
    currency = _slug(required=True)
    property_type = _slug(required=True)
    listing_type = Choice(ListingType, required=True)
    location = LineStr(max_length=PLACE_CHARS, allow_none=True, load_default="")
    district = _slug(
        allow_none=True,
        load_default=None,
        metadata={"description": "District slug. Only a stay may have none."},
    )
    latitude = _degrees(90, load_default=None)
    longitude = _degrees(180, load_default=None)
    bedrooms = StrictInt(maximum=MAX_COUNT, allow_none=True, load_default=None)
    bathrooms = StrictInt(maximum=MAX_COUNT, allow_none=True, load_default=None)
    floor_size = _size(load_default=None)
    plot_size = _size(load_default=None)
    plot_size_unit = _slug(allow_none=True, load_default=None)
    tenure = _slug(allow_none=True, load_default=None)
    furnished = Choice(Furnishing, load_default=Furnishing.UNFURNISHED)
    youtube_video_id = LineStr(max_length=YOUTUBE_ID_CHARS, allow_none=True, load_default="")
    publish_status = Choice(PublishStatus, load_default=PublishStatus.DRAFT)
    availability = Choice(Availability, load_default=Availability.AVAILABLE)
    external_id = LineStr(
        max_length=EXTERNAL_ID_CHARS, blank=False, allow_none=True, load_default=None
    )
    amenities = Items(_slug(), maximum=MAX_AMENITIES, allow_none=True, load_default=list)

    @pre_load
    def ignore_read_only(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Drop what only we set: a client may send it along with what it changes."""
        return {name: value for name, value in data.items() if name not in self.READ_ONLY}

    @post_load
    def clear_by_null(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Take `null` for empty, where what is stored is an empty text or list."""
        cleared = {name: empty for name, empty in self.EMPTY.items() if data.get(name, 0) is None}
        return data | cleared


class NewListingSchema(ListingWriteSchema):
    """A listing to create. Stays are made by their hosts, not here."""

    listing_type = Choice(ListingType, only=(ListingType.RENT, ListingType.SALE), required=True)
    district = _slug(required=True, metadata={"description": "District slug."})


class ListingPatchSchema(ListingWriteSchema):
    """Some fields of a listing: those that are absent stay as they are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(partial=True, **kwargs)


class _IdentifiedSchema(Schema):
    id = fields.Integer(required=True)


class SavedListingSchema(ListingWriteSchema, _IdentifiedSchema):
    """A listing as it was saved: its id, and the written fields."""


class FeedQuerySchema(Schema):
    """The feed's parameters. All of them combine."""

    class Meta:
        unknown = EXCLUDE

    search = CleanStr(
        max_length=MAX_SEARCH_CHARS,
        metadata={"description": "Words in any order, over title, description and place."},
    )
    listing_type = Choice(ListingType, metadata={"description": "Listings of this type."})
    property_type = _slug(metadata={"description": "Property-type slug."})
    region = _slug(metadata={"description": "Region slug."})
    district = _slug(metadata={"description": "District slug."})
    min_price = Money(metadata={"description": "Minimum price, inclusive."})
    max_price = Money(metadata={"description": "Maximum price, inclusive."})
    availability = Choice(
        Availability,
        metadata={"description": "All by default: what is sold or let still is in the feed."},
    )
    publish_status = Choice(
        PublishStatus,
        load_default=PublishStatus.PUBLISHED,
        metadata={"description": "What is no public listing comes only when asked for."},
    )
    updated_after = QueryInstant(
        metadata={"description": "Only listings changed since this ISO 8601 time, inclusive."}
    )
    external_id = CleanStr(
        max_length=EXTERNAL_ID_CHARS,
        metadata={"description": "The listing that has this id in the owner's own system."},
    )
    min_bedrooms = QueryInt(
        maximum=MAX_COUNT, metadata={"description": "Minimum number of bedrooms."}
    )
    page_size = QueryInt(
        minimum=1,
        maximum=MAX_PAGE_SIZE,
        load_default=PAGE_SIZE,
        metadata={"description": "How many listings a page has."},
    )
    cursor = CleanStr(
        max_length=MAX_CURSOR_CHARS,
        metadata={"description": "Where the page begins, from `next` or `previous`."},
    )


class FeedPageSchema(Schema):
    """One page of listings, newest first, and the addresses of the pages beside it."""

    next = fields.Url(required=True, allow_none=True)
    previous = fields.Url(required=True, allow_none=True)
    results = fields.List(fields.Nested(PropertySchema), required=True)


class ChangesQuerySchema(Schema):
    """Where to read the change log from."""

    class Meta:
        unknown = EXCLUDE

    since = QueryInt(
        maximum=MAX_VERSION,
        metadata={"description": "The `next_since` of the last page; without it, a snapshot."},
    )
    page_size = QueryInt(
        minimum=1,
        maximum=MAX_CHANGES,
        load_default=DEFAULT_CHANGES,
        metadata={"description": "How many changes a page has."},
    )


class ChangeSchema(Schema):
    """A listing's latest change: keep `property`, or drop the listing where it is null."""

    id = fields.Integer(required=True)
    external_id = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    change = fields.String(required=True, validate=validate.OneOf(["upsert", "remove"]))
    property = fields.Nested(PropertySchema, required=True, allow_none=True)


class ChangePageSchema(Schema):
    """Changes in order of version. Ask again with `since` set to `next_since`."""

    results = fields.List(fields.Nested(ChangeSchema), required=True)
    next_since = fields.Integer(required=True)
    has_more = fields.Boolean(required=True)
