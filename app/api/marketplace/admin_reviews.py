"""Staff and everybody's reviews."""

from typing import Any
from uuid import UUID

from app.api.marketplace import reviews_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.reviews import staff_service as staff

LISTED = "Reviews retrieved successfully."
UNPUBLISHED = "Review unpublished."
REPUBLISHED = "Review published again."

blp = marketplace_blueprint("Admin reviews", "Everybody's reviews, for staff")


@blp.route("/admin/reviews/")
@admin_required
@refuses(404)
@blp.arguments(schemas.ReviewQuerySchema, location="query")
@blp.answers(200, schemas.StaffReviewSchema, LISTED, paged=True)
def list_reviews(query: dict[str, Any]) -> Any:
    """List the reviews of all listings, published or not, newest first."""
    page = query.pop("page")
    return make_page(page, *staff.list_reviews(**query, offset=page.offset, limit=page.limit))


@blp.write_route("/admin/reviews/<uuid:review_id>/unpublish/")
@admin_required
@refuses(404, 409)
@blp.arguments(schemas.ReasonSchema, required=False)
@blp.answers(200, schemas.StaffReviewSchema, UNPUBLISHED)
def unpublish_review(given: dict[str, Any], review_id: UUID) -> Any:
    """Hide a review and recalculate the listing's rating. Its author is told."""
    return staff.unpublish_review(current_caller().account_id, review_id, given.get("reason"))


@blp.write_route("/admin/reviews/<uuid:review_id>/republish/")
@admin_required
@refuses(404, 409)
@blp.answers(200, schemas.StaffReviewSchema, REPUBLISHED)
def republish_review(review_id: UUID) -> Any:
    """Show a hidden review again and recalculate the listing's rating. Its author is told."""
    return staff.republish_review(current_caller().account_id, review_id)
