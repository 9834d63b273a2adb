"""A host's rooms: the list, and one room with everything."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.api.conditional import media_url
from app.api.rooms import schemas
from app.api.rooms.access import caller_id, login_required
from app.api.rooms.blueprints import rooms_blueprint
from app.api.rooms.dialect import write_page
from app.api.smorest import refuses
from app.catalogue import room_service as rooms
from app.catalogue.rooms import RoomFilter, RoomOrder, WholeRoom
from app.core.settings import current_settings

blp = rooms_blueprint("Rooms", "A host's own stays, for the back office")


@blp.route("")
@login_required
@blp.arguments(schemas.RoomQuerySchema, location="query")
@blp.response(200, schemas.RoomListSchema)
def list_rooms(query: dict[str, Any]) -> dict[str, Any]:
    """List the caller's rooms, page by page, with their basic information.

    A page past the end is empty.
    """
    page = query["page"]
    per_page = query["per_page"] or current_settings().pagination_per_page
    names = ("room_id", "status", "submit_status", "search")
    wanted = RoomFilter(**{name: query[name] for name in names if name in query})
    order = RoomOrder(by=query["sort"], is_descending=query["ordering"] is schemas.Ordering.DESC)
    found = rooms.list_rooms(caller_id(), wanted, order, page=page, per_page=per_page)
    return write_page(found.rooms, found.total, page=page, per_page=per_page)


@blp.route("/<int:room_id>")
@login_required
@refuses(404)
@blp.response(200, schemas.WholeRoomAnswerSchema)
def get_room(room_id: int) -> dict[str, Any]:
    """Read one of the caller's rooms with everything that is known of it."""
    return {"data": _with_everything(rooms.get_room(caller_id(), room_id))}


def _with_everything(found: WholeRoom) -> dict[str, Any]:
    media = media_url()
    detail = found.detail
    return {
        **detail,
        **asdict(found.room),
        "currency": detail["currency"].code,
        "images": [_image(media, image) for image in detail["images"]],
    }


def _image(media: str, image: Mapping[str, Any]) -> dict[str, Any]:
    variants = [
        {"width": each["width"], "url": f"{media}/{each['path']}"} for each in image["variants"]
    ]
    return {**image, "url": f"{media}/{image['path']}", "variants": variants}
