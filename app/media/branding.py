"""The watermark: a name or a logo in the lower right corner of every published picture."""

from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Self

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from app.media.limits import PIPELINE_VERSION, UnusablePicture

# Shares of the picture's sides. A long name takes more, so that its letters have some height.
_WIDTH_SHARE, _MAX_WIDTH_SHARE, _LINE_SHARE = 0.28, 0.6, 0.03
_MAX_HEIGHT_SHARE, _MARGIN_SHARE = 0.18, 0.02
# A name in less than this is a smudge: on small pictures it takes a larger share instead.
_MIN_WIDTH, _MIN_HEIGHT, _MIN_MARGIN = 40, 12, 2
_MIN_PICTURE_WIDTH, _MIN_PICTURE_HEIGHT = 48, 16

# A text is drawn once, large, and shrunk: its proportions are the same in every width.
_FONT_SIZE = 160
_STROKE, _EDGE, _BLUR = 3, 9, 9
_MAX_TEXT_CHARS = 60
_OPACITY, _SHADOW = 0.8, 0.75

_MAX_LOGO_SIDE = 4096
_LOGO_BOX = (1024, 1024)
_KEPT_SIZES = 32

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Watermark:
    """A mark that is drawn once, and kept in the sizes that pictures need.

    `fingerprint` stands for all that decides what published files look like besides the picture:
    files that were made with another one are out of date.
    """

    def __init__(self, original: Image.Image, source: bytes) -> None:
        self._original = original
        self._in_size = lru_cache(maxsize=_KEPT_SIZES)(self._resized)
        self.fingerprint = sha256(f"{PIPELINE_VERSION} ".encode() + source).hexdigest()[:16]

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Make a mark of a name: white with a soft dark edge, so that it shows on anything.

        :raises ValueError: when there is nothing to be seen of the text.
        """
        line = " ".join(text.split())[:_MAX_TEXT_CHARS].encode(errors="replace")
        return cls(_drawn(line.decode()), b"text " + line)

    @classmethod
    def of_png(cls, data: bytes) -> Self:
        """Make a mark of a logo, with the transparency that it comes with.

        :raises UnusablePicture: when this is no PNG of at most 4,096 pixels a side.
        """
        return cls(_logo(data), b"png " + data)

    def draw_on(self, picture: Image.Image) -> None:
        """Draw the mark onto an RGB picture, in place, unless that is too small for any."""
        if picture.width < _MIN_PICTURE_WIDTH or picture.height < _MIN_PICTURE_HEIGHT:
            return
        mark = self._in_size(self._scale_on(picture))
        margin = max(_MIN_MARGIN, round(min(picture.size) * _MARGIN_SHARE))
        corner = (picture.width - mark.width - margin, picture.height - mark.height - margin)
        picture.paste(mark, corner, mark)

    def _scale_on(self, picture: Image.Image) -> float:
        wanted = _LINE_SHARE * self._original.width / self._original.height
        share = min(_MAX_WIDTH_SHARE, max(_WIDTH_SHARE, wanted))
        width = max(_MIN_WIDTH, picture.width * share)
        height = max(_MIN_HEIGHT, picture.height * _MAX_HEIGHT_SHARE)
        return min(width / self._original.width, height / self._original.height)

    def _resized(self, scale: float) -> Image.Image:
        width, height = (max(1, round(side * scale)) for side in self._original.size)
        return self._original.resize((width, height), Image.Resampling.LANCZOS)


def _drawn(text: str) -> Image.Image:
    font = ImageFont.load_default(_FONT_SIZE)
    glyphs = _stroked(text, font, _STROKE)
    if glyphs.getbbox() is None:
        raise ValueError("There is nothing to be seen of the watermark's text.")
    edge = _stroked(text, font, _EDGE).filter(ImageFilter.GaussianBlur(_BLUR))
    shadow = edge.point(lambda value: value * _SHADOW)
    alpha = ImageChops.lighter(glyphs, shadow).point(lambda value: value * _OPACITY)
    # White where the glyphs are and black around them.
    mark = Image.merge("RGBA", (glyphs, glyphs, glyphs, alpha))
    return mark.crop(alpha.getbbox())


def _stroked(text: str, font: Font, stroke: int) -> Image.Image:
    """Return what a text covers, with room around it for its shadow."""
    room = 2 * (_EDGE + _BLUR)
    left, top, right, bottom = (int(side) for side in font.getbbox(text))
    mask = Image.new("L", (right - left + 2 * room, bottom - top + 2 * room))
    ImageDraw.Draw(mask).text((room - left, room - top), text, 255, font, stroke_width=stroke)
    return mask


def _logo(data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if max(image.size) > _MAX_LOGO_SIDE:
                raise UnusablePicture("The watermark has more than 4,096 pixels a side.")
            logo = image.convert("RGBA")
    except UnusablePicture:
        raise
    except Exception as error:
        # What a decoder raises at broken bytes is anything.
        raise UnusablePicture("The watermark is no PNG that can be read.") from error
    logo.thumbnail(_LOGO_BOX)
    return logo
