"""The lists of active stays: all of them, or those near a place, filtered alike.

A page is put together from cards that were rendered when their stays last changed. Nothing here
writes SQL: a card that is missing is rendered for the answer, and a job stores it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.catalogue import browse_repository as repository
from app.catalogue.browse import (
    BrowseFilter,
    BrowseOrder,
    Card,
    CardPage,
    CardRow,
    Circle,
    contradictions,
)
from app.catalogue.documents import renderer
from app.catalogue.enums import PublishStatus
from app.catalogue.geography import distance_km
from app.catalogue.listing_values import no_such_object
from app.catalogue.models import DEFAULT_TIME_ZONE
from app.catalogue.nights import last_day_anywhere, today_in
from app.catalogue.revision_service import render_missing
from app.core import clock
from app.core.counts import capped_count
from app.core.db import Reader, reading
from app.core.errors import InvalidFields
from app.reference import service as reference
from app.reference.service import Reference


def check_filter(wanted: BrowseFilter) -> None:
    """Refuse a filter that no list of stays takes.

    :raises InvalidFields: for an unknown category or amenity, prices in the wrong order, and dates
        that nobody can stay on.
    """
    _resolve(wanted, reference.snapshot(), clock.now())


def list_stays(
    face: str, wanted: BrowseFilter, order: BrowseOrder, *, offset: int, limit: int
) -> CardPage:
    """Return up to `limit` cards of active stays, from the one of this number on.

    :raises InvalidFields: as `check_filter`.
    """
    return _read(face, wanted, order, None, offset, limit)


def list_nearby(
    face: str, wanted: BrowseFilter, circle: Circle, *, offset: int, limit: int
) -> CardPage:
    """Return up to `limit` cards of active stays in a circle, the nearest first.

    :raises InvalidFields: as `list_stays`.
    """
    return _read(face, wanted, None, circle, offset, limit)


def _read(
    face: str,
    wanted: BrowseFilter,
    order: BrowseOrder | None,
    circle: Circle | None,
    offset: int,
    limit: int,
) -> CardPage:
    state, now = reference.snapshot(), clock.now()
    category_ids, amenity_ids = _resolve(wanted, state, now)
    document = {
        "face": face,
        "format": renderer(face).format,
        "reference_version": state.version,
    }
    bounds: dict[str, Any] = {"offset": offset, "limit": limit, "document": document}
    with reading(may_lag=True) as reader:
        query = repository.make_query(
            reader, wanted, now, category_ids=category_ids, amenity_ids=amenity_ids
        )
        if query is None:
            return CardPage([], 0)
        if circle is not None:
            rows = repository.list_nearby(reader, query, circle, **bounds)
        else:
            rows = repository.list_page(reader, query, order or BrowseOrder.NEWEST, **bounds)
        if len(rows) < limit and (rows or offset == 0):
            total = offset + len(rows)
        else:
            total = _count(reader, query, wanted, circle)
    return CardPage(_cards(face, rows), total)


def _resolve(
    wanted: BrowseFilter, state: Reference, now: datetime
) -> tuple[tuple[int, ...] | None, tuple[int, ...]]:
    """Return the ids of the wanted category with those below it, and of the amenities."""
    # The earliest day that somebody can come is that of the listings' own zone; and no zone's
    # calendar, whichever a listing is in, reaches beyond the last one.
    today = today_in(DEFAULT_TIME_ZONE, now)
    errors = contradictions(wanted, today=today, last=last_day_anywhere(now))
    category_ids = None
    if wanted.category is not None:
        category = state.categories_by_slug.get(wanted.category)
        if category is not None and category.is_active:
            category_ids = category.ids()
        else:
            errors["category"] = [no_such_object("slug", wanted.category)]
    amenities = {slug: state.amenities_by_slug.get(slug) for slug in wanted.amenities}
    known = {slug: each.id for slug, each in amenities.items() if each and each.is_active}
    unknown = [slug for slug in amenities if slug not in known]
    if unknown:
        errors["amenities"] = [no_such_object("slug", slug) for slug in unknown]
    if errors:
        raise InvalidFields(errors)
    return category_ids, tuple(known.values())


def _count(
    reader: Reader, query: repository.StayQuery, wanted: BrowseFilter, circle: Circle | None
) -> int:
    return capped_count(
        lambda: ("active stays", wanted, circle),
        lambda most: repository.count_stays(reader, query, circle, most),
    )


def _cards(face: str, rows: Sequence[CardRow]) -> list[Card]:
    """Return the rows' cards. A stay that is no longer active since its row was read drops out."""
    missing = [row.id for row in rows if row.body is None]
    rendered = render_missing(face, missing, PublishStatus.PUBLISHED)
    cards = []
    for row in rows:
        body = rendered.get(row.id) if row.body is None else row.body
        if body is not None:
            chord = row.chord_squared
            cards.append(Card(body, None if chord is None else distance_km(chord)))
    return cards
