"""What a file is, by its bytes."""

import struct
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from app.media.file_types import FileType, file_type, refuse_polyglot, webp_size
from app.media.limits import UnusablePicture
from tests.media.pictures import busy, chunk, corners, png, saved

JPEG = saved(busy((64, 48)))


@pytest.mark.parametrize("kind", FileType)
def test_the_type_is_found_from_the_bytes(kind: FileType) -> None:
    assert file_type(saved(busy((20, 20)), kind)) is kind


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE html><title>House</title>",
        b"<?php phpinfo();",
        b"%PDF-1.7\n",
        b"II*\0\x08\0\0\0",
        b"BM\x46\0\0\0\0\0",
        b"\0\0\0\x20ftypavif\0\0\0\0",
        b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\0\0\0\x0cJXL \r\n\x87\n",
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"GIF88a",
        b"\x89PNG",
        b"\xff\xd8",
        b" " + JPEG,
    ],
)
def test_other_types_are_refused_by_naming_those_that_are_not(data: bytes) -> None:
    with pytest.raises(UnusablePicture, match="Use JPEG, PNG, WebP or GIF"):
        file_type(data)


# ── polyglots ───────────────────────────────────────────────────────────────────────────────


def _archive(comment: bytes = b"") -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("Main.class", b"\xca\xfe\xba\xbe")
        archive.comment = comment
    return file.getvalue()


@pytest.mark.parametrize(
    "hidden",
    [
        b"<?php system($_GET['c']); ?>",
        b"<?PHP\nphpinfo();",
        b"<?php",
        b"<script>alert(1)</script>",
        b"<ScRiPt src=//example.com/x.js>",
        b"<html><body onload=alert(1)>",
        b"<!DOCTYPE html>",
        b"<!doctype\nHTML>",
        b"<svg onload=alert(1)>",
        b"<SVG/onload=alert(1)>",
        b"<svg><script>",
        _archive(),
        _archive(b"A comment is part of the archive's last record."),
        _archive(b"The mark of the end may be in it: PK\x05\x06" + bytes(30)),
    ],
)
def test_an_image_with_something_else_appended_is_refused(hidden: bytes) -> None:
    with pytest.raises(UnusablePicture, match="something else at once"):
        refuse_polyglot(JPEG + hidden)


def test_what_is_hidden_in_a_comment_is_found() -> None:
    data = saved(busy((20, 20)), comment=b"<?php system($_GET['c']); ?>")
    with pytest.raises(UnusablePicture):
        refuse_polyglot(data)


def test_what_is_hidden_in_a_text_chunk_is_found() -> None:
    text = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    with pytest.raises(UnusablePicture):
        refuse_polyglot(png((2, 2), 8, 0, b"\0\0", text))


def test_a_pdf_whose_header_is_near_the_start_is_refused() -> None:
    with pytest.raises(UnusablePicture):
        refuse_polyglot(saved(busy((20, 20)), comment=b"%PDF-1.7 1 0 obj"))


@pytest.mark.parametrize(
    "trailing",
    [
        b"\0\0\0\x18ftypmp42\0\0\0\0" + bytes(5000),
        JPEG,
        bytes(100),
        b"%PDF- far from the start is text",
        b"PK\x05\x06 but no record",
        b"PK\x05\x06" + bytes(16) + struct.pack("<H", 9) + b"short",
        _archive() + b"and more",
        b"x <svgx> <scripted> <htm> <p> <?= < ?php",
    ],
)
def test_trailing_bytes_as_such_are_fine(trailing: bytes) -> None:
    refuse_polyglot(JPEG + bytes(1024) + trailing)


def test_xmp_is_fine() -> None:
    xmp = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta><?xpacket end="w"?>'
    refuse_polyglot(saved(busy((20, 20)), "WEBP", xmp=xmp))
    refuse_polyglot(saved(busy((20, 20)), xmp=xmp))


def test_pixels_that_spell_a_tag_by_chance_are_fine() -> None:
    refuse_polyglot(JPEG + b"\x00<svg\x8f\x00\x01<sVg \xfe\x01\x80\x00<SVG>\x9a")


# ── the size of a WebP ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "options",
    [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0"}],
    ids=["lossy", "lossless", "extended"],
)
@pytest.mark.parametrize("size", [(1, 1), (300, 7), (16383, 1), (5, 16383)])
def test_the_size_of_a_webp_is_read_from_its_header(
    size: tuple[int, int], options: dict[str, bool | bytes]
) -> None:
    data = saved(Image.new("RGB", size, "teal"), "WEBP", method=0, **options)
    assert webp_size(data) == size


@pytest.mark.parametrize("length", [0, 12, 16, 29])
def test_a_webp_without_a_whole_header_is_refused(length: int) -> None:
    with pytest.raises(UnusablePicture, match="broken"):
        webp_size(saved(corners((20, 20)), "WEBP")[:length])


def test_a_webp_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="broken"):
        webp_size(saved(corners((20, 20)), "WEBP").replace(b"VP8 ", b"VP9 "))
