"""Photos of documents: pixels and nothing else."""

from io import BytesIO

import pytest
from PIL import Image

from app.media import documents
from app.media.documents import make_document
from app.media.limits import MAX_DOCUMENT_BYTES, UnusablePicture
from tests.media.pictures import BLUE, GREEN, RED, YELLOW, busy, corners, exif, png, saved


def _opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=["JPEG"])


def _is_near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_accepted_type_becomes_a_jpeg(kind: str) -> None:
    with _opened(make_document(saved(corners((200, 100)), kind))) as picture:
        assert (picture.format, picture.size, picture.mode) == ("JPEG", (200, 100), "RGB")
        places = [(50, 25), (150, 25), (50, 75), (150, 75)]
        for place, colour in zip(places, [RED, GREEN, BLUE, YELLOW], strict=True):
            assert _is_near(picture.getpixel(place), colour)  # type: ignore[arg-type]


def test_it_says_neither_where_nor_by_what_it_was_taken() -> None:
    photo = saved(
        corners((200, 100)), exif=exif(1, with_place=True), comment=b"by John", icc_profile=None
    )
    assert b"Camera" in photo
    made = make_document(photo)
    for trace in (b"Camera", b"John", b"Exif", b"http"):
        assert trace not in made
    with _opened(made) as picture:
        assert dict(picture.getexif()) == {}
        assert "comment" not in picture.info


def test_it_is_turned_the_right_way_up() -> None:
    with _opened(make_document(saved(corners((200, 100)), exif=exif(6)))) as picture:
        assert picture.size == (100, 200)
        assert _is_near(picture.getpixel((75, 50)), RED)  # type: ignore[arg-type]


def test_what_follows_the_picture_is_gone() -> None:
    assert b"a hidden film" not in make_document(saved(busy((64, 48))) + b"a hidden film")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (saved(busy((20, 20)), "GIF"), "Use JPEG, PNG or WebP"),
        (b"%PDF-1.7\n", "Use JPEG, PNG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Use JPEG, PNG or WebP"),
        (saved(busy((64, 48))) + b"<script>alert(1)</script>", "something else at once"),
        (saved(busy((64, 48)))[:200], "broken or cut off"),
        (b"\xff\xd8\xff" + b"x" * 100, "broken or cut off"),
        (png((10_000, 5_001), 1, 0, bytes(1250)), "50 megapixels"),
        (saved(busy((64, 48))) + bytes(MAX_DOCUMENT_BYTES), "larger than 10 MB"),
    ],
)
def test_what_is_no_photo_of_a_document_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnusablePicture, match=reason):
        make_document(data)


def test_what_would_keep_its_sender_waiting_is_refused() -> None:
    photo = saved(corners((5000, 4000)), quality=1, progressive=True)
    assert make_document(photo)
    with pytest.raises(UnusablePicture, match="takes too long"):
        make_document(photo + b"\xff\xda" * 50)


def test_too_little_memory_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(documents, "decode", fail)
    with pytest.raises(UnusablePicture, match="too much memory"):
        make_document(b"anything")
