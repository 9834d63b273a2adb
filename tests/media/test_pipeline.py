"""The whole way: bytes of any file in, branded WebP in a few widths out, or one sentence."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from app.media import pipeline
from app.media.branding import Watermark
from app.media.file_types import FileType
from app.media.limits import UnusablePicture
from app.media.pipeline import make_picture
from config import ROOT
from tests.media.pictures import busy, exif, saved, swapped_profile

MARK = Watermark.of_text("Nafasi")
XMP = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta><?xpacket end="w"?>'


def _opened(file: bytes) -> Image.Image:
    with Image.open(BytesIO(file), formats=["WEBP"]) as image:
        image.load()
        return image


# ── the files ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, [1]),
        (319, [319]),
        (320, [320]),
        (321, [320, 321]),
        (1000, [320, 640, 1000]),
        (1280, [320, 640, 1280]),
        (1920, [320, 640, 1280, 1920]),
        (4000, [320, 640, 1280, 1920]),
    ],
)
def test_a_picture_comes_in_every_width_up_to_its_own(width: int, widths: list[int]) -> None:
    picture = make_picture(saved(busy((width, 300))), MARK)
    assert list(picture.files) == widths
    assert picture.width == widths[-1]
    assert [_opened(file).width for file in picture.files.values()] == widths


def test_every_width_has_the_same_proportions() -> None:
    picture = make_picture(saved(busy((2000, 1400))), MARK)
    assert (picture.width, picture.height) == (1920, 1344)
    sizes = [_opened(file).size for file in picture.files.values()]
    assert sizes == [(320, 224), (640, 448), (1280, 896), (1920, 1344)]


def test_the_lowest_panorama_still_has_a_row() -> None:
    picture = make_picture(saved(busy((1900, 2))), MARK)
    assert [_opened(file).height for file in picture.files.values()] == [1, 1, 1, 2]


def test_every_width_shows_the_picture_and_the_mark() -> None:
    original = busy((1600, 1200))
    for width, file in make_picture(saved(original, "PNG"), MARK).files.items():
        found = _opened(file)
        wanted = original.resize(found.size)
        corner = (width * 7 // 10, found.height * 9 // 10, width, found.height)
        rest = (0, 0, width, found.height * 8 // 10)
        difference = ImageChops.difference(found, wanted)
        assert max(ImageStat.Stat(difference.crop(rest)).mean) < 6
        assert max(ImageStat.Stat(difference.crop(corner)).mean) > 20


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_metadata_is_published(kind: str) -> None:
    data = saved(
        busy((700, 500)),
        kind,
        exif=exif(1, with_place=True),
        icc_profile=swapped_profile(),
        xmp=XMP,
    )
    assert b"Camera" in data
    for file in make_picture(data, MARK).files.values():
        assert _opened(file).info.keys() <= {"loop", "background", "timestamp", "duration"}
        # One chunk of pixels, and it fills the file.
        assert file[12:16] == b"VP8 "
        assert 20 + int.from_bytes(file[16:20], "little") == len(file)


def test_the_blurhash_is_that_of_the_picture_without_the_mark() -> None:
    data = saved(busy((300, 200)))
    assert make_picture(data, MARK).blurhash == make_picture(data, Watermark.of_text("X")).blurhash


@pytest.mark.parametrize("size", [(1, 1), (2, 2000), (2000, 2), (33, 31)])
def test_every_picture_has_a_blurhash(size: tuple[int, int]) -> None:
    assert len(make_picture(saved(busy(size)), MARK).blurhash) == 28


def test_the_same_bytes_give_the_same_files() -> None:
    data = saved(busy((1500, 900)))
    assert make_picture(data, MARK) == make_picture(data, Watermark.of_text("Nafasi"))


def test_threads_may_make_pictures_at_once() -> None:
    sources = [saved(busy((400 + step, 300)), kind) for step in range(6) for kind in FileType]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda data: make_picture(data, MARK), sources))
    assert found == [make_picture(data, MARK) for data in sources]


# ── memory ──────────────────────────────────────────────────────────────────────────────────

# In a process of its own, as a job has it: this one holds the whole suite.
_LARGE = """
import sys
from app.core.memory import take_at_most
from app.media.branding import Watermark
from app.media.limits import UnusablePicture
from app.media.pipeline import make_picture
from tests.media.pictures import chunk, png

