"""The plans of the demo's bookings: no night twice, and every step after the one before."""

from collections import Counter
from datetime import UTC, datetime

from app.demo import shipped
from app.demo.booking_plans import Plan, draw_lots, thought_up
from app.demo.days import Days

THOUGHT_UP = thought_up(shipped.list_bookings())
STAYS = {each["external_id"]: each for each in shipped.list_stays()}
GUESTS = [each for each in shipped.list_people() if each["part"] == "guest"]


def _drawn() -> list[Plan]:
    active = [each for each in STAYS.values() if each["status"] == "active"]
    return draw_lots(active, GUESTS, THOUGHT_UP)


def test_the_lots_are_always_the_same() -> None:
    assert _drawn() == _drawn()
    assert len(_drawn()) > 50


def test_no_night_is_given_twice() -> None:
    nights = Counter(
        (plan.listing, plan.check_in + number)
        for plan in THOUGHT_UP + _drawn()
        for number in range(plan.nights)
    )
    assert max(nights.values()) == 1


def test_steps_come_one_after_the_other_at_any_time_of_the_day() -> None:
    for hour in range(24):
        days = Days(datetime(2026, 7, 1, hour, 1, tzinfo=UTC))
        for plan in THOUGHT_UP + _drawn():
            at = [days.instant(step.when) for step in plan.steps]
            assert at == sorted(set(at)), plan
            assert at[-1] < days.now


def test_guests_fit_into_what_they_book() -> None:
    for plan in THOUGHT_UP + _drawn():
        stay = STAYS[plan.listing]
        assert 1 <= plan.guests <= stay["max_guests"]
        assert stay["min_nights"] <= plan.nights <= stay.get("max_nights", plan.nights)
        assert set(plan.extras) <= set(stay["extras"])
