"""Answers from written listings: what tells their format, and the media address in them."""

from hashlib import blake2b

from marshmallow import Schema

from app.api.conditional import media_url
from app.core.fields import MEDIA_MARK

# What makes two fields of one class write differently.
_TRAITS = ("attribute", "data_key", "field_name", "shape")


def format_of(schema: Schema, revision: int) -> str:
    """Return a hash of what a schema writes, nested schemas included.

    `revision` stands for what the fields do not tell.
    """
    described = repr((revision, _describe(schema)))
    return blake2b(described.encode(), digest_size=8).hexdigest()


def with_media(body: bytes) -> bytes:
    """Put the media address into what was written with its mark."""
    return body.replace(MEDIA_MARK, media_url().encode())


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
