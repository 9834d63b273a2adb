"""The caller's own account."""

from typing import Any

from app.accounts import profile_service as profiles
from app.accounts import service as accounts
from app.api.marketplace import schemas
from app.api.marketplace.access import current_caller, limited_by_account, login_required
from app.api.marketplace.auth import make_tokens
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.smorest import refuses

SHOWN = "Account retrieved successfully."
UPDATED = "Profile updated successfully."
SWITCHED = "Mode updated successfully."
PASSWORD_CHANGED = "Password changed successfully."

blp = marketplace_blueprint("Profile", "The caller's own account")


@blp.route("/auth/me/")
@login_required
@blp.answers(200, schemas.ProfileSchema, SHOWN)
def get_own_account() -> Any:
    """Return the caller's account, with the user_id that the tenant API knows it by."""
    return accounts.get_account(current_caller().account_id)


@blp.write_route("/auth/update-profile/", "PATCH")
@login_required
@refuses(409)
@blp.arguments(schemas.ProfileChangeSchema)
@blp.answers(200, schemas.ProfileSchema, UPDATED)
def update_profile(changes: dict[str, Any]) -> Any:
    """Update name, phone number and bio.

    A new phone number is unverified until the code that is sent to it comes back. While the host
    profile is being reviewed, names and number cannot be changed.
    """
    return profiles.update_profile(current_caller().account_id, changes)


@blp.write_route("/auth/mode/", "PATCH")
@login_required
@blp.arguments(schemas.ModeSchema)
@blp.answers(200, schemas.ProfileSchema, SWITCHED)
def set_mode(wanted: dict[str, Any]) -> Any:
    """Switch between the hosting and the booking experience. Permissions stay as they are."""
    return profiles.set_mode(current_caller().account_id, wanted["mode"])


@blp.write_route("/auth/change-password/")
@login_required
@limited_by_account
@blp.arguments(schemas.PasswordChangeSchema)
@blp.answers(200, schemas.TokenPairSchema, PASSWORD_CHANGED)
def change_password(given: dict[str, str]) -> dict[str, str]:
    """Change the password. Every session of the account ends; the caller gets a new one."""
    return make_tokens(profiles.change_password(current_caller().account_id, **given))
