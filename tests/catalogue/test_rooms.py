"""A stored stay in the words of the rooms face."""

from typing import Any

import pytest

from app.catalogue.enums import RoomStatus, SubmitStatus
from app.catalogue.rooms import Room, RoomRow, make_room


def _row(**changes: Any) -> RoomRow:
    return RoomRow(7, "Villa", 2, 1, 3, 4, "accepted", "published")._replace(**changes)


def test_a_room_has_the_numbers_and_words_of_its_stay() -> None:
    expected = Room(7, "Villa", 2, 1, 3, 4, RoomStatus.LISTED, SubmitStatus.ACCEPT)
    assert make_room(_row()) == expected


def test_what_was_never_given_is_0() -> None:
    row = _row(bedrooms=None, bathrooms=None, standard_guests=None, max_guests=None)
    room = make_room(row)
    assert (room.num_bedrooms, room.num_bathrooms) == (0, 0)
    assert (room.standard_guests, room.maximum_guests) == (0, 0)


@pytest.mark.parametrize(("standard", "shown"), [(None, 4), (0, 0), (3, 3)])
def test_guests_are_as_many_as_may_come_unless_it_is_said(standard: int | None, shown: int) -> None:
    assert make_room(_row(standard_guests=standard)).standard_guests == shown


def test_what_is_in_the_trash_is_no_room() -> None:
    with pytest.raises(ValueError, match="no room"):
        make_room(_row(publish_status="trash"))
