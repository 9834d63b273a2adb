"""From what a client wrote to what is stored: slugs become ids, and the rules are checked.

Pure: reference data comes in as mappings, and errors go out as sentences by field.
"""

from collections.abc import Collection, Mapping
from typing import Any

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.lifecycle import UNACCEPTED_STAY, may_publish

Errors = dict[str, list[str]]

# Fields that name another object: what they are stored as, and what they are looked up by.
RELATIONS = {
    "currency": ("currency_id", "code"),
    "property_type": ("property_type_id", "slug"),
    "district": ("district_id", "slug"),
    "tenure": ("tenure_id", "slug"),
    "plot_size_unit": ("plot_size_unit_id", "slug"),
    "category": ("category_id", "slug"),
}

# Fields that are kept in tables of their own.
BESIDE_THE_ROW = ("amenities", "taken")

# What every listing has from the start; `check_listing` tells what depends on the kind.
REQUIRED_OF_ALL = ("title", "currency", "property_type", "listing_type")

# What only stays have.
STAY_FIELDS = (
    "address",
    "city",
    "country",
    "category",
    "stay_type",
    "max_guests",
    "standard_guests",
    "min_nights",
    "max_nights",
    "taken",
)

# What `submit/` and staff's acceptance ask of a stay, photos apart.
REQUIRED_OF_STAYS = (
    "title",
    "description",
    "address",
    "city",
    "country",
    "price",
    "max_guests",
    "category",
)

REQUIRED = "This field is required."
ONE_PHOTO = "At least one photo is required."


def column_of(field: str) -> str:
    """Return the column that a field is stored in."""
    return RELATIONS[field][0] if field in RELATIONS else field


def no_such_object(key: str, value: str) -> str:
    return f"Object with {key}={value} does not exist."


def resolve_relations(
    values: Mapping[str, Any], ids: Mapping[str, Mapping[str, int]], errors: Errors
) -> dict[str, Any]:
    """Return the columns of `values`, slugs replaced by ids; what is no column is left out.

    `ids` maps each relation's field to its ids by slug. Unknown ones go into `errors`.
    """
    columns = {}
    for field, value in values.items():
        if field in BESIDE_THE_ROW:
            continue
        if field not in RELATIONS:
            columns[field] = value
            continue
        column, key = RELATIONS[field]
        columns[column] = None if value is None else ids[field].get(value)
        if value is not None and columns[column] is None:
            errors.setdefault(field, []).append(no_such_object(key, value))
    return columns


def resolve_amenities(slugs: list[str], ids: Mapping[str, int], errors: Errors) -> set[int]:
    """Return the ids of amenities; unknown slugs go into `errors`."""
    unknown = [no_such_object("slug", slug) for slug in slugs if slug not in ids]
    if unknown:
        errors.setdefault("amenities", []).extend(unknown)
    return {ids[slug] for slug in slugs if slug in ids}


def check_listing(
    row: Mapping[str, Any], errors: Errors, sent: Collection[str] | None = None
) -> None:
    """Check what must be true of a listing's columns together; `errors` takes what is not.

    Of two columns in the wrong order it names the one that is among those that were `sent`.
    """
    kind = row["listing_type"]
    if kind is not ListingType.STAY and row.get("district_id") is None:
        errors.setdefault("district", [REQUIRED])
    if row.get("price") is None and row.get("review_status") is not ReviewStatus.DRAFT:
        errors.setdefault("price", [REQUIRED])
    has_latitude, has_longitude = (row.get(name) is not None for name in ("latitude", "longitude"))
    if has_latitude != has_longitude:
        missing = "longitude" if has_latitude else "latitude"
        errors.setdefault(missing, ["Latitude and longitude go together."])
    if row["publish_status"] is PublishStatus.PUBLISHED and not may_publish(
        kind, row.get("review_status")
    ):
        errors.setdefault("publish_status", [UNACCEPTED_STAY])
    _check_order(row, "min_nights", "max_nights", errors, sent)
    _check_order(row, "standard_guests", "max_guests", errors, sent)


def check_change(row: Mapping[str, Any], changes: Collection[str], errors: Errors) -> None:
    """Check a listing as it is after a change of some columns.

    A stay that was submitted once keeps what that required.
    """
    check_listing(row, errors, sent=changes)
    if row.get("review_status") not in (None, ReviewStatus.DRAFT):
        check_accepted_stay(row, errors, columns=changes)


def check_created(columns: Mapping[str, Any], errors: Errors) -> None:
    """Check that a new listing has what every listing must have."""
    for field in REQUIRED_OF_ALL:
        if columns.get(column_of(field)) is None:
            errors.setdefault(field, [REQUIRED])


def check_offer(before: ListingType, after: ListingType, errors: Errors) -> None:
    """Check that a listing does not change to or from a stay."""
    if before is not after and ListingType.STAY in (before, after):
        errors.setdefault("listing_type", ["A listing cannot change to or from a stay."])


def check_accepted_stay(
    row: Mapping[str, Any], errors: Errors, columns: Collection[str] | None = None
) -> None:
    """Check that a stay has everything that an accepted one must have, photos apart.

    `columns` limits it to some of them, such as those that are being changed.
    """
    for field in REQUIRED_OF_STAYS:
        column = column_of(field)
        if (columns is None or column in columns) and row.get(column) in (None, ""):
            errors.setdefault(field, [REQUIRED])


def _check_order(
    row: Mapping[str, Any], low: str, high: str, errors: Errors, sent: Collection[str] | None
) -> None:
    least, most = row.get(low), row.get(high)
    if least is None or most is None or least <= most:
        return
    if sent is None or low in sent:
        errors.setdefault(low, [f"Must not be greater than {high}."])
    else:
        errors.setdefault(high, [f"Must not be less than {low}."])
