"""Queries that change listings, and those that load them whole."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import (
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from app.catalogue import image_repository
from app.catalogue.documents import ListingDetail, OfferedExtra
from app.catalogue.enums import PublishStatus
from app.catalogue.errors import ListingNotFound
from app.catalogue.limits import MAX_ID
from app.catalogue.models import (
    Catalogue,
    Listing,
    ListingDocument,
    ListingExtra,
    listing_amenity,
)
from app.core.db import Reader, session
from app.reference.service import Reference

_columns = Listing.__table__.c
Row = dict[str, Any]


_FIND_STAY = """
    SELECT l.id, l.owner_id, l.version, l.time_zone, o.uuid, o.first_name, o.created_at
    FROM listing l
    JOIN account o ON o.id = l.owner_id
    WHERE l.uuid = :uuid
      AND l.listing_type = 'stay'
      AND l.publish_status <> 'trash'
      AND l.deleted_at IS NULL
      AND (
        (l.publish_status = 'published' AND o.disabled_at IS NULL)
        OR l.owner_id = :caller_id
        OR :is_staff
      )
"""


class FoundStay(NamedTuple):
    """Which stay somebody asked for: the version that it has, and who offers it.

    The last three are as the driver gives them: they are for comparing, not for showing.
    """

    id: int
    owner_id: int
    version: int
    time_zone: str
    host_uuid: Any
    host_first_name: str
    host_created_at: Any


# ── reading whole listings ──────────────────────────────────────────────────────────────────


def lock_listing(owner_id: int, listing_id: int) -> Row:
    """Return the columns of an owner's listing and hold its row until the commit.

    :raises ListingNotFound: when there is none, or it is deleted.
    """
    found = _lock(owner_id, _columns.id == listing_id) if listing_id <= MAX_ID else []
    if not found:
        raise ListingNotFound
    return found[0]


def lock_by_external_ids(owner_id: int, external_ids: Iterable[str]) -> dict[str, Row]:
    """Return and hold the owner's listings that have one of these external ids, by it."""
    found = _lock(owner_id, _columns.external_id.in_(list(external_ids)))
    return {row["external_id"]: row for row in found}


def _lock(owner_id: int, condition: Any) -> list[Row]:
    statement = (
        select(*_columns)
        .where(_columns.owner_id == owner_id, _columns.deleted_at.is_(None), condition)
        .order_by(_columns.id)
        .with_for_update()
    )
    return [dict(row._mapping) for row in session.execute(statement)]


def lock_idle(listing_ids: Sequence[int]) -> list[int]:
    """Hold those of the listings that nobody else is changing; return their ids in order."""
    statement = (
        select(_columns.id)
        .where(_columns.id.in_(listing_ids))
        .order_by(_columns.id)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement))


def exists(reader: Reader, owner_id: int, listing_id: int) -> bool:
    """Tell whether the owner has this listing and it is not deleted."""
    row = reader.row(
        "SELECT 1 FROM listing WHERE id = :id AND owner_id = :owner_id AND deleted_at IS NULL",
        {"id": listing_id, "owner_id": owner_id},
    )
    return row is not None


def find_stay(
    reader: Reader, listing_uuid: UUID, *, caller_id: int | None, is_staff: bool
) -> FoundStay | None:
    """Return a stay that this caller may see.

    Everybody sees an active one of an owner who is not disabled; the owner and staff see others.
    """
    given = {"uuid": reader.uuid(listing_uuid), "caller_id": caller_id, "is_staff": is_staff}
    row = reader.row(_FIND_STAY, given)
    return None if row is None else FoundStay(*row)


def count_listings(owner_id: int) -> int:
    """Count an owner's listings, those in the trash left out."""
    return session.execute(
        select(func.count()).where(
            _columns.owner_id == owner_id,
            _columns.deleted_at.is_(None),
            _columns.publish_status != PublishStatus.TRASH,
        )
    ).scalar_one()


