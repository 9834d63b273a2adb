"""What hosts do with their stays: creating, describing and pricing them, and their lists.

What a host changes shows in every face at once; an active stay needs no new review for it.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.catalogue import calendar_service as calendar
from app.catalogue import repository, stay_repository
from app.catalogue.documents import ListingDetail
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus, StayStatus
from app.catalogue.extras import WantedExtra
from app.catalogue.lifecycle import stored_states
from app.catalogue.listing_values import (
    Errors,
    no_such_object,
    resolve_amenities,
    resolve_relations,
)
from app.catalogue.nights import MAX_NIGHTS_AHEAD, Period, from_day, today_in
from app.catalogue.revision_service import mark_changed
from app.catalogue.service import (
    COLUMN_DEFAULTS,
    amenity_ids,
    raise_unless_valid,
    relation_ids,
    replace_amenities,
    write_columns,
)
from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction
from app.core.errors import Invalid, InvalidFields
from app.core.settings import current_settings
from app.reference import service as reference
from app.reference.service import Reference

TWICE = "Name each extra once."

# What a column holds where a client clears it.
EMPTY = {
    "description": "",
    "address": "",
    "city": "",
    "country": "",
    "cleaning_fee": Decimal(0),
    "security_deposit": Decimal(0),
}


def create_stay(owner_id: int, values: Mapping[str, Any]) -> ListingDetail:
    """Create a draft of a stay from fields by name, relations as slugs; return it whole.

    `title`, `property_type` and `stay_type` are there; the rest can wait for the submission.

    :raises InvalidFields: when a slug is unknown or a rule is broken.
    """
    state = reference.snapshot()
    given = {"currency": current_settings().default_currency, **values}
    now = clock.now()
    row = {
        **COLUMN_DEFAULTS,
        **_columns(given, state),
        "owner_id": owner_id,
        "listing_type": ListingType.STAY,
        "review_status": ReviewStatus.DRAFT,
        "publish_status": PublishStatus.DRAFT,
        "created_at": now,
        "updated_at": now,
    }
    raise_unless_valid(row, row)
    with transaction():
        [listing_id] = repository.insert_listings([row])
        mark_changed(owner_id, listing_id)
    return load_whole([listing_id])[0]


def update_stay(owner_id: int, listing_uuid: UUID, values: Mapping[str, Any]) -> ListingDetail:
    """Set some fields of a host's stay; what `values` leaves out stays. Return it whole.

    A stay that was submitted once keeps what that required.

    :raises ListingNotFound: when the host has no such stay.
    :raises InvalidFields: as `create_stay`, and when it would not be complete any more.
    """
    state = reference.snapshot()
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        columns = _columns(values, state, current["category_id"])
        raise_unless_valid({**current, **columns}, columns)
        write_columns(current, columns)
    return load_whole([current["id"]])[0]


def set_amenities(
    owner_id: int,
    listing_uuid: UUID,
    *,
    amenities: list[str] | None = None,
    extras: Sequence[WantedExtra] | None = None,
) -> ListingDetail:
    """Replace what a host's stay has and what it offers besides; None leaves a part alone.

    What is retired may be kept, and not be added.

    :raises ListingNotFound: when the host has no such stay.
    :raises InvalidFields: when an amenity or an extra is unknown, or an extra is named twice.
    """
    state = reference.snapshot()
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        listing_id = current["id"]
        had = repository.amenity_ids([listing_id])[listing_id]
        had_prices = stay_repository.extra_prices(listing_id)
        errors: Errors = {}
        wanted, prices = had, had_prices
        if amenities is not None:
            usable = amenity_ids(state) | {state.amenities_by_id[each].slug: each for each in had}
            wanted = resolve_amenities(amenities, usable, errors)
        if extras is not None:
            prices = _resolve_extras(extras, state, had_prices, errors)
        if errors:
            raise InvalidFields(errors)
        replace_amenities(listing_id, had, wanted)
        if prices != had_prices:
            stay_repository.replace_extras(listing_id, prices)
        write_columns(current, {}, is_touched=(wanted, prices) != (had, had_prices))
    return load_whole([listing_id])[0]


def set_availability(
    owner_id: int,
    listing_uuid: UUID,
    values: Mapping[str, Any],
    blackouts: Sequence[Period] | None = None,
) -> ListingDetail:
    """Set house times and limits of a host's stay, and replace its blackouts; None leaves them.

    Blackouts are half-open, may overlap, and count from today in the stay's time zone. Return the
    stay whole, with its `blackouts` as mappings of `start` and `end`. The calendar is no part of
    the listing: a change of it alone moves no version.

    :raises ListingNotFound: when the host has no such stay.
    :raises InvalidFields: when the limits are in the wrong order.
    :raises Invalid: when a blackout reaches too far ahead.
    :raises NightsTaken: naming the nights that guests hold or have booked.
    """
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        raise_unless_valid({**current, **values}, values)
        if blackouts is not None:
            _set_blackouts(current, blackouts)
        write_columns(current, values)
    shown = load_whole([current["id"]])[0]
    return shown | {"blackouts": calendar.show_blackouts(current["id"])}


def list_own_stays(owner_id: int, status: StayStatus | None, *, offset: int, limit: int) -> Slice:
    """Return a host's stays in one status, or in any, newest first."""
    states = None if status is None else stored_states(status)
    ids = stay_repository.list_own_stays(owner_id, states, offset=offset, limit=limit)
    return Slice(load_whole(ids), stay_repository.count_own_stays(owner_id, states))


def load_whole(listing_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return listings with all that is shown of them, their `host` included, in the ids' order."""
    details = repository.load_details(listing_ids, reference.snapshot())
    hosts = stay_repository.find_hosts([detail["owner_id"] for detail in details])
    whole = {detail["id"]: {**detail, "host": hosts[detail["owner_id"]]} for detail in details}
    return [whole[each] for each in listing_ids if each in whole]


def _columns(
    values: Mapping[str, Any], state: Reference, category_id: int | None = None
) -> dict[str, Any]:
    """Turn slugs into ids and null into what is empty. The category that is set may be kept."""
    errors: Errors = {}
    columns = resolve_relations(values, relation_ids(state, category_id), errors)
    if errors:
        raise InvalidFields(errors)
    return {
        name: EMPTY[name] if value is None and name in EMPTY else value
        for name, value in columns.items()
    }


def _resolve_extras(
    wanted: Sequence[WantedExtra],
    state: Reference,
    had: Mapping[int, Decimal | None],
    errors: Errors,
) -> dict[int, Decimal | None]:
    prices: dict[int, Decimal | None] = {}
    for each in wanted:
        extra = state.extras_by_uuid.get(each.id)
        if extra is None or not (extra.is_active or extra.id in had):
            errors.setdefault("extras", []).append(no_such_object("id", str(each.id)))
        elif extra.id in prices:
            errors.setdefault("extras", []).append(TWICE)
        else:
            prices[extra.id] = each.price
    return prices


def _set_blackouts(current: Mapping[str, Any], blackouts: Sequence[Period]) -> None:
    today = today_in(current["time_zone"], clock.now())
    last = today + timedelta(days=MAX_NIGHTS_AHEAD)
    if any(end > last for _, end in blackouts):
        raise Invalid(f"Blackouts reach until {last.isoformat()} at most.", "blackout_dates")
    calendar.set_blackouts(current["id"], from_day(blackouts, today))
