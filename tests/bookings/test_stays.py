"""Which dates can be asked for, and when a stay is over, in every zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookings.stays import HouseRules, is_over, last_over, stay_problems

DAR = "Africa/Dar_es_Salaam"
TODAY = date(2026, 6, 17)
ANY = HouseRules(max_guests=4, min_nights=None, max_nights=None)


def _problems(start: int, end: int, guests: int = 2, rules: HouseRules = ANY) -> set[str]:
    first, last = TODAY + timedelta(days=start), TODAY + timedelta(days=end)
    return set(stay_problems(first, last, guests, rules=rules, today=TODAY))


@pytest.mark.parametrize(
    ("start", "end", "fields"),
    [
        (0, 1, set()),
        (-1, 1, {"check_in_date"}),
        (1, 1, {"check_out_date"}),
        (2, 1, {"check_out_date"}),
        (729, 730, set()),
        (729, 731, {"check_out_date"}),
        (730, 731, {"check_in_date", "check_out_date"}),
        (0, 730, set()),
    ],
)
def test_stays_begin_today_and_end_730_nights_ahead(start: int, end: int, fields: set[str]) -> None:
    assert _problems(start, end) == fields


def test_the_number_of_nights_is_the_hosts_to_decide() -> None:
    rules = HouseRules(max_guests=4, min_nights=2, max_nights=5)
    lengths = {nights: _problems(1, 1 + nights, rules=rules) for nights in (1, 2, 5, 6)}
    assert lengths == {1: {"check_out_date"}, 2: set(), 5: set(), 6: {"check_out_date"}}


def test_there_is_room_for_so_many() -> None:
    assert _problems(0, 1, guests=4) == set()
    assert _problems(0, 1, guests=5) == {"guests"}


@pytest.mark.parametrize(
    ("zone", "ends"),
    [
        ("Africa/Dar_es_Salaam", "2026-03-31T21:00:00"),
        ("UTC", "2026-04-01T00:00:00"),
        ("Pacific/Kiritimati", "2026-03-31T10:00:00"),
        ("Pacific/Pago_Pago", "2026-04-01T11:00:00"),
        # The clocks went forward two days before.
        ("Europe/Berlin", "2026-03-31T22:00:00"),
    ],
)
def test_a_stay_is_over_a_day_after_its_last_date_began_where_it_is(zone: str, ends: str) -> None:
    end = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    last = date(2026, 3, 31)
    assert is_over(last, zone, end)
    assert not is_over(last, zone, end - timedelta(seconds=1))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from([-12, -3, 0, 3, 14]))
def test_no_stay_is_over_before_its_last_date_has_come_in_utc(last: date, hours: int) -> None:
    # The sweep looks no further than this.
    zone = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    before = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(seconds=1)
    assert not is_over(last, zone, before)


@given(
    zone=st.sampled_from(["Pacific/Pago_Pago", "Europe/Berlin", DAR, "Pacific/Kiritimati"]),
    minutes=st.integers(0, 365 * 24 * 60),
)
def test_the_last_date_that_is_over_is_followed_by_one_that_is_not(zone: str, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    last = last_over(zone, now)
    assert is_over(last, zone, now)
    assert not is_over(last + timedelta(days=1), zone, now)
    # So far queries go without asking for the zone.
    assert now.date() - timedelta(days=2) <= last <= now.date()
