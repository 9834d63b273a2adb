"""The photos of a host's stay."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.api.conditional import base_url
from app.api.marketplace import hosting_schemas as schemas
from app.api.marketplace.access import current_caller, host_required, login_required
from app.api.marketplace.blueprints import Otherwise, marketplace_blueprint
from app.api.marketplace.dialect import PREFIX
from app.api.marketplace.envelopes import envelope_of
from app.api.parsing import RESPOND_ASYNC, prefers_async
from app.api.smorest import answers_at_once, refuses
from app.catalogue import photo_service as photos
from app.catalogue.enums import ImageStatus
from app.catalogue.errors import TooManyImages, UnusableImages
from app.catalogue.image_service import NewImage
from app.core.errors import InvalidFields
from app.core.fields import NamedFile

LISTED = "Photos retrieved successfully."
ADDED = "Photos uploaded successfully."
PROCESSING = "Photos accepted: they are being processed."
UPDATED = "Photo updated successfully."
DELETED = "Photo deleted."
SHOWN_NAME_CHARS = 60

blp = marketplace_blueprint("Photos", "The photos of a host's stay")

_ALL = "/listings/<uuid:listing_id>/media/"
_ONE = f"{_ALL}<uuid:photo_id>/"


@blp.route(_ALL)
@login_required
@refuses(404)
@blp.answers(200, schemas.HostedPhotoSchema, LISTED, many=True)
def list_photos(listing_id: UUID) -> Any:
    """List the photos of one's own stay, the main one first.

    Those that are being processed are among them, and for a day those that failed.
    """
    return photos.list_photos(current_caller().account_id, listing_id)


@blp.write_route(_ALL)
@host_required
@refuses(404)
@answers_at_once
@blp.uploads(schemas.PhotoFormSchema)
@blp.alt_response(
    202,
    schema=envelope_of(schemas.HostedPhotoSchema, many=True),
    description="The photos are being processed: the `Location` tells how it goes on.",
    example={
        "message": PROCESSING,
        "data": [
            {
                "url": None,
                "alt": "",
                "width": None,
                "height": None,
                "variants": [],
                "blurhash": "",
                "id": "c3d4e5f6-7a8b-4c9d-8e1f-2a3b4c5d6e7f",
                "is_main": True,
                "position": 0,
                "status": "processing",
                "detail": "",
            }
        ],
    },
    headers={"Location": "Location", "Preference-Applied": "Preference-Applied"},
)
@blp.answers(201, schemas.HostedPhotoSchema, ADDED, many=True)
def add_photos(form: dict[str, Any], listing_id: UUID) -> Any:
    """Upload photos, up to 20 at once and 50 a listing: all of them, or none and why.

    That takes a moment: after 20 seconds, or at once with `Prefer: respond-async`, the answer is
    a 202 whose `Location` tells how it goes on.
    """
    files: list[NamedFile] = form["photos"]
    new = [NewImage(data=file.content) for file in files]
    waits = not prefers_async()
    try:
        rows = photos.add_photos(current_caller().account_id, listing_id, new, waits=waits)
    except TooManyImages as refusal:
        raise InvalidFields({"photos": [refusal.message]}) from refusal
    except UnusableImages as refusal:
        raise InvalidFields({"photos": _by_name(files, refusal.failures)}) from refusal
    if all(row["status"] is ImageStatus.READY for row in rows):
        return rows
    headers = {} if waits else {"Preference-Applied": RESPOND_ASYNC}
    headers["Location"] = f"{base_url()}{PREFIX}/listings/{listing_id}/media/"
    return Otherwise(202, PROCESSING, rows, headers)


@blp.route(_ONE, methods=["PATCH"])
@host_required
@refuses(404)
@blp.arguments(schemas.PhotoChangeSchema)
@blp.answers(200, schemas.HostedPhotoSchema, UPDATED)
def update_photo(changes: dict[str, Any], listing_id: UUID, photo_id: UUID) -> Any:
    """Describe a photo, make it the main one, or put it at another position."""
    return photos.update_photo(current_caller().account_id, listing_id, photo_id, changes)


@blp.route(_ONE, methods=["DELETE"])
@host_required
@refuses(404, 409)
@blp.answers(200, None, DELETED)
def delete_photo(listing_id: UUID, photo_id: UUID) -> None:
    """Delete a photo. When it was the main one, the next one becomes it.

    An active listing, and one that waits for its review, keeps at least one.
    """
    photos.delete_photo(current_caller().account_id, listing_id, photo_id)


def _by_name(files: Sequence[NamedFile], failures: Mapping[int, str]) -> list[str]:
    return [
        f"{place + 1}. {files[place].name[:SHOWN_NAME_CHARS]}: {reason}"
        for place, reason in sorted(failures.items())
    ]
