"""Who books what and when, and what becomes of it: some thought up, most drawn by lot.

The lots are always the same, and fall on days relative to the one of the loading. No night of a
stay is given twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from app.demo.shipped import Row

_SEED = 20_260_101
_FIRST_DAY, _LAST_DAY = -46, -2
# Whoever has registered today does not book the same day.
_SETTLING_DAYS = 2
_MOST_NIGHTS = 5
_LEADS = (1, 1, 2, 2, 3, 4, 5, 7, 9, 12, 16, 21)
_BOOKINGS_A_DAY = (0, 1, 1, 2, 2, 3)
# Shares of what comes to nothing, of all that is booked.
_LAPSED, _CANCELLED, _REFUNDED = 0.06, 0.12, 0.2
_REVIEWED = 0.7
_REQUESTS = (
    "We arrive late: our bus is there at nine.",
    "Could we leave our bags until the evening?",
    "A ground floor room would help my father.",
    "Tutafika mchana, asante.",
    "It is our anniversary.",
    "Is there somewhere safe for two bicycles?",
)


class Step(NamedTuple):
    """What is done to a booking, and when, as `Days.instant` reads it; `text` is a reason."""

    when: str
    deed: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A booking: `check_in` is a day counted from today, and `listing` an external id."""

    listing: str
    guest: str
    check_in: int
    nights: int
    guests: int
    extras: tuple[str, ...]
    requests: str
    steps: tuple[Step, ...]


def thought_up(rows: Iterable[Row]) -> list[Plan]:
    """Return the bookings of the file."""
    return [
        Plan(
            listing=row["listing"],
            guest=row["guest"],
            check_in=row["check_in"],
            nights=row["nights"],
            guests=row["guests"],
            extras=tuple(row.get("extras", ())),
            requests=row.get("requests", ""),
            steps=tuple(Step(*each) for each in row["steps"]),
        )
        for row in rows
    ]


def draw_lots(stays: Sequence[Row], guests: Sequence[Row], taken: Iterable[Plan]) -> list[Plan]:
    """Return what guests have booked beside what is `taken`, on each of the last weeks' days."""
    lots = Random(_SEED)  # nosec B311
    nights: defaultdict[str, set[int]] = defaultdict(set)
    for plan in taken:
        nights[plan.listing].update(_nights(plan.check_in, plan.nights))
    plans = []
    for day in range(_FIRST_DAY, _LAST_DAY + 1):
        # It goes better every week.
        more = lots.random() < (day - _FIRST_DAY) / (_LAST_DAY - _FIRST_DAY)
        for _ in range(lots.choice(_BOOKINGS_A_DAY) + more):
            stay = lots.choice([each for each in stays if -each["days_ago"] < day - _SETTLING_DAYS])
            guest = lots.choice([each for each in guests if -each["days_ago"] < day])
            length = min(_length(stay, lots), stay.get("max_nights", _MOST_NIGHTS))
            check_in = day + lots.choice(_LEADS)
            wanted = _nights(check_in, length)
            steps = tuple(_steps(day, check_in, length, lots))
            people = lots.randint(1, min(stay["max_guests"], 6))
            extras = tuple(
                lots.sample(stay["extras"], k=min(len(stay["extras"]), lots.choice((0, 0, 1, 2))))
            )
            requests = lots.choice(_REQUESTS) if lots.random() < 0.25 else ""
            if nights[stay["external_id"]].isdisjoint(wanted):
                nights[stay["external_id"]].update(wanted)
                plans.append(
                    Plan(
                        stay["external_id"],
                        guest["username"],
                        check_in,
                        length,
                        people,
                        extras,
                        requests,
                        steps,
                    )
                )
    return plans


def _nights(check_in: int, nights: int) -> set[int]:
    return set(range(check_in, check_in + nights))


def _length(stay: Row, lots: Random) -> int:
    shortest: int = stay["min_nights"]
    return shortest + lots.choice((0, 0, 1, 1, 2, 3))


def _steps(day: int, check_in: int, nights: int, lots: Random) -> Iterator[Step]:
    """Yield the life of a booking that is made on a day, as far as it has come by yesterday."""
    hour, fate = lots.randint(7, 18), lots.random()
    yield _on(day, hour, lots, "book")
    if fate < _LAPSED:
        # A day after, and some.
        yield _on(day + 1, hour + 1, lots, "lapse")
        return
    if fate < _CANCELLED:
        yield _on(day, hour + 2, lots, "cancel_as_guest", "Our plans have changed.")
        return
    yield _on(day, hour + 1, lots, "pay")
    yield _on(day + 1, lots.randint(8, 11), lots, "confirm_payment")
    if fate < _REFUNDED and day < -4:
        yield _on(day + 1, lots.randint(12, 13), lots, "cancel_as_guest", "A family matter.")
        yield _on(day + 3, lots.randint(9, 16), lots, "refund")
        return
    if check_in > -1:
        return
    yield _on(check_in, lots.randint(14, 19), lots, "check_in")
    check_out = check_in + nights
    if check_out > -1:
        return
    yield _on(check_out, lots.randint(7, 10), lots, "check_out")
    reviewed, replied = check_out + lots.choice((0, 1, 2)), check_out + 3
    if lots.random() < _REVIEWED and reviewed <= -1:
        yield _on(reviewed, lots.randint(17, 21), lots, "review")
        if replied <= -1:
            yield _on(replied, lots.randint(8, 20), lots, "reply")


def _on(day: int, hour: int, lots: Random, deed: str, text: str = "") -> Step:
    return Step(f"{day} {hour:02}:{lots.randint(0, 59):02}", deed, text)
