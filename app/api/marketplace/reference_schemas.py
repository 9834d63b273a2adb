"""Categories, amenities and extras, as the marketplace face takes and gives them."""

from typing import Any

from marshmallow import Schema, fields

from app.core.fields import CleanStr, LineStr, Money, ShownDecimal, Slug, StrictBool, StrictSchema
from app.reference.limits import ICON_CHARS, NAME_CHARS, SLUG_CHARS

MADE_OF_THE_NAME = "Made of the name if absent. It never changes."


def _name(example: str, **kwargs: Any) -> LineStr:
    metadata = {"example": example}
    return LineStr(max_length=NAME_CHARS, blank=False, metadata=metadata, **kwargs)


def _icon(example: str) -> CleanStr:
    return CleanStr(max_length=ICON_CHARS, allow_none=True, metadata={"example": example})


def _slug(example: str) -> Slug:
    metadata = {"example": example, "description": MADE_OF_THE_NAME}
    return Slug(max_length=SLUG_CHARS, allow_none=True, metadata=metadata)


def _parent() -> CleanStr:
    return CleanStr(
        max_length=SLUG_CHARS,
        blank=False,
        allow_none=True,
        metadata={
            "example": "villa",
            "description": "The slug of the category above it; null is the top.",
        },
    )


# ── categories ──────────────────────────────────────────────────────────────────────────────


class CategorySchema(Schema):
    """A category, and those below it."""

    id = fields.UUID(attribute="uuid", required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    icon = fields.String(required=True)
    subcategories = fields.List(fields.Nested(lambda: CategorySchema()), required=True)


class CategoryDetailSchema(CategorySchema):
    """A category as staff sees it. `is_active` says whether it is shown: it and all above it."""

    parent = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)
    subcategories = fields.List(fields.Nested(lambda: CategoryDetailSchema()), required=True)


class NewCategorySchema(StrictSchema):
    """A category to add."""

    name = _name("Cave House", required=True)
    slug = _slug("cave-house")
    icon = _icon("house")
    parent = _parent()


class CategoryChangeSchema(StrictSchema):
    """What changes of a category; what is absent stays."""

    name = _name("Cave House")
    icon = _icon("house")
    parent = _parent()
    is_active = StrictBool()


# ── amenities and extras ────────────────────────────────────────────────────────────────────


class AmenityItemSchema(Schema):
    """An amenity."""

    id = fields.UUID(attribute="uuid", required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    icon = fields.String(required=True)


class AmenityDetailSchema(AmenityItemSchema):
    """An amenity as staff sees it."""

    is_active = fields.Boolean(required=True)


class NewAmenitySchema(StrictSchema):
    """An amenity to add."""

    name = _name("Roof Terrace", required=True)
    slug = _slug("roof-terrace")
    icon = _icon("bi-sun")


class AmenityChangeSchema(StrictSchema):
    """What changes of an amenity; what is absent stays."""

    name = _name("Roof Terrace")
    icon = _icon("bi-sun")
    is_active = StrictBool()


class ExtraItemSchema(AmenityItemSchema):
    """An extra. The price is what it costs where a listing asks no other one."""

    price = ShownDecimal(places=2, required=True)


class ExtraDetailSchema(ExtraItemSchema):
    """An extra as staff sees it."""

    is_active = fields.Boolean(required=True)


class NewExtraSchema(NewAmenitySchema):
    """An extra to add."""

    name = _name("Picnic Basket", required=True)
    slug = _slug("picnic-basket")
    icon = _icon("bi-basket")
    price = Money(required=True, metadata={"example": "25.00"})


class ExtraChangeSchema(AmenityChangeSchema):
    """What changes of an extra; what is absent stays."""

    name = _name("Picnic Basket")
    icon = _icon("bi-basket")
    price = Money(metadata={"example": "25.00"})
