"""The registry of renderers: how each face writes a listing down.

The faces register theirs when the application is made, so that the catalogue can render
without importing any of them. What a renderer is given is a `ListingDetail`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# Stands in a stored document where the media address goes. A raw control byte cannot occur in
# JSON, whose writers escape it, so no text of an owner's can look like it.
MEDIA_MARK = b"\x01"

# Every column of the listing by its name, and beside them `currency`, `property_type`, `region`,
# `district`, `tenure` and `plot_size_unit` as reference items (or None), `amenities` (reference
# items, by name) and `images` (mappings of the image's columns; ready ones, the main one first).
ListingDetail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Renderer:
    """One face's way to write a listing: `format` changes whenever its output would."""

    face: str
    format: str
    render: Callable[[ListingDetail], bytes]


_renderers: dict[str, Renderer] = {}


def register(renderer: Renderer) -> None:
    """Make a face's renderer known."""
    _renderers[renderer.face] = renderer


def renderers() -> tuple[Renderer, ...]:
    """Return every face's renderer."""
    return tuple(_renderers.values())


def renderer(face: str) -> Renderer:
    """Return the renderer of one face."""
    return _renderers[face]
