"""When somebody may stay: which dates can be asked for, and when a stay begins and ends."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.bookings.limits import COMPLETED_AFTER
from app.catalogue.nights import MAX_NIGHTS_AHEAD, TOO_FAR, today_in

PAST = "This date has passed."
NOT_AFTER = "The check-out date must be after the check-in date."


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What a listing allows; None where it does not care."""

    max_guests: int
    min_nights: int | None
    max_nights: int | None


def stay_problems(
    check_in: date, check_out: date, guests: int, *, rules: HouseRules, today: date
) -> dict[str, list[str]]:
    """Return what is wrong with a wish to stay, by the name of the field; `today` is there."""
    problems: dict[str, list[str]] = defaultdict(list)
    end = today + timedelta(days=MAX_NIGHTS_AHEAD)
    nights = (check_out - check_in).days
    if check_in < today:
        problems["check_in_date"].append(PAST)
    if check_in >= end:
        problems["check_in_date"].append(TOO_FAR)
    if nights < 1:
        problems["check_out_date"].append(NOT_AFTER)
    elif check_out > end:
        problems["check_out_date"].append(TOO_FAR)
    elif rules.min_nights is not None and nights < rules.min_nights:
        problems["check_out_date"].append(f"The shortest stay here is {_nights(rules.min_nights)}.")
    elif rules.max_nights is not None and nights > rules.max_nights:
        problems["check_out_date"].append(f"The longest stay here is {_nights(rules.max_nights)}.")
    if guests > rules.max_guests:
        problems["guests"].append(f"There is room for {rules.max_guests} at most.")
    return dict(problems)


def is_over(check_out: date, time_zone: str, now: datetime) -> bool:
    """Tell whether the dates of a stay have passed: 24 hours after the check-out date's beginning.

    A guest who was never checked out has left by then.
    """
    leaving = datetime.combine(check_out, time(), ZoneInfo(time_zone))
    return now.timestamp() >= leaving.timestamp() + COMPLETED_AFTER.total_seconds()


def last_over(time_zone: str, now: datetime) -> date:
    """Return the last check-out date in a time zone whose stays are over."""
    today = today_in(time_zone, now)
    return max(
        each
        for each in (today - timedelta(days=back) for back in range(3))
        if is_over(each, time_zone, now)
    )


def _nights(number: int) -> str:
    return "1 night" if number == 1 else f"{number} nights"
