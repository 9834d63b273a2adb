"""Staff and everybody's listings: the review of stays, and marks."""

from typing import Any
from uuid import UUID

from app.api.marketplace import hosting_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.catalogue import review_service as reviews
from app.catalogue.staff_filter import StaffFilter

LISTED = "Listings retrieved successfully."
SHOWN = "Listing retrieved successfully."
UPDATED = "Listing updated successfully."
APPROVED = "Listing approved."
REJECTED = "Listing rejected."

blp = marketplace_blueprint("Admin listings", "Everybody's listings, for staff")


@blp.route("/admin/listings/")
@admin_required
@refuses(404)
@blp.arguments(schemas.StaffListingQuerySchema, location="query")
@blp.answers(200, schemas.StaffListingCardSchema, LISTED, paged=True)
def list_all_listings(query: dict[str, Any]) -> Any:
    """List listings of every type across all statuses, newest first.

    Those that wait for their review come in the order of their submission.
    """
    page = query.pop("page")
    found = reviews.list_listings(StaffFilter(**query), offset=page.offset, limit=page.limit)
    return make_page(page, *found)


_ONE = "/admin/listings/<uuid:listing_id>/"


@blp.route(_ONE)
@admin_required
@refuses(404)
@blp.answers(200, schemas.StaffListingSchema, SHOWN)
def get_any_listing(listing_id: UUID) -> Any:
    """Read a listing of any type, whatever its status."""
    return reviews.get_listing(listing_id)


@blp.route(_ONE, methods=["PATCH"])
@admin_required
@refuses(404)
@blp.arguments(schemas.MarksSchema)
@blp.answers(200, schemas.StaffListingSchema, UPDATED)
def mark_listing(marks: dict[str, bool], listing_id: UUID) -> Any:
    """Mark a listing of any type as verified or sponsored, or no longer. Its owner is told."""
    return reviews.mark_listing(current_caller().account_id, listing_id, marks)


@blp.write_route(f"{_ONE}approve/")
@admin_required
@refuses(404, 409)
@blp.answers(200, schemas.StaffListingSchema, APPROVED)
def approve_listing(listing_id: UUID) -> Any:
    """Approve a listing that waits for its review: it is active now. Its host is told."""
    return reviews.approve_listing(current_caller().account_id, listing_id)


@blp.write_route(f"{_ONE}reject/")
@admin_required
@refuses(404, 409)
@blp.arguments(schemas.ListingRejectionSchema)
@blp.answers(200, schemas.StaffListingSchema, REJECTED)
def reject_listing(given: dict[str, str], listing_id: UUID) -> Any:
    """Reject a listing that waits for its review, with the reason that its host is told."""
    return reviews.reject_listing(
        current_caller().account_id, listing_id, given["rejection_reason"]
    )
