"""Brush and colours of the demo's pictures: everything that is drawn is drawn by these few means.

A picture is painted at twice its size and shrunk, which makes its edges smooth. Places are given on
a sheet of `WIDTH` by `HEIGHT`, from the upper left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import pi, sin
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

WIDTH, HEIGHT = 960, 640
# The picture has 840 by 560 pixels: more would take longer than a first start should.
_SCALE, _SHRUNK = 1.75, 2
_QUALITY = 88
# Into so many steps colours that go over into each other are divided.
_SHADES = 120

Colour = tuple[int, int, int]
Point = tuple[float, float]


def rgb(code: str) -> Colour:
    """Return a colour by the code that style sheets give it."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two; of the other one it has that share."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


WHITE, BLACK = rgb("#ffffff"), rgb("#10141c")


def light(colour: Colour, share: float) -> Colour:
    return mix(colour, WHITE, share)


def dark(colour: Colour, share: float) -> Colour:
    return mix(colour, BLACK, share)


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a time of the day; `haze` is what far things fade into."""

    high: Colour
    low: Colour
    sun: Colour
    sun_height: float
    haze: Colour
    shade: float
    is_dark: bool = False


_LIGHTS = (
    Light(rgb("#5aa9e0"), rgb("#d9eef7"), rgb("#fff6d8"), 0.2, rgb("#cfe5ee"), 0.0),
    Light(rgb("#3f8fd2"), rgb("#bfe3f2"), rgb("#fffbe8"), 0.14, rgb("#c4deeb"), 0.0),
    Light(rgb("#7fb8d8"), rgb("#fbe6c8"), rgb("#fff0c2"), 0.3, rgb("#ecdcc6"), 0.04),
    Light(rgb("#5b7fb8"), rgb("#fcc98a"), rgb("#ffe3a0"), 0.42, rgb("#f0b98c"), 0.12),
    Light(rgb("#4a5a9a"), rgb("#ff9d6c"), rgb("#ffd08a"), 0.5, rgb("#d98a7a"), 0.22),
    Light(rgb("#6f5aa0"), rgb("#ffb59a"), rgb("#ffd9b0"), 0.48, rgb("#d8a0a8"), 0.18),
)
_NIGHTS = (
    Light(rgb("#1b2450"), rgb("#e08a6a"), rgb("#ffd9a0"), 0.56, rgb("#6a4a6e"), 0.45, True),
    Light(rgb("#141c42"), rgb("#7a5a94"), rgb("#f4e6d0"), 0.2, rgb("#3c3a6c"), 0.5, True),
    Light(rgb("#0f2440"), rgb("#3f8090"), rgb("#f0f4e0"), 0.18, rgb("#24506a"), 0.5, True),
)


class Canvas:
    """A picture that is being painted. `lots` decides whatever the painter leaves open."""

    def __init__(self, seed: str, *, at_night: bool = False) -> None:
        self.lots = Random(seed)  # nosec B311
        self.light = self.lots.choice(_NIGHTS if at_night else _LIGHTS)
        self._image = Image.new("RGB", (round(WIDTH * _SCALE), round(HEIGHT * _SCALE)))
        self._pen = ImageDraw.Draw(self._image)

    def finish(self) -> bytes:
        """Return the picture as a JPEG file."""
        file = BytesIO()
        self._image.reduce(_SHRUNK).save(file, "JPEG", quality=_QUALITY)
        return file.getvalue()

    # ── plain shapes ────────────────────────────────────────────────────────────────────────

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle."""
        if min(width, height) * _SCALE >= 1:
            corners = _scaled((x, y), (x + width, y + height))
            self._pen.rectangle((*corners[0], corners[1][0] - 1, corners[1][1] - 1), fill=colour)

    def rounded(
        self, x: float, y: float, width: float, height: float, radius: float, colour: Colour
    ) -> None:
        """Fill a rectangle with round corners."""
        self._pen.rounded_rectangle(
            _scaled((x, y), (x + width, y + height)), radius * _SCALE, fill=colour
        )

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.oval(x, y, radius, radius, colour)

    def oval(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        """Fill an ellipse around a point."""
        self._pen.ellipse(_scaled((x - across, y - down), (x + across, y + down)), fill=colour)

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._pen.polygon(_scaled(*points), fill=colour)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        self._pen.line(
            _scaled(*points), fill=colour, width=max(1, round(width * _SCALE)), joint="curve"
        )

    def arc(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        turn: tuple[float, float],
        width: float,
        colour: Colour,
    ) -> None:
        """Draw a part of an ellipse around a point, between two angles in degrees."""
        corners = _scaled((x - across, y - down), (x + across, y + down))
        self._pen.arc(corners, *turn, fill=colour, width=max(1, round(width * _SCALE)))

    # ── soft things ─────────────────────────────────────────────────────────────────────────

    def fade(
        self, x: float, y: float, width: float, height: float, top: Colour, bottom: Colour
    ) -> None:
        """Fill a rectangle with colours that go over into each other."""
        steps = max(1, min(_SHADES, round(height * _SCALE)))
        for step in range(steps):
            share = step / max(1, steps - 1)
            # They overlap: no gap shows between two of them.
            tall = height * min(1.0, (step + 2) / steps) - height * step / steps
            self.box(x, y + height * step / steps, width, tall, mix(top, bottom, share))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Let light shine around a point."""
        side = round(radius * 2 * _SCALE)
        mask = _halo(strength).resize((side, side), Image.Resampling.BILINEAR)
        self._image.paste(
            colour, (round((x - radius) * _SCALE), round((y - radius) * _SCALE)), mask
        )

    def veil(
        self, x: float, y: float, width: float, height: float, colour: Colour, strength: float
    ) -> None:
        """Lay a colour over a rectangle, so that what is behind it shines through."""
        corner = (round(x * _SCALE), round(y * _SCALE))
        size = (round(width * _SCALE), round(height * _SCALE))
        mask = Image.new("L", size, round(255 * strength))
        self._image.paste(colour, corner, mask)

    def clouds(self, number: int, strength: float) -> None:
        """Let some clouds drift over the upper half."""
        mask = Image.new("L", (WIDTH // 4, HEIGHT // 8))
        pen = ImageDraw.Draw(mask)
        for _ in range(number):
            x, y = self.lots.uniform(0, WIDTH), self.lots.uniform(40, HEIGHT * 0.32)
            length = self.lots.uniform(90, 220)
            for puff in range(7):
                share = puff / 6
                radius = length * 0.16 * (0.5 + sin(share * pi)) * self.lots.uniform(0.7, 1.2)
                left, top = (x + (share - 0.5) * length - radius) / 4, (y - radius * 0.7) / 4
                pen.ellipse((left, top, left + radius / 2, top + radius * 0.3), fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(3))
        mask = mask.point(lambda value: round(value * strength))
        size = (self._image.width, self._image.height // 2)
        mask = mask.resize(size, Image.Resampling.BILINEAR)
        self._image.paste(light(self.light.low, 0.6), (0, 0), mask)

    def mirror(self, y: float, height: float, strength: float, tint: Colour) -> None:
        """Mirror what stands above a line in the water below it."""
        top, size = round(y * _SCALE), round(height * _SCALE)
        above = self._image.crop((0, max(0, top - size), self._image.width, top))
        below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).reduce((2, 8))
        below = below.resize((above.width, above.height), Image.Resampling.BILINEAR)
        below = Image.blend(below, Image.new("RGB", below.size, tint), 1 - strength)
        self._image.paste(below, (0, top))

    def grain(self, x: float, y: float, width: float, height: float, strength: float) -> None:
        """Give a surface something to hold on to."""
        size = (round(width * _SCALE), round(height * _SCALE))
        part = (round(x * _SCALE), round(y * _SCALE))
        area = (*part, part[0] + size[0], part[1] + size[1])
        noise = _noise().resize(size).convert("RGB")
        under = self._image.crop(area)
        self._image.paste(Image.blend(under, ImageChops.overlay(under, noise), strength), part)

    # ── the sky ─────────────────────────────────────────────────────────────────────────────

    def sky(self, horizon: float) -> None:
        """Paint the sky down to the horizon, with sun, clouds or stars."""
        lit = self.light
        self.fade(0, 0, WIDTH, horizon + 2, lit.high, lit.low)
        self.box(0, horizon, WIDTH, HEIGHT - horizon, lit.haze)
        x, y = self.lots.uniform(0.15, 0.85) * WIDTH, lit.sun_height * HEIGHT
        if lit.is_dark:
            for _ in range(70):
                across, down = self.lots.uniform(0, WIDTH), self.lots.uniform(0, horizon * 0.7)
                self.disc(across, down, self.lots.choice((0.6, 0.8, 1.2)), light(lit.high, 0.7))
        y = min(y, horizon)
        self.glow(x, y, 260, lit.sun, 0.75)
        self.disc(x, y, 26 if lit.is_dark else 34, light(lit.sun, 0.5))
        self.clouds(self.lots.randint(2, 5), 0.35 if lit.is_dark else 0.75)

    def ridge(
        self,
        base: float,
        height: float,
        colour: Colour,
        *,
        waves: float = 2.0,
        foot: float = HEIGHT,
    ) -> None:
        """Paint a range of hills whose tops lie around `base`, filled down to `foot`."""
        shifts = [self.lots.uniform(0, 2 * pi) for _ in range(4)]
        tops = [
            (
                x,
                base
                - height
                * (
                    sin(x / WIDTH * waves * pi + shifts[0]) * 0.55
                    + sin(x / WIDTH * waves * 2.3 * pi + shifts[1]) * 0.28
                    + sin(x / WIDTH * waves * 5.1 * pi + shifts[2]) * 0.12
                    + sin(x / WIDTH * waves * 11 * pi + shifts[3]) * 0.05
                ),
            )
            for x in range(0, WIDTH + 12, 12)
        ]
        self.shape([(0, foot), *tops, (WIDTH, foot)], colour)

    def shaded(self, colour: Colour) -> Colour:
        """Return a colour as it looks in this light."""
        return mix(dark(colour, self.light.shade), self.light.low, 0.08)

    def far(self, colour: Colour, distance: float) -> Colour:
        """Return a colour as it looks from afar; 1 is where it is lost in the haze."""
        return mix(self.shaded(colour), self.light.haze, distance)


def _scaled(*points: Point) -> list[tuple[float, float]]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


@lru_cache(maxsize=16)
def _halo(strength: float) -> Image.Image:
    """Return light that falls off from the middle."""
    return Image.radial_gradient("L").point(
        lambda value: round(255 * strength * max(0.0, 1 - value / 180) ** 2)
    )


@lru_cache(maxsize=1)
def _noise() -> Image.Image:
    lots = Random(0)  # nosec B311
    return Image.frombytes("L", (240, 160), bytes(lots.randint(96, 160) for _ in range(38_400)))
