"""The caller's own keys of the tenant API."""

from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.api.marketplace import schemas
from app.api.marketplace.access import current_caller, login_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.smorest import refuses
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope

LISTED = "API keys retrieved successfully."
ISSUED = "Store this key now: it will not be shown again."
UPDATED = "API key updated successfully."
REVOKED = "API key revoked."

# What is shown of a key, and the `user_id` of its owner.
_COLUMNS = (
    "uuid",
    "owner_id",
    "name",
    "scope",
    "prefix",
    "allowed_origins",
    "created_at",
    "last_used_at",
)

blp = marketplace_blueprint("API keys", "The caller's own keys of the tenant API")


@blp.route("/auth/api-keys/")
@login_required
@blp.answers(200, schemas.KeySchema, LISTED, many=True)
def list_own_keys() -> Any:
    """List the caller's API keys that are not revoked, newest first."""
    return apikeys.list_live_keys(current_caller().account_id)


@blp.route("/auth/api-keys/", methods=["POST"])
@login_required
@refuses(409)
@blp.arguments(schemas.WantedKeySchema)
@blp.answers(201, schemas.IssuedKeySchema, ISSUED)
def issue_own_key(wanted: dict[str, Any]) -> Any:
    """Make a read-only key. It is shown this once, with the `user_id` of its addresses.

    An account has at most 100 keys that are not revoked.
    """
    owner = accounts.get_account(current_caller().account_id)
    issued = apikeys.issue_key(owner, scope=Scope.READ, **wanted)
    return shown_key(issued.row) | {"key": issued.key}


@blp.route("/auth/api-keys/<uuid:key_id>/", methods=["PATCH"])
@login_required
@refuses(404)
@blp.arguments(schemas.KeyNameSchema)
@blp.answers(200, schemas.KeySchema, UPDATED)
def update_own_key(changes: dict[str, Any], key_id: UUID) -> Any:
    """Rename a key, or restrict it to other sites."""
    return apikeys.update_key(current_caller().account_id, key_id, changes)


@blp.route("/auth/api-keys/<uuid:key_id>/", methods=["DELETE"])
@login_required
@refuses(404)
@blp.answers(200, None, REVOKED)
def revoke_own_key(key_id: UUID) -> None:
    """Revoke a key. It is refused from the next request on."""
    apikeys.revoke_own_key(current_caller().account_id, key_id)


def shown_key(row: Any) -> dict[str, Any]:
    """Return what is shown of a key."""
    return {name: getattr(row, name) for name in _COLUMNS}
