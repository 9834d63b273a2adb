"""Queries about listings by the UUID that the marketplace calls them by: a host's own, and staff's.

A host sees stays that are neither deleted nor in the trash; staff sees whatever is not deleted.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, and_, delete, func, insert, or_, select, text

from app.accounts.models import Account
from app.catalogue.enums import ListingType, PublishStatus, StayStatus
from app.catalogue.errors import ListingNotFound
from app.catalogue.lifecycle import State, stored_states
from app.catalogue.models import WAITS_FOR_REVIEW, Listing, ListingExtra
from app.catalogue.staff_filter import StaffFilter
from app.core.counts import Slice, read_slice
from app.core.db import session

Row = dict[str, Any]
Condition = ColumnElement[bool] | TextClause

_columns = Listing.__table__.c


def lock_own_stay(owner_id: int, listing_uuid: UUID) -> Row:
    """Return the columns of a host's stay and hold its row until the commit.

    :raises ListingNotFound: when the host has no such stay.
    """
    return _lock(_columns.uuid == listing_uuid, *_own(owner_id))


def get_own_stay_id(owner_id: int, listing_uuid: UUID) -> int:
    """Return the id of a host's stay.

    :raises ListingNotFound: when the host has no such stay.
    """
    found = session.scalar(
        select(_columns.id).where(_columns.uuid == listing_uuid, *_own(owner_id))
    )
    if found is None:
        raise ListingNotFound
    return int(found)


def lock_any_listing(listing_uuid: UUID) -> Row:
    """Return the columns of anybody's listing and hold its row until the commit.

    :raises ListingNotFound: when there is none.
    """
    return _lock(_columns.uuid == listing_uuid, _columns.deleted_at.is_(None))


def find_any_listing_id(listing_uuid: UUID) -> int | None:
    return session.scalar(
        select(_columns.id).where(_columns.uuid == listing_uuid, _columns.deleted_at.is_(None))
    )


def _lock(*conditions: Condition) -> Row:
    row = session.execute(select(*_columns).where(*conditions).with_for_update()).one_or_none()
    if row is None:
        raise ListingNotFound
    return dict(row._mapping)


def _own(owner_id: int) -> tuple[Condition, ...]:
    return (
        _columns.owner_id == owner_id,
        _columns.listing_type == ListingType.STAY,
        _columns.publish_status != PublishStatus.TRASH,
        _columns.deleted_at.is_(None),
    )


# ── lists ───────────────────────────────────────────────────────────────────────────────────


def list_own_stays(
    owner_id: int, states: Sequence[State] | None, *, offset: int, limit: int
) -> list[int]:
    """Return the ids of a host's stays in one of these states, or in any, newest first."""
    return list(
        session.scalars(
            select(_columns.id)
            .where(*_own(owner_id), *_in(states))
            .order_by(_columns.id.desc())
            .offset(offset)
            .limit(limit)
        )
    )


def count_own_stays(owner_id: int, states: Sequence[State] | None) -> int:
    return session.execute(select(func.count()).where(*_own(owner_id), *_in(states))).scalar_one()


def list_for_staff(wanted: StaffFilter, *, offset: int, limit: int) -> Slice:
    """Return the ids of everybody's listings that a filter lets pass, and how many there are.

    The newest come first; of stays that wait for their review, those that wait longest.
    """
    waits = wanted.status is StayStatus.PENDING_REVIEW
    order = (_columns.submitted_at, _columns.id) if waits else (_columns.id.desc(),)
    query = select(_columns.id).where(*_wanted_by_staff(wanted)).order_by(*order)
    return read_slice(query, offset=offset, limit=limit)


def _wanted_by_staff(wanted: StaffFilter) -> Iterator[Condition]:
    yield _columns.deleted_at.is_(None)
    if wanted.status is StayStatus.PENDING_REVIEW:
        # In the very words of its index, which databases take for nothing that only means the same.
        yield text(WAITS_FOR_REVIEW)
    if wanted.status is not None:
        yield from _in(stored_states(wanted.status))
    if wanted.listing_type is not None:
        yield _columns.listing_type == wanted.listing_type
    if wanted.host is not None:
        yield _columns.owner_id.in_(select(Account.id).where(Account.uuid == wanted.host))
    if wanted.city:
        yield func.lower(_columns.city) == wanted.city.lower()
    if wanted.search:
        searched = (_columns.title, _columns.address, _columns.city)
        yield or_(*(each.icontains(wanted.search, autoescape=True) for each in searched))
    if wanted.is_verified is not None:
        yield _columns.is_verified.is_(wanted.is_verified)


def _in(states: Sequence[State] | None) -> tuple[Condition, ...]:
    if states is None:
        return ()
    each = (
        and_(_columns.review_status == review, _columns.publish_status == publish)
        for review, publish in states
    )
    return (or_(*each),)


def find_hosts(owner_ids: Sequence[int]) -> dict[int, Row]:
    """Return what is shown of these accounts, by id."""
    shown = select(
        Account.id, Account.uuid, Account.first_name, Account.created_at, Account.email
    ).where(Account.id.in_(owner_ids))
    return {row.id: dict(row._mapping) for row in session.execute(shown)}


# ── extras ──────────────────────────────────────────────────────────────────────────────────


def extra_prices(listing_id: int) -> dict[int, Decimal | None]:
    """Return a listing's own prices of its extras, by the extra's id; None is the usual one."""
    statement = select(ListingExtra.extra_id, ListingExtra.price).where(
        ListingExtra.listing_id == listing_id
    )
    return {row.extra_id: row.price for row in session.execute(statement)}


def replace_extras(listing_id: int, prices: Mapping[int, Decimal | None]) -> None:
    """Give a locked listing these extras and no others."""
    session.execute(delete(ListingExtra).where(ListingExtra.listing_id == listing_id))
    if prices:
        session.execute(
            insert(ListingExtra),
            [
                {"listing_id": listing_id, "extra_id": extra_id, "price": price}
                for extra_id, price in prices.items()
            ],
        )
