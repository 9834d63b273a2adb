"""BlurHash, held against a decoder of the published algorithm."""

from math import cos, pi

import pytest

from app.media.blurhash import blurhash
from tests.media.pictures import BLUE, GREEN, RED, YELLOW, busy, corners

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"

Colour = tuple[int, int, int]


def _number(text: str) -> int:
    value = 0
    for char in text:
        value = value * 83 + DIGITS.index(char)
    return value


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _srgb(value: float) -> int:
    share = max(0.0, min(1.0, value))
    return round(
        255 * (share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055)
    )


def _decoded(code: str, width: int, height: int) -> list[Colour]:
    """Return the pixels that a hash stands for, row by row."""
    flag, largest = _number(code[0]), (_number(code[1]) + 1) / 166
    across, down = flag % 9 + 1, flag // 9 + 1
    assert len(code) == 4 + 2 * across * down
    average = _number(code[2:6])
    colours = [[_linear(average >> 16), _linear(average >> 8 & 255), _linear(average & 255)]]
    for start in range(6, len(code), 2):
        value = _number(code[start : start + 2])
        steps = [value // 361 - 9, value // 19 % 19 - 9, value % 19 - 9]
        colours.append([step * abs(step) / 81 * largest for step in steps])
    pixels: list[Colour] = []
    for y in range(height):
        for x in range(width):
            waves = [
                cos(pi * x * i / width) * cos(pi * y * j / height)
                for j in range(down)
                for i in range(across)
            ]
            red, green, blue = (
                _srgb(sum(wave * each[channel] for wave, each in zip(waves, colours, strict=True)))
                for channel in range(3)
            )
            pixels.append((red, green, blue))
    return pixels


def _mean(pixels: list[Colour]) -> Colour:
    red, green, blue = (round(sum(each) / len(pixels)) for each in zip(*pixels, strict=True))
    return red, green, blue


def _distance(found: Colour, wanted: Colour) -> int:
    return max(abs(a - b) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("colour", "code"),
    [
        ((0, 0, 0), "L00000fQfQfQfQfQfQfQfQfQfQfQ"),
        ((255, 255, 255), "L~TSUA~qfQ~q~q%MfQ%MfQfQfQfQ"),
        ((255, 0, 0), "L~TI:j|cfQ|c|c$5fQ$5fQfQfQfQ"),
        ((0, 0, 255), "L~0036fZfQfZfZfVfQfVfQfQfQfQ"),
    ],
)
def test_a_small_square_has_the_hash_that_other_encoders_give_it(colour: Colour, code: str) -> None:
    assert blurhash(bytes(colour) * 16, 4, 4) == code


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), RED, GREEN, BLUE, (1, 128, 254)])
def test_one_colour_comes_back_nearly_as_it_is(colour: Colour) -> None:
    # The algorithm's waves do not quite cancel out over a flat picture.
    pixels = _decoded(blurhash(bytes(colour) * 32 * 20, 32, 20), 32, 20)
    assert all(_distance(each, colour) <= 30 for each in pixels)
    assert _distance(_mean(pixels), colour) <= 5


@pytest.mark.parametrize("size", [(32, 32), (32, 18), (20, 32), (32, 1), (1, 32), (2, 2), (1, 1)])
def test_every_hash_has_four_by_three_components(size: tuple[int, int]) -> None:
    code = blurhash(busy(size).tobytes(), *size)
    assert len(code) == 28
    assert _number(code[0]) == 3 + 2 * 9
    assert set(code) <= set(DIGITS)


def test_what_is_where_stays_there() -> None:
    pixels = _decoded(blurhash(corners((32, 24)).tobytes(), 32, 24), 32, 24)
    colours = [RED, GREEN, BLUE, YELLOW]
    for place, wanted in zip([(6, 5), (25, 5), (6, 18), (25, 18)], colours, strict=True):
        found = pixels[place[1] * 32 + place[0]]
        assert min(colours, key=lambda each: _distance(found, each)) == wanted


def test_a_picture_of_slow_waves_comes_back_nearly_as_it_is() -> None:
    width, height = 32, 24
    picture = [
        _srgb(0.5 + 0.3 * cos(pi * x * 2 / width) * cos(pi * y / height))
        for y in range(height)
        for x in range(width)
    ]
    code = blurhash(bytes(value for value in picture for _ in range(3)), width, height)
    found = _decoded(code, width, height)
    wrong = [_distance(each, (wanted,) * 3) for each, wanted in zip(found, picture, strict=True)]
    assert max(wrong) <= 60
    assert sum(wrong) / len(wrong) <= 15
