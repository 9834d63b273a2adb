"""Creating, changing and deleting listings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.catalogue import calendar_service as calendar
from app.catalogue import image_service as images
from app.catalogue import repository
from app.catalogue.enums import Availability, Furnishing, ListingType, PublishStatus
from app.catalogue.errors import Incomplete, StayAhead
from app.catalogue.lifecycle import is_active_stay
from app.catalogue.listing_values import (
    ONE_PHOTO,
    Errors,
    check_accepted_stay,
    check_change,
    check_offer,
    resolve_amenities,
    resolve_relations,
)
from app.catalogue.revision_service import mark_changed
from app.core import clock
from app.core.db import Reader, transaction, violates
from app.core.errors import InvalidFields
from app.reference import service as reference
from app.reference.service import Reference

# What a column holds when nobody says otherwise; the others are empty.
COLUMN_DEFAULTS: dict[str, Any] = {
    "publish_status": PublishStatus.DRAFT,
    "availability": Availability.AVAILABLE,
    "furnished": Furnishing.UNFURNISHED,
    "description": "",
    "location": "",
    "address": "",
    "city": "",
    "country": "",
    "youtube_video_id": "",
}


@dataclass(frozen=True, slots=True)
class SavedListing:
    """A listing as it was saved: its columns by name, and its amenities' slugs."""

    row: Mapping[str, Any]
    amenities: list[str]
    reference: Reference


def create_listing(owner_id: int, values: Mapping[str, Any]) -> SavedListing:
    """Create a rent or sale listing from write fields by name, relations as slugs.

    What `values` leaves out gets its default.

    :raises InvalidFields: when a slug is unknown, a rule is broken or the external id taken.
    """
    if values["listing_type"] is ListingType.STAY:
        raise InvalidFields({"listing_type": ['"stay" is not a valid choice.']})
    state = reference.snapshot()
    columns, amenities = _resolve(values, state)
    row = {**COLUMN_DEFAULTS, **columns}
    raise_unless_valid(row, row)
    now = clock.now()
    row |= {"owner_id": owner_id, "created_at": now, "updated_at": now}
    with transaction():
        try:
            [listing_id] = repository.insert_listings([row])
        except IntegrityError as error:
            raise _external_id_taken(error) from error
        repository.add_amenities([(listing_id, each) for each in amenities])
        mark_changed(owner_id, listing_id)
    return _saved({**row, "id": listing_id}, amenities, state)


def update_listing(owner_id: int, listing_id: int, values: Mapping[str, Any]) -> SavedListing:
    """Set some write fields of an owner's listing; what `values` leaves out stays.

    A change of nothing moves neither the version nor `updated_at`. A stay that was submitted once
    keeps what that required.

    :raises ListingNotFound: when the owner has no such listing.
    :raises InvalidFields: as `create_listing`, and when a stay would not be complete any more.
    :raises StayAhead: when it goes into the trash, and guests have a claim on it.
    :raises Incomplete: when a stay shall be shown, and lacks something, such as a photo.
    """
    state = reference.snapshot()
    with transaction():
        current = repository.lock_listing(owner_id, listing_id)
        had = repository.amenity_ids([listing_id])[listing_id]
        columns, amenities = _resolve(values, state, had)
        _raise_if_offer_changes(current, columns)
        raise_unless_valid({**current, **columns}, columns)
        if is_trashed(current, columns):
            require_no_stay_ahead(current)
        require_presentable(current, columns)
        wanted = amenities if "amenities" in values else had
        replace_amenities(listing_id, had, wanted)
        row = write_columns(current, columns, is_touched=wanted != had)
    return _saved(row, wanted, state)


def delete_listing(owner_id: int, listing_id: int) -> None:
    """Delete an owner's listing and its images.

    A tombstone stays, for consumers to learn of the removal.

    :raises ListingNotFound: when the owner has no such listing.
    :raises StayAhead: when guests have a claim on it.
    """
    with transaction():
        bury_listing(repository.lock_listing(owner_id, listing_id))


def has_listing(reader: Reader, owner_id: int, listing_id: int) -> bool:
    """Tell whether the owner has this listing and it is not deleted."""
    return repository.exists(reader, owner_id, listing_id)


def count_listings(owner_id: int) -> int:
    """Count an owner's listings, those in the trash left out."""
    return repository.count_listings(owner_id)


# ── what every service that writes listings does with one that it has locked ────────────────


def write_columns(
    current: Mapping[str, Any], columns: Mapping[str, Any], *, is_touched: bool = False
) -> Mapping[str, Any]:
    """Set columns of a locked listing; return its row as it is then.

    A change of nothing moves neither the version nor `updated_at`; `is_touched` says that
    something beside the row has changed.

    :raises InvalidFields: when another listing has the external id.
    """
    changes = {name: value for name, value in columns.items() if current[name] != value}
    if not changes and not is_touched:
        return current
    with transaction():
        changes.setdefault("updated_at", clock.now())
        try:
            repository.update_listing(current["id"], changes)
        except IntegrityError as error:
            raise _external_id_taken(error) from error
        mark_changed(current["owner_id"], current["id"])
    return {**current, **changes}


