"""What a stay includes, and what guests may add to it and pay for."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.marketplace.access import admin_required, current_caller, public
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.envelopes import envelope_of
from app.api.marketplace.lookups import answer_lookup
from app.api.marketplace.reference_schemas import (
    AmenityChangeSchema,
    AmenityDetailSchema,
    AmenityItemSchema,
    ExtraChangeSchema,
    ExtraDetailSchema,
    ExtraItemSchema,
    NewAmenitySchema,
    NewExtraSchema,
)
from app.api.smorest import refuses, revalidates
from app.reference import editing_service as editing
from app.reference import service as reference

AMENITIES_LISTED = "Amenities retrieved successfully."
AMENITY_CREATED = "Amenity created successfully."
AMENITY_UPDATED = "Amenity updated successfully."
AMENITY_DELETED = "Amenity deleted."
EXTRAS_LISTED = "Extras retrieved successfully."
EXTRA_CREATED = "Extra created successfully."
EXTRA_UPDATED = "Extra updated successfully."
EXTRA_DELETED = "Extra deleted."

blp = marketplace_blueprint("Amenities and extras", "What stays include, and optional paid extras")


@blp.route("/amenities/")
@public
@revalidates
@blp.response(200, envelope_of(AmenityItemSchema, many=True), example={"message": AMENITIES_LISTED})
def list_active_amenities() -> Response:
    """List the amenities that a listing can have."""
    return answer_lookup(
        AmenityItemSchema,
        AMENITIES_LISTED,
        lambda state: [amenity for amenity in state.amenities if amenity.is_active],
    )


@blp.route("/admin/amenities/")
@admin_required
@blp.answers(200, AmenityDetailSchema, AMENITIES_LISTED, many=True)
def list_all_amenities() -> Any:
    """List all amenities, those that were deleted included: they can be brought back."""
    return reference.snapshot().amenities


@blp.write_route("/amenities/")
@admin_required
@blp.arguments(NewAmenitySchema)
@blp.answers(201, AmenityDetailSchema, AMENITY_CREATED)
def create_amenity(wanted: dict[str, Any]) -> Any:
    """Add an amenity."""
    return editing.create_amenity(current_caller().account_id, wanted)


@blp.write_route("/amenities/<uuid:amenity_id>/", "PATCH")
@admin_required
@refuses(404)
@blp.arguments(AmenityChangeSchema)
@blp.answers(200, AmenityDetailSchema, AMENITY_UPDATED)
def update_amenity(changes: dict[str, Any], amenity_id: UUID) -> Any:
    """Rename an amenity, or bring back one that was deleted."""
    return editing.update_amenity(current_caller().account_id, amenity_id, changes)


@blp.route("/amenities/<uuid:amenity_id>/", methods=["DELETE"])
@admin_required
@refuses(404)
@blp.answers(200, None, AMENITY_DELETED)
def delete_amenity(amenity_id: UUID) -> None:
    """Take an amenity from the list. Listings that have it keep showing it."""
    editing.deactivate_amenity(current_caller().account_id, amenity_id)


@blp.route("/amenities/extras/")
@public
@revalidates
@blp.response(200, envelope_of(ExtraItemSchema, many=True), example={"message": EXTRAS_LISTED})
def list_active_extras() -> Response:
    """List the paid extras that a listing can offer."""
    return answer_lookup(
        ExtraItemSchema,
        EXTRAS_LISTED,
        lambda state: [extra for extra in state.extras if extra.is_active],
    )


@blp.route("/admin/amenities/extras/")
@admin_required
@blp.answers(200, ExtraDetailSchema, EXTRAS_LISTED, many=True)
def list_all_extras() -> Any:
    """List all extras, those that were deleted included: they can be brought back."""
    return reference.snapshot().extras


@blp.write_route("/amenities/extras/")
@admin_required
@blp.arguments(NewExtraSchema)
@blp.answers(201, ExtraDetailSchema, EXTRA_CREATED)
def create_extra(wanted: dict[str, Any]) -> Any:
    """Add an extra, with the price that it has where a listing asks no other one."""
    return editing.create_extra(current_caller().account_id, wanted)


@blp.write_route("/amenities/extras/<uuid:extra_id>/", "PATCH")
@admin_required
@refuses(404)
@blp.arguments(ExtraChangeSchema)
@blp.answers(200, ExtraDetailSchema, EXTRA_UPDATED)
def update_extra(changes: dict[str, Any], extra_id: UUID) -> Any:
    """Change an extra's name, icon or price, or bring back one that was deleted."""
    return editing.update_extra(current_caller().account_id, extra_id, changes)


@blp.route("/amenities/extras/<uuid:extra_id>/", methods=["DELETE"])
@admin_required
@refuses(404)
@blp.answers(200, None, EXTRA_DELETED)
def delete_extra(extra_id: UUID) -> None:
    """Take an extra from the list. Listings that offer it keep showing it."""
    editing.deactivate_extra(current_caller().account_id, extra_id)
