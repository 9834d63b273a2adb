"""The days of the dashboard."""

from datetime import date, timedelta
from itertools import pairwise

from app.reporting.stats import DAYS, days_until


def test_the_last_days_end_with_today() -> None:
    days = days_until(date(2026, 3, 1))
    assert len(days) == DAYS
    assert days[-1] == date(2026, 3, 1)
    assert days[0] == date(2026, 1, 31)
    assert {later - day for day, later in pairwise(days)} == {timedelta(days=1)}
