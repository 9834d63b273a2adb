"""The watermark: to be seen on everything, and nowhere but in its corner."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from app.media import branding
from app.media.branding import Watermark
from app.media.limits import PIPELINE_VERSION, UnusablePicture
from tests.media.pictures import busy, saved

Box = tuple[int, int, int, int]

MARK = Watermark.of_text("Nafasi")


def _logo(size: tuple[int, int] = (200, 100), colour: str = "magenta") -> bytes:
    logo = Image.new("RGBA", size)
    ImageDraw.Draw(logo).ellipse((0, 0, size[0] - 1, size[1] - 1), colour)
    return saved(logo, "PNG")


def _changed(before: Image.Image, mark: Watermark = MARK, above: int = 0) -> Box | None:
    """Return the box that the mark changes by more than so much."""
    after = before.copy()
    mark.draw_on(after)
    difference = ImageChops.difference(before, after).convert("L")
    return difference.point(lambda value: 255 if value > above else 0).getbbox()


def _plain(size: tuple[int, int], colour: str | int = "gray") -> Image.Image:
    return Image.new("RGB", size, colour)


@pytest.mark.parametrize("colour", ["white", "black", "gray", "red", "yellow", "navy", "#e8e8e8"])
@pytest.mark.parametrize("size", [(64, 64), (320, 240), (1920, 1440)])
def test_it_is_readable_on_any_colour(size: tuple[int, int], colour: str) -> None:
    picture = _plain(size, colour)
    box = _changed(picture)
    assert box is not None
    MARK.draw_on(picture)
    light, dark = picture.crop(box).convert("L").getextrema()
    assert abs(light - dark) > 80  # type: ignore[operator]


def test_it_is_readable_on_a_busy_picture() -> None:
    picture = busy((1280, 960))
    box = _changed(picture, above=40)
    assert box is not None
    assert (box[2] - box[0]) / 1280 > 0.2


@pytest.mark.parametrize("size", [(320, 240), (640, 480), (1280, 960), (1920, 1440), (1000, 3000)])
def test_it_takes_its_share_of_the_lower_right_corner(size: tuple[int, int]) -> None:
    width, height = size
    box = _changed(_plain(size))
    assert box is not None
    left, top, right, bottom = box
    assert 0.26 <= (right - left) / width <= 0.30
    assert 0 < width - right <= 0.05 * width
    assert 0 < height - bottom <= 0.05 * height + 2
    assert top > height * 0.7


@pytest.mark.parametrize("size", [(1920, 100), (1920, 40), (1920, 16), (320, 20), (8000, 200)])
def test_on_a_panorama_it_is_bounded_by_the_height(size: tuple[int, int]) -> None:
    box = _changed(_plain(size))
    assert box is not None
    assert box[1] > 0
    assert box[3] - box[1] <= max(12, size[1] * 0.19)


@pytest.mark.parametrize("width", [64, 65, 80, 100, 128])
def test_on_a_small_picture_it_is_still_there(width: int) -> None:
    box = _changed(_plain((width, width)), above=20)
    assert box is not None
    assert box[2] - box[0] >= 24


def test_a_long_name_is_wider_so_that_it_can_be_read() -> None:
    mark = Watermark.of_text("A company with a name that goes on for longer")
    box = _changed(_plain((1280, 960)), mark)
    assert box is not None
    assert 0.4 < (box[2] - box[0]) / 1280 <= 0.6
    assert box[3] - box[1] > 30


@pytest.mark.parametrize("size", [(1, 1), (10, 500), (500, 10), (47, 47), (1, 8192)])
def test_a_picture_that_is_too_small_for_it_stays_as_it_is(size: tuple[int, int]) -> None:
    assert _changed(_plain(size)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Nafasi",
        "Нафаси",
        "そら",
        "نافاسي",
        "🏠",
        "e\u0301\u0301\u0301",
        "a\0b",
        "\ud800",
        "N" * 5000,
        "two\nlines\tof  text",
        "<b>&amp;</b>",
        "i",
    ],
)
def test_any_text_can_be_drawn(text: str) -> None:
    assert _changed(_plain((640, 480)), Watermark.of_text(text)) is not None


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u00a0"])
def test_a_text_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="nothing to be seen"):
        Watermark.of_text(text)


def test_a_logo_is_drawn_with_its_transparency() -> None:
    picture = _plain((1000, 800), "white")
    Watermark.of_png(_logo()).draw_on(picture)
    box = ImageChops.difference(picture, _plain((1000, 800), "white")).getbbox()
    assert box is not None
    assert picture.getpixel(((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)) == (255, 0, 255)
    assert picture.getpixel((box[0], box[1])) == (255, 255, 255)
    assert (box[2] - box[0]) / 1000 == pytest.approx(0.28, abs=0.01)


def test_a_large_logo_is_kept_small() -> None:
    box = _changed(_plain((1000, 800)), Watermark.of_png(_logo((4000, 2000))))
    assert box is not None
    assert (box[2] - box[0]) / 1000 == pytest.approx(0.28, abs=0.01)


@pytest.mark.parametrize(
    "data",
    [b"", b"junk", saved(busy((20, 20))), _logo()[:60], saved(Image.new("L", (4097, 1)), "PNG")],
    ids=["empty", "junk", "JPEG", "truncated", "too large"],
)
def test_a_logo_that_cannot_be_used_is_refused(data: bytes) -> None:
    with pytest.raises(UnusablePicture, match="watermark"):
        Watermark.of_png(data)


def test_the_same_mark_has_the_same_fingerprint() -> None:
    assert Watermark.of_text("Nafasi").fingerprint == MARK.fingerprint
    assert Watermark.of_text(" Nafasi\n").fingerprint == MARK.fingerprint
    assert Watermark.of_png(_logo()).fingerprint == Watermark.of_png(_logo()).fingerprint


def test_another_mark_has_another_fingerprint() -> None:
    marks = [MARK, Watermark.of_text("nafasi"), Watermark.of_png(_logo())]
    marks.append(Watermark.of_png(_logo(colour="cyan")))
    assert len({each.fingerprint for each in marks}) == 4


def test_another_version_of_the_pipeline_has_another_fingerprint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(branding, "PIPELINE_VERSION", PIPELINE_VERSION + 1)
    assert Watermark.of_text("Nafasi").fingerprint != MARK.fingerprint


def test_it_is_shrunk_once_a_width(monkeypatch: pytest.MonkeyPatch) -> None:
    mark = Watermark.of_text("Nafasi")
    for width in (320, 640, 1280):
        mark.draw_on(_plain((width, width)))
    monkeypatch.setattr(Image.Image, "resize", None)
    for width in (320, 640, 1280):
        assert _changed(_plain((width, width)), mark) is not None


def test_threads_may_share_it() -> None:
    mark = Watermark.of_text("Nafasi")

    def drawn(width: int) -> bytes:
        picture = _plain((width, width))
        mark.draw_on(picture)
        return picture.tobytes()

    widths = list(range(100, 140)) * 3
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(drawn, widths))
    assert found == [drawn(width) for width in widths]


def test_it_lets_the_picture_through() -> None:
    stripes = Image.new("RGB", (400, 300), "black")
    for x in range(0, 400, 8):
        stripes.paste("white", (x, 0, x + 4, 300))
    box = _changed(stripes)
    assert box is not None
    MARK.draw_on(stripes)
    light, dark = (
        ImageStat.Stat(stripes.crop((x, box[1], x + 1, box[3]))).mean[0]
        for x in (box[0] + 40 - box[0] % 8, box[0] + 44 - box[0] % 8)
    )
    assert light > dark + 20
