"""The demo's pictures: painted by the project, each one different, and always the same."""

from io import BytesIO

import pytest
from PIL import Image, ImageStat

from app.demo.gallery import PAINTERS, Picture, paint_pictures


def _paint(listing: str, name: str) -> Picture:
    [picture] = paint_pictures({"external_id": listing, "pictures": [name]})
    return picture


@pytest.mark.parametrize("name", PAINTERS)
def test_a_picture_is_painted_all_over(name: str) -> None:
    one, other = _paint("one", name), _paint("other", name)

    assert one.alt
    assert one.data != other.data
    with Image.open(BytesIO(one.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (840, 560))
        assert min(ImageStat.Stat(picture).stddev) > 10
        # Nothing that is left unpainted is black from one side to the other.
        small = picture.convert("L").resize((48, 32))
    assert sum(value < 6 for value in small.tobytes()) < 8


def test_the_same_listing_has_the_same_picture_again() -> None:
    assert _paint("one", "villa") == _paint("one", "villa")
