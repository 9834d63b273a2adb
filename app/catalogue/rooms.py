"""What is asked of a host's rooms and what comes back, as values."""

from dataclasses import dataclass
from typing import NamedTuple

from app.catalogue.documents import ListingDetail
from app.catalogue.enums import (
    ListingType,
    PublishStatus,
    ReviewStatus,
    RoomSort,
    RoomStatus,
    SubmitStatus,
)
from app.catalogue.lifecycle import face_statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFilter:
    """Which rooms are wanted; None means no filter."""

    room_id: int | None = None
    status: RoomStatus | None = None
    submit_status: SubmitStatus | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOrder:
    """The order of rooms. Those that are equal in it follow their ids in the same direction."""

    by: RoomSort = RoomSort.ID
    is_descending: bool = True


class RoomRow(NamedTuple):
    """What is stored of a room, as far as a list shows it."""

    id: int
    title: str
    bedrooms: int | None
    bathrooms: int | None
    standard_guests: int | None
    max_guests: int | None
    review_status: str
    publish_status: str


@dataclass(frozen=True, slots=True)
class Room:
    """A stay in the words of the rooms face; a number that was never given is 0."""

    id: int
    name: str
    num_bedrooms: int
    num_bathrooms: int
    standard_guests: int
    maximum_guests: int
    status: RoomStatus
    submit_status: SubmitStatus


@dataclass(frozen=True, slots=True)
class RoomPage:
    """Rooms of one page in order, and how many all pages hold together."""

    rooms: list[Room]
    total: int


@dataclass(frozen=True, slots=True)
class WholeRoom:
    """A room, and everything else that is known of it."""

    room: Room
    detail: ListingDetail


def make_room(row: RoomRow) -> Room:
    """Return a stored stay as the rooms face shows it."""
    review, publish = ReviewStatus(row.review_status), PublishStatus(row.publish_status)
    words = face_statuses(ListingType.STAY, review, publish)
    if words.rooms is None or words.rooms_submit is None:
        raise ValueError(f"Listing {row.id} is no room.")
    standard = row.max_guests if row.standard_guests is None else row.standard_guests
    return Room(
        row.id,
        row.title,
        row.bedrooms or 0,
        row.bathrooms or 0,
        standard or 0,
        row.max_guests or 0,
        words.rooms,
        words.rooms_submit,
    )
