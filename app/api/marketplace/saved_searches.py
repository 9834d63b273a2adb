"""The caller's saved searches."""

from typing import Any
from uuid import UUID

from app.api.conditional import base_url
from app.api.marketplace.access import current_caller, login_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.dialect import PREFIX
from app.api.marketplace.support_schemas import SavedSearchSchema, SearchSchema
from app.api.smorest import refuses
from app.support import search_service as searches
from app.support.criteria import query_string
from app.support.search_service import KeptSearch

LISTED = "Saved searches retrieved successfully."
SAVED = "Search saved successfully."
REMOVED = "Saved search removed."

blp = marketplace_blueprint("Saved searches", "The caller's favourite search filters")


@blp.route("/filters/saved/")
@login_required
@blp.answers(200, SavedSearchSchema, LISTED, many=True)
def list_saved_searches() -> Any:
    """List the caller's saved searches, newest first, each with the address that runs it."""
    return [_with_url(each) for each in searches.list_searches(current_caller().account_id)]


@blp.write_route("/filters/saved/")
@login_required
@refuses(409)
@blp.arguments(SearchSchema)
@blp.answers(201, SavedSearchSchema, SAVED)
def save_search(wanted: dict[str, Any]) -> Any:
    """Save a search, at most fifty."""
    return _with_url(searches.save_search(current_caller().account_id, **wanted))


@blp.route("/filters/saved/<uuid:search_id>/", methods=["DELETE"])
@login_required
@refuses(404)
@blp.answers(200, None, REMOVED)
def remove_saved_search(search_id: UUID) -> None:
    """Remove a saved search."""
    searches.delete_search(current_caller().account_id, search_id)


def _with_url(search: KeptSearch) -> dict[str, Any]:
    query = f"?{query_string(search.query)}" if search.query else ""
    return {
        "uuid": search.uuid,
        "name": search.name,
        "criteria": search.criteria,
        "created_at": search.created_at,
        "url": f"{base_url()}{PREFIX}/listings/{query}",
    }
