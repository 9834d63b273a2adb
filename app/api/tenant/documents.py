"""How the tenant face writes a listing, as the catalogue stores it for the feed."""

import orjson

from app.api.rendering import format_of
from app.api.tenant.schemas import PropertySchema
from app.catalogue.documents import ListingDetail, Renderer

FACE = "tenant"
# Raise it when the output changes although the fields of the schema do not.
_REVISION = 1

_schema = PropertySchema()


def render_listing(detail: ListingDetail) -> bytes:
    """Write one listing as JSON, with the media mark where the media address goes."""
    return orjson.dumps(_schema.dump(detail))


RENDERER = Renderer(FACE, format_of(_schema, _REVISION), render_listing)
