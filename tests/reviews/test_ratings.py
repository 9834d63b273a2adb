"""Averages, to the last half of a hundredth."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reviews.ratings import Rating, Tally, average, summarise

RATINGS = st.lists(st.integers(1, 5), min_size=1, max_size=300)


@pytest.mark.parametrize(
    ("count", "total", "expected"),
    [
        (1, 5, "5.00"),
        (3, 14, "4.67"),
        (3, 13, "4.33"),
        # Halves of a hundredth go up: 4.125, 4.375, 1.005.
        (8, 33, "4.13"),
        (8, 35, "4.38"),
        (200, 201, "1.01"),
        # And what is less than a half goes down.
        (1_000, 1_004, "1.00"),
        (10**9, 5 * 10**9 - 1, "5.00"),
    ],
)
def test_an_average_is_rounded_half_up(count: int, total: int, expected: str) -> None:
    assert str(average(Tally(count, total))) == expected


def test_nothing_has_no_average() -> None:
    assert average(Tally(0, 0)) is None


@given(RATINGS)
def test_an_average_is_exact(ratings: list[int]) -> None:
    found = average(Tally(len(ratings), sum(ratings)))
    assert found is not None
    distance = Fraction(found) - Fraction(sum(ratings), len(ratings))
    assert Fraction(-1, 200) < distance <= Fraction(1, 200)
    with localcontext(prec=60):
        quotient = Decimal(sum(ratings)) / len(ratings)
        assert found == quotient.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_a_sub_rating_is_that_of_those_who_gave_it() -> None:
    tallies = {"value": Tally(1, 4), "accuracy": Tally(0, 0)}
    assert summarise(Tally(3, 10), tallies) == Rating(
        3, Decimal("3.33"), {"value": Decimal("4.00")}
    )
