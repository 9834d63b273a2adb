"""A listing's images."""

import orjson
from flask import Response

from app.api.conditional import is_fresh, json_bytes, make_etag, media_url, not_modified
from app.api.smorest import revalidates
from app.api.tenant import schemas
from app.api.tenant.access import current_reader, key_required
from app.api.tenant.blueprints import tenant_blueprint
from app.api.tenant.documents import RENDERER
from app.api.tenant.properties import REVALIDATE, own_listing_required
from app.catalogue import feed_service as feed
from app.catalogue import service as catalogue
from app.catalogue.documents import MEDIA_MARK

blp = tenant_blueprint("Tenant images", "The images of one listing")

_images = schemas.ImageSchema(many=True)


@blp.route("/<int:user_id>/properties/<int:property_id>/images/")
@key_required
@revalidates
@own_listing_required
@blp.response(200, schemas.ImageSchema(many=True))
def list_images(user_id: int, property_id: int) -> Response:
    """List a listing's images, the main one first. A plain array: an image set is small."""
    versions = feed.read_versions(current_reader(), user_id)
    etag = make_etag(versions.catalogue, RENDERER.format)
    if is_fresh(etag):
        return not_modified(etag, REVALIDATE)
    body = orjson.dumps(_images.dump(catalogue.list_images(property_id)))
    return json_bytes(body.replace(MEDIA_MARK, media_url().encode()), etag, REVALIDATE)
