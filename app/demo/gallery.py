"""The pictures of the demo's listings, painted anew whenever it is loaded.

Which ones a listing has stands beside it in the file; no two of the same kind look alike, and each
one is the same again the next time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.demo import buildings, landscapes, rooms
from app.demo.painting import Canvas
from app.demo.shipped import Row

PAINTERS: dict[str, tuple[Callable[[Canvas], None], str]] = {
    **landscapes.PAINTERS,
    **buildings.PAINTERS,
    **rooms.PAINTERS,
}
_AT_NIGHT = {"rooftop", "skyline", "tents", "party"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG file, and what is to be seen on it."""

    data: bytes
    alt: str


def paint_pictures(listing: Row) -> list[Picture]:
    """Return the pictures of a listing, as its row in the file names them."""
    return [_paint(name, listing["external_id"]) for name in listing["pictures"]]


def _paint(name: str, listing: str) -> Picture:
    paint, alt = PAINTERS[name]
    canvas = Canvas(f"{listing} {name}", at_night=name in _AT_NIGHT)
    paint(canvas)
    return Picture(canvas.finish(), alt)
