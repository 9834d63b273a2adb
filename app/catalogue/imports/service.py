"""Bringing listings in by the thousand: each batch of rows is one transaction.

Rows that have an `external_id` are matched with what the owner has, so an import that broke
off is resumed by running it again. Rows are refused one by one, never a whole batch.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from app.accounts import service as accounts
from app.audit import service as audit
from app.catalogue import calendar_service as calendar
from app.catalogue import repository
from app.catalogue.enums import ListingType, ReviewStatus
from app.catalogue.errors import StayAhead
from app.catalogue.imports.decisions import change_row, create_row
from app.catalogue.imports.vocabulary import AmbiguousName, Vocabulary
from app.catalogue.listing_values import Errors, no_such_object, resolve_relations
from app.catalogue.models import Listing
from app.catalogue.revision_service import mark_changed
from app.catalogue.service import (
    COLUMN_DEFAULTS,
    amenity_ids,
    is_trashed,
    relation_ids,
    require_no_stay_ahead,
)
from app.core import clock
from app.core.db import transaction
from app.core.errors import InvalidFields
from app.core.text import words
from app.reference import service as reference
from app.reference.service import Reference

BATCH_ROWS = 500
# So many different unknown amenities are kept apart, and so much of each: memory stays bounded.
MAX_UNKNOWN_KINDS = 10_000
MAX_NAME_CHARS = 60
OTHERS = "(others)"

# Every row of a bulk insert has the same columns.
_NEW_ROW = {
    **{column.name: None for column in Listing.__table__.c if column.nullable},
    **COLUMN_DEFAULTS,
}

log = structlog.get_logger("nafasi.import")


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of a file: write fields by name, relations and amenities by slug or by name.

    `errors` says what is wrong with it already. A superseded row is only counted.
    """

    line: int
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    is_superseded: bool = False


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not imported, and why: sentences by field."""

    line: int
    errors: Errors


@dataclass(slots=True)
class ImportReport:
    """What became of some rows. `accepted` counts the stays that this import accepted."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    rejected: int = 0
    accepted: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    unknown_amenities: Counter[str] = field(default_factory=Counter)

    def add(self, other: "ImportReport") -> None:
        """Add what became of other rows."""
        self.read += other.read
        self.inserted += other.inserted
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.superseded += other.superseded
        self.rejected += other.rejected
        self.accepted += other.accepted
        self.rejections += other.rejections
        known = self.unknown_amenities
        for name, count in other.unknown_amenities.items():
            is_kept = name in known or len(known) < MAX_UNKNOWN_KINDS
            known[name if is_kept else OTHERS] += count

    def reject(self, line: int, errors: Errors) -> None:
        """Note a row that is not imported."""
        self.rejected += 1
        self.rejections.append(Rejection(line, errors))


def import_listings(
    owner_id: int,
    rows: Iterable[ImportRow],
    *,
    on_batch: Callable[[ImportReport], None],
    accepts: bool = False,
    is_dry_run: bool = False,
    batch_rows: int = BATCH_ROWS,
) -> None:
    """Insert and update an owner's listings, `batch_rows` a transaction.

    `on_batch` gets each batch's report once the batch is durable. With `accepts`, stays count
    as reviewed and are published, which the audit log tells of each batch. With `is_dry_run`
    everything happens but the writing.
    """
    batches = _Batches(owner_id, reference.snapshot(), accepts=accepts, is_dry_run=is_dry_run)
    rows = iter(rows)
    while batch := list(islice(rows, batch_rows)):
        on_batch(batches.run(batch))


def check_values(values: Mapping[str, Any]) -> None:
    """Check that relations and amenities exist, before every row is given these values.

    :raises InvalidFields: when one does not.
    """
    state = reference.snapshot()
    vocabulary, usable = _vocabulary(state), set(amenity_ids(state).values())
    errors: Errors = {}
    resolve_relations(_by_slug(values, vocabulary, errors), relation_ids(state), errors)
    for name in values.get("amenities", []):
        if vocabulary.amenity_id(name) not in usable:
            errors.setdefault("amenities", []).append(no_such_object("name", name))
    if errors:
        raise InvalidFields(errors)


