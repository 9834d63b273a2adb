"""A listing's images."""

from typing import Any

import orjson
from flask import Response
from werkzeug.datastructures import FileStorage

from app.api.conditional import (
    base_url,
    is_fresh,
    json_bytes,
    make_etag,
    not_modified,
)
from app.api.parsing import RESPOND_ASYNC, prefers_async
from app.api.rendering import with_media
from app.api.smorest import answers_at_once, refuses, revalidates
from app.api.tenant import schemas
from app.api.tenant.access import current_versions, key_required
from app.api.tenant.blueprints import ANY_IMAGE, tenant_blueprint
from app.api.tenant.dialect import PREFIX
from app.api.tenant.documents import RENDERER
from app.api.tenant.properties import REVALIDATE, own_listing_required
from app.catalogue import image_service as images
from app.catalogue.enums import ImageStatus
from app.catalogue.errors import UnusableImages
from app.catalogue.image_service import NewImage
from app.core.errors import InvalidFields
from app.media.limits import MAX_BYTES

NOT_A_FILE = "The submitted data was not a file."
ONE_AT_A_TIME = "Send one image at a time."
ONE_NEEDED = "Send either an image file or an external_url."
ONLY_ONE = "Send an image file or an external_url, not both."

_KEPT = {"Cache-Control": "Cache-Control"}
_MADE = {**_KEPT, "Location": "Location"}

blp = tenant_blueprint("Tenant images", "The images of one listing")

_image = schemas.ImageSchema()
_images = schemas.ImageSchema(many=True)


@blp.route("/<int:user_id>/properties/<int:property_id>/images/")
@key_required
@revalidates
@own_listing_required
@blp.response(200, schemas.ImageSchema(many=True))
def list_images(user_id: int, property_id: int) -> Response:
    """List a listing's images, the main one first. A plain array: an image set is small."""
    versions = current_versions()
    etag = make_etag(versions.catalogue, RENDERER.format)
    if is_fresh(etag):
        return not_modified(etag, REVALIDATE)
    body = orjson.dumps(_images.dump(images.list_images(property_id)))
    return json_bytes(with_media(body), etag, REVALIDATE)


@blp.route("/<int:user_id>/properties/<int:property_id>/images/", methods=["POST"])
@key_required
@own_listing_required
@answers_at_once
@blp.uploads(schemas.UploadedImageSchema, or_json=schemas.NewImageSchema)
@blp.response(201, schemas.ImageSchema, headers=_MADE)
@blp.alt_response(
    202,
    schema=schemas.PendingImageSchema,
    description="The image is being processed: its `Location` tells how it goes on.",
    headers={**_MADE, "Preference-Applied": "Preference-Applied"},
)
def add_image(values: dict[str, Any], user_id: int, property_id: int) -> Response:
    """Add an image: an uploaded file, or a URL that we download it from.

    It is watermarked and stored as WebP at our own host. That takes a moment: after 20 seconds,
    or at once with `Prefer: respond-async`, the answer is a 202 whose `Location` tells how it
    goes on.
    """
    field, new = _new_image(values)
    is_patient = not prefers_async()
    try:
        [image_id] = images.add_images(user_id, property_id, [new])
        rows = images.wait_for_images(user_id, property_id, [image_id]) if is_patient else []
    except UnusableImages as refusal:
        raise InvalidFields({field: list(refusal.failures.values())}) from refusal
    row = rows[0] if rows else {"id": image_id, "status": ImageStatus.PROCESSING}
    response = _shown(row)
    response.status_code = 201 if row["status"] is ImageStatus.READY else 202
    response.headers["Location"] = (
        f"{base_url()}{PREFIX}/{user_id}/properties/{property_id}/images/{image_id}/"
    )
    if not is_patient:
        response.headers["Preference-Applied"] = RESPOND_ASYNC
    return response


_ONE = "/<int:user_id>/properties/<int:property_id>/images/<int:image_id>/"


@blp.route(_ONE)
@key_required
@own_listing_required
@blp.response(200, ANY_IMAGE, headers=_KEPT)
def get_image(user_id: int, property_id: int, image_id: int) -> Response:
    """Read one image. While it is processed, and for a day after it failed, its `status`."""
    return _shown(images.get_image(property_id, image_id))


@blp.route(_ONE, methods=["PATCH"])
@key_required
@own_listing_required
@blp.arguments(schemas.ImagePatchSchema)
@blp.response(200, ANY_IMAGE, headers=_KEPT)
def update_image(values: dict[str, Any], user_id: int, property_id: int, image_id: int) -> Response:
    """Make an image the main one, or change its alternative text."""
    return _shown(images.update_image(user_id, property_id, image_id, values))


@blp.route(_ONE, methods=["DELETE"])
@key_required
@refuses(409)
@blp.response(204)
def delete_image(user_id: int, property_id: int, image_id: int) -> None:
    """Remove an image. When it was the main one, the next one becomes it.

    A stay that is published, or waits for its review, keeps at least one.
    """
    images.delete_image(user_id, property_id, image_id)


def _new_image(values: dict[str, Any]) -> tuple[str, NewImage]:
    """Return the image to add, and the field that it came in."""
    file, url = values.get("image"), values.get("external_url")
    if isinstance(file, list):
        raise InvalidFields({"image": [ONE_AT_A_TIME]})
    if file is not None and not isinstance(file, FileStorage):
        raise InvalidFields({"image": [NOT_A_FILE]})
    if file is not None and url is not None:
        raise InvalidFields({"external_url": [ONLY_ONE]})
    if file is None and url is None:
        raise InvalidFields({"image": [ONE_NEEDED]})
    # One byte more than may come is enough to see that it is too much.
    data = None if file is None else file.stream.read(MAX_BYTES + 1)
    new = NewImage(
        data=data, url=url, alt=values.get("alt", ""), is_main=values.get("is_main", False)
    )
    return "external_url" if data is None else "image", new


def _shown(row: dict[str, Any]) -> Response:
    """Return an image as it is read, or how it is getting on."""
    if row["status"] is ImageStatus.READY:
        body = with_media(orjson.dumps(_image.dump(row)))
    else:
        shown = {"id": row["id"], "status": row["status"]}
        body = orjson.dumps(shown | ({"detail": row["failure"]} if row.get("failure") else {}))
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = REVALIDATE
    return response
