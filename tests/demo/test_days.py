"""When things of the demo were done, at any time of the day."""

from datetime import UTC, date, datetime

import pytest

from app.demo.days import Days

# Ten minutes past midnight in East Africa, on the first day of a month.
EARLY = Days(datetime(2028, 2, 29, 21, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("when", "instant"),
    [
        ("-20m", datetime(2028, 2, 29, 20, 50, tzinfo=UTC)),
        ("-3h", datetime(2028, 2, 29, 18, 10, tzinfo=UTC)),
        ("-1 09:30", datetime(2028, 2, 29, 6, 30, tzinfo=UTC)),
        ("-2 23:59", datetime(2028, 2, 28, 20, 59, tzinfo=UTC)),
    ],
)
def test_times_count_back(when: str, instant: datetime) -> None:
    assert EARLY.instant(when) == instant < EARLY.now


def test_days_are_those_of_east_africa() -> None:
    assert EARLY.today == date(2028, 3, 1)
    assert EARLY.day(-1) == date(2028, 2, 29)
    assert EARLY.day(31) == date(2028, 4, 1)


@pytest.mark.parametrize("when", ["", "3h", "-3", "-0 09:00", "-1 9:00", "-1d", "now"])
def test_nothing_else_is_a_time(when: str) -> None:
    with pytest.raises(ValueError, match="is no time of the demo"):
        EARLY.instant(when)


@pytest.mark.parametrize("hour", range(24))
def test_the_last_hours_come_after_the_day_before_yesterday(hour: int) -> None:
    days = Days(datetime(2026, 3, 1, hour, 30, tzinfo=UTC))

    assert days.instant("-2 23:59") < days.instant("-20h") < days.now
    assert days.instant("-1 23:59") < days.now
