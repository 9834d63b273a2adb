"""From the bytes of an image file to a small, upright picture in sRGB.

A file of a few bytes may unpack to gigabytes, so nothing is decoded before its size is known, and
of a large picture there is never a second copy at full size: it is shrunk strip by strip.
"""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, ImageCms
from PIL.Image import Resampling, Transpose

from app.media.file_types import FileType, file_type, refuse_polyglot, webp_size
from app.media.limits import MAX_BYTES, MAX_HEIGHT, MAX_PIXELS, WIDTHS, UnusablePicture

# Pillow's own guard, for sizes that only turn up while it decodes.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_STRIP_PIXELS = 2_000_000
_START_OF_SCAN = b"\xff\xda"

_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)

_BROKEN = "The image is broken or cut off."
_TOO_MANY_PIXELS = f"The image has more than {MAX_PIXELS // 1_000_000} megapixels."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which image files are taken for some purpose.

    Every scan of a JPEG costs a pass over all pixels, however few bytes it has. Files have ten;
    the mark of one also turns up by chance in what is appended to a photo.
    """

    types: tuple[FileType, ...] = tuple(FileType)
    max_bytes: int = MAX_BYTES
    max_scanned_pixels: int = 10_000_000_000


OF_LISTINGS = Acceptance()


def decode(data: bytes, accepted: Acceptance = OF_LISTINGS) -> Image.Image:
    """Return the first picture of an image file: RGB, upright, within the largest size.

    Transparent parts are white. It is never larger than the one in the file.

    :raises UnusablePicture: when there is none that may be used.
    :raises MemoryError: when the memory does not suffice.
    """
    kind = check(data, accepted)
    if kind is FileType.WEBP:
        _check_size(webp_size(data))
    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            _check_size(image.size)
            if kind is FileType.JPEG:
                _check_scans(data, image.size, accepted.max_scanned_pixels)
            return _small_picture(image, kind)
    except (UnusablePicture, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePicture(_TOO_MANY_PIXELS) from error
    except Exception as error:
        # What a decoder raises at hostile bytes is anything.
        raise UnusablePicture(_BROKEN) from error


def check(data: bytes, accepted: Acceptance = OF_LISTINGS) -> FileType:
    """Return the type of an image file, without looking at its pixels.

    :raises UnusablePicture: when its length or its bytes give away that it cannot be used.
    """
    if not data:
        raise UnusablePicture("The file is empty.")
    if len(data) > accepted.max_bytes:
        raise UnusablePicture(f"The image is larger than {accepted.max_bytes // 1024**2} MB.")
    kind = file_type(data, accepted.types)
    refuse_polyglot(data)
    return kind


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise UnusablePicture(_BROKEN)
    if width * height > MAX_PIXELS:
        raise UnusablePicture(_TOO_MANY_PIXELS)


def _check_scans(data: bytes, size: tuple[int, int], max_pixels: int) -> None:
    if data.count(_START_OF_SCAN) * size[0] * size[1] > max_pixels:
        raise UnusablePicture("The image takes too long to be processed. Save it as a plain JPEG.")


# ── size ────────────────────────────────────────────────────────────────────────────────────


def _small_picture(image: Image.Image, kind: FileType) -> Image.Image:
    size = image.size
    if kind is FileType.JPEG:
        # Its EXIF comes before its pixels. Where it is more than twice too large, most of them
        # need not be decoded at all.
        image.draft(None, _target(size, _orientation(image)))
    image.load()
    orientation = _orientation(image)
    picture = _shrunk(image, _target(size, orientation))
    picture = _in_srgb(picture, image.info.get("icc_profile"))
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def _target(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the size to shrink to, in the picture as it is stored: before it is turned."""
    bounds = (WIDTHS[-1], MAX_HEIGHT)
    if orientation in _SIDEWAYS:
        bounds = (MAX_HEIGHT, WIDTHS[-1])
    scale = min(1.0, bounds[0] / size[0], bounds[1] / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a copy of this size in a mode that has a colour profile: L, RGB or CMYK.

    The filter works on rows and columns apart, so rows are done strip by strip: only a strip is
    converted at a time, and what is put together is already narrow.
    """
    narrow: Image.Image | None = None
    for top, strip in _strips(image):
        plain = _plain(strip)
        row = plain.resize((size[0], plain.height), Resampling.BICUBIC, reducing_gap=2.0)
        if narrow is None:
            narrow = Image.new(row.mode, (size[0], image.height))
        narrow.paste(row, (0, top))
    assert narrow is not None
    return narrow.resize(size, Resampling.BICUBIC, reducing_gap=2.0)


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


# ── colour ──────────────────────────────────────────────────────────────────────────────────


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture as L, RGB or CMYK, its transparent parts on white."""
    if image.mode.startswith("I;16"):
        # Pillow's own conversion cuts off what is above 255.
        return image.point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image)
        return white
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB. A profile that cannot be used is as good as none."""
    converted = _converted(picture, profile) if profile else None
    return converted or picture.convert("RGB")


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the picture as its profile means it; None where that changes nothing or fails."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except MemoryError:
        raise
    except Exception:
        return None


# ── which way is up ─────────────────────────────────────────────────────────────────────────


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where there is none that can be read."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation)
        return found if found in _TURNS else 1
    except MemoryError:
        raise
    except Exception:
        return 1
