"""Reviews and feedback: what guests, hosts and staff give and get."""

from typing import Any

from marshmallow import Schema, fields

from app.api.marketplace.paging import PageQuerySchema
from app.core.fields import (
    Choice,
    CleanStr,
    QueryBool,
    QueryInt,
    QueryUuid,
    ReferredId,
    ShownInstant,
    StrictInt,
    StrictSchema,
)
from app.reviews.limits import COMMENT_CHARS, REASON_CHARS, REPLY_CHARS
from app.reviews.ratings import HIGHEST, LOWEST
from app.support.enums import Platform
from app.support.limits import COMMENT_CHARS as FEEDBACK_CHARS

SEARCH_CHARS = 100


def _stars(**kwargs: Any) -> StrictInt:
    return StrictInt(minimum=LOWEST, maximum=HIGHEST, metadata={"example": 5}, **kwargs)


def _shown_stars(**kwargs: Any) -> fields.Integer:
    return fields.Integer(required=True, metadata={"minimum": LOWEST, "maximum": HIGHEST}, **kwargs)


# ── reviews ─────────────────────────────────────────────────────────────────────────────────


class WantedReviewSchema(StrictSchema):
    """What a guest says of a stay. Ratings are from 1 to 5; only the first one is needed."""

    booking_id = ReferredId(required=True)
    rating = _stars(required=True)
    cleanliness = _stars(allow_none=True)
    communication = _stars(allow_none=True)
    location = _stars(allow_none=True)
    value = _stars(allow_none=True)
    accuracy = _stars(allow_none=True)
    comment = CleanStr(
        max_length=COMMENT_CHARS,
        allow_none=True,
        metadata={"example": "Absolutely stunning villa. Would book again!"},
    )


class ReplySchema(StrictSchema):
    """What the host answers."""

    host_reply = CleanStr(
        required=True,
        max_length=REPLY_CHARS,
        blank=False,
        metadata={"example": "Thank you so much! Come back anytime!"},
    )


class AuthorSchema(Schema):
    """Who wrote a review, as everybody may know."""

    first_name = fields.String(required=True)


class ReviewSchema(Schema):
    """A review, as everybody may read it. What the guest did not rate is null."""

    id = fields.UUID(attribute="uuid", required=True)
    listing_id = fields.UUID(attribute="listing.uuid", required=True)
    author = fields.Nested(AuthorSchema, required=True)
    rating = _shown_stars()
    cleanliness = _shown_stars(allow_none=True)
    communication = _shown_stars(allow_none=True)
    location = _shown_stars(allow_none=True)
    value = _shown_stars(allow_none=True)
    accuracy = _shown_stars(allow_none=True)
    comment = fields.String(required=True)
    created_at = ShownInstant(required=True)
    host_reply = fields.String(required=True, allow_none=True)
    replied_at = ShownInstant(required=True, allow_none=True)


class OwnReviewSchema(ReviewSchema):
    """A review, for the guest who wrote it."""

    booking_id = fields.UUID(attribute="booking.uuid", required=True)


class ReviewQuerySchema(PageQuerySchema):
    """Which reviews staff wants to see."""

    listing_id = QueryUuid(metadata={"description": "Reviews of this listing."})
    is_published = QueryBool(metadata={"description": "Those that are shown, or are not."})
    rating = QueryInt(
        minimum=LOWEST, maximum=HIGHEST, metadata={"description": "Reviews with this rating."}
    )
    search = CleanStr(
        max_length=SEARCH_CHARS,
        metadata={"description": "A part of the comment, of the reply or of the listing's title."},
    )


class ReasonSchema(StrictSchema):
    """Why a review is hidden, for its author."""

    reason = CleanStr(max_length=REASON_CHARS, allow_none=True)


class StaffAuthorSchema(AuthorSchema):
    """Who wrote a review, for staff."""

    id = fields.UUID(attribute="uuid", required=True)
    last_name = fields.String(required=True)
    email = fields.String(required=True)


class ReviewedListingSchema(Schema):
    """What a review is about."""

    id = fields.UUID(attribute="uuid", required=True)
    title = fields.String(required=True)


class StaffReviewSchema(OwnReviewSchema):
    """A review with everything that staff may know of it."""

    author = fields.Nested(StaffAuthorSchema, required=True)
    listing = fields.Nested(ReviewedListingSchema, required=True)
    is_published = fields.Boolean(required=True)
    unpublished_at = ShownInstant(required=True, allow_none=True)
    unpublished_reason = fields.String(required=True)


# ── feedback on the platform ────────────────────────────────────────────────────────────────


class WantedFeedbackSchema(StrictSchema):
    """What somebody says of the platform itself."""

    rating = _stars(required=True)
    comment = CleanStr(
        max_length=FEEDBACK_CHARS,
        allow_none=True,
        metadata={"example": "Seamless booking experience!"},
    )
    platform = Choice(Platform, allow_none=True)


class FeedbackSchema(Schema):
    """What somebody has said of the platform."""

    id = fields.UUID(attribute="uuid", required=True)
    rating = _shown_stars()
    comment = fields.String(required=True)
    platform = fields.String(
        required=True, allow_none=True, metadata={"enum": [*map(str, Platform), None]}
    )
    created_at = ShownInstant(required=True)


class FeedbackQuerySchema(PageQuerySchema):
    """Which feedback staff wants to see."""

    rating = QueryInt(
        minimum=LOWEST, maximum=HIGHEST, metadata={"description": "Feedback with this rating."}
    )
    platform = Choice(Platform, metadata={"description": "Where it was given."})
