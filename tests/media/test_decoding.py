"""From any accepted file to a small, upright picture in sRGB."""

import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from app.media.decoding import decode
from app.media.limits import MAX_BYTES, MAX_HEIGHT, UnusablePicture
from tests.media.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    black_ink_profile,
    busy,
    chunk,
    corners,
    exif,
    png,
    saved,
    srgb_profile,
    swapped_profile,
)

Colour = tuple[int, int, int]

KINDS = ["JPEG", "PNG", "WEBP", "GIF"]
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def _is_near(found: Any, wanted: Colour, tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def _colours(picture: Image.Image) -> list[str]:
    """Name the colours of the corners: upper left, upper right, lower left, lower right."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW}
    right, bottom = picture.width - 3, picture.height - 3
    found = [
        picture.getpixel(place) for place in [(2, 2), (right, 2), (2, bottom), (right, bottom)]
    ]
    return [
        next((name for name, colour in names.items() if _is_near(each, colour, 40)), str(each))
        for each in found
    ]


def _only_colour(picture: Image.Image) -> Colour:
    """Return the colour of a picture that has but one."""
    assert all(high - low <= 2 for low, high in picture.getextrema())  # type: ignore[misc]
    colour: Colour = picture.getpixel((0, 0))  # type: ignore[assignment]
    return colour


# ── what is refused ─────────────────────────────────────────────────────────────────────────


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(UnusablePicture, match=r"^The file is empty\.$"):
        decode(b"")


def test_the_bytes_are_bounded() -> None:
    data = saved(corners((20, 20)))
    assert decode(data + bytes(MAX_BYTES - len(data))).size == (20, 20)
    with pytest.raises(UnusablePicture, match="larger than 15 MB"):
        decode(data + bytes(MAX_BYTES - len(data) + 1))


def test_a_page_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="Use JPEG, PNG, WebP or GIF"):
        decode(b"<html></html>")


def test_an_image_that_is_also_a_script_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="something else"):
        decode(saved(corners((20, 20))) + b"<script>alert(1)</script>")


def _claiming(kind: str, width: int, height: int) -> bytes:
    """Return a file of a few bytes that claims to be of this size."""
    data = saved(Image.new("L", (1, 1)), kind)
    match kind:
        case "GIF":
            return data[:6] + struct.pack("<HH", width, height) + data[10:]
        case "PNG":
            return (
                data[:8]
                + chunk(b"IHDR", struct.pack(">II", width, height) + data[24:29])
                + data[33:]
            )
        case "JPEG":
            at = data.index(b"\xff\xc0") + 5
            return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]
    return data[:26] + struct.pack("<HH", width, height) + data[30:]


@pytest.mark.parametrize("size", [(12_301, 12_301), (5_001, 10_000), (16_383, 16_383)])
@pytest.mark.parametrize("kind", KINDS)
def test_too_many_pixels_are_refused_by_what_the_header_claims(
    kind: str, size: tuple[int, int]
) -> None:
    data = _claiming(kind, *size)
    assert len(data) < 1000
    with pytest.raises(UnusablePicture, match="more than 50 megapixels"):
        decode(data)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_picture_without_any_pixel_is_refused(kind: str) -> None:
    with pytest.raises(UnusablePicture, match="broken"):
        decode(_claiming(kind, 0, 5))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_is_refused(kind: str, share: float) -> None:
    data = saved(busy((200, 150)), kind)
    with pytest.raises(UnusablePicture, match="broken or cut off"):
        decode(data[: int(len(data) * share)])


def test_a_progressive_jpeg_that_is_cut_off_is_refused() -> None:
    data = saved(busy((200, 150)), progressive=True)
    with pytest.raises(UnusablePicture, match="broken or cut off"):
        decode(data[: len(data) // 2])


def test_text_that_unpacks_to_gigabytes_is_refused() -> None:
    packed = zlib.compress(bytes(2_000_000), 9)
    bomb = chunk(b"zTXt", b"Comment\0\0" + packed)
    with pytest.raises(UnusablePicture):
        decode(png((2, 2), 8, 0, b"\0\0", bomb))


def test_text_in_more_chunks_than_memory_is_refused() -> None:
    packed = zlib.compress(bytes(1_000_000), 9)
    bombs = [chunk(b"zTXt", b"Comment%d\0\0" % number + packed) for number in range(80)]
    with pytest.raises(UnusablePicture):
        decode(png((2, 2), 8, 0, b"\0\0", *bombs))


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = saved(Image.new("RGB", (4000, 3000)), progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    assert decode(data[:-2] + last_scan * 3 + b"\xff\xd9").size == (1920, 1440)
    with pytest.raises(UnusablePicture, match="too long"):
        decode(data[:-2] + last_scan * 1000 + b"\xff\xd9")


# ── what is accepted ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_every_accepted_type_is_read(kind: str) -> None:
    picture = decode(saved(corners((90, 60)), kind))
    assert (picture.mode, picture.size) == ("RGB", (90, 60))
    assert _colours(picture) == ["red", "green", "blue", "yellow"]


def test_what_a_phone_appends_to_a_photo_is_left_alone() -> None:
    photo = saved(corners((90, 60)))
    video = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
    assert decode(photo + video).tobytes() == decode(photo).tobytes()
    assert decode(photo + saved(busy((90, 60)))).tobytes() == decode(photo).tobytes()


def test_of_a_multi_picture_jpeg_the_first_one_is_used() -> None:
    data = saved(corners((4000, 60)), "MPO", save_all=True, append_images=[busy((4000, 60))])
    picture = decode(data)
    assert picture.size == (1920, 29)
    assert _colours(picture) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_of_an_animation_the_first_frame_is_used(kind: str) -> None:
    frames = [busy((90, 60)), Image.new("RGB", (90, 60))]
    data = saved(corners((90, 60)), kind, save_all=True, append_images=frames)
    assert _colours(decode(data)) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_the_other_frames_are_not_even_read(kind: str) -> None:
    still = saved(corners((90, 60)), kind)
    animation = saved(corners((90, 60)), kind, save_all=True, append_images=[busy((90, 60))])
    assert len(animation) > len(still) + 1000
    assert _colours(decode(animation[:-500])) == ["red", "green", "blue", "yellow"]


# ── size ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1, 1), (1, 1)),
        ((1000, 400), (1000, 400)),
        ((1920, 1080), (1920, 1080)),
        ((1921, 1080), (1920, 1079)),
        ((3000, 2000), (1920, 1280)),
        ((9000, 1000), (1920, 213)),
        ((40_000, 3), (1920, 1)),
        ((3, 40_000), (1, MAX_HEIGHT)),
        ((1000, 16_384), (500, MAX_HEIGHT)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_shrunk_and_never_enlarged(
    kind: str, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert decode(saved(Image.new("L", size, 90), kind)).size == wanted


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_picture_shrunk_strip_by_strip_shows_no_seams(mode: str) -> None:
    whole = busy((2400, 3000))
    found = decode(saved(whole.convert(mode), "PNG"))
    wanted = whole.convert(mode).convert("RGB").resize(found.size, Image.Resampling.BICUBIC)
    pairs = zip(found.tobytes()[::997], wanted.tobytes()[::997], strict=True)
    assert max(abs(a - b) for a, b in pairs) <= 6


# ── which way is up ─────────────────────────────────────────────────────────────────────────

ASCII, SHORT, LONG, RATIONAL, UNDEFINED, FLOAT = 2, 3, 4, 5, 7, 11

# What shows in the corners of a stored picture with this orientation.
UPRIGHT = {
    1: ["red", "green", "blue", "yellow"],
    2: ["green", "red", "yellow", "blue"],
    3: ["yellow", "blue", "green", "red"],
    4: ["blue", "yellow", "red", "green"],
    5: ["red", "blue", "green", "yellow"],
    6: ["blue", "red", "yellow", "green"],
    7: ["yellow", "green", "blue", "red"],
    8: ["green", "yellow", "red", "blue"],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_turned_upright(kind: str, orientation: int) -> None:
    picture = decode(saved(corners((90, 60)), kind, exif=exif(orientation)))
    assert picture.size == ((60, 90) if orientation > 4 else (90, 60))
    assert _colours(picture) == UPRIGHT[orientation]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_width_that_counts_is_that_of_the_upright_picture(kind: str) -> None:
    assert decode(saved(corners((3000, 1500)), kind, exif=exif(6))).size == (1500, 3000)
    assert decode(saved(corners((1500, 3000)), kind, exif=exif(6))).size == (1920, 960)


# TIFF's type of the value, how many there are, and the four bytes that it is in.
@pytest.mark.parametrize(
    ("kind", "count", "value"),
    [
        (SHORT, 1, b"\0\0\0\0"),
        (SHORT, 1, b"\0\x09\0\0"),
        (SHORT, 1, b"\xff\xff\0\0"),
        (SHORT, 0, b"\0\x06\0\0"),
        (LONG, 1, b"\0\1\x11\x70"),
        (ASCII, 2, b"6\0\0\0"),
        (UNDEFINED, 1, b"\x06\0\0\0"),
        (FLOAT, 1, b"\x40\xd0\0\0"),
        (RATIONAL, 1, b"\0\0\xff\xff"),
        (99, 1, b"\0\x06\0\0"),
    ],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Truncated File Read")
def test_an_orientation_that_means_nothing_is_passed_over(
    kind: int, count: int, value: bytes
) -> None:
    entry = struct.pack(">HHI", 0x0112, kind, count) + value
    data = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
    assert _colours(decode(saved(corners((90, 60)), exif=data))) == UPRIGHT[1]


@pytest.mark.parametrize("junk", [b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0junk"])
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_exif_is_passed_over(junk: bytes) -> None:
    assert _colours(decode(saved(corners((90, 60)), exif=junk))) == UPRIGHT[1]


# ── colour ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "wanted"), [(0, 0), (257, 1), (0x4000, 64), (0x8080, 128), (65_535, 255)]
)
def test_16_bits_of_grey_become_8(value: int, wanted: int) -> None:
    row = struct.pack(">H", value) * 4
    assert _only_colour(decode(png((4, 4), 16, 0, row))) == (wanted,) * 3
    assert _only_colour(decode(png((4, 4), 16, 2, row * 3))) == (wanted,) * 3


def test_16_bits_of_grey_with_a_transparent_value_become_8() -> None:
    transparent = chunk(b"tRNS", b"\0\0")
    assert _only_colour(decode(png((4, 4), 16, 0, b"\x80\x80" * 4, transparent))) == (128,) * 3


@pytest.mark.parametrize(("depth", "row"), [(1, b"\xf0"), (2, b"\xff\0"), (4, b"\xff\xff\0\0")])
def test_few_bits_of_grey_become_8(depth: int, row: bytes) -> None:
    picture = decode(png((8, 4), depth, 0, row))
    assert picture.getpixel((0, 0)) == WHITE
    assert picture.getpixel((7, 0)) == BLACK


PALETTE = chunk(b"PLTE", bytes([*RED, *BLUE]))


@pytest.mark.parametrize(
    ("colour_type", "row", "extra", "wanted"),
    [
        (6, bytes([*RED, 0]), [], WHITE),
        (6, bytes([*RED, 255]), [], RED),
        (6, bytes([0, 0, 0, 128]), [], (127, 127, 127)),
        (4, bytes([0, 0]), [], WHITE),
        (4, bytes([0, 128]), [], (127, 127, 127)),
        (3, bytes([1]), [PALETTE], BLUE),
        (3, bytes([1]), [PALETTE, chunk(b"tRNS", bytes([255, 0]))], WHITE),
        (3, bytes([0]), [PALETTE, chunk(b"tRNS", bytes([255, 0]))], RED),
        (2, bytes(RED), [chunk(b"tRNS", struct.pack(">3H", *RED))], WHITE),
        (2, bytes(RED), [chunk(b"tRNS", struct.pack(">3H", *BLUE))], RED),
        (0, bytes([7]), [chunk(b"tRNS", struct.pack(">H", 7))], WHITE),
    ],
)
def test_what_is_transparent_is_white(
    colour_type: int, row: bytes, extra: list[bytes], wanted: Colour
) -> None:
    picture = decode(png((4, 4), 8, colour_type, row * 4, *extra))
    assert _is_near(_only_colour(picture), wanted, 1)


def test_a_transparent_gif_is_white() -> None:
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([*RED, *BLUE])
    assert _only_colour(decode(saved(picture, "GIF", transparency=1))) == WHITE


def test_cmyk_without_a_profile_is_converted() -> None:
    assert _is_near(
        _only_colour(decode(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0))))), (255, 0, 0)
    )
    assert _is_near(_only_colour(decode(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 255))))), BLACK)


def test_cmyk_with_a_profile_is_converted_by_it() -> None:
    cyan, black = (255, 0, 0, 0), (0, 0, 0, 255)
    profile = black_ink_profile()
    cyan_picture = decode(saved(Image.new("CMYK", (8, 8), cyan), icc_profile=profile))
    assert _is_near(_only_colour(cyan_picture), WHITE)
    black_picture = decode(saved(Image.new("CMYK", (8, 8), black), icc_profile=profile))
    assert _is_near(_only_colour(black_picture), BLACK)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_colours_are_converted_from_their_profile(kind: str) -> None:
    data = saved(Image.new("RGB", (8, 8), RED), kind, icc_profile=swapped_profile())
    assert _is_near(_only_colour(decode(data)), (RED[1], RED[0], RED[2]))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize(
    "profile",
    [
        b"junk",
        bytes(200),
        srgb_profile(),
        srgb_profile()[:300],
        swapped_profile()[:-40],
        swapped_profile().replace(b"mntrRGB", b"mntrGRA"),
    ],
)
def test_a_profile_that_cannot_be_used_changes_nothing(mode: str, profile: bytes) -> None:
    picture = busy((60, 40)).convert(mode)
    with_profile = decode(saved(picture, icc_profile=profile))
    assert with_profile.tobytes() == decode(saved(picture)).tobytes()


def test_nothing_but_pixels_is_left() -> None:
    data = saved(
        busy((60, 40)), exif=exif(1, with_place=True), icc_profile=swapped_profile(), comment=b"Hi"
    )
    picture = decode(data)
    assert not picture.info.keys() & {"exif", "comment", "xmp"}
    assert not picture.getexif()
