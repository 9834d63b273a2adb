"""The caller's own way to being a host."""

from typing import Any

from app.accounts import host_service as hosts
from app.api.marketplace import host_schemas as schemas
from app.api.marketplace.access import current_caller, limited_by_account, login_required
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.smorest import refuses

SHOWN = "Host status retrieved successfully."
PERSONAL_SAVED = "Personal information saved successfully."
IDENTITY_SAVED = "Identity uploaded successfully."
SUBMITTED = "Profile submitted for review."

blp = marketplace_blueprint("Host onboarding", "The caller's own way to being a host")


@blp.route("/auth/host/status/")
@login_required
@blp.answers(200, schemas.ChecklistSchema, SHOWN)
def get_host_status() -> Any:
    """Return the host onboarding checklist."""
    return hosts.get_checklist(current_caller().account_id)


@blp.write_route("/auth/host/personal/", "PATCH")
@login_required
@refuses(409)
@blp.arguments(schemas.PersonalChangeSchema)
@blp.answers(200, schemas.PersonalSchema, PERSONAL_SAVED)
def save_personal(changes: dict[str, Any]) -> Any:
    """Save name, phone, date of birth and gender. A host is 18 or older.

    A new phone number is unverified until the code that is sent to it comes back. A profile that
    is being reviewed cannot be changed; an approved one keeps date of birth and gender.
    """
    return hosts.save_personal(current_caller().account_id, changes)


@blp.write_route("/auth/host/identity/")
@login_required
@limited_by_account
@refuses(409)
@blp.uploads(schemas.IdentitySchema)
@blp.answers(200, schemas.ChecklistSchema, IDENTITY_SAVED)
def save_identity(given: dict[str, Any]) -> Any:
    """Upload NIDA number and ID photo, in the place of earlier ones.

    Both are stored encrypted, and seen by staff alone. A profile that is being reviewed, or was
    approved, keeps them as they are.
    """
    return hosts.save_identity(current_caller().account_id, given["nida_number"], given["id_photo"])


@blp.route("/auth/host/submit/", methods=["POST"])
@login_required
@refuses(400, 409)
@blp.answers(200, schemas.ChecklistSchema, SUBMITTED)
def submit_profile() -> Any:
    """Submit the completed host profile for review. A rejected one may be submitted again."""
    return hosts.submit_profile(current_caller().account_id)
