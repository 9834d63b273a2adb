"""What guests say of their stays, what hosts reply, and what people say of the platform."""

from typing import Any
from uuid import UUID

from app.api.marketplace import reviews_schemas as schemas
from app.api.marketplace.access import current_caller, login_required, public, recognizes, viewer
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import PageQuerySchema, make_page
from app.api.smorest import refuses
from app.reviews import service as reviews
from app.support import feedback_service as feedback

LISTED = "Reviews retrieved successfully."
SUBMITTED = "Review submitted successfully."
REPLIED = "Reply posted successfully."
THANKS = "Thank you for your feedback."

blp = marketplace_blueprint("Reviews", "What guests say of their stays")


@blp.route("/reviews/listings/<uuid:listing_id>/")
@public
@recognizes
@refuses(404)
@blp.arguments(PageQuerySchema, location="query")
@blp.answers(200, schemas.ReviewSchema, LISTED, paged=True)
def list_listing_reviews(query: dict[str, Any], listing_id: UUID) -> Any:
    """List a listing's published reviews with sub-ratings and host replies, newest first.

    The reviews of a listing that is not active are for its owner and staff only.
    """
    page = query["page"]
    found = reviews.list_reviews(listing_id, viewer(), offset=page.offset, limit=page.limit)
    return make_page(page, *found)


@blp.write_route("/reviews/listings/<uuid:listing_id>/")
@login_required
@refuses(404, 409)
@blp.arguments(schemas.WantedReviewSchema)
@blp.answers(201, schemas.OwnReviewSchema, SUBMITTED)
def submit_review(wanted: dict[str, Any], listing_id: UUID) -> Any:
    """Review a completed booking of the caller's, once. The review is published at once."""
    return reviews.submit_review(current_caller().account_id, listing_id, **wanted)


@blp.write_route("/reviews/<uuid:review_id>/reply/")
@login_required
@refuses(403, 404, 409)
@blp.arguments(schemas.ReplySchema)
@blp.answers(200, schemas.ReviewSchema, REPLIED)
def reply_to_review(given: dict[str, str], review_id: UUID) -> Any:
    """Reply to a review, once, as the host of the listing that it is about."""
    return reviews.reply(current_caller().account_id, review_id, given["host_reply"])


@blp.write_route("/reviews/app/")
@login_required
@blp.arguments(schemas.WantedFeedbackSchema)
@blp.answers(201, schemas.FeedbackSchema, THANKS)
def give_feedback(given: dict[str, Any]) -> Any:
    """Say something about the platform itself. It is for staff, and never shown in public."""
    return feedback.give_feedback(current_caller().account_id, **given)
