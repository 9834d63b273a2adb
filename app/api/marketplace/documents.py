"""How the marketplace face writes a row of its lists, as the catalogue stores it."""

import orjson

from app.api.marketplace.listing_schemas import ListingCardSchema
from app.api.rendering import format_of
from app.catalogue.documents import ListingDetail, Renderer
from app.catalogue.lifecycle import is_active_stay

FACE = "marketplace"
# Raise it when the output changes although the fields of the schema do not.
_REVISION = 1

_schema = ListingCardSchema()


def render_card(detail: ListingDetail) -> bytes:
    """Write one stay as a row of a list, with the media mark where the media address goes."""
    return orjson.dumps(_schema.dump(detail))


def _is_listed(detail: ListingDetail) -> bool:
    return is_active_stay(detail["listing_type"], detail["review_status"], detail["publish_status"])


RENDERER = Renderer(FACE, format_of(_schema, _REVISION), render_card, _is_listed)