depth, colour_type, channels, limit_mb = map(int, sys.argv[1:])
row = bytes(range(200)) * (8000 * channels * depth // 8 // 200)
palette = [chunk(b"PLTE", bytes(range(256)) * 3), chunk(b"tRNS", bytes(range(256)))]
data = png((8000, 6250), depth, colour_type, row, *(palette if colour_type == 3 else []))
mark = Watermark.of_text("Nafasi")
try:
    with take_at_most(limit_mb * 1024 * 1024):
        picture = make_picture(data, mark)
    print(picture.width, picture.height)
except UnusablePicture as error:
    print(error)
"""


def _made_within(limit_mb: int, depth: int, colour_type: int, channels: int) -> str:
    numbers = map(str, (depth, colour_type, channels, limit_mb))
    done = subprocess.run(
        [sys.executable, "-c", _LARGE, *numbers], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")
@pytest.mark.parametrize(
    ("depth", "colour_type", "channels"),
    [(8, 6, 4), (8, 4, 2), (8, 3, 1), (16, 0, 1)],
    ids=["RGBA", "grey with alpha", "palette", "16 bits of grey"],
)
def test_50_megapixels_of_any_kind_take_no_more_than_a_job_may(
    depth: int, colour_type: int, channels: int
) -> None:
    assert _made_within(384, depth, colour_type, channels) == "1920 1500"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")
def test_a_picture_that_takes_too_much_memory_is_refused_by_a_sentence() -> None:
    sentence = "The image takes too much memory to be processed."
    assert _made_within(100, 8, 6, 4) == sentence


def test_the_sentence_is_the_same_wherever_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(picture: Image.Image) -> bytes:
        raise MemoryError

    monkeypatch.setattr(pipeline, "_webp", encode)
    with pytest.raises(UnusablePicture, match="too much memory"):
        make_picture(saved(busy((20, 20))), MARK)


# ── broken files ────────────────────────────────────────────────────────────────────────────

WHOLE = [
    saved(busy((40, 30)), exif=exif(6, with_place=True), icc_profile=swapped_profile(), xmp=XMP),
    saved(busy((40, 30)), progressive=True),
    saved(busy((40, 30)).convert("CMYK")),
    saved(busy((40, 30)), "MPO", save_all=True, append_images=[busy((40, 30))]),
    saved(busy((40, 30)), "PNG", exif=exif(6), icc_profile=swapped_profile()),
    saved(busy((40, 30)).convert("RGBA"), "PNG", save_all=True, append_images=[busy((40, 30))]),
    saved(busy((40, 30)).convert("P"), "PNG", transparency=3),
    saved(busy((40, 30)).convert("I;16"), "PNG"),
    saved(busy((40, 30)), "GIF", save_all=True, append_images=[busy((40, 31))], transparency=2),
    saved(busy((40, 30)), "WEBP", exif=exif(6), icc_profile=swapped_profile(), xmp=XMP),
    saved(busy((40, 30)).convert("RGBA"), "WEBP", lossless=True),
    saved(busy((40, 30)), "WEBP", save_all=True, append_images=[busy((40, 30))]),
]


def _made_or_refused(data: bytes) -> None:
    """Make a picture of anything: what comes out is whole, or nothing does, for that reason."""
    with suppress(UnusablePicture):
        picture = make_picture(data, MARK)
        assert _opened(picture.files[picture.width]).size == (picture.width, picture.height)


@pytest.mark.parametrize("data", WHOLE)
def test_what_is_broken_below_was_whole_before(data: bytes) -> None:
    assert make_picture(data, MARK).files


@given(data=st.sampled_from(WHOLE), draw=st.data())
@settings(deadline=None)
def test_flipped_bytes_break_nothing(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    places = st.integers(0, len(data) - 1)
    for place, value in draw.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=12)):
        broken[place] = value
    _made_or_refused(bytes(broken))


@given(data=st.sampled_from(WHOLE), draw=st.data())
@settings(deadline=None)
def test_flipped_bytes_of_the_head_break_nothing(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    places = st.integers(8, 120)
    for place, value in draw.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=3)):
        broken[place] = value
    _made_or_refused(bytes(broken))


@given(data=st.sampled_from(WHOLE), draw=st.data())
@settings(deadline=None)
def test_a_file_cut_anywhere_breaks_nothing(data: bytes, draw: st.DataObject) -> None:
    _made_or_refused(data[: draw.draw(st.integers(0, len(data)))])


@given(one=st.sampled_from(WHOLE), other=st.sampled_from(WHOLE), draw=st.data())
@settings(deadline=None)
def test_files_spliced_together_break_nothing(
    one: bytes, other: bytes, draw: st.DataObject
) -> None:
    start = draw.draw(st.integers(0, len(one)))
    end = draw.draw(st.integers(0, len(other)))
    _made_or_refused(one[:start] + other[end:])


@given(kind=st.sampled_from([each[:30] for each in WHOLE]), noise=st.binary(max_size=400))
@settings(deadline=None)
def test_noise_after_a_good_head_breaks_nothing(kind: bytes, noise: bytes) -> None:
    _made_or_refused(kind + noise)
