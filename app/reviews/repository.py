"""Queries about reviews."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update

from app.accounts.models import Account
from app.bookings.enums import BookingStatus
from app.bookings.models import Booking
from app.catalogue.enums import ListingType, PublishStatus
from app.catalogue.models import Listing
from app.core.counts import Slice, count_rows
from app.core.db import session
from app.reviews.models import Review
from app.reviews.ratings import SUB_RATINGS, Tally

_columns = Review.__table__.c
_RATINGS = ("rating", *SUB_RATINGS)
Row = dict[str, Any]


class Stay(NamedTuple):
    """A booking that somebody wants to review, and whose listing it was for."""

    booking_id: int
    status: BookingStatus
    listing_id: int
    host_id: int
    title: str


class Subject(NamedTuple):
    """A review that something is to be done to, and whose it is."""

    review_id: int
    listing_id: int
    author_id: int
    host_id: int
    title: str


def find_stay(guest_id: int, booking_uuid: UUID | None, listing_uuid: UUID) -> Stay | None:
    """Return a guest's booking of a listing that is not deleted."""
    row = session.execute(
        select(Booking.id, Booking.status, Listing.id, Listing.owner_id, Listing.title)
        .join(Listing, Listing.id == Booking.listing_id)
        .where(
            Booking.uuid == booking_uuid,
            Booking.guest_id == guest_id,
            Listing.uuid == listing_uuid,
            Listing.deleted_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else Stay(*row)


def find_published(review_uuid: UUID) -> Subject | None:
    """Return a published review of a listing that is not deleted."""
    return _find_subject(
        Review.uuid == review_uuid, Review.is_published, Listing.deleted_at.is_(None)
    )


def find_any(review_uuid: UUID) -> Subject | None:
    """Return a review, published or not, whatever has become of its listing."""
    return _find_subject(Review.uuid == review_uuid)


def _find_subject(*conditions: Any) -> Subject | None:
    row = session.execute(
        select(Review.id, Listing.id, Review.author_id, Listing.owner_id, Listing.title)
        .join(Listing, Listing.id == Review.listing_id)
        .where(*conditions)
    ).one_or_none()
    return None if row is None else Subject(*row)


def add_review(review: Review) -> None:
    """Add a review; a constraint that refuses it leaves the transaction usable."""
    with session.begin_nested():
        session.add(review)


def set_reply(review_id: int, text: str, at: datetime) -> bool:
    """Write the host's reply; tell whether there was none before."""
    result = session.execute(
        update(Review)
        .where(_columns.id == review_id, _columns.host_reply.is_(None))
        .values(host_reply=text, replied_at=at)
        .returning(_columns.id)
    )
    return result.one_or_none() is not None


def set_hidden(review_id: int, at: datetime, reason: str) -> bool:
    """Hide a review; tell whether it was shown before."""
    return _publish(review_id, is_published=False, unpublished_at=at, unpublished_reason=reason)


def set_shown(review_id: int) -> bool:
    """Show a review again; tell whether it was hidden before."""
    return _publish(review_id, is_published=True, unpublished_at=None, unpublished_reason="")


def _publish(review_id: int, *, is_published: bool, **changes: Any) -> bool:
    result = session.execute(
        update(Review)
        .where(_columns.id == review_id, _columns.is_published.is_not(is_published))
        .values(is_published=is_published, **changes)
        .returning(_columns.id)
    )
    return result.one_or_none() is not None


def tally_published(listing_id: int) -> dict[str, Tally]:
    """Return how often each rating was given in a listing's published reviews, and its total."""
    counted = [
        column
        for name in _RATINGS
        for column in (func.count(_columns[name]), func.coalesce(func.sum(_columns[name]), 0))
    ]
    row = session.execute(
        select(*counted).where(_columns.listing_id == listing_id, _columns.is_published)
    ).one()
    pairs = zip(row[::2], row[1::2], strict=True)
    return {
        name: Tally(int(count), int(total))
        for name, (count, total) in zip(_RATINGS, pairs, strict=True)
    }


# ── reviews as they are shown ───────────────────────────────────────────────────────────────

# Every column of the review by its name, and beside them the `author`, the `listing` and the
# booking's uuid.
_BESIDE: dict[str, dict[str, Any]] = {
    "author": {
        "uuid": Account.uuid,
        "first_name": Account.first_name,
        "last_name": Account.last_name,
        "email": Account.email,
    },
    "listing": {"uuid": Listing.uuid, "title": Listing.title},
    "booking": {"uuid": Booking.uuid},
}
_NEWEST_FIRST = (_columns.created_at.desc(), _columns.id.desc())
_SHOWN = (
    select(
        *_columns,
        *(
            column.label(f"{beside}_{name}")
            for beside, columns in _BESIDE.items()
            for name, column in columns.items()
        ),
    )
    .join(Account, Account.id == _columns.author_id)
    .join(Listing, Listing.id == _columns.listing_id)
    .join(Booking, Booking.id == _columns.booking_id)
)


def find_shown_listing(listing_uuid: UUID, *, viewer_id: int | None, is_staff: bool) -> int | None:
    """Return the id of a stay that this viewer may see.

    Active ones are for everybody; the others for their owner and for staff.
    """
    disabled = select(Account.id).where(Account.disabled_at.is_not(None))
    query = select(Listing.id).where(
        Listing.uuid == listing_uuid,
        Listing.listing_type == ListingType.STAY,
        Listing.publish_status != PublishStatus.TRASH,
        Listing.deleted_at.is_(None),
    )
    if not is_staff:
        is_active = and_(
            Listing.publish_status == PublishStatus.PUBLISHED, Listing.owner_id.not_in(disabled)
        )
        query = query.where(or_(is_active, Listing.owner_id == viewer_id))
    return session.scalar(query)


def get_shown(review_id: int) -> Row:
    """Return a review with all that is shown of it."""
    [row] = _load(_SHOWN.where(_columns.id == review_id))
    return row


def list_published(listing_id: int, *, offset: int, limit: int) -> Slice:
    """Return a listing's published reviews, newest first."""
    return _slice([_columns.listing_id == listing_id, _columns.is_published], offset, limit)


def list_reviews(
    *,
    listing_uuid: UUID | None,
    is_published: bool | None,
    rating: int | None,
    search: str,
    offset: int,
    limit: int,
) -> Slice:
    """Return reviews of all listings, newest first; `search` is a part of what they say, or
    of the listing's title."""
    wanted: list[ColumnElement[bool]] = []
    if listing_uuid is not None:
        listing_id = select(Listing.id).where(Listing.uuid == listing_uuid).scalar_subquery()
        wanted.append(_columns.listing_id == listing_id)
    if is_published is not None:
        wanted.append(_columns.is_published.is_(is_published))
    if rating is not None:
        wanted.append(_columns.rating == rating)
    if search:
        titled = select(Listing.id).where(Listing.title.icontains(search, autoescape=True))
        wanted.append(
            or_(
                _columns.comment.icontains(search, autoescape=True),
                _columns.host_reply.icontains(search, autoescape=True),
                _columns.listing_id.in_(titled),
            )
        )
    return _slice(wanted, offset, limit)


def _slice(wanted: Sequence[ColumnElement[bool]], offset: int, limit: int) -> Slice:
    ids = select(_columns.id).where(*wanted)
    # The page is chosen first: what is shown besides is joined to its own rows alone.
    page = ids.order_by(*_NEWEST_FIRST).offset(offset).limit(limit).subquery()
    rows = _load(_SHOWN.join(page, page.c.id == _columns.id).order_by(*_NEWEST_FIRST))
    if len(rows) < limit and (rows or not offset):
        # That was the end of the list, which a search has read whole.
        return Slice(rows, offset + len(rows))
    return Slice(rows, count_rows(ids))


def _load(query: Select[Any]) -> list[Row]:
    rows: list[Row] = []
    for found in session.execute(query):
        row = dict(found._mapping)
        for beside, columns in _BESIDE.items():
            row[beside] = {name: row.pop(f"{beside}_{name}") for name in columns}
        rows.append(row)
    return rows
