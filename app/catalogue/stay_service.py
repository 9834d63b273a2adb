"""Reading one stay: everything about it, and which of its nights can be had.

An active stay is everybody's to read; any other one its owner's and staff's alone.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.catalogue import calendar_repository, repository
from app.catalogue import calendar_service as calendar
from app.catalogue.errors import ListingNotFound
from app.catalogue.nights import MAX_NIGHTS_AHEAD, nights_between, today_in
from app.catalogue.repository import FoundStay
from app.core import clock
from app.core.db import reading
from app.core.errors import Invalid
from app.reference import service as reference

DEFAULT_NIGHTS = 90
MOST_NIGHTS = 370
NOT_AFTER = "Must be after from."
TOO_MANY = f"A calendar has at most {MOST_NIGHTS} nights."
# What only the owner and staff are told.
PRIVATE = ("submitted_at", "rejection_reason")


def find_stay(listing_uuid: UUID, caller: Caller | None) -> FoundStay:
    """Return which stay it is, and of which version, without reading it.

    :raises ListingNotFound: when there is none that the caller may see.
    """
    with reading() as reader:
        found = repository.find_stay(
            reader,
            listing_uuid,
            caller_id=None if caller is None else caller.account_id,
            is_staff=caller is not None and caller.is_admin,
        )
    if found is None:
        raise ListingNotFound
    return found


def shows_private(found: FoundStay, caller: Caller | None) -> bool:
    """Tell whether a caller is shown what only a stay's owner and staff are."""
    return caller is not None and (caller.is_admin or caller.account_id == found.owner_id)


def read_stay(found: FoundStay, *, private: bool) -> Mapping[str, Any]:
    """Return a stay's `ListingDetail`, with the owner's account as `host`.

    With `private` it has its `blackouts` as well, as mappings of `start` and `end`; without, it
    lacks the columns of `PRIVATE`, and is the same as long as `found` is.

    :raises ListingNotFound: when it was deleted meanwhile.
    """
    details = repository.load_details([found.id], reference.snapshot())
    if not details:
        raise ListingNotFound
    shown = {**details[0], "host": accounts.get_account(found.owner_id)}
    if private:
        return shown | {"blackouts": calendar.show_blackouts(found.id)}
    for name in PRIVATE:
        del shown[name]
    return shown


def read_calendar(
    listing_uuid: UUID, caller: Caller | None, *, first: date | None = None, end: date | None = None
) -> list[dict[str, Any]]:
    """Return the nights of `[first, end)`, each with its `date` and `state`.

    They begin today where the listing is, and are 90, when nobody says otherwise. One that has
    passed, and one beyond all that can be booked, is `unavailable`.

    :raises ListingNotFound: as `find_stay`.
    :raises Invalid: when the end is not after the beginning, or more than 370 nights after it.
    """
    found, now = find_stay(listing_uuid, caller), clock.now()
    today = today_in(found.time_zone, now)
    first = first or today
    if end is None:
        end = first + timedelta(days=min(DEFAULT_NIGHTS, (date.max - first).days))
    if end <= first:
        raise Invalid(NOT_AFTER, "to")
    if (end - first).days > MOST_NIGHTS:
        raise Invalid(TOO_MANY, "to")
    taken = set(calendar_repository.taken_nights(found.id, first, end, now))
    last = today + timedelta(days=MAX_NIGHTS_AHEAD)
    return [
        {
            "date": night,
            "state": "available" if today <= night < last and night not in taken else "unavailable",
        }
        for night in nights_between(first, end)
    ]
