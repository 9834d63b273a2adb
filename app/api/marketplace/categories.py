"""The categories of stays, a tree."""

from typing import Any

from flask import Response

from app.api.marketplace.access import admin_required, current_caller, public
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.envelopes import envelope_of
from app.api.marketplace.lookups import answer_lookup
from app.api.marketplace.reference_schemas import (
    CategoryChangeSchema,
    CategoryDetailSchema,
    CategorySchema,
    NewCategorySchema,
)
from app.api.smorest import refuses, revalidates
from app.reference import editing_service as editing
from app.reference import service as reference
from app.reference.category_tree import only_active

LISTED = "Categories retrieved successfully."
CREATED = "Category created successfully."
UPDATED = "Category updated successfully."
DEACTIVATED = "Category deactivated."

blp = marketplace_blueprint("Categories", "Hierarchical categories of stays")


@blp.route("/categories/")
@public
@revalidates
@blp.response(200, envelope_of(CategorySchema, many=True), example={"message": LISTED})
def list_categories() -> Response:
    """List the full tree of categories, each with its subcategories."""
    return answer_lookup(CategorySchema, LISTED, lambda state: only_active(state.categories))


@blp.route("/admin/categories/")
@admin_required
@blp.answers(200, CategoryDetailSchema, LISTED, many=True)
def list_all_categories() -> Any:
    """List the tree of all categories, those that were deactivated included."""
    return reference.snapshot().categories


@blp.write_route("/categories/")
@admin_required
@blp.arguments(NewCategorySchema)
@blp.answers(201, CategoryDetailSchema, CREATED)
def create_category(wanted: dict[str, Any]) -> Any:
    """Add a category, at the top or below another one, at most five deep."""
    return editing.create_category(current_caller().account_id, wanted)


@blp.write_route("/categories/<slug>/", "PATCH")
@admin_required
@refuses(404)
@blp.arguments(CategoryChangeSchema)
@blp.answers(200, CategoryDetailSchema, UPDATED)
def update_category(changes: dict[str, Any], slug: str) -> Any:
    """Rename or move a category, or bring back one that was deactivated."""
    return editing.update_category(current_caller().account_id, slug, changes)


@blp.route("/categories/<slug>/", methods=["DELETE"])
@admin_required
@refuses(404)
@blp.answers(200, None, DEACTIVATED)
def deactivate_category(slug: str) -> None:
    """Hide a category and all below it. Listings that carry one of them stay as they are."""
    editing.deactivate_category(current_caller().account_id, slug)
