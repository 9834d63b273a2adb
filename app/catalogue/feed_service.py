"""Reading an owner's listings: the feed, its delta, the change log and one listing.

Everything here is read on one connection, versions first: an answer may then be newer than
the version that its ETag names, never older. Nothing here writes SQL: a document that is
missing is rendered for the answer, and a job stores it.
"""

import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.catalogue import feed_repository
from app.catalogue.cursors import Position
from app.catalogue.documents import renderer
from app.catalogue.enums import PublishStatus
from app.catalogue.errors import BadCursor, ListingNotFound, SinceInFuture
from app.catalogue.feed import (
    Change,
    ChangePage,
    ChangeRow,
    FeedFilter,
    FeedPage,
    FeedRow,
    FeedVersions,
)
from app.catalogue.lifecycle import is_shown
from app.catalogue.revision_service import render_missing
from app.core import crypto
from app.core.db import Reader, read_instant

# The versions that an owner's feed is at, for ETags and the calls below: read with the key.
VERSIONS = feed_repository.VERSIONS
_CURSOR = "feed-cursor"
_OWNER_BYTES = 8


def read_page(
    reader: Reader,
    owner_id: int,
    versions: FeedVersions,
    face: str,
    wanted: FeedFilter,
    *,
    cursor: str | None,
    page_size: int,
) -> FeedPage:
    """Return one page of an owner's feed.

    Pages follow a position, not a row, so listings that come, go or change in between are
    neither skipped nor repeated.

    :raises BadCursor: when the cursor was altered or belongs to another owner.
    """
    position = None if cursor is None else _read_cursor(owner_id, cursor)
    if _is_before(versions.changed_at, wanted.updated_after):
        rows: list[FeedRow] = []
    else:
        rows = feed_repository.list_page(
            reader,
            owner_id,
            wanted,
            position,
            page_size + 1,
            _fitting(versions, face),
            most_listings=versions.catalogue,
        )
    has_more = len(rows) > page_size
    rows = rows[:page_size]
    is_backward = position is not None and position.is_backward
    if is_backward:
        rows.reverse()
    older, newer = _neighbours(rows, position, has_more=has_more)
    return FeedPage(
        bodies=_bodies(face, rows, wanted.publish_status),
        next_cursor=_write_cursor(owner_id, older),
        previous_cursor=_write_cursor(owner_id, newer),
    )


def read_listing(
    reader: Reader, owner_id: int, listing_id: int, versions: FeedVersions, face: str
) -> bytes:
    """Return one listing's document, whatever its status.

    :raises ListingNotFound: when the owner has no such listing.
    """
    row = feed_repository.find_document(reader, owner_id, listing_id, _fitting(versions, face))
    bodies = [] if row is None else _bodies(face, [row], None)
    if not bodies:
        raise ListingNotFound
    return bodies[0]


def read_changes(
    reader: Reader,
    owner_id: int,
    versions: FeedVersions,
    face: str,
    *,
    since: int | None,
    page_size: int,
) -> ChangePage:
    """Return what changed after version `since`: each listing once, at its latest change.

    Without `since` it is a snapshot of what the default feed shows.

    :raises SinceInFuture: when the owner's catalogue has not come that far.
    """
    if since is not None and since > versions.catalogue:
        raise SinceInFuture(versions.catalogue)
    rows = feed_repository.list_changes(
        reader, owner_id, since, page_size + 1, _fitting(versions, face)
    )
    has_more = len(rows) > page_size
    rows = rows[:page_size]
    shown = [row for row in rows if _is_upsert(row)]
    bodies = {row.id: row.body for row in shown if row.body is not None}
    missing = [row.id for row in shown if row.body is None]
    bodies |= render_missing(face, missing, PublishStatus.PUBLISHED)
    last = rows[-1].version if rows else 0
    return ChangePage(
        changes=[Change(row.id, row.external_id, row.version, bodies.get(row.id)) for row in rows],
        # The version was read before the rows, so nothing up to it can be missing from them.
        next_since=last if has_more else max(last, versions.catalogue, since or 0),
        has_more=has_more,
    )


def _is_before(changed_at: datetime | None, updated_after: datetime | None) -> bool:
    """Tell, without touching a listing, that nothing changed since `updated_after`."""
    return updated_after is not None and (changed_at is None or changed_at < updated_after)


def _is_upsert(row: ChangeRow) -> bool:
    return is_shown(row.publish_status, is_deleted=row.is_deleted)


def _neighbours(
    rows: Sequence[FeedRow], position: Position | None, *, has_more: bool
) -> tuple[Position | None, Position | None]:
    """Return where the older and the newer page begin, None where there is none."""
    if not rows:
        back = None if position is None else position.turned()
        is_backward = position is not None and position.is_backward
        return (back, None) if is_backward else (None, back)
    first, last = rows[0], rows[-1]
    older = Position(read_instant(last.created_at), last.id, is_backward=False)
    newer = Position(read_instant(first.created_at), first.id, is_backward=True)
    if position is None:
        return (older if has_more else None), None
    if position.is_backward:
        return older, (newer if has_more else None)
    return (older if has_more else None), newer


def _bodies(face: str, rows: Sequence[FeedRow], status: PublishStatus | None) -> list[bytes]:
    """Return the rows' documents, rendering those that are not stored as they should be.

    A listing that was deleted or hidden since its row was read drops out.
    """
    missing = [row.id for row in rows if row.body is None]
    rendered = render_missing(face, missing, status)
    bodies = (rendered.get(row.id) if row.body is None else row.body for row in rows)
    return [body for body in bodies if body is not None]


def _fitting(versions: FeedVersions, face: str) -> dict[str, Any]:
    return {
        "face": face,
        "format": renderer(face).format,
        "reference_version": versions.reference,
    }


def _write_cursor(owner_id: int, position: Position | None) -> str | None:
    if position is None:
        return None
    return crypto.sign(_CURSOR, owner_id.to_bytes(_OWNER_BYTES) + position.pack())


def _read_cursor(owner_id: int, cursor: str) -> Position:
    try:
        payload = crypto.unsign(_CURSOR, cursor)
        if int.from_bytes(payload[:_OWNER_BYTES]) != owner_id:
            raise BadCursor
        return Position.unpack(payload[_OWNER_BYTES:])
    except (crypto.BadToken, struct.error, OverflowError) as error:
        raise BadCursor from error
