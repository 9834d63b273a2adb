"""Staff and everybody's accounts."""

from typing import Any
from uuid import UUID

from app.accounts import host_service as hosts
from app.accounts import service as accounts
from app.accounts import staff_service as staff
from app.api.marketplace import admin_accounts_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.admin_hosts import shown_host_file
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses

LISTED = "Users retrieved successfully."
SHOWN = "User retrieved successfully."
UPDATED = "User updated successfully."
DISABLED = "User disabled."
ENABLED = "User enabled."

blp = marketplace_blueprint("Admin users", "Everybody's accounts, for staff")


@blp.route("/admin/users/")
@admin_required
@refuses(404)
@blp.arguments(schemas.UserQuerySchema, location="query")
@blp.answers(200, schemas.UserSchema, LISTED, paged=True)
def list_users(query: dict[str, Any]) -> Any:
    """List accounts, newest first.

    Each word of `search` begins the e-mail address, the username or a name, without case and
    accents.
    """
    page = query.pop("page")
    return make_page(page, *staff.list_accounts(**query, offset=page.offset, limit=page.limit))


@blp.route("/admin/users/<uuid:user_id>/")
@admin_required
@refuses(404)
@blp.answers(200, schemas.UserDetailSchema, SHOWN)
def get_user(user_id: UUID) -> Any:
    """Return an account and its host profile, with a link to the identity document."""
    account = accounts.get_account_by_uuid(user_id)
    file = hosts.read_host_file(current_caller().account_id, account.id)
    return account, shown_host_file(file, user_id)


@blp.route("/admin/users/<uuid:user_id>/", methods=["PATCH"])
@admin_required
@refuses(404)
@blp.arguments(schemas.UserChangeSchema)
@blp.answers(200, schemas.UserSchema, UPDATED)
def update_user(changes: dict[str, Any], user_id: UUID) -> Any:
    """Change an account's subscription. Its owner is told."""
    return staff.update_account(current_caller(), user_id, changes)


@blp.write_route("/admin/users/<uuid:user_id>/disable/")
@admin_required
@refuses(404, 409)
@blp.answers(200, schemas.UserSchema, DISABLED)
def disable_user(user_id: UUID) -> Any:
    """Refuse an account's tokens and API keys from the next request on, and hide its listings.

    Its bookings stand. Nobody disables their own account, and only a superuser another superuser's.
    """
    return staff.disable_account(current_caller(), user_id)


@blp.write_route("/admin/users/<uuid:user_id>/enable/")
@admin_required
@refuses(404)
@blp.answers(200, schemas.UserSchema, ENABLED)
def enable_user(user_id: UUID) -> Any:
    """Restore all that disabling has refused and hidden."""
    return staff.enable_account(current_caller(), user_id)
