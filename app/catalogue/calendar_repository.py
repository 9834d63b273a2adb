"""Queries about the nights of listings."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.catalogue.enums import ListingType, NightState, PublishStatus
from app.catalogue.models import Listing, Night
from app.catalogue.nights import Spared
from app.core.db import Reader, read_day, session, violates

Row = dict[str, Any]

# What whoever only looks learns of a stay.
LOOK = ("id", "owner_id", "max_guests", "min_nights", "max_nights", "time_zone")
_columns = Listing.__table__.c
SWEEP_NIGHTS = 1_000


_NOT_SPARED = "AND (n.intent_id IS NULL OR n.intent_id NOT IN ({}))"


def find_bookable(
    reader: Reader,
    listing_uuid: UUID,
    start: date,
    end: date,
    now: datetime,
    spared: Spared | None,
) -> tuple[Row, list[date]] | None:
    """Return some columns of a stay that guests can book now, if there is one.

    And the nights of `[start, end)` that are taken at this moment, in order; those of spared
    intents do not count.
    """
    condition = "" if spared is None else _NOT_SPARED.format(spared.sql)
    rows = reader.rows(
        f"""
        SELECT {", ".join(f"l.{name}" for name in LOOK)}, n.night
        FROM listing AS l
        JOIN account AS o ON o.id = l.owner_id AND o.disabled_at IS NULL
        LEFT JOIN night AS n ON n.listing_id = l.id
            AND n.night >= :start AND n.night < :end
            AND (n.expires_at IS NULL OR n.expires_at > :now) {condition}
        WHERE l.uuid = :uuid AND l.listing_type = 'stay' AND l.publish_status = 'published'
            AND l.deleted_at IS NULL
        ORDER BY n.night
        """,  # nosec B608
        {
            "uuid": reader.uuid(listing_uuid),
            "start": reader.day(start),
            "end": reader.day(end),
            "now": reader.instant(now),
            **({} if spared is None else spared.params),
        },
    )
    if not rows:
        return None
    nights = [read_day(row[-1]) for row in rows if row[-1] is not None]
    return dict(zip(LOOK, rows[0], strict=False)), nights


def lock_bookable(listing_uuid: UUID) -> Row | None:
    """Return the columns of such a stay, and let nobody else change its nights until the commit."""
    disabled = select(Account.id).where(Account.disabled_at.is_not(None))
    statement = select(*_columns).where(
        _columns.uuid == listing_uuid,
        _columns.listing_type == ListingType.STAY,
        _columns.publish_status == PublishStatus.PUBLISHED,
        _columns.deleted_at.is_(None),
        _columns.owner_id.not_in(disabled),
    )
    row = session.execute(statement.with_for_update(key_share=True)).one_or_none()
    return None if row is None else dict(row._mapping)


def lock_listing(listing_id: int) -> None:
    """Let nobody else change a listing's nights until the commit."""
    session.execute(
        select(_columns.id).where(_columns.id == listing_id).with_for_update(key_share=True)
    )


def taken_nights(listing_id: int, start: date, end: date, now: datetime) -> list[date]:
    """Return which nights of `[start, end)` are taken at this moment, in order."""
    return list(
        session.scalars(
            select(Night.night)
            .where(
                Night.listing_id == listing_id,
                Night.night >= start,
                Night.night < end,
                _is_taken(now),
            )
            .order_by(Night.night)
        )
    )


def nights_in_state(
    listing_id: int, states: Sequence[NightState], since: date, now: datetime
) -> list[date]:
    """Return the nights in one of these states from a date on, in order; no lapsed holds."""
    return list(
        session.scalars(
            select(Night.night)
            .where(
                Night.listing_id == listing_id,
                Night.night >= since,
                Night.state.in_(states),
                _is_taken(now),
            )
            .order_by(Night.night)
        )
    )


def add_nights(
    listing_id: int,
    nights: Sequence[date],
    state: NightState,
    *,
    intent_id: int | None = None,
    expires_at: datetime | None = None,
) -> bool:
    """Take nights; tell whether all were free. Otherwise none is taken.

    They come in order: two who take the same ones in different orders would wait for each other.
    """
    rows = [
        {
            "listing_id": listing_id,
            "night": night,
            "state": state,
            "intent_id": intent_id,
            "expires_at": expires_at,
        }
        for night in nights
    ]
    try:
        with session.begin_nested():
            session.execute(insert(Night.__table__), rows)  # type: ignore[arg-type]
    except IntegrityError as error:
        if violates(error, "pk_night", "night.listing_id", "night.night"):
            return False
        raise
    return True


def delete_lapsed(listing_id: int, start: date, end: date, now: datetime) -> None:
    """Delete the holds of `[start, end)` that have expired."""
    session.execute(
        delete(Night).where(
            Night.listing_id == listing_id,
            Night.night >= start,
            Night.night < end,
            Night.expires_at <= now,
        )
    )


def delete_in_state(listing_id: int, state: NightState) -> None:
    session.execute(delete(Night).where(Night.listing_id == listing_id, Night.state == state))


def book_nights(intent_id: int, now: datetime) -> int:
    """Turn the nights that an intent still holds into booked ones; return how many they are."""
    result = session.execute(
        update(Night)
        .where(
            Night.intent_id == intent_id,
            Night.state == NightState.HOLD,
            Night.expires_at > now,
        )
        .values(state=NightState.BOOKING, expires_at=None)
        .returning(Night.night)
    )
    return len(result.all())


def delete_nights_of(intent_id: int, since: date | None) -> None:
    """Free the nights of an intent or of its booking, from a date on or all of them."""
    statement = delete(Night).where(Night.intent_id == intent_id)
    session.execute(statement if since is None else statement.where(Night.night >= since))


def delete_lapsed_anywhere(now: datetime) -> int:
    """Delete some of the holds that have expired; return how many."""
    # Whoever takes nights at this moment deletes those that are in the way himself.
    lapsed = (
        select(Night.listing_id, Night.night)
        .where(Night.expires_at <= now)
        .limit(SWEEP_NIGHTS)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(lapsed).all()
    if found:
        session.connection().execute(
            delete(Night.__table__).where(  # type: ignore[arg-type]
                or_(*(and_(Night.listing_id == each[0], Night.night == each[1]) for each in found)),
                Night.expires_at <= now,
            )
        )
    return len(found)


def _is_taken(now: datetime) -> ColumnElement[bool]:
    return or_(Night.expires_at.is_(None), Night.expires_at > now)
