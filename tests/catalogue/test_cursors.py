"""Positions in the feed, as values."""

import struct
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.cursors import Position

INSTANTS = st.datetimes(timezones=st.just(UTC))
IDS = st.integers(0, 2**63 - 2)


@given(INSTANTS, IDS, st.booleans())
def test_a_position_survives_packing(at: datetime, listing_id: int, is_backward: bool) -> None:
    position = Position(at, listing_id, is_backward)
    assert Position.unpack(position.pack()) == position


@given(INSTANTS, IDS, st.booleans())
def test_packing_is_always_as_long(at: datetime, listing_id: int, is_backward: bool) -> None:
    assert len(Position(at, listing_id, is_backward).pack()) == 17


@pytest.mark.parametrize("packed", [b"", b"x", b"x" * 16, b"x" * 18])
def test_other_bytes_are_refused(packed: bytes) -> None:
    with pytest.raises(struct.error):
        Position.unpack(packed)


def test_microseconds_are_kept() -> None:
    at = datetime(2026, 5, 10, 8, 30, 0, 123456, tzinfo=UTC)
    assert Position.unpack(Position(at, 1, False).pack()).created_at == at


def test_an_offset_makes_no_difference() -> None:
    there = datetime(2026, 5, 10, 11, 30, tzinfo=timezone(timedelta(hours=3)))
    here = datetime(2026, 5, 10, 8, 30, tzinfo=UTC)
    assert Position(there, 1, False).pack() == Position(here, 1, False).pack()


@pytest.mark.parametrize(("is_backward", "turned_id"), [(False, 6), (True, 8)])
def test_turned_it_meets_its_own_listing_first(is_backward: bool, turned_id: int) -> None:
    at = datetime(2026, 5, 10, tzinfo=UTC)
    assert Position(at, 7, is_backward).turned() == Position(at, turned_id, not is_backward)
