"""Frequent questions and saved searches, as the marketplace face takes and gives them."""

from typing import Any

from marshmallow import Schema, fields, post_load

from app.catalogue.enums import StayType
from app.catalogue.limits import MAX_AMENITIES, MAX_COUNT
from app.core.fields import (
    Choice,
    CleanStr,
    Items,
    LineStr,
    Money,
    ShownInstant,
    StrictDate,
    StrictInt,
    StrictSchema,
)
from app.reference.limits import SLUG_CHARS
from app.support.criteria import PARAMETERS
from app.support.enums import Ordering
from app.support.limits import (
    ANSWER_CHARS,
    CATEGORY_CHARS,
    MAX_POSITION,
    QUESTION_CHARS,
    SEARCH_NAME_CHARS,
    SEARCH_TEXT_CHARS,
)

# ── frequent questions ──────────────────────────────────────────────────────────────────────


class QuestionSchema(Schema):
    """A question and its answer."""

    id = fields.UUID(attribute="uuid", required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)


class TopicSchema(Schema):
    """The questions of one category."""

    category = fields.String(required=True)
    items = fields.Nested(QuestionSchema, many=True, required=True)


class QuestionDetailSchema(QuestionSchema):
    """A question as staff sees it."""

    category = fields.String(required=True)
    position = fields.Integer(required=True)


class QuestionChangeSchema(StrictSchema):
    """What changes of a question; what is absent stays."""

    category = CleanStr(max_length=CATEGORY_CHARS, blank=False, metadata={"example": "Payments"})
    question = CleanStr(
        max_length=QUESTION_CHARS, blank=False, metadata={"example": "When am I charged?"}
    )
    answer = CleanStr(
        max_length=ANSWER_CHARS, blank=False, metadata={"example": "You pay after you confirm."}
    )
    position = StrictInt(
        maximum=MAX_POSITION, metadata={"description": "Its place among all; the last by default."}
    )


class NewQuestionSchema(QuestionChangeSchema):
    """A question to add."""

    category = CleanStr(
        required=True, max_length=CATEGORY_CHARS, blank=False, metadata={"example": "Payments"}
    )
    question = CleanStr(
        required=True,
        max_length=QUESTION_CHARS,
        blank=False,
        metadata={"example": "When am I charged?"},
    )
    answer = CleanStr(
        required=True,
        max_length=ANSWER_CHARS,
        blank=False,
        metadata={"example": "You pay after you confirm."},
    )


# ── saved searches ──────────────────────────────────────────────────────────────────────────


class SearchSchema(StrictSchema):
    """A search to save: a name, and what the browse endpoint would be asked for.

    Loads to `name` and `criteria`; what is empty is not among them.
    """

    name = LineStr(
        required=True,
        max_length=SEARCH_NAME_CHARS,
        blank=False,
        metadata={"example": "Dar Beach Getaway"},
    )
    category = CleanStr(max_length=SLUG_CHARS, allow_none=True, metadata={"example": "beach-villa"})
    min_price = Money(allow_none=True, metadata={"example": 100})
    max_price = Money(allow_none=True, metadata={"example": 400})
    min_guests = StrictInt(minimum=1, maximum=MAX_COUNT, allow_none=True, metadata={"example": 2})
    stay_type = Choice(StayType, allow_none=True)
    check_in = StrictDate(allow_none=True)
    check_out = StrictDate(allow_none=True)
    city = CleanStr(
        max_length=SEARCH_TEXT_CHARS, allow_none=True, metadata={"example": "Dar es Salaam"}
    )
    bedrooms = StrictInt(maximum=MAX_COUNT, allow_none=True)
    amenities = Items(
        CleanStr(max_length=SLUG_CHARS, blank=False),
        maximum=MAX_AMENITIES,
        allow_none=True,
        metadata={"example": ["swimming-pool"]},
    )
    search = CleanStr(max_length=SEARCH_TEXT_CHARS, allow_none=True, metadata={"example": "quiet"})
    ordering = Choice(Ordering, allow_none=True)

    @post_load
    def _gather(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        given = {name: data[name] for name in PARAMETERS if data.get(name) not in (None, "", [])}
        return {"name": data["name"], "criteria": given}


def _shown(name: str, **metadata: Any) -> fields.String:
    return fields.String(
        required=True, allow_none=True, attribute=f"criteria.{name}", metadata=metadata
    )


def _shown_number(name: str) -> fields.Integer:
    return fields.Integer(required=True, allow_none=True, attribute=f"criteria.{name}")


class SavedSearchSchema(Schema):
    """A saved search: what was given, null where nothing was.

    `url` asks the browse endpoint for it. What can be asked for no more is left out there: dates
    that are past, a category or an amenity that is gone.
    """

    id = fields.UUID(attribute="uuid", required=True)
    name = fields.String(required=True)
    category = _shown("category")
    min_price = _shown("min_price", example="100.00")
    max_price = _shown("max_price", example="400.00")
    min_guests = _shown_number("min_guests")
    stay_type = _shown("stay_type", enum=[*(str(word) for word in StayType), None])
    check_in = _shown("check_in", format="date")
    check_out = _shown("check_out", format="date")
    city = _shown("city")
    bedrooms = _shown_number("bedrooms")
    amenities = fields.List(fields.String(), required=True, attribute="criteria.amenities")
    search = _shown("search")
    ordering = _shown("ordering", enum=[*(str(word) for word in Ordering), None])
    url = fields.Url(required=True)
    created_at = ShownInstant(required=True)
