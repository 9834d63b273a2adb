"""What a file is, by its bytes alone: a name or a header may say anything."""

import re
from collections.abc import Collection
from enum import StrEnum

from app.media.limits import UnusablePicture


class FileType(StrEnum):
    """The types that are accepted, by the names that Pillow has for them."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"


# As people write it, where that is not Pillow's name.
_SPOKEN = {FileType.WEBP: "WebP"}
_SIGNATURES = {
    FileType.JPEG: re.compile(rb"\xff\xd8\xff"),
    FileType.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    FileType.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
    FileType.GIF: re.compile(rb"GIF8[79]a"),
}

# Compressed pixels hold every short string by chance: `<svg` in one of 150 large photos. What has
# to follow a tag for it to do anything makes that rarer than one in ten thousand.
_MARKUP = re.compile(
    rb"<(?:(?:\?php|html|script)(?:[\s/>]|\Z)|!doctype\s+html|svg[\s/>][\t\n\r -~]{4})",
    re.IGNORECASE,
)
# Readers of PDF look for its header in so many bytes.
_PDF, _PDF_HEAD_BYTES = b"%PDF-", 1024
# The end of a ZIP archive: a record of 22 bytes, the last two of them the comment's length.
_ZIP_END, _ZIP_END_BYTES, _MAX_ZIP_COMMENT = b"PK\x05\x06", 22, 0xFFFF

_WEBP_HEADER_BYTES = 30
_VP8_SIDE_BITS = 0x3FFF


def file_type(data: bytes, accepted: Collection[FileType] = tuple(FileType)) -> FileType:
    """Return the type of an image file.

    :raises UnusablePicture: when it is none of the accepted ones.
    """
    for candidate, signature in _SIGNATURES.items():
        if candidate in accepted and signature.match(data):
            return candidate
    *others, last = [_SPOKEN.get(each, str(each)) for each in accepted]
    raise UnusablePicture(f"This is not a supported image type. Use {', '.join(others)} or {last}.")


def refuse_polyglot(data: bytes) -> None:
    """Refuse an image that other programs would take for a page, a script or an archive.

    Trailing bytes as such are fine: phones append a video or a second picture to a photo.

    :raises UnusablePicture: when there is something besides the image.
    """
    if _MARKUP.search(data) or _PDF in data[:_PDF_HEAD_BYTES] or _ends_as_zip(data):
        raise UnusablePicture("This file is an image and something else at once.")


def webp_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that the header of a WebP file states.

    Opening such a file already takes the memory of two whole pictures, so this comes first.

    :raises UnusablePicture: when there is no whole header.
    """
    if len(data) >= _WEBP_HEADER_BYTES:
        match data[12:16]:
            case b"VP8X":
                return _number(data[24:27]) + 1, _number(data[27:30]) + 1
            case b"VP8L":
                sides = _number(data[21:25])
                return (sides & _VP8_SIDE_BITS) + 1, (sides >> 14 & _VP8_SIDE_BITS) + 1
            case b"VP8 ":
                width, height = _number(data[26:28]), _number(data[28:30])
                return width & _VP8_SIDE_BITS, height & _VP8_SIDE_BITS
    raise UnusablePicture("The image is broken or cut off.")


def _ends_as_zip(data: bytes) -> bool:
    start = max(0, len(data) - _ZIP_END_BYTES - _MAX_ZIP_COMMENT)
    while (start := data.find(_ZIP_END, start)) >= 0:
        end = start + _ZIP_END_BYTES
        if end <= len(data) and end + _number(data[end - 2 : end]) == len(data):
            return True
        start += 1
    return False


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