# ── one batch ───────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Changes:
    """What a batch is going to write: rows with their amenities, and changes beside the row."""

    inserts: list[tuple[dict[str, Any], set[int]]] = field(default_factory=list)
    updates: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    added_amenities: list[tuple[int, int]] = field(default_factory=list)
    removed_amenities: list[tuple[int, int]] = field(default_factory=list)
    # The nights that are taken elsewhere: by the place among the inserts, and by the id.
    new_calendars: dict[int, list[date]] = field(default_factory=dict)
    calendars: dict[int, list[date]] = field(default_factory=dict)


class _Batches:
    """Runs the batches of one import."""

    def __init__(self, owner_id: int, state: Reference, *, accepts: bool, is_dry_run: bool) -> None:
        self._owner_id = owner_id
        self._owner_uuid = accounts.get_account(owner_id).uuid
        self._state = state
        self._accepts = accepts
        self._is_dry_run = is_dry_run
        self._relation_ids = relation_ids(state)
        self._vocabulary = _vocabulary(state)
        self._active_amenities = set(amenity_ids(state).values())

    def run(self, rows: Sequence[ImportRow]) -> ImportReport:
        """Import some rows in one transaction."""
        try:
            with transaction():
                repository.plan_for_growth()
                report, changes = self._decide(rows)
                if not self._is_dry_run:
                    self._write(changes)
                    self._record(report.accepted)
        except (IntegrityError, DataError) as error:
            if len(rows) == 1:
                reason = str(error.orig).partition("\n")[0]
                log.warning("row refused by the database", line=rows[0].line, reason=reason)
                report = ImportReport(read=1)
                report.reject(rows[0].line, {"row": ["The database refuses it."]})
                return report
            # One bad row must not take the others with it: alone, it fails alone.
            report = ImportReport()
            for row in rows:
                report.add(self.run([row]))
        return report

    def _decide(self, rows: Sequence[ImportRow]) -> tuple[ImportReport, _Changes]:
        report, changes = ImportReport(read=len(rows)), _Changes()
        ids = [each for row in rows if (each := row.values.get("external_id")) is not None]
        stored = repository.lock_by_external_ids(self._owner_id, ids) if ids else {}
        amenities = repository.amenity_ids([row["id"] for row in stored.values()])
        now = clock.now()
        for row in rows:
            if row.is_superseded:
                report.superseded += 1
                continue
            if row.errors and not row.values:
                report.reject(row.line, row.errors)
                continue
            errors = {name: list(found) for name, found in row.errors.items()}
            current = stored.get(row.values.get("external_id", ""))
            had = set() if current is None else amenities[current["id"]]
            columns = resolve_relations(
                _by_slug(row.values, self._vocabulary, errors), self._ids_for(current), errors
            )
            wanted = self._amenities(row.values, had, report)
            taken = row.values.get("taken")
            if current is None:
                created = create_row(columns, _NEW_ROW, errors, accepts=self._accepts)
                created |= {"owner_id": self._owner_id, "created_at": now, "updated_at": now}
                if not errors:
                    if taken and _is_stay(created):
                        changes.new_calendars[len(changes.inserts)] = taken
                    changes.inserts.append((created, wanted))
                    report.inserted += 1
                    report.accepted += created["review_status"] is ReviewStatus.ACCEPTED
            else:
                changed = change_row(current, columns, errors, accepts=self._accepts)
                if is_trashed(current, changed):
                    _check_stay_ahead(current, errors)
                if not errors and taken is not None and _is_stay(current):
                    changes.calendars[current["id"]] = taken
                if not errors and (changed or wanted != had):
                    changes.updates.append((current, {**changed, "updated_at": now}))
                    changes.added_amenities += ((current["id"], each) for each in wanted - had)
                    changes.removed_amenities += ((current["id"], each) for each in had - wanted)
                    report.updated += 1
                    report.accepted += changed.get("review_status") is ReviewStatus.ACCEPTED
                elif not errors:
                    report.unchanged += 1
            if errors:
                report.reject(row.line, errors)
        return report, changes

    def _ids_for(self, current: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, int]]:
        """Return the ids that a row may name: a listing may keep a category that is retired."""
        category_id = None if current is None else current["category_id"]
        if category_id is None or self._state.categories_by_id[category_id].is_active:
            return self._relation_ids
        return relation_ids(self._state, category_id)

    def _record(self, accepted: int) -> None:
        if accepted:
            audit.record(
                None,
                "listing.accepted",
                "account",
                self._owner_uuid,
                count=accepted,
                by="import-listings",
            )

    def _amenities(
        self, values: Mapping[str, Any], had: set[int], report: ImportReport
    ) -> set[int]:
        if "amenities" not in values:
            return had
        # One that is no longer offered stays where it is set.
        usable, wanted = self._active_amenities | had, set()
        for name in values["amenities"]:
            amenity_id = self._vocabulary.amenity_id(name)
            if amenity_id in usable:
                wanted.add(amenity_id)
            else:
                report.unknown_amenities[name[:MAX_NAME_CHARS]] += 1
        return wanted

    def _write(self, changes: _Changes) -> None:
        changed_ids: list[int] = []
        added = changes.added_amenities
        if changes.inserts:
            changed_ids = repository.insert_listings([row for row, _ in changes.inserts])
            for listing_id, (_, wanted) in zip(changed_ids, changes.inserts, strict=True):
                added += ((listing_id, each) for each in wanted)
            for place, nights in changes.new_calendars.items():
                calendar.set_external_nights(changed_ids[place], nights)
        if changes.updates:
            names = {name for _, changed in changes.updates for name in changed}
            repository.update_listings(
                [
                    {"id": current["id"]}
                    | {name: changed.get(name, current[name]) for name in names}
                    for current, changed in changes.updates
                ]
            )
            changed_ids += (current["id"] for current, _ in changes.updates)
        repository.remove_amenity_pairs(changes.removed_amenities)
        repository.add_amenities(added)
        for listing_id, nights in changes.calendars.items():
            calendar.set_external_nights(listing_id, nights)
        if changed_ids:
            mark_changed(self._owner_id, *changed_ids)