def raise_unless_valid(row: Mapping[str, Any], changes: Collection[str]) -> None:
    """Check a listing as it is after a change of some columns.

    :raises InvalidFields: when a rule is broken.
    """
    errors: Errors = {}
    check_change(row, changes, errors)
    if errors:
        raise InvalidFields(errors)


def replace_amenities(listing_id: int, had: set[int], wanted: set[int]) -> None:
    """Give a locked listing the wanted amenities in place of those that it had."""
    if had == wanted:
        return
    with transaction():
        repository.remove_amenities(listing_id, had - wanted)
        repository.add_amenities([(listing_id, each) for each in wanted - had])


def bury_listing(current: Mapping[str, Any]) -> None:
    """Delete a locked listing and its images; its tombstone stays.

    :raises StayAhead: when guests have a claim on it.
    """
    with transaction():
        require_no_stay_ahead(current)
        images.remove_images(current["id"])
        now = clock.now()
        write_columns(current, {"deleted_at": now, "updated_at": now})


def is_trashed(current: Mapping[str, Any], columns: Mapping[str, Any]) -> bool:
    """Tell whether a change of columns puts a listing into the trash."""
    trash = PublishStatus.TRASH
    return columns.get("publish_status") is trash and current["publish_status"] is not trash


def require_no_stay_ahead(current: Mapping[str, Any]) -> None:
    """Keep a locked listing from being removed while guests stay, or hold or have booked nights.

    :raises StayAhead: when they do.
    """
    if calendar.has_stay_ahead(current["id"], current["time_zone"]):
        raise StayAhead


def what_lacks(row: Mapping[str, Any]) -> Errors:
    """Return what a stay lacks to be reviewed, as sentences by field."""
    errors: Errors = {}
    check_accepted_stay(row, errors)
    if not images.list_images(row["id"]):
        errors["photos"] = [ONE_PHOTO]
    return errors


def require_presentable(current: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Keep a change of columns from showing a locked stay that is not complete.

    One that guests see already is left alone: an import may have published it without a photo.

    :raises Incomplete: naming what it lacks.
    """
    row = {**current, **columns}
    if not _is_active(row) or _is_active(current):
        return
    lacks = what_lacks(row)
    if lacks:
        raise Incomplete(list(lacks))


def _is_active(row: Mapping[str, Any]) -> bool:
    return is_active_stay(row["listing_type"], row["review_status"], row["publish_status"])


def _resolve(
    values: Mapping[str, Any], state: Reference, had: Collection[int] = ()
) -> tuple[dict[str, Any], set[int]]:
    """Turn slugs into ids. `had` are the listing's amenities: it may keep one that is retired."""
    errors: Errors = {}
    columns = resolve_relations(values, relation_ids(state), errors)
    usable = amenity_ids(state) | {state.amenities_by_id[each].slug: each for each in had}
    amenities = resolve_amenities(values.get("amenities", []), usable, errors)
    if errors:
        raise InvalidFields(errors)
    return columns, amenities


def relation_ids(state: Reference, category_id: int | None = None) -> dict[str, dict[str, int]]:
    """Return the ids of every relation that a listing may name, by field and slug.

    It may keep the category that it has, also where that one is retired.
    """
    return {
        "currency": {code: each.id for code, each in state.currencies_by_code.items()},
        "property_type": {slug: each.id for slug, each in state.property_types_by_slug.items()},
        "district": {slug: each.id for slug, each in state.districts_by_slug.items()},
        "tenure": {slug: each.id for slug, each in state.tenures_by_slug.items()},
        "plot_size_unit": {slug: each.id for slug, each in state.plot_size_units_by_slug.items()},
        "category": {
            slug: each.id
            for slug, each in state.categories_by_slug.items()
            if each.is_active or each.id == category_id
        },
    }


def amenity_ids(state: Reference) -> dict[str, int]:
    """Return the ids of the amenities that a listing may be given, by slug."""
    return {slug: each.id for slug, each in state.amenities_by_slug.items() if each.is_active}


def _raise_if_offer_changes(current: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    errors: Errors = {}
    before = current["listing_type"]
    check_offer(before, columns.get("listing_type", before), errors)
    if errors:
        raise InvalidFields(errors)


def _external_id_taken(error: IntegrityError) -> Exception:
    if violates(
        error, "uq_listing_owner_id_external_id", "listing.owner_id", "listing.external_id"
    ):
        return InvalidFields({"external_id": ["Another listing has this external_id already."]})
    return error


def _saved(row: Mapping[str, Any], amenities: set[int], state: Reference) -> SavedListing:
    items = sorted(
        (state.amenities_by_id[each] for each in amenities), key=lambda each: each.name.casefold()
    )
    return SavedListing(row, [each.slug for each in items], state)