def amenity_ids(listing_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return the amenities of each listing."""
    found: dict[int, set[int]] = defaultdict(set)
    statement = select(listing_amenity.c.listing_id, listing_amenity.c.amenity_id).where(
        listing_amenity.c.listing_id.in_(listing_ids)
    )
    for listing_id, amenity_id in session.execute(statement):
        found[listing_id].add(amenity_id)
    return found


def load_details(listing_ids: Sequence[int], reference: Reference) -> Sequence[ListingDetail]:
    """Load listings with all that a renderer shows, in order of id; deleted ones are left out."""
    statement = (
        select(*_columns)
        .where(_columns.id.in_(listing_ids), _columns.deleted_at.is_(None))
        .order_by(_columns.id)
    )
    rows: list[Row] = [dict(row._mapping) for row in session.execute(statement)]
    amenities = amenity_ids(listing_ids)
    extras = list_extras(listing_ids, reference)
    images = image_repository.ready_images(listing_ids)
    for row in rows:
        row["currency"] = reference.currencies_by_id[row["currency_id"]]
        row["property_type"] = reference.property_types_by_id[row["property_type_id"]]
        row["district"] = district = reference.districts_by_id.get(row["district_id"])
        row["region"] = None if district is None else district.region
        row["tenure"] = reference.tenures_by_id.get(row["tenure_id"])
        row["plot_size_unit"] = reference.plot_size_units_by_id.get(row["plot_size_unit_id"])
        row["amenities"] = sorted(
            (reference.amenities_by_id[each] for each in amenities[row["id"]]),
            key=lambda amenity: amenity.name.casefold(),
        )
        row["category"] = reference.categories_by_id.get(row["category_id"])
        row["extras"] = extras[row["id"]]
        row["images"] = images[row["id"]]
    return rows


def list_extras(listing_ids: Sequence[int], reference: Reference) -> dict[int, list[OfferedExtra]]:
    """Return the extras that each listing offers, by name, with what they cost there."""
    found: dict[int, list[OfferedExtra]] = defaultdict(list)
    statement = select(ListingExtra.listing_id, ListingExtra.extra_id, ListingExtra.price).where(
        ListingExtra.listing_id.in_(listing_ids)
    )
    for listing_id, extra_id, price in session.execute(statement):
        extra = reference.extras_by_id[extra_id]
        found[listing_id].append(OfferedExtra(extra, extra.price if price is None else price))
    for offered in found.values():
        offered.sort(key=lambda each: each.extra.name.casefold())
    return found


def listing_ids_after(after_id: int, limit: int) -> list[int]:
    """Return the ids of all owners' listings past `after_id`, in order, deleted ones left out."""
    return list(
        session.scalars(
            select(_columns.id)
            .where(_columns.id > after_id, _columns.deleted_at.is_(None))
            .order_by(_columns.id)
            .limit(limit)
        )
    )


def plan_for_growth() -> None:
    """Have PostgreSQL plan the current transaction's statements for the tables as they are now.

    A long-lived connection keeps the plans that it made first. Those of an empty table scan it
    whole, and would go on doing so while an import fills it.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


# ── changing listings ───────────────────────────────────────────────────────────────────────


def insert_listings(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert listings that have the same columns; return their ids in the order of the rows."""
    # The table, not the entity: the ORM would leave out empty columns, and so send every set of
    # columns on its own.
    statement = insert(Listing.__table__)  # type: ignore[arg-type]
    connection = session.connection()
    if len(rows) == 1:
        return [connection.execute(statement.returning(_columns.id), rows[0]).scalar_one()]
    # Ids that come back in order would cost SQLite a statement a row, and PostgreSQL a sort.
    uuids = [uuid4() for _ in rows]
    new_rows = [{**row, "uuid": uuid} for row, uuid in zip(rows, uuids, strict=True)]
    connection.execute(statement, new_rows)
    stored = select(_columns.uuid, _columns.id).where(_columns.uuid.in_(uuids))
    ids = {row.uuid: row.id for row in connection.execute(stored)}
    return [ids[uuid] for uuid in uuids]


def update_listing(listing_id: int, changes: Mapping[str, Any]) -> None:
    """Set some columns of a listing that is locked."""
    if changes:
        session.execute(update(Listing).where(_columns.id == listing_id).values(**changes))


def update_listings(rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of several locked listings: each row has `id`, and all have the same columns."""
    names = [name for name in rows[0] if name != "id"]
    session.connection().execute(
        update(Listing.__table__)  # type: ignore[arg-type]
        .where(_columns.id == bindparam("listing"))
        .values({name: bindparam(f"new_{name}") for name in names}),
        [{"listing": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows],
    )


def add_amenities(pairs: Sequence[tuple[int, int]]) -> None:
    """Add (listing id, amenity id) pairs."""
    if pairs:
        session.execute(
            insert(listing_amenity),
            [{"listing_id": listing, "amenity_id": amenity} for listing, amenity in pairs],
        )


def remove_amenities(listing_id: int, ids: Iterable[int]) -> None:
    """Take some amenities off a listing."""
    session.execute(
        delete(listing_amenity).where(
            listing_amenity.c.listing_id == listing_id, listing_amenity.c.amenity_id.in_(list(ids))
        )
    )


def remove_amenity_pairs(pairs: Sequence[tuple[int, int]]) -> None:
    """Take (listing id, amenity id) pairs away."""
    if pairs:
        session.connection().execute(
            delete(listing_amenity).where(
                listing_amenity.c.listing_id == bindparam("listing"),
                listing_amenity.c.amenity_id == bindparam("amenity"),
            ),
            [{"listing": listing, "amenity": amenity} for listing, amenity in pairs],
        )


# ── versions and documents ──────────────────────────────────────────────────────────────────

_TAKE_VERSIONS = text(
    """
    INSERT INTO catalogue (owner_id, version, changed_at) VALUES (:owner_id, :count, :now)
    ON CONFLICT (owner_id) DO UPDATE
    SET version = catalogue.version + excluded.version,
        changed_at = CASE WHEN excluded.changed_at > catalogue.changed_at
                     THEN excluded.changed_at ELSE catalogue.changed_at END
    RETURNING version
    """
).bindparams(bindparam("now", type_=Catalogue.__table__.c.changed_at.type))

_STORE_DOCUMENT = text(
    """
    INSERT INTO listing_document
        (face, listing_id, listing_version, reference_version, format, body)
    VALUES (:face, :listing_id, :listing_version, :reference_version, :format, :body)
    ON CONFLICT (face, listing_id) DO UPDATE
    SET listing_version = excluded.listing_version, format = excluded.format,
        reference_version = excluded.reference_version, body = excluded.body
    WHERE excluded.listing_version >= listing_document.listing_version
    """
)


def take_versions(owner_id: int, count: int, now: datetime) -> int:
    """Take `count` numbers from the owner's counter; return the last of them.

    The counter's row stays locked until the commit, so numbers follow commit order.
    """
    taken = session.execute(_TAKE_VERSIONS, {"owner_id": owner_id, "count": count, "now": now})
    version: int = taken.scalar_one()
    return version


def set_versions(versions: Mapping[int, int], title_keys: Mapping[int, bytes]) -> None:
    """Write each listing's new version, and what its title is sorted by."""
    session.connection().execute(
        update(Listing.__table__)  # type: ignore[arg-type]
        .where(_columns.id == bindparam("listing"))
        .values(version=bindparam("number"), title_key=bindparam("key")),
        [
            {"listing": listing, "number": number, "key": title_keys.get(listing, b"")}
            for listing, number in versions.items()
        ],
    )


def set_title_keys(title_keys: Mapping[int, bytes]) -> None:
    """Write what listings are sorted by, where something else stands there."""
    if title_keys:
        session.connection().execute(
            update(Listing.__table__)  # type: ignore[arg-type]
            .where(_columns.id == bindparam("listing"), _columns.title_key != bindparam("key"))
            .values(title_key=bindparam("key")),
            [{"listing": listing, "key": key} for listing, key in title_keys.items()],
        )


def store_documents(documents: Sequence[Mapping[str, Any]]) -> None:
    """Store rendered listings, unless a newer version of one is there already."""
    if documents:
        session.connection().execute(_STORE_DOCUMENT, list(documents))


def delete_documents(listing_ids: Sequence[int]) -> None:
    """Forget the documents of listings that are gone."""
    session.execute(delete(ListingDocument).where(ListingDocument.listing_id.in_(listing_ids)))
