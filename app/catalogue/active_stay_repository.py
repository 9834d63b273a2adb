"""Keeping the rows that lists of stays read: one for each active stay, and none for others."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, text

from app.catalogue.browse import amenity_bits, city_key
from app.catalogue.documents import ListingDetail
from app.catalogue.enums import ListingType
from app.catalogue.geography import strip_of, unit_vector
from app.catalogue.lifecycle import is_active_stay
from app.catalogue.limits import MAX_NIGHTS
from app.catalogue.models import ActiveStay
from app.core.db import session
from app.core.text import words

_table: Any = ActiveStay.__table__
_columns = [column.name for column in _table.columns]
_others = [name for name in _columns if name != "listing_id"]
# Most changes of a listing change nothing here: then no index is written either.
_UPSERT = text(
    f"""
    INSERT INTO active_stay ({", ".join(_columns)})
    VALUES ({", ".join(f":{name}" for name in _columns)})
    ON CONFLICT (listing_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _others)}
    WHERE {" OR ".join(f"active_stay.{name} IS DISTINCT FROM excluded.{name}" for name in _others)}
    """  # nosec B608
).bindparams(*(bindparam(column.name, type_=column.type) for column in _table.columns))


def put_listings(details: Sequence[ListingDetail]) -> None:
    """Write the rows of those that are active stays, and take away those of other stays."""
    stays = [detail for detail in details if detail["listing_type"] is ListingType.STAY]
    active = [detail for detail in stays if _is_active(detail)]
    if active:
        session.connection().execute(_UPSERT, [row_of(detail) for detail in active])
    remove_listings(detail["id"] for detail in stays if not _is_active(detail))


def remove_listings(listing_ids: Iterable[int]) -> None:
    """Take the rows of listings away."""
    gone = list(listing_ids)
    if gone:
        session.execute(delete(ActiveStay).where(ActiveStay.listing_id.in_(gone)))


def row_of(detail: ListingDetail) -> dict[str, Any]:
    """Return the columns of an active stay."""
    return {
        "listing_id": detail["id"],
        "owner_id": detail["owner_id"],
        "created_at": detail["created_at"],
        "price": detail["price"],
        "rating": detail["rating"] or Decimal(0),
        "review_count": detail["review_count"],
        "category_id": detail["category_id"],
        "stay_type": detail["stay_type"] and str(detail["stay_type"]),
        "max_guests": detail["max_guests"],
        "bedrooms": detail["bedrooms"] or 0,
        "min_nights": detail["min_nights"] or 1,
        "max_nights": detail["max_nights"] or MAX_NIGHTS,
        "city_key": city_key(words(detail["city"])),
        "amenity_bits": amenity_bits([amenity.id for amenity in detail["amenities"]]),
        **_place(detail["latitude"], detail["longitude"]),
    }


def _place(latitude: Decimal | None, longitude: Decimal | None) -> dict[str, Any]:
    if latitude is None or longitude is None:
        return dict.fromkeys(("strip", "longitude", "x", "y", "z"))
    x, y, z = unit_vector(latitude, longitude)
    return {"strip": strip_of(latitude), "longitude": longitude, "x": x, "y": y, "z": z}


def _is_active(detail: ListingDetail) -> bool:
    return is_active_stay(detail["listing_type"], detail["review_status"], detail["publish_status"])
