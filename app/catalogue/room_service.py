"""A host's rooms: the host's own stays as the back office lists them, those in the trash apart."""

from app.catalogue import repository, room_repository
from app.catalogue.errors import ListingNotFound
from app.catalogue.rooms import RoomFilter, RoomOrder, RoomPage, RoomRow, WholeRoom, make_room
from app.core.db import reading
from app.reference import service as reference


def list_rooms(
    owner_id: int, wanted: RoomFilter, order: RoomOrder, *, page: int, per_page: int
) -> RoomPage:
    """Return a page of an owner's rooms; pages begin with 1, and one past the end is empty."""
    with reading() as reader:
        rows, total = room_repository.list_rooms(
            reader, owner_id, wanted, order, offset=(page - 1) * per_page, limit=per_page
        )
    return RoomPage([make_room(row) for row in rows], total)


def get_room(owner_id: int, room_id: int) -> WholeRoom:
    """Return one room with everything that is known of it.

    :raises ListingNotFound: when the owner has no such room.
    """
    with reading() as reader:
        is_there = room_repository.is_room(reader, owner_id, room_id)
    found = repository.load_details([room_id], reference.snapshot()) if is_there else []
    if not found:
        raise ListingNotFound
    [detail] = found
    return WholeRoom(make_room(RoomRow(*(detail[name] for name in RoomRow._fields))), detail)
