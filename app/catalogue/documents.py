"""The registry of renderers: how each face writes a listing down.

The faces register theirs when the application is made, so that the catalogue can render
without importing any of them. What a renderer is given is a `ListingDetail`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.reference.vocabulary import ExtraItem

# Every column of the listing by its name, and beside them `currency`, `property_type`, `region`,
# `district`, `tenure`, `plot_size_unit` and `category` as reference items (or None), `amenities`
# (reference items, by name), `extras` (`OfferedExtra`, by name) and `images` (mappings of the
# image's columns; ready ones, the main one first).
ListingDetail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OfferedExtra:
    """An extra with what it costs at one listing, in the listing's currency."""

    extra: ExtraItem
    price: Decimal


@dataclass(frozen=True, slots=True)
class Renderer:
    """One face's way to write a listing: `format` changes whenever its output would.

    What the face never shows a list of is not stored.
    """

    face: str
    format: str
    render: Callable[[ListingDetail], bytes]
    shows: Callable[[ListingDetail], bool] = lambda _detail: True


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
