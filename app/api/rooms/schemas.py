"""What the rooms face takes and gives.

Parameters are read as the framework reads them that this API comes from: white space around a value
does not count, a parameter without a value is absent, and an unknown one is ignored.
"""

import re
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load

from app.catalogue.enums import RoomSort, RoomStatus, StayType, SubmitStatus
from app.core.fields import MAX_INT, ShownDecimal, ShownInstant, clean_text

MAX_PER_PAGE = 100
MIN_SEARCH_CHARS = 3
MAX_STRING_LENGTH = 255

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
# Of a longer number only its size counts.
_MAX_DIGITS = 18


class Ordering(StrEnum):
    """The direction of an order."""

    ASC = "ASC"
    DESC = "DESC"


# ── parameters ──────────────────────────────────────────────────────────────────────────────


def _label(name: str | None) -> str:
    return (name or "").replace("_", " ")


class Whole(fields.Integer):
    """An integer of the query, between `minimum` and `maximum` where these are given."""

    def __init__(
        self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        bounds = {"minimum": minimum, "maximum": maximum}
        known = {name: bound for name, bound in bounds.items() if bound is not None}
        super().__init__(metadata={**known, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not _INTEGER.fullmatch(value):
            raise ValidationError(f"The {_label(attr)} must be an integer.")
        digits = value.lstrip("+-0") or "0"
        size = int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS
        number = -size if value.startswith("-") else size
        if self.minimum is not None and number < self.minimum:
            raise ValidationError(f"The {_label(attr)} must be at least {self.minimum}.")
        if self.maximum is not None and number > self.maximum:
            raise ValidationError(f"The {_label(attr)} may not be greater than {self.maximum}.")
        return number


class Selected(fields.String):
    """One word of an enumeration; loads to its member. `folds` takes it in any case."""

    def __init__(self, words: type[StrEnum], *, folds: bool = False, **kwargs: Any) -> None:
        self.words = words
        self.folds = folds
        metadata = {"enum": [str(word) for word in words], **kwargs.pop("metadata", {})}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> StrEnum:
        wanted = value.upper() if self.folds else value
        for word in self.words:
            if wanted == word:
                return word
        raise ValidationError(f"The selected {_label(attr)} is invalid.")


class Pattern(fields.String):
    """What is searched for: at least `minimum` and at most `maximum` characters."""

    def __init__(self, *, minimum: int, maximum: int, **kwargs: Any) -> None:
        self.minimum = minimum
        self.maximum = maximum
        lengths = {"minLength": minimum, "maxLength": maximum}
        super().__init__(metadata={**lengths, **kwargs.pop("metadata", {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            text = clean_text(value)
        except ValidationError:
            raise ValidationError(f"The {_label(attr)} must be a string.") from None
        if len(text) < self.minimum:
            raise ValidationError(f"The {_label(attr)} must be at least {self.minimum} characters.")
        if len(text) > self.maximum:
            raise ValidationError(
                f"The {_label(attr)} may not be greater than {self.maximum} characters."
            )
        return text


class RoomQuerySchema(Schema):
    """Which rooms are wanted, in which order and how many a page. All of it combines."""

    class Meta:
        unknown = EXCLUDE

    limit = Whole(
        minimum=1,
        maximum=MAX_PER_PAGE,
        metadata={"description": "The number of rooms for one page."},
    )
    per_page = Whole(
        minimum=1,
        maximum=MAX_PER_PAGE,
        metadata={"description": "The same as `limit`, which comes first."},
    )
    page = Whole(
        minimum=1,
        maximum=MAX_INT,
        load_default=1,
        metadata={"description": "The number of the page, from 1; one past the end is empty."},
    )
    status = Selected(RoomStatus, metadata={"description": "The status of the rooms."})
    room_id = Whole(metadata={"description": "The ID of a specific room."})
    submit_status = Selected(
        SubmitStatus, metadata={"description": "The submit status of the rooms."}
    )
    search = Pattern(
        minimum=MIN_SEARCH_CHARS,
        maximum=MAX_STRING_LENGTH,
        metadata={"description": "Words in any order, over name, description, address and city."},
    )
    sort = Selected(
        RoomSort,
        load_default=RoomSort.ID,
        metadata={"description": "What the rooms are sorted by."},
    )
    ordering = Selected(
        Ordering,
        folds=True,
        load_default=Ordering.DESC,
        metadata={"description": "The direction of the order, in capitals or small letters."},
    )

    @pre_load
    def trim(self, data: dict[str, str], **_kwargs: Any) -> dict[str, str]:
        """Take the white space off every value, and drop what is empty then."""
        trimmed = {name: value.strip() for name, value in data.items()}
        return {name: value for name, value in trimmed.items() if value}

    @post_load
    def agree_on_size(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Leave the one size of a page that counts, None where nobody asks for any."""
        per_page = data.pop("per_page", None)
        return {**data, "per_page": data.pop("limit", per_page)}


# ── answers ─────────────────────────────────────────────────────────────────────────────────


class MessageSchema(Schema):
    """A sentence about what went wrong."""

    message = fields.String(required=True)


class InvalidParametersSchema(MessageSchema):
    """What is wrong with the parameters, by name."""

    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)


class RoomSchema(Schema):
    """The basic information of a room."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    num_bedrooms = fields.Integer(required=True)
    num_bathrooms = fields.Integer(required=True)
    standard_guests = fields.Integer(required=True)
    maximum_guests = fields.Integer(required=True)
    status = fields.String(required=True, metadata={"enum": [str(word) for word in RoomStatus]})
    submit_status = fields.String(
        required=True, metadata={"enum": [str(word) for word in SubmitStatus]}
    )


class PageLinksSchema(Schema):
    """The pages beside this one: without `next` it is the last, without `previous` the first."""

    class Meta:
        unknown = RAISE

    next = fields.Url()
    previous = fields.Url()


class PaginationSchema(Schema):
    """Where a page stands among all that there are."""

    total = fields.Integer(required=True)
    count = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    current_page = fields.Integer(required=True)
    total_pages = fields.Integer(required=True)
    links = fields.Raw(
        required=True,
        metadata={
            "description": "The pages beside this one; an empty array where there is only one.",
            "anyOf": [
                {"$ref": "#/components/schemas/PageLinks"},
                {"type": "array", "maxItems": 0},
            ],
        },
    )


class RoomMetaSchema(Schema):
    """What is said about a page."""

    pagination = fields.Nested(PaginationSchema, required=True)


class RoomListSchema(Schema):
    """One page of rooms."""

    data = fields.List(fields.Nested(RoomSchema), required=True)
    meta = fields.Nested(RoomMetaSchema, required=True)


class RoomTypeSchema(Schema):
    """What kind of place a room is in."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class RoomAmenitySchema(RoomTypeSchema):
    """An amenity; `icon` names a Bootstrap icon."""

    icon = fields.String(required=True)


class RoomVariantSchema(Schema):
    """One width that a picture comes in."""

    width = fields.Integer(required=True)
    url = fields.Url(required=True)


class RoomImageSchema(Schema):
    """A picture of a room."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True)
    alt = fields.String(required=True)
    is_main = fields.Boolean(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    variants = fields.List(fields.Nested(RoomVariantSchema), required=True)
    blurhash = fields.String(required=True)


class WholeRoomSchema(RoomSchema):
    """A room with everything: its price is for a night, and its main picture comes first."""

    description = fields.String(required=True)
    address = fields.String(required=True)
    city = fields.String(required=True)
    country = fields.String(required=True)
    latitude = ShownDecimal(places=6, required=True, allow_none=True)
    longitude = ShownDecimal(places=6, required=True, allow_none=True)
    property_type = fields.Nested(RoomTypeSchema, required=True)
    stay_type = fields.String(
        required=True,
        allow_none=True,
        metadata={"enum": [*(str(word) for word in StayType), None]},
    )
    price = ShownDecimal(places=2, required=True, allow_none=True)
    currency = fields.String(required=True, metadata={"description": "An ISO 4217 code."})
    min_nights = fields.Integer(required=True, allow_none=True)
    max_nights = fields.Integer(required=True, allow_none=True)
    amenities = fields.List(fields.Nested(RoomAmenitySchema), required=True)
    images = fields.List(fields.Nested(RoomImageSchema), required=True)
    created_at = ShownInstant(required=True)
    updated_at = ShownInstant(required=True)


class WholeRoomAnswerSchema(Schema):
    """One room."""

    data = fields.Nested(WholeRoomSchema, required=True)
