"""What staff sees of host profiles, and decides about them."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, url_for

from app.accounts import host_review_service as reviews
from app.accounts import identity_photo_service as identity_photos
from app.accounts.host_service import HostFile
from app.api.conditional import base_url
from app.api.marketplace import host_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.private_files import HEADERS, private_file
from app.api.smorest import refuses
from app.media.service import DOCUMENT_TYPE

APPROVED = "Host approved."
REJECTED = "Host rejected."
_OF_PHOTO = {name: name for name in HEADERS}

blp = marketplace_blueprint("Host review", "Host profiles, reviewed by staff")


@blp.write_route("/admin/users/<uuid:user_id>/approve-host/")
@admin_required
@refuses(404, 409)
@blp.answers(200, schemas.ReviewedHostSchema, APPROVED)
def approve_host(user_id: UUID) -> Any:
    """Approve a host profile that waits for its review. The person is told."""
    return reviews.approve_host(current_caller().account_id, user_id)


@blp.write_route("/admin/users/<uuid:user_id>/reject-host/")
@admin_required
@refuses(404, 409)
@blp.arguments(schemas.RejectionSchema)
@blp.answers(200, schemas.ReviewedHostSchema, REJECTED)
def reject_host(given: dict[str, str], user_id: UUID) -> Any:
    """Reject a host profile that waits for its review or was approved. The person is told why.

    Active listings of a host stay.
    """
    return reviews.reject_host(current_caller().account_id, user_id, given["rejection_reason"])


@blp.route("/admin/users/<uuid:user_id>/identity/")
@admin_required
@refuses(404)
@blp.arguments(schemas.PhotoQuerySchema, location="query")
@blp.response(
    200, {"type": "string", "format": "binary"}, content_type=DOCUMENT_TYPE, headers=_OF_PHOTO
)
def get_identity_photo(query: dict[str, str], user_id: UUID) -> Response:
    """Send the photo of an identity document, by the link that the user's detail gave.

    The link lives for a few minutes and works for the member of staff that it was given to; each
    look is written down.
    """
    photo = identity_photos.open_photo(current_caller().account_id, user_id, query["token"])
    return private_file(photo, DOCUMENT_TYPE)


def shown_host_file(file: HostFile, user_id: UUID) -> dict[str, Any]:
    """Return a host profile as `HostFileSchema` writes it, with the address of its photo."""
    address = None
    if file.photo_token:
        path = url_for(f"{blp.name}.{get_identity_photo.__name__}", user_id=user_id)
        address = f"{base_url()}{path}?{urlencode({'token': file.photo_token})}"
    return {**asdict(file), "photo_url": address}
