"""Image files for tests, drawn here: no two corners alike, with whatever a file may carry."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, ImageCms

RED, GREEN, BLUE, YELLOW = (230, 20, 20), (20, 200, 20), (20, 20, 230), (230, 230, 20)


def corners(size: tuple[int, int]) -> Image.Image:
    """Draw four fields: red and green above blue and yellow."""
    small = Image.new("RGB", (2, 2))
    for place, colour in zip(
        [(0, 0), (1, 0), (0, 1), (1, 1)], [RED, GREEN, BLUE, YELLOW], strict=True
    ):
        small.putpixel(place, colour)
    return small.resize(size, Image.Resampling.NEAREST)


def busy(size: tuple[int, int]) -> Image.Image:
    """Draw a picture that is light and dark, smooth and rough."""
    ramp = Image.linear_gradient("L").resize(size)
    rings = Image.radial_gradient("L").resize((32, 32)).resize(size, Image.Resampling.NEAREST)
    return Image.merge("RGB", (ramp, rings, ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))


def saved(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Return the picture as a file of this kind."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: Any = None, *, with_place: bool = False) -> Image.Exif:
    """Return EXIF data with an orientation, and with the place where a photo was taken."""
    found = Image.Exif()
    if orientation is not None:
        found[ExifTags.Base.Orientation] = orientation
    if with_place:
        found[ExifTags.Base.Make] = "Camera"
        place = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (0.0, 18.0, 49.0)}
        found[ExifTags.IFD.GPSInfo] = place
    return found


# ── PNG, by hand: Pillow writes only good ones ──────────────────────────────────────────────


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def png(size: tuple[int, int], depth: int, colour_type: int, row: bytes, *extra: bytes) -> bytes:
    """Return a PNG whose rows are all alike, made without holding its pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour_type, 0, 0, 0))
    packer = zlib.compressobj(1)
    rows = b"".join(packer.compress(b"\0" + row) for _ in range(size[1])) + packer.flush()
    signature = b"\x89PNG\r\n\x1a\n"
    return b"".join([signature, header, *extra, chunk(b"IDAT", rows), chunk(b"IEND", b"")])


# ── colour profiles ─────────────────────────────────────────────────────────────────────────


def srgb_profile() -> bytes:
    """Return the profile that changes nothing."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """Return a profile of a device whose red is green and whose green is red."""
    swapped = srgb_profile().replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1)
    # Its name must not be that of the profile that changes nothing.
    return swapped.replace(b"????", b"gXYZ", 1).replace("sRGB".encode("utf-16-be"), b"\0x" * 4)


def black_ink_profile() -> bytes:
    """Return a CMYK profile of a device whose only visible ink is black."""
    identity = bytes(range(256))
    matrix = struct.pack(">9i", *(0x10000 if place % 4 == 0 else 0 for place in range(9)))
    # Lightness and two neutral colour axes of the sixteen corners; black varies fastest.
    corner_colours = bytes([255, 128, 128, 0, 128, 128]) * 8
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix
    table += identity * 4 + corner_colours + identity * 3
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    text = b"desc" + bytes(4) + struct.pack(">I", 4) + b"ink\0" + bytes(79)
    return _profile(b"prtrCMYKLab ", {b"desc": text, b"wtpt": white, b"A2B0": table})


def _profile(kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    start = 128 + 4 + 12 * len(tags)
    entries, body = b"", b""
    for name, content in tags.items():
        entries += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(128)
    struct.pack_into(">I", head, 0, start + len(body))
    struct.pack_into(">I", head, 8, 0x02100000)
    head[12:24] = kind
    head[36:40] = b"acsp"
    struct.pack_into(">3i", head, 68, 0xF6D6, 0x10000, 0xD32D)
    return bytes(head) + struct.pack(">I", len(tags)) + entries + body