def _check_stay_ahead(current: Mapping[str, Any], errors: Errors) -> None:
    try:
        require_no_stay_ahead(current)
    except StayAhead as refusal:
        errors.setdefault("publish_status", []).append(refusal.message)


def _is_stay(row: Mapping[str, Any]) -> bool:
    return row["listing_type"] is ListingType.STAY


# ── names ───────────────────────────────────────────────────────────────────────────────────


class _Named(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...


def _vocabulary(state: Reference) -> Vocabulary:
    named: dict[str, Sequence[_Named]] = {
        "property_type": state.property_types,
        "district": state.districts,
        "tenure": state.tenures,
        "plot_size_unit": state.plot_size_units,
        "category": tuple(state.categories_by_slug.values()),
    }
    relations = {name: [(each.slug, each.name) for each in items] for name, items in named.items()}
    relations["currency"] = [(each.code, each.code) for each in state.currencies]
    amenities = [(each.slug, each.name, each.id) for each in state.amenities]
    return Vocabulary(relations, amenities, _spelling)


def _spelling(text: str) -> str:
    """Return the same for "Wi-Fi", "wifi" and "WiFi"."""
    return "".join(words(text))


def _by_slug(values: Mapping[str, Any], vocabulary: Vocabulary, errors: Errors) -> dict[str, Any]:
    """Return the values with relations by slug. One that several things share is left out."""
    named = dict(values)
    for name in vocabulary.fields & values.keys():
        text = values[name]
        if text is None:
            continue
        try:
            named[name] = vocabulary.slug(name, text)
        except AmbiguousName as error:
            errors.setdefault(name, []).append(str(error))
            del named[name]
    return named
