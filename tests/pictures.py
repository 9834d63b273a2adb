"""Pictures for tests, drawn here."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw


def draw(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Return a picture whose corners tell which way is up: red on top, blue below."""
    picture = Image.new("RGB", (width, height), "red")
    ImageDraw.Draw(picture).rectangle((0, height // 2, width, height), fill="blue")
    return picture.convert(mode)


def encoded(picture: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file of some kind."""
    buffer = BytesIO()
    (picture or draw()).save(buffer, kind, **options)
    return buffer.getvalue()
