"""What an imported row makes of a listing: a new one, a changed one, or the same as before.

Columns that the row does not have stay. Columns that only stays have are no columns of others.
"""

from collections.abc import Mapping
from typing import Any

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.listing_values import (
    STAY_FIELDS,
    Errors,
    check_accepted_stay,
    check_change,
    check_created,
    check_listing,
    check_offer,
    column_of,
)

Columns = Mapping[str, Any]

_STAY_COLUMNS = frozenset(column_of(field) for field in STAY_FIELDS)


def create_row(
    columns: Columns, defaults: Columns, errors: Errors, *, accepts: bool
) -> dict[str, Any]:
    """Return the row of a new listing; `errors` takes what is wrong with it."""
    check_created(columns, errors)
    kind = columns.get("listing_type")
    row = {**defaults, **_own_columns(kind, columns)}
    if kind is ListingType.STAY:
        row["review_status"] = ReviewStatus.DRAFT
        if accepts:
            _accept(row, columns)
            check_accepted_stay(row, errors)
    if kind is not None:
        check_listing(row, errors)
    return row


def change_row(
    current: Columns, columns: Columns, errors: Errors, *, accepts: bool
) -> dict[str, Any]:
    """Return what changes of a listing, by column; `errors` takes what is wrong with that."""
    kind = columns.get("listing_type", current["listing_type"])
    check_offer(current["listing_type"], kind, errors)
    row = {**current, **_own_columns(kind, columns)}
    is_accepted_now = accepts and _may_accept(current)
    if is_accepted_now:
        _accept(row, columns)
    changes = {name: value for name, value in row.items() if value != current[name]}
    if changes:
        check_change(row, changes, errors)
        if is_accepted_now:
            check_accepted_stay(row, errors)
    return changes


def _own_columns(kind: ListingType | None, columns: Columns) -> Columns:
    if kind is ListingType.STAY:
        return columns
    return {name: value for name, value in columns.items() if name not in _STAY_COLUMNS}


def _may_accept(current: Columns) -> bool:
    is_stay = current["listing_type"] is ListingType.STAY
    return is_stay and current["review_status"] is not ReviewStatus.ACCEPTED


def _accept(row: dict[str, Any], columns: Columns) -> None:
    """Accept a stay; it is published, unless the row decides otherwise or it is in the trash."""
    row["review_status"] = ReviewStatus.ACCEPTED
    if "publish_status" not in columns and row["publish_status"] is PublishStatus.DRAFT:
        row["publish_status"] = PublishStatus.PUBLISHED
