"""The API root, getting a key, and the account behind one."""

from typing import Any

from app.accounts import code_service as codes
from app.accounts import service as accounts
from app.accounts.enums import CodePurpose
from app.api.conditional import base_url
from app.api.smorest import refuses
from app.api.tenant import schemas
from app.api.tenant.access import current_key, key_required, limited_to_registrations, public
from app.api.tenant.blueprints import tenant_blueprint
from app.api.tenant.dialect import PREFIX
from app.apikeys import service as apikeys
from app.catalogue import service as catalogue

CODE_REQUESTED = "If the account exists, a verification code has been emailed."
KEY_ISSUED = (
    "Store this key now — it will not be shown again. "
    "Use user_id in all /v1/<user_id>/... requests."
)
ENDPOINTS = {
    "register": "register/",
    "verify": "register/verify/",
    "account": "<user_id>/account/",
    "properties": "<user_id>/properties/",
    "changes": "<user_id>/properties/changes/",
    "images": "<user_id>/properties/<id>/images/",
    "amenities": "amenities/",
    "property_types": "property-types/",
    "currencies": "currencies/",
    "tenures": "tenures/",
    "plot_size_units": "plot-size-units/",
    "locations": "locations/",
    "filters": "filters/",
}

blp = tenant_blueprint("Tenant keys", "Keys and the account behind one")


@blp.route("/")
@public
@blp.response(200, schemas.EndpointIndexSchema)
def get_api_root() -> dict[str, Any]:
    """Tell the API's version and its endpoints. Nothing is needed for it, and it is not limited."""
    root = f"{base_url()}{PREFIX}/"
    return {"version": "v1", "endpoints": {name: root + path for name, path in ENDPOINTS.items()}}


@blp.route("/register/", methods=["POST"])
@limited_to_registrations
@blp.arguments(schemas.RegistrationSchema)
@blp.response(200, schemas.DetailSchema)
def request_key_code(registration: dict[str, str]) -> dict[str, str]:
    """Mail a verification code to the account's address.

    The answer is the same whether or not the account exists.
    """
    codes.request_code(CodePurpose.API_KEY, registration["username"])
    return {"detail": CODE_REQUESTED}


@blp.route("/register/verify/", methods=["POST"])
@limited_to_registrations
@refuses(409)
@blp.arguments(schemas.VerificationSchema)
@blp.response(201, schemas.NewKeySchema)
def verify_key_code(verification: dict[str, str]) -> dict[str, Any]:
    """Exchange the mailed code for a read-only key and the user_id."""
    issued = apikeys.register_key(
        username=verification["username"],
        name=verification["api_key_name"],
        code=verification["code"],
    )
    return {
        "user_id": issued.account.id,
        "username": issued.account.username,
        "key": issued.key,
        "scope": issued.row.scope,
        "name": issued.row.name,
        "detail": KEY_ISSUED,
    }


@blp.route("/<int:user_id>/account/")
@key_required
@blp.response(200, schemas.AccountSchema)
def get_account(user_id: int) -> dict[str, Any]:
    """Tell who the key belongs to, and what it may do."""
    account, key = accounts.get_account(user_id), current_key()
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "subscription_tier": account.tier,
        "key": {"name": key.name, "scope": key.scope, "allowed_origins": key.allowed_origins},
        "properties_count": catalogue.count_listings(user_id),
    }
