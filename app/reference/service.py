"""What the other domains and the faces know of reference data: the snapshot, and the load."""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.core import outbox
from app.core.db import Reader, db, reading, transaction
from app.reference import repository, shipped
from app.reference.category_tree import CategoryItem
from app.reference.vocabulary import (
    AmenityItem,
    CurrencyItem,
    DistrictItem,
    ExtraItem,
    PlotSizeUnitItem,
    PropertyTypeItem,
    Reference,
    RegionItem,
    RegionLabel,
    TenureItem,
    build_reference,
)

__all__ = [
    "CHANGED",
    "AmenityItem",
    "CategoryItem",
    "CurrencyItem",
    "DistrictItem",
    "ExtraItem",
    "LoadReport",
    "PlotSizeUnitItem",
    "PropertyTypeItem",
    "Reference",
    "RegionItem",
    "RegionLabel",
    "TenureItem",
    "current_version",
    "load_reference",
    "missing_problem",
    "snapshot",
]

# Posted when reference data changed: whoever shows it renders anew.
CHANGED = "reference.changed"

# The last snapshot of each database. The key is the app's engine and is held weakly: two apps
# in one process share nothing, and a snapshot dies with its app.
_snapshots: WeakKeyDictionary[Engine, Reference] = WeakKeyDictionary()
_loading = Lock()


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How many shipped rows were added, changed, or already as they should be."""

    added: int
    changed: int
    unchanged: int

    @property
    def has_changes(self) -> bool:
        return bool(self.added or self.changed)


def current_version() -> int:
    """Return the version of the committed reference data; 0 before the first load."""
    with reading() as reader:
        return repository.get_version(reader)


def missing_problem() -> str | None:
    """Say that the reference data was never loaded; None where it was."""
    return None if current_version() else "There is none; run `flask --app wsgi load-reference`."


def snapshot(version: int | None = None) -> Reference:
    """Return all reference data, immutable and shared by the threads of this process.

    A caller that has just read the version passes it: no SQL runs as long as it is the one in
    memory. Otherwise the version is read first. What comes back is always the committed state,
    thus newer than `version` when a load came in between.
    """
    held = _snapshots.get(db.engine)
    wanted = current_version() if version is None else version
    if held is not None and held.version == wanted:
        return held
    return _refreshed()


def load_reference() -> LoadReport:
    """Bring the stored reference data up to the shipped files, in one transaction.

    Rows are matched by slug (currencies by code), and those that are not in the files stay.
    Amenities, categories and extras are only added, never changed: that is staff's to do. The
    version moves by one when anything changed.
    """
    with transaction():
        version = repository.lock_version()
        report = _upsert_all()
        if report.has_changes or version == 0:
            repository.move_version()
            outbox.post(CHANGED, {})
    return report


def _upsert_all() -> LoadReport:
    counts = [
        repository.upsert_regions(shipped.list_regions()),
        repository.upsert_districts(shipped.list_districts()),
        repository.upsert_currencies(shipped.list_currencies()),
        repository.upsert_property_types(shipped.list_property_types()),
        repository.add_amenities(shipped.list_amenities()),
        repository.add_categories(shipped.list_categories()),
        repository.add_extras(shipped.list_extras()),
        repository.upsert_tenures(shipped.list_tenures()),
        repository.upsert_plot_size_units(shipped.list_plot_size_units()),
    ]
    added, changed, unchanged = (sum(column) for column in zip(*counts, strict=True))
    return LoadReport(added, changed, unchanged)


def _refreshed() -> Reference:
    # One thread reads for all: those that waited find its snapshot and only check the version.
    with _loading, reading() as reader:
        held = _snapshots.get(db.engine)
        if held is None or held.version != repository.get_version(reader):
            held = _snapshots[db.engine] = _read(reader)
        return held


def _read(reader: Reader) -> Reference:
    # Each statement sees the latest commit. The version moves in the transaction that changes
    # the rows, so rows read between two equal versions all belong to it.
    while True:
        version = repository.get_version(reader)
        reference = build_reference(
            version,
            regions=repository.list_regions(reader),
            districts=repository.list_districts(reader),
            currencies=repository.list_currencies(reader),
            property_types=repository.list_property_types(reader),
            amenities=repository.list_amenities(reader),
            categories=repository.list_categories(reader),
            extras=repository.list_extras(reader),
            tenures=repository.list_tenures(reader),
            plot_size_units=repository.list_plot_size_units(reader),
        )
        if repository.get_version(reader) == version:
            return reference
