"""BlurHash: a picture as 28 characters, to show while the picture itself is on its way.

The published algorithm (https://blurha.sh) with 4 by 3 components: a cosine transform of the
picture in linear light, its coefficients quantised and written in base 83.
"""

from functools import cache
from math import copysign, cos, pi
from operator import mul

COMPONENTS_X, COMPONENTS_Y = 4, 3
# The picture is to be shrunk to this before: there is nothing finer in four waves.
MAX_SIDE = 32

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[float, float, float]


def blurhash(pixels: bytes, width: int, height: int) -> str:
    """Return the hash of a picture: rows of `width` pixels, three bytes of sRGB each."""
    first, *others = _coefficients(pixels, width, height)
    largest = max(abs(value) for colour in others for value in colour)
    steps = max(0, min(82, int(largest * 166 - 0.5)))
    parts = [
        _base83(COMPONENTS_X - 1 + (COMPONENTS_Y - 1) * 9, 1),
        _base83(steps, 1),
        _base83(_average(first), 4),
        *(_base83(_detail(colour, (steps + 1) / 166), 2) for colour in others),
    ]
    return "".join(parts)


def _coefficients(pixels: bytes, width: int, height: int) -> list[Colour]:
    """Return the transform's coefficients, row after row; the first is the average colour."""
    linear = [_LINEAR[value] for value in pixels]
    channels = []
    for channel in range(3):
        plane = linear[channel::3]
        rows = [plane[start : start + width] for start in range(0, width * height, width)]
        # Rows and columns apart: sums of products are all that it takes.
        columns = [
            [sum(map(mul, row, wave)) for row in rows] for wave in _waves(width, COMPONENTS_X)
        ]
        channels.append(
            [
                sum(map(mul, column, wave)) / (width * height)
                for wave in _waves(height, COMPONENTS_Y)
                for column in columns
            ]
        )
    first, *others = zip(*channels, strict=True)
    return [first, *((2 * red, 2 * green, 2 * blue) for red, green, blue in others)]


@cache
def _waves(length: int, count: int) -> list[list[float]]:
    return [
        [cos(pi * number * place / length) for place in range(length)] for number in range(count)
    ]


def _average(colour: Colour) -> int:
    red, green, blue = (_to_srgb(value) for value in colour)
    return red << 16 | green << 8 | blue


def _detail(colour: Colour, largest: float) -> int:
    red, green, blue = (_quantised(value / largest) for value in colour)
    return red * 19 * 19 + green * 19 + blue


def _quantised(value: float) -> int:
    return max(0, min(18, int(copysign(abs(value) ** 0.5, value) * 9 + 9.5)))


def _to_linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _to_srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    if share <= 0.0031308:
        return int(share * 12.92 * 255 + 0.5)
    return int((1.055 * share ** (1 / 2.4) - 0.055) * 255 + 0.5)


def _base83(value: int, length: int) -> str:
    return "".join(_DIGITS[value // 83**place % 83] for place in reversed(range(length)))


_LINEAR = [_to_linear(value) for value in range(256)]
