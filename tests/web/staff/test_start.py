"""The start page: what waits, and plots that agree with the figures."""

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.reporting.stats import Day
from app.web.staff.plots import HEIGHT, Plot, make_plots
from tests.web.browser import Visitor, text_of
from tests.web.staff.scenery import make_applicant, make_payment, make_pending_stay

FIRST = date(2026, 5, 2)


def _days(*bookings: int, revenue: dict[int, dict[str, Decimal]] | None = None) -> list[Day]:
    """Return a day for each number of bookings; `revenue` is that of certain days."""
    return [
        Day(FIRST + timedelta(days=back), 0, 0, number, (revenue or {}).get(back, {}))
        for back, number in enumerate(bookings)
    ]


def _plot(days: list[Day], name: str = "bookings") -> Plot:
    return next(plot for plot in make_plots(days) if plot.name == name)


@pytest.mark.both
@pytest.mark.usefixtures("media_folder")
def test_what_waits_is_counted_and_leads_to_its_queue(staff: Visitor) -> None:
    make_applicant()
    make_pending_stay()
    make_pending_stay()
    make_payment()
    page = staff.open("/staff/")
    text = text_of(page)
    for words in (
        "1 host to review",
        "2 listings to review",
        "1 payment to check",
        "0 refunds",
        "0 stays",
    ):
        assert words in text
    for queue in ("hosts", "listings", "payments", "refunds", "stays"):
        assert f'href="/staff/queues/{queue}/"' in page.text


def test_the_figures_say_that_the_trash_is_not_counted(staff: Visitor) -> None:
    assert "Without those in the trash." in text_of(staff.open("/staff/"))


def test_every_plot_has_a_title_and_words(staff: Visitor) -> None:
    page = staff.open("/staff/").text
    drawings = re.findall(r'<svg role="img" aria-labelledby="([\w-]+) ([\w-]+)"', page)
    assert len(drawings) == 3
    for title, words in drawings:
        assert f'<title id="{title}">' in page
        assert f'<desc id="{words}">' in page
    assert "style=" not in page


def test_the_numbers_stand_in_a_table_too(staff: Visitor) -> None:
    page = staff.open("/staff/").text
    _, _, table = page.partition("The same as a table")
    assert len(re.findall(r'<tr><th scope="row"><time', table)) == 30


def test_the_highest_bar_is_as_high_as_the_drawing() -> None:
    plot = _plot(_days(2, 0, 4, 1))
    assert [(bar.height, bar.y) for bar in plot.bars] == [(50, 50), (HEIGHT, 0), (25, 75)]
    assert [bar.label for bar in plot.bars] == ["2 May: 2", "4 May: 4", "5 May: 1"]
    assert (plot.first, plot.last, plot.width) == (FIRST, FIRST + timedelta(days=3), 40)
    assert plot.summary == "7 in 4 days; the most on one day is 4, on 4 May."
    assert (plot.total, plot.peak) == ("7", "4")


def test_bars_stand_beside_each_other() -> None:
    bars = _plot(_days(1, 1, 1)).bars
    assert all(bar.x + bar.width < following.x for bar, following in pairwise(bars))
    assert bars[-1].x + bars[-1].width <= 30


def test_what_is_not_nothing_can_be_seen() -> None:
    low, _ = _plot(_days(1, 1_000_000)).bars
    assert low.height > 1
    assert low.y + low.height == HEIGHT


def test_nothing_at_all_is_said() -> None:
    plot = _plot(_days(0, 0))
    assert (plot.bars, plot.summary, plot.peak) == ((), "None in 2 days.", "0")


def test_each_currency_has_a_plot_of_its_own() -> None:
    revenue = {
        0: {"USD": Decimal("100.10"), "TZS": Decimal("2500000.00")},
        1: {"USD": Decimal("50.05")},
    }
    days = _days(1, 1, revenue=revenue)
    names = [plot.name for plot in make_plots(days)]
    assert names == ["registrations", "listings", "bookings", "revenue-tzs", "revenue-usd"]
    dollars = _plot(days, "revenue-usd")
    assert dollars.total == "150.15"
    assert [bar.label for bar in dollars.bars] == ["2 May: 100.10", "3 May: 50.05"]
    assert dollars.bars[1].height == 50
    assert _plot(days, "revenue-tzs").total == "2,500,000"
