"""The SQL of the reference data: lean reads of whole tables, and upserts that never delete."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import insert, select, text, update

from app.core.db import Base, Reader, session
from app.reference.models import (
    Amenity,
    Category,
    Currency,
    District,
    Extra,
    PlotSizeUnit,
    PropertyType,
    ReferenceState,
    Region,
    Tenure,
)

Entry = TypeVar("Entry", Category, Amenity, Extra)
Rows = Sequence[Mapping[str, Any]]
Counts = tuple[int, int, int]


# ── reads ───────────────────────────────────────────────────────────────────────────────────


def get_version(reader: Reader) -> int:
    """Return the version of all reference data; 0 before the first load."""
    row = reader.row("SELECT version FROM reference_state WHERE id = 1", {})
    return 0 if row is None else int(row[0])


def list_regions(reader: Reader) -> Sequence[Any]:
    """Return (id, slug, name, country) of every region."""
    return reader.rows("SELECT id, slug, name, country FROM region", {})


def list_districts(reader: Reader) -> Sequence[Any]:
    """Return (id, slug, name, region id) of every district."""
    return reader.rows("SELECT id, slug, name, region_id FROM district", {})


def list_currencies(reader: Reader) -> Sequence[Any]:
    """Return (id, code, symbol) of every currency."""
    return reader.rows("SELECT id, code, symbol FROM currency", {})


def list_property_types(reader: Reader) -> Sequence[Any]:
    """Return (id, slug, name) of every property type."""
    return reader.rows("SELECT id, slug, name FROM property_type", {})


def list_amenities(reader: Reader) -> Sequence[Any]:
    """Return (id, uuid, slug, name, icon, is active) of every amenity."""
    return reader.rows("SELECT id, uuid, slug, name, icon, is_active FROM amenity", {})


def list_categories(reader: Reader) -> Sequence[Any]:
    """Return (id, uuid, parent's id, slug, name, icon, is active) of every category."""
    return reader.rows("SELECT id, uuid, parent_id, slug, name, icon, is_active FROM category", {})


def list_extras(reader: Reader) -> Sequence[Any]:
    """Return (id, uuid, slug, name, icon, price in hundredths, is active) of every extra."""
    return reader.rows("SELECT id, uuid, slug, name, icon, price, is_active FROM extra", {})


def list_tenures(reader: Reader) -> Sequence[Any]:
    """Return (id, slug, name) of every tenure."""
    return reader.rows("SELECT id, slug, name FROM tenure", {})


def list_plot_size_units(reader: Reader) -> Sequence[Any]:
    """Return (id, slug, name) of every plot size unit."""
    return reader.rows("SELECT id, slug, name FROM plot_size_unit", {})


# ── writes ──────────────────────────────────────────────────────────────────────────────────


def lock_version() -> int:
    """Return the version, and keep other writers of reference data waiting until the commit.

    The row is made with version 0 when it is not there yet.
    """
    # Two first loads at once: the second waits here for the first. Both databases read this
    # clause alike, while SQLAlchemy has it only in the dialects' own inserts.
    session.execute(
        text("INSERT INTO reference_state (id, version) VALUES (1, 0) ON CONFLICT DO NOTHING")
    )
    return session.execute(select(ReferenceState.version).with_for_update()).scalar_one()


def move_version() -> None:
    """Raise the version by one."""
    session.execute(update(ReferenceState).values(version=ReferenceState.version + 1))


def upsert_regions(rows: Rows) -> Counts:
    """Add or change regions (`slug`, `name`, `country`); return how many were which."""
    return _upsert(Region, "slug", rows)


def upsert_districts(rows: Rows) -> Counts:
    """Add or change districts (`slug`, `name`, `region`: the slug of a stored region).

    :raises KeyError: when there is no such region.
    """
    region_ids = {row.slug: row.id for row in session.execute(select(Region.slug, Region.id))}
    stored_form = [
        {"slug": row["slug"], "name": row["name"], "region_id": region_ids[row["region"]]}
        for row in rows
    ]
    return _upsert(District, "slug", stored_form)


def upsert_currencies(rows: Rows) -> Counts:
    """Add or change currencies (`code`, `symbol`)."""
    return _upsert(Currency, "code", rows)


def upsert_property_types(rows: Rows) -> Counts:
    """Add or change property types (`slug`, `name`)."""
    return _upsert(PropertyType, "slug", rows)


def add_amenities(rows: Rows) -> Counts:
    """Add the amenities (`slug`, `name`, `icon`) that are not there yet.

    Those that are there stay as staff has made them.
    """
    return _add_missing(Amenity, rows)


def add_categories(rows: Rows) -> Counts:
    """Add the categories (`slug`, `name`, `icon`, `parent`: a slug) that are not there yet.

    A parent comes before its children. Those that are there stay as staff has made them.
    """
    ids = {row.slug: row.id for row in session.execute(select(Category.slug, Category.id))}
    added = [row for row in rows if row["slug"] not in ids]
    for row in added:
        values = {name: row[name] for name in ("slug", "name", "icon")}
        parent_id = ids[row["parent"]] if row["parent"] else None
        category = Category(**values, parent_id=parent_id)
        session.add(category)
        session.flush()
        ids[category.slug] = category.id
    return len(added), 0, len(rows) - len(added)


def add_extras(rows: Rows) -> Counts:
    """Add the extras (`slug`, `name`, `icon`, `price`) that are not there yet."""
    return _add_missing(Extra, rows)


def upsert_tenures(rows: Rows) -> Counts:
    """Add or change tenures (`slug`, `name`)."""
    return _upsert(Tenure, "slug", rows)


def upsert_plot_size_units(rows: Rows) -> Counts:
    """Add or change plot size units (`slug`, `name`)."""
    return _upsert(PlotSizeUnit, "slug", rows)


# ── what staff changes, while it holds the version ──────────────────────────────────────────


def list_stored_categories() -> Sequence[Any]:
    """Return what `list_categories` does, as the current transaction sees it."""
    columns = (
        Category.id,
        Category.uuid,
        Category.parent_id,
        Category.slug,
        Category.name,
        Category.icon,
        Category.is_active,
    )
    return session.execute(select(*columns)).all()


def find_by_slug(model: type[Entry], slug: str) -> Entry | None:
    """Return an entry as it is now."""
    return session.scalar(
        select(model).where(model.slug == slug).execution_options(populate_existing=True)
    )


def find_by_uuid(model: type[Entry], uuid: UUID) -> Entry | None:
    """Return an entry as it is now."""
    return session.scalar(
        select(model).where(model.uuid == uuid).execution_options(populate_existing=True)
    )


def add_entry(entry: Category | Amenity | Extra) -> None:
    """Add an entry; a constraint that refuses it leaves the transaction usable."""
    with session.begin_nested():
        session.add(entry)


def _add_missing(model: type[Amenity] | type[Extra], rows: Rows) -> Counts:
    """Write the rows whose slug is not there; return (added, changed, unchanged)."""
    there = set(session.scalars(select(model.slug)))
    added = [row for row in rows if row["slug"] not in there]
    session.add_all([model(**row) for row in added])
    session.flush()
    return len(added), 0, len(rows) - len(added)


def _upsert(model: type[Base], key: str, rows: Rows) -> Counts:
    """Write the rows, matched by `key`; return (added, changed, unchanged).

    All rows have the same columns; columns that they lack are left alone.
    """
    columns = [getattr(model, name) for name in rows[0]]
    stored = {row[key]: row for row in session.execute(select(*columns)).mappings()}
    added = [row for row in rows if row[key] not in stored]
    changed = [row for row in rows if row[key] in stored and dict(stored[row[key]]) != row]
    if added:
        session.execute(insert(model), added)
    for row in changed:
        session.execute(update(model).where(getattr(model, key) == row[key]).values(**row))
    return len(added), len(changed), len(rows) - len(added) - len(changed)
