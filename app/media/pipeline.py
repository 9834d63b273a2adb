"""The whole way of a picture: bytes of an accepted file in, branded WebP in a few widths out.

Pure: the same bytes and mark give the same files. These hold pixels and nothing else, so neither
the place where a photo was taken nor any other metadata is published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.Image import Resampling

from app.media.blurhash import MAX_SIDE, blurhash
from app.media.branding import Watermark
from app.media.decoding import decode
from app.media.limits import WIDTHS, UnusablePicture

# Quality and effort (`method`) of WebP. More effort than this takes twice the time for a few
# percent. Small files look the same at these values, are 3 % larger, and take a quarter less.
_LARGEST_FILE, _SMALLER_FILES = (80, 2), (78, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished picture: the size of its largest file, and every file by its width."""

    width: int
    height: int
    files: dict[int, bytes]
    blurhash: str


def make_picture(data: bytes, mark: Watermark) -> Picture:
    """Make the published files of a picture: WebP in each of `WIDTHS` that it is wider than, and
    in its own width up to the last of them.

    :raises UnusablePicture: when the bytes cannot be accepted.
    """
    try:
        picture = decode(data)
        variants = list(_variants(picture))
        hash_ = _blurhash(variants[-1])
        for variant in variants:
            mark.draw_on(variant)
        files = {variant.width: _webp(variant) for variant in reversed(variants)}
        return Picture(*picture.size, files, hash_)
    except MemoryError as error:
        raise UnusablePicture("The image takes too much memory to be processed.") from error


def rehearse(mark: Watermark) -> None:
    """Make one picture of the largest size, so that what all of them need is there already."""
    file = BytesIO()
    Image.new("RGB", (WIDTHS[-1], WIDTHS[-1] * 3 // 4)).save(file, "JPEG")
    make_picture(file.getvalue(), mark)


def _variants(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield the picture in its widths, the largest first, each made from the one before."""
    width, height = picture.size
    yield picture
    for smaller in reversed([each for each in WIDTHS if each < width]):
        size = (smaller, max(1, round(height * smaller / width)))
        picture = picture.resize(size, Resampling.HAMMING)
        yield picture


def _blurhash(picture: Image.Image) -> str:
    scale = MAX_SIDE / max(MAX_SIDE, *picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    tiny = picture.resize((width, height), Resampling.BOX)
    return blurhash(tiny.tobytes(), width, height)


def _webp(picture: Image.Image) -> bytes:
    file = BytesIO()
    quality, effort = _LARGEST_FILE if picture.width == WIDTHS[-1] else _SMALLER_FILES
    picture.save(file, "WEBP", quality=quality, method=effort)
    return file.getvalue()
