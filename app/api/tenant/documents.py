"""How the tenant face writes a listing, as the catalogue stores it for the feed."""

from hashlib import blake2b

import orjson

from app.api.tenant.schemas import ListingSchema
from app.catalogue.documents import ListingDetail, Renderer

FACE = "tenant"
# Raise it when the output changes although the fields below do not.
_REVISION = 1
# What makes two fields of one class write differently.
_TRAITS = ("attribute", "data_key", "field_name", "shape")

_schema = ListingSchema()


def render_listing(detail: ListingDetail) -> bytes:
    """Write one listing as JSON, with the media mark where the media address goes."""
    return orjson.dumps(_schema.dump(detail))


def _format() -> str:
    """Return a hash of what the schema writes, nested schemas included."""
    described = repr((_REVISION, _describe(_schema)))
    return blake2b(described.encode(), digest_size=8).hexdigest()


def _describe(schema: object) -> list[object]:
    described: list[object] = []
    for name, field in sorted(getattr(schema, "fields", {}).items()):
        inner = getattr(field, "inner", field)
        nested = getattr(inner, "schema", None)
        traits = [getattr(field, trait, None) for trait in _TRAITS]
        described.append(
            (name, type(field).__name__, traits, _describe(nested) if nested else None)
        )
    return described


RENDERER = Renderer(FACE, _format(), render_listing)
