"""Queries about the images of listings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from app.catalogue.enums import ImageStatus
from app.catalogue.models import Listing, ListingImage, Rebranding
from app.core.db import session

Row = dict[str, Any]

_columns = ListingImage.__table__.c
_WAITING_OR_READY = (ImageStatus.PROCESSING, ImageStatus.READY)
_ORDER = (_columns.is_main.desc(), _columns.position, _columns.id)
_REBRANDING_ID = 1


def find_images(listing_id: int, image_ids: Sequence[int]) -> list[Row]:
    """Return those of the images that the listing has, in the order of their ids."""
    return _rows(
        select(*_columns)
        .where(_columns.listing_id == listing_id, _columns.id.in_(image_ids))
        .order_by(_columns.id)
    )


def ready_images(listing_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the ready images of each listing, the main one first."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in _rows(
        select(*_columns)
        .where(_columns.listing_id.in_(listing_ids), _columns.status == ImageStatus.READY)
        .order_by(*_ORDER)
    ):
        found[row["listing_id"]].append(row)
    return found


def list_all(listing_id: int) -> list[Row]:
    """Return all images of a listing in whatever status, the main one first."""
    return _rows(select(*_columns).where(_columns.listing_id == listing_id).order_by(*_ORDER))


def find_by_uuid(listing_id: int, uuid: UUID) -> Row | None:
    rows = _rows(select(*_columns).where(_columns.listing_id == listing_id, _columns.uuid == uuid))
    return rows[0] if rows else None


def count_places(listing_id: int) -> tuple[int, int]:
    """Return how many images a listing has, those being processed included, and the next place."""
    row = session.execute(
        select(func.count(), func.max(_columns.position)).where(
            _columns.listing_id == listing_id, _columns.status.in_(_WAITING_OR_READY)
        )
    ).one()
    return row[0], 0 if row[1] is None else row[1] + 1


def add_images(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert images; return their ids in the order of the rows."""
    statement = insert(ListingImage).returning(_columns.id)
    return [session.execute(statement.values(**row)).scalar_one() for row in rows]


def update_image(image_id: int, changes: Mapping[str, Any]) -> None:
    session.execute(update(ListingImage).where(_columns.id == image_id).values(**changes))


def set_main(listing_id: int, image_id: int) -> None:
    """Make one image the main one in place of the one that was."""
    # In this order: the index allows no second one, not even within the transaction.
    session.execute(
        update(ListingImage)
        .where(_columns.listing_id == listing_id, _columns.is_main, _columns.id != image_id)
        .values(is_main=False)
    )
    update_image(image_id, {"is_main": True})


def move_image(listing_id: int, image_id: int, position: int) -> bool:
    """Put an image at a position among those of its listing that did not fail, from 0.

    The others keep their order and are numbered anew; past the end is the end. Tell whether any
    of them has another position now.
    """
    statement = (
        select(_columns.id, _columns.position)
        .where(_columns.listing_id == listing_id, _columns.status.in_(_WAITING_OR_READY))
        .order_by(_columns.position, _columns.id)
    )
    places = {row.id: row.position for row in session.execute(statement)}
    ordered = [each for each in places if each != image_id]
    ordered.insert(position, image_id)
    moved = [(each, place) for place, each in enumerate(ordered) if places[each] != place]
    for each, place in moved:
        update_image(each, {"position": place})
    return bool(moved)


def delete_images(image_ids: Sequence[int]) -> None:
    session.execute(delete(ListingImage).where(_columns.id.in_(image_ids)))


def delete_failed_before(at: datetime) -> None:
    session.execute(
        delete(ListingImage).where(
            _columns.processed_at < at, _columns.status == ImageStatus.FAILED
        )
    )


# ── branding everything anew ────────────────────────────────────────────────────────────────


def rebranding_started_at(now: datetime) -> datetime:
    """Return when the unfinished run began; without one, one begins now."""
    started_at: datetime | None = session.scalar(select(Rebranding.started_at))
    if started_at is None:
        session.execute(insert(Rebranding).values(id=_REBRANDING_ID, started_at=now))
    return started_at or now


def end_rebranding() -> None:
    session.execute(delete(Rebranding))


def count_branded_before(at: datetime) -> int:
    return session.execute(
        select(func.count()).select_from(ListingImage).where(*_branded_before(at))
    ).scalar_one()


def list_branded_before(at: datetime, after_id: int, limit: int) -> list[Row]:
    """Return images that were made before `at`, and their owners, in order of id."""
    return _rows(
        select(*_columns, Listing.owner_id)
        .join(Listing, Listing.id == _columns.listing_id)
        .where(*_branded_before(at), _columns.id > after_id)
        .order_by(_columns.id)
        .limit(limit)
    )


def _branded_before(at: datetime) -> tuple[Any, ...]:
    return (
        _columns.status == ImageStatus.READY,
        _columns.original != "",
        _columns.processed_at < at,
    )


def _rows(statement: Any) -> list[Row]:
    return [dict(row._mapping) for row in session.execute(statement)]
