"""What ratings from 1 to 5 say on average, to two places and exactly."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SUB_RATINGS = ("cleanliness", "communication", "location", "value", "accuracy")
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people gave a rating, and what their ratings add up to."""

    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Rating:
    """What a listing's reviews say on average; `sub_ratings` has those that anybody gave."""

    count: int
    average: Decimal | None
    sub_ratings: Mapping[str, Decimal]


def summarise(overall: Tally, by_name: Mapping[str, Tally]) -> Rating:
    """Return the averages of what was counted; a sub-rating's is that of those who gave it."""
    averages = {name: average(tally) for name, tally in by_name.items()}
    return Rating(
        overall.count,
        average(overall),
        {name: value for name, value in averages.items() if value is not None},
    )


def average(tally: Tally) -> Decimal | None:
    """Return the average to two places, half of a hundredth rounded up; None of nothing."""
    if not tally.count:
        return None
    # In integers, since no quotient is exact.
    hundredths = (200 * tally.total + tally.count) // (2 * tally.count)
    return Decimal(hundredths).scaleb(-2)
