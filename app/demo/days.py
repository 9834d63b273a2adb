"""When something of the demo was done, counted back from the moment that it is loaded."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# Where the demo's people live.
EAST_AFRICA_TIME = timezone(timedelta(hours=3))
_BACK = re.compile(r"-(\d+)([mh])")
_ON_A_DAY = re.compile(r"-([1-9]\d*) (\d\d:\d\d)")
_UNITS = {"m": "minutes", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Days:
    """The days around the one that the demo is loaded on, as people in East Africa count them."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(EAST_AFRICA_TIME).date()

    def day(self, number: int) -> date:
        """Return a day: 0 is today, -1 was yesterday."""
        return self.today + timedelta(days=number)

    def instant(self, when: str) -> datetime:
        """Return the instant that `-20m`, `-3h` or `-12 09:30` mean.

        The last one is a time in East Africa so many days ago, always before now. Who goes on
        with what began on such a day by something of the last hours, up to 20 of them, begins
        two days ago at the latest: then the order is right at any time of the day.
        """
        if back := _BACK.fullmatch(when):
            return self.now - timedelta(**{_UNITS[back[2]]: int(back[1])})
        if on_a_day := _ON_A_DAY.fullmatch(when):
            day, at = self.day(-int(on_a_day[1])), time.fromisoformat(on_a_day[2])
            return datetime.combine(day, at, EAST_AFRICA_TIME)
        raise ValueError(f"{when!r} is no time of the demo.")
