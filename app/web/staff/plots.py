"""Plots of the last days: a bar a day, as shares of the highest one, for a page to draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.reporting.stats import Day

# Of the drawing, in units of its own: the page stretches it.
HEIGHT = 100.0
STEP = 10.0
_BAR = 7.0
# What is not nothing can be seen, however small it is beside the highest.
_LEAST = 1.5
# From here on an amount is written without its cents.
_WHOLE_FROM = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its place in the drawing, and its figure in words."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure's last days; `total`, `peak` and `summary` are written for people."""

    name: str
    title: str
    total: str
    peak: str
    summary: str
    first: date
    last: date
    width: float
    bars: tuple[Bar, ...]


def make_plots(days: Sequence[Day]) -> list[Plot]:
    """Return a plot for each figure of the days, and one for each currency of their revenue."""
    plots = [
        _plot("registrations", "New accounts", days, lambda day: day.registrations),
        _plot("listings", "New listings", days, lambda day: day.listings),
        _plot("bookings", "New bookings", days, lambda day: day.bookings),
    ]
    return plots + [_revenue(currency, days) for currency in currencies(days)]


def currencies(days: Sequence[Day]) -> list[str]:
    """Return the currencies that the days have revenue in."""
    return sorted({currency for day in days for currency in day.revenue})


def _revenue(currency: str, days: Sequence[Day]) -> Plot:
    def amount(day: Day) -> Decimal:
        return day.revenue.get(currency, Decimal(0))

    return _plot(f"revenue-{currency.lower()}", f"Revenue, {currency}", days, amount)


def _plot(
    name: str, title: str, days: Sequence[Day], figure: Callable[[Day], Decimal | int]
) -> Plot:
    figures = [figure(day) for day in days]
    highest = max(figures)
    busiest = days[figures.index(highest)].date
    total, peak = _written(sum(figures)), _written(highest)
    return Plot(
        name=name,
        title=title,
        total=total,
        peak=peak,
        summary=(
            f"{total} in {len(days)} days; the most on one day is {peak}, on {_day(busiest)}."
            if highest
            else f"None in {len(days)} days."
        ),
        first=days[0].date,
        last=days[-1].date,
        width=STEP * len(days),
        bars=tuple(
            _bar(number, day.date, value, highest)
            for number, (day, value) in enumerate(zip(days, figures, strict=True))
            if value
        ),
    )


def _bar(number: int, day: date, value: Decimal | int, highest: Decimal | int) -> Bar:
    height = max(float(value / highest) * HEIGHT, _LEAST)
    x = STEP * number + (STEP - _BAR) / 2
    label = f"{_day(day)}: {_written(value)}"
    return Bar(round(x, 2), round(HEIGHT - height, 2), _BAR, round(height, 2), label)


def _written(value: Decimal | int) -> str:
    """Write a figure; sums of money have cents only where these are some of what there is."""
    has_cents = isinstance(value, Decimal) and value < _WHOLE_FROM
    return f"{value:,.2f}" if has_cents else f"{value:,.0f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
