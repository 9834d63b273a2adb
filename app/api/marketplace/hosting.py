"""A host's own stays."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from app.api.marketplace import hosting_schemas as schemas
from app.api.marketplace.access import current_caller, host_required, login_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.listing_schemas import ListingSchema
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.catalogue import hosting_service as hosting
from app.catalogue import stay_status_service as statuses
from app.core.errors import InvalidFields

LISTED = "Listings retrieved successfully."
CREATED = "Listing created successfully."
UPDATED = "Listing updated successfully."
PRICED = "Pricing updated successfully."
EQUIPPED = "Amenities updated successfully."
AVAILABILITY_SET = "Availability updated successfully."
SUBMITTED = "Listing submitted for review."
ACTIVATED = "Listing activated."
DEACTIVATED = "Listing deactivated."
DELETED = "Listing deleted."

# What this face calls a field otherwise than the catalogue does.
NAMES = {"price": "price_per_night"}

blp = marketplace_blueprint("Hosting", "A host's own stays")


def in_our_words(view: Callable[..., Any]) -> Callable[..., Any]:
    """Name the fields of a service's refusal as this face does."""

    @wraps(view)
    def translated(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except InvalidFields as refusal:
            named = {NAMES.get(name, name): found for name, found in refusal.errors.items()}
            raise InvalidFields(named) from refusal

    return translated


@blp.route("/listings/host/")
@login_required
@refuses(404)
@blp.arguments(schemas.OwnListingQuerySchema, location="query")
@blp.answers(200, schemas.OwnListingCardSchema, LISTED, paged=True)
def list_own_listings(query: dict[str, Any]) -> Any:
    """List the caller's stays in every status, newest first."""
    page = query["page"]
    found = hosting.list_own_stays(
        current_caller().account_id, query.get("status"), offset=page.offset, limit=page.limit
    )
    return make_page(page, *found)


@blp.route("/listings/", methods=["POST"])
@host_required
@blp.arguments(schemas.NewStaySchema)
@blp.answers(201, ListingSchema, CREATED)
@in_our_words
def create_listing(values: dict[str, Any]) -> Any:
    """Create a draft of a stay. What is not required yet is by the time of its submission."""
    return hosting.create_stay(current_caller().account_id, values)


_ONE = "/listings/<uuid:listing_id>"


@blp.write_route(f"{_ONE}/basic-info/", "PATCH")
@host_required
@refuses(404)
@blp.arguments(schemas.StayChangeSchema)
@blp.answers(200, ListingSchema, UPDATED)
@in_our_words
def update_basic_info(values: dict[str, Any], listing_id: UUID) -> Any:
    """Update title, address, guest count and the like.

    An active listing needs no new review for it, and keeps what its submission required.
    """
    return hosting.update_stay(current_caller().account_id, listing_id, values)


@blp.write_route(f"{_ONE}/pricing/", "PATCH")
@host_required
@refuses(404)
@blp.arguments(schemas.PricingChangeSchema)
@blp.answers(200, ListingSchema, PRICED)
@in_our_words
def update_pricing(values: dict[str, Any], listing_id: UUID) -> Any:
    """Update price, cleaning fee, security deposit and currency. Bookings keep their prices."""
    return hosting.update_stay(current_caller().account_id, listing_id, values)


@blp.write_route(f"{_ONE}/amenities/", "PATCH")
@host_required
@refuses(404)
@blp.arguments(schemas.AmenitiesChangeSchema)
@blp.answers(200, ListingSchema, EQUIPPED)
@in_our_words
def set_amenities(values: dict[str, Any], listing_id: UUID) -> Any:
    """Replace the amenities, the extras, or both: a part that is absent stays."""
    return hosting.set_amenities(current_caller().account_id, listing_id, **values)


@blp.write_route(f"{_ONE}/availability/", "PATCH")
@host_required
@refuses(404, 409)
@blp.arguments(schemas.AvailabilityChangeSchema)
@blp.answers(200, schemas.AvailableListingSchema, AVAILABILITY_SET)
@in_our_words
def set_availability(values: dict[str, Any], listing_id: UUID) -> Any:
    """Set house times and limits, and replace the blackouts.

    Nights that guests hold or have booked cannot be blocked. Nights before today do not matter.
    """
    owner_id = current_caller().account_id
    if "blackout_dates" not in values:
        return hosting.set_availability(owner_id, listing_id, values)
    blackouts = values.pop("blackout_dates") or []
    return hosting.set_availability(owner_id, listing_id, values, blackouts)


@blp.route(f"{_ONE}/submit/", methods=["POST"])
@host_required
@refuses(400, 404, 409)
@blp.answers(200, ListingSchema, SUBMITTED)
@in_our_words
def submit_listing(listing_id: UUID) -> Any:
    """Submit a draft, or a rejected listing once more, for review.

    It needs a title, a description, address, city, country, price, guests, a category and a photo.
    """
    return statuses.submit_stay(current_caller().account_id, listing_id)


@blp.route(f"{_ONE}/activate/", methods=["POST"])
@host_required
@refuses(404, 409)
@blp.answers(200, ListingSchema, ACTIVATED)
def activate_listing(listing_id: UUID) -> Any:
    """Show an inactive listing again.

    It still needs all that a submission does.
    """
    return statuses.activate_stay(current_caller().account_id, listing_id)


@blp.route(f"{_ONE}/deactivate/", methods=["POST"])
@host_required
@refuses(404, 409)
@blp.answers(200, ListingSchema, DEACTIVATED)
def deactivate_listing(listing_id: UUID) -> Any:
    """Hide an active listing, and let nobody book it. Its bookings stand."""
    return statuses.deactivate_stay(current_caller().account_id, listing_id)


@blp.write_route(f"{_ONE}/delete/", "DELETE")
@host_required
@refuses(404, 409)
@blp.answers(200, None, DELETED)
def delete_listing(listing_id: UUID) -> None:
    """Delete a draft, rejected or inactive listing that no guest has a claim on."""
    statuses.delete_stay(current_caller().account_id, listing_id)
