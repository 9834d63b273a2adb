"""Nights and days."""

import itertools
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.nights import from_day, in_words, nights_between, nights_in, periods_of, today_in

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


def test_what_has_passed_is_cut_off() -> None:
    first, third, fifth = (date(2026, 9, day) for day in (1, 3, 5))
    assert from_day([(first, fifth), (first, third), (fifth, date.max)], third) == [
        (third, fifth),
        (fifth, date.max),
    ]


def test_a_stay_takes_the_night_of_every_day_but_its_last() -> None:
    nights = nights_between(date(2026, 8, 30), date(2026, 9, 2))
    assert nights == [date(2026, 8, 30), date(2026, 8, 31), date(2026, 9, 1)]


def test_periods_that_overlap_have_each_night_once() -> None:
    periods = [(date(2026, 9, 3), date(2026, 9, 5)), (date(2026, 9, 1), date(2026, 9, 4))]
    assert nights_in(periods) == nights_between(date(2026, 9, 1), date(2026, 9, 5))


@given(st.sets(DAYS))
def test_periods_are_those_nights_and_as_few_as_can_be(nights: set[date]) -> None:
    periods = list(periods_of(sorted(nights)))
    assert nights_in(periods) == sorted(nights)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(periods))


@pytest.mark.parametrize(
    ("time_zone", "expected"),
    [
        ("Africa/Dar_es_Salaam", date(2026, 3, 1)),
        ("UTC", date(2026, 2, 28)),
        ("America/New_York", date(2026, 2, 28)),
    ],
)
def test_the_day_is_that_of_the_time_zone(time_zone: str, expected: date) -> None:
    assert today_in(time_zone, datetime(2026, 2, 28, 21, 0, tzinfo=UTC)) == expected


def test_only_the_first_nights_are_named() -> None:
    assert in_words(nights_between(date(2026, 9, 1), date(2026, 9, 3))) == "2026-09-01, 2026-09-02"
    assert in_words(nights_between(date(2026, 9, 1), date(2026, 9, 30))).endswith(" and 19 more")
