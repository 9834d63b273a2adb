"""Staff and everybody's keys of the tenant API."""

from typing import Any
from uuid import UUID

from app.api.marketplace import admin_accounts_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.apikeys import ISSUED, LISTED, REVOKED, shown_key
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.apikeys import staff_service as staff

blp = marketplace_blueprint("Admin API keys", "Everybody's keys of the tenant API, for staff")


@blp.route("/admin/api-keys/")
@admin_required
@refuses(404)
@blp.arguments(schemas.UserKeyQuerySchema, location="query")
@blp.answers(200, schemas.UserKeySchema, LISTED, paged=True)
def list_user_keys(query: dict[str, Any]) -> Any:
    """List API keys that are not revoked, newest first."""
    page = query.pop("page")
    keys, total = staff.list_live_keys(**query, offset=page.offset, limit=page.limit)
    return make_page(page, [shown_key(key.row) | {"user": key.owner} for key in keys], total)


@blp.route("/admin/api-keys/", methods=["POST"])
@admin_required
@refuses(409)
@blp.arguments(schemas.WantedUserKeySchema)
@blp.answers(201, schemas.IssuedUserKeySchema, ISSUED)
def issue_user_key(wanted: dict[str, Any]) -> Any:
    """Make a key for somebody. It is shown this once; its owner is told that it is there."""
    issued = staff.issue_key(current_caller().account_id, **wanted)
    return shown_key(issued.row) | {"key": issued.key, "user": issued.account}


@blp.route("/admin/api-keys/<uuid:key_id>/", methods=["DELETE"])
@admin_required
@refuses(404)
@blp.answers(200, None, REVOKED)
def revoke_user_key(key_id: UUID) -> None:
    """Revoke a key. It is refused from the next request on; its owner is told."""
    staff.revoke_key(current_caller().account_id, key_id)
