"""Saved searches: what somebody looks for, kept to be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.catalogue import browse_service as browse
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import transaction
from app.reference import service as reference
from app.support import repository
from app.support.criteria import (
    PARAMETERS,
    as_filter,
    browse_query,
    query_string,
    write_criteria,
)
from app.support.errors import SearchTooLong, TooManySearches, UnknownSearch
from app.support.limits import MAX_QUERY_BYTES, MAX_SAVED_SEARCHES
from app.support.models import SavedSearch

# Whose calendar decides which day it is, as for listings that name no other one.
TIME_ZONE = "Africa/Dar_es_Salaam"


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A saved search: `criteria` are None where nothing was given.

    `query` is what to ask the browse endpoint for today.
    """

    uuid: UUID
    name: str
    created_at: datetime
    criteria: Mapping[str, Any]
    query: list[tuple[str, str]]


def list_searches(account_id: int) -> list[KeptSearch]:
    """Return a person's searches, newest first."""
    known = _known()
    return [_kept(row, known) for row in repository.list_searches(account_id)]


def save_search(account_id: int, name: str, criteria: Mapping[str, Any]) -> KeptSearch:
    """Keep what somebody looks for, by the names of `criteria.PARAMETERS`.

    :raises InvalidFields: naming what browsing would refuse.
    :raises SearchTooLong: naming the longest part of what no address has room for.
    :raises TooManySearches: when they keep as many as they may.
    """
    browse.check_filter(as_filter(criteria))
    known = _known()
    written = write_criteria(criteria)
    query = browse_query(written, **known)
    if len(query_string(query)) > MAX_QUERY_BYTES:
        raise SearchTooLong(max(query, key=lambda each: len(query_string([each])))[0])
    with transaction():
        accounts.lock_account(account_id)
        if repository.count_searches(account_id) >= MAX_SAVED_SEARCHES:
            raise TooManySearches(MAX_SAVED_SEARCHES)
        row = SavedSearch(
            account_id=account_id,
            name=name,
            criteria=written,
            created_at=clock.now(),
        )
        repository.add_search(row)
    return _kept(row, known)


def delete_search(account_id: int, uuid: UUID) -> None:
    """Forget a search of somebody's.

    :raises UnknownSearch: when they keep no such one.
    """
    with transaction():
        if not repository.delete_search(account_id, uuid):
            raise UnknownSearch


def _known() -> dict[str, Any]:
    """Return what there is to look for at the moment, and which day it is."""
    state = reference.snapshot()
    today: date = today_in(TIME_ZONE, clock.now())
    return {
        "categories": {slug for slug, each in state.categories_by_slug.items() if each.is_active},
        "amenities": {slug for slug, each in state.amenities_by_slug.items() if each.is_active},
        "today": today,
    }


def _kept(row: SavedSearch, known: Mapping[str, Any]) -> KeptSearch:
    query = browse_query(row.criteria, **known)
    criteria = dict.fromkeys(PARAMETERS) | {"amenities": []} | row.criteria
    return KeptSearch(row.uuid, row.name, row.created_at, criteria, query)
