"""Imports: what is written, what is left alone, and what one bad row costs."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update
from structlog.testing import capture_logs

from app.audit.models import AuditEntry
from app.catalogue import repository
from app.catalogue import service as catalogue
from app.catalogue.enums import (
    ListingType,
    NightState,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.imports import service as imports
from app.catalogue.imports.service import ImportReport, ImportRow
from app.catalogue.models import Catalogue, Listing, ListingDocument, Night
from app.core.db import db, reading, session, transaction
from app.core.errors import InvalidFields
from app.reference import repository as reference_repository
from app.reference import service as reference
from app.reference.models import Amenity, Category
from tests.bookings.factories import hold
from tests.factories import Tenant, make_account, make_listing, make_stay
from tests.threads import at_once

pytestmark = pytest.mark.both


def _values(external_id: str | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "title": "3 bedroom house",
        "listing_type": ListingType.SALE,
        "price": Decimal("850000000"),
        "currency": "UGX",
        "property_type": "house",
        "district": "kampala",
        "publish_status": PublishStatus.PUBLISHED,
        **changes,
    }


def _stay_values(external_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "external_id": external_id,
        "title": "Beach house",
        "listing_type": ListingType.STAY,
        "stay_type": StayType.SHORT,
        "description": "Near the sea.",
        "price": Decimal(120),
        "currency": "USD",
        "property_type": "villa",
        "address": "1 Beach Road",
        "city": "Diani",
        "country": "Kenya",
        "max_guests": 4,
        "category": "beach-villa",
        **changes,
    }


def _import(
    owner: Tenant, *rows: dict[str, Any] | ImportRow, start: int = 2, **options: Any
) -> ImportReport:
    totals = ImportReport()
    numbered = (
        row if isinstance(row, ImportRow) else ImportRow(line, row)
        for line, row in enumerate(rows, start)
    )
    imports.import_listings(owner.id, numbered, on_batch=totals.add, **options)
    return totals


def _counts(report: ImportReport) -> dict[str, int]:
    names = ("inserted", "updated", "unchanged", "superseded", "rejected")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def _stored(owner: Tenant) -> list[dict[str, Any]]:
    session.rollback()
    rows = session.execute(
        select(*Listing.__table__.c).where(Listing.owner_id == owner.id).order_by(Listing.id)
    )
    return [dict(row._mapping) for row in rows]


def _by_id(owner: Tenant) -> dict[str, dict[str, Any]]:
    return {row["external_id"]: row for row in _stored(owner)}


def _amenity_slugs(listing_id: int) -> set[str]:
    state = reference.snapshot()
    found = repository.amenity_ids([listing_id]).get(listing_id, set())
    return {state.amenities_by_id[each].slug for each in found}


def _version(owner: Tenant) -> int:
    session.rollback()
    return session.scalar(select(Catalogue.version).where(Catalogue.owner_id == owner.id)) or 0


# ── inserting ───────────────────────────────────────────────────────────────────────────────


def test_rows_become_listings_with_everything_that_a_single_write_makes(owner: Tenant) -> None:
    report = _import(owner, _values("a", amenities=["Wi-Fi", "parking"], bedrooms=3), _values("b"))
    assert _counts(report) == {"inserted": 2}
    first, second = _stored(owner)
    assert (first["external_id"], second["external_id"]) == ("a", "b")
    assert first["bedrooms"] == 3
    assert second["bedrooms"] is None
    assert first["district_id"] == reference.snapshot().districts_by_slug["kampala"].id
    assert _amenity_slugs(first["id"]) == {"wifi", "parking"}
    assert (first["version"], second["version"], _version(owner)) == (1, 2, 2)
    documents = session.scalars(
        select(ListingDocument).where(ListingDocument.listing_id.in_([first["id"], second["id"]]))
    )
    assert all(b'"3 bedroom house"' in document.body for document in documents)


def test_what_a_row_leaves_out_gets_the_defaults_of_a_single_write(owner: Tenant) -> None:
    values = _values("a")
    made = dict(make_listing(owner.id, **{**values, "external_id": "b"}))
    _import(owner, values)
    imported = _by_id(owner)["a"]
    own = {"id", "uuid", "external_id", "version", "created_at", "updated_at"}
    names = imported.keys() - own - {"bedrooms", "bathrooms", "description", "location"}
    assert {name: imported[name] for name in names & made.keys()} == {
        name: made[name] for name in names & made.keys()
    }


def test_names_in_any_case_are_understood(owner: Tenant) -> None:
    values = _values(
        "a",
        currency="ugx",
        property_type="Semi-detached House",
        district="KAMPALA",
        tenure="Mailo",
        plot_size_unit="Square feet",
    )
    assert _counts(_import(owner, values)) == {"inserted": 1}
    [row] = _stored(owner)
    state = reference.snapshot()
    assert row["currency_id"] == state.currencies_by_code["UGX"].id
    assert row["tenure_id"] == state.tenures_by_slug["mailo"].id
    assert row["plot_size_unit_id"] == state.plot_size_units_by_slug["sqft"].id


def test_unknown_names_reject_their_row(owner: Tenant) -> None:
    report = _import(owner, _values("a", property_type="Castle", district="Busia"), _values("b"))
    assert _counts(report) == {"inserted": 1, "rejected": 1}
    [rejection] = report.rejections
    assert rejection.line == 2
    assert rejection.errors["property_type"] == ["Object with slug=Castle does not exist."]
    assert rejection.errors["district"][0].startswith("Could be busia")


def test_unknown_amenities_are_left_out_and_counted(owner: Tenant) -> None:
    report = _import(
        owner,
        _values("a", amenities=["Wi-Fi", "Sauna", "Moat"]),
        _values("b", amenities=["Sauna"]),
    )
    assert _counts(report) == {"inserted": 2}
    assert report.unknown_amenities == {"Sauna": 2, "Moat": 1}
    assert _amenity_slugs(_by_id(owner)["a"]["id"]) == {"wifi"}


def test_past_a_limit_unknown_amenities_are_counted_together(
    owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_UNKNOWN_KINDS", 2)
    report = _import(owner, *[_values(amenities=[f"Thing {n % 4}"]) for n in range(8)])
    assert report.unknown_amenities == {"Thing 0": 2, "Thing 1": 2, imports.OTHERS: 4}


def test_rows_without_an_external_id_are_new_each_time(owner: Tenant) -> None:
    for _ in range(2):
        assert _counts(_import(owner, _values(), _values())) == {"inserted": 2}
    assert len(_stored(owner)) == 4


# ── updating ────────────────────────────────────────────────────────────────────────────────


def test_a_row_changes_what_differs_and_leaves_the_rest(owner: Tenant) -> None:
    _import(owner, _values("a", bedrooms=3, amenities=["tv"]), _values("b"))
    before = _by_id(owner)
    report = _import(
        owner,
        {"external_id": "a", "price": Decimal(7), "listing_type": ListingType.SALE},
        {"external_id": "b", "price": Decimal("850000000.00")},
    )
    assert _counts(report) == {"updated": 1, "unchanged": 1}
    after = _by_id(owner)
    assert after["b"] == before["b"]
    changed = {name for name in after["a"] if after["a"][name] != before["a"][name]}
    assert changed == {"price", "updated_at", "version"}
    assert after["a"]["version"] == 3
    assert _amenity_slugs(after["a"]["id"]) == {"tv"}


def test_different_rows_may_change_different_columns(owner: Tenant) -> None:
    _import(owner, _values("a"), _values("b", bedrooms=2))
    _import(owner, _values("a", title="Other"), _values("b", bedrooms=None))
    after = _by_id(owner)
    assert (after["a"]["title"], after["a"]["bedrooms"]) == ("Other", None)
    assert (after["b"]["title"], after["b"]["bedrooms"]) == ("3 bedroom house", None)


def test_importing_again_changes_nothing(owner: Tenant) -> None:
    rows = [_values(f"x{n}", bedrooms=n, amenities=["tv", "Wi-Fi"]) for n in range(7)]
    _import(owner, *rows)
    before = _stored(owner)
    assert _counts(_import(owner, *rows, batch_rows=3)) == {"unchanged": 7}
    assert _stored(owner) == before
    assert _version(owner) == 7


def test_amenities_alone_are_a_change(owner: Tenant) -> None:
    _import(owner, _values("a", amenities=["tv", "gym"]), _values("b", amenities=["tv"]))
    report = _import(owner, _values("a", amenities=["tv", "Lift"]), _values("b", amenities=["TV"]))
    assert _counts(report) == {"updated": 1, "unchanged": 1}
    after = _by_id(owner)["a"]
    assert _amenity_slugs(after["id"]) == {"tv", "lift"}
    assert after["version"] == 3
    assert after["updated_at"] > after["created_at"]


def test_an_amenity_that_is_no_longer_offered_stays_where_it_is_set(owner: Tenant) -> None:
    _import(owner, _values("a", amenities=["tv", "gym"]))
    _set_active("gym", is_active=False)
    try:
        report = _import(
            owner, _values("a", amenities=["TV", "Gym"]), _values("b", amenities=["Gym"])
        )
    finally:
        _set_active("gym", is_active=True)
    assert _counts(report) == {"inserted": 1, "unchanged": 1}
    assert report.unknown_amenities == {"Gym": 1}


def _set_active(
    slug: str, *, is_active: bool, model: type[Amenity] | type[Category] = Amenity
) -> None:
    with transaction():
        reference_repository.lock_version()
        session.execute(update(model).where(model.slug == slug).values(is_active=is_active))
        reference_repository.move_version()


def test_another_owners_listing_of_that_id_is_not_touched(owner: Tenant) -> None:
    with reading() as reader:
        [(other,)] = reader.rows(
            "SELECT DISTINCT owner_id FROM listing WHERE owner_id <> :id", {"id": owner.id}
        )
    make_listing(other, external_id="a", title="Theirs")
    assert _counts(_import(owner, _values("a"))) == {"inserted": 1}
    titles = session.scalars(select(Listing.title).where(Listing.external_id == "a"))
    assert sorted(titles) == ["3 bedroom house", "Theirs"]


def test_a_deleted_listing_does_not_come_back(owner: Tenant) -> None:
    deleted = make_listing(owner.id, external_id="a")["id"]
    catalogue.delete_listing(owner.id, deleted)
    assert _counts(_import(owner, _values("a"))) == {"inserted": 1}
    assert [row["id"] == deleted for row in _stored(owner) if row["deleted_at"] is None] == [False]


def test_a_listing_of_another_kind_is_refused(owner: Tenant) -> None:
    make_stay(owner.id, external_id="a")
    report = _import(owner, _values("a"))
    assert _counts(report) == {"rejected": 1}
    assert report.rejections[0].errors["listing_type"] == [
        "A listing cannot change to or from a stay."
    ]


def test_superseded_rows_are_only_counted(owner: Tenant) -> None:
    report = _import(owner, ImportRow(2, is_superseded=True), ImportRow(3, _values("a")))
    assert _counts(report) == {"inserted": 1, "superseded": 1}
    assert report.read == 2


# ── stays ───────────────────────────────────────────────────────────────────────────────────


def test_a_stay_is_imported_as_a_draft(owner: Tenant) -> None:
    report = _import(owner, _stay_values("a"))
    assert (_counts(report), report.accepted) == ({"inserted": 1}, 0)
    [row] = _stored(owner)
    assert (row["review_status"], row["publish_status"]) == (
        ReviewStatus.DRAFT,
        PublishStatus.DRAFT,
    )


def _accepted(owner: Tenant) -> list[int]:
    """Return how many stays of the owner's each entry of the audit log tells of."""
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(each.actor_id, each.action, each.object_id) for each in entries} <= {
        (None, "listing.accepted", str(owner.account.uuid))
    }
    return [each.details["count"] for each in entries]


def test_a_stay_may_be_accepted_on_import_and_that_is_written_down(owner: Tenant) -> None:
    rows = [_stay_values(f"s{n}") for n in range(3)]
    bad = _stay_values("bad", description="", max_guests=None)
    report = _import(owner, *rows, bad, accepts=True, batch_rows=2)
    assert (_counts(report), report.accepted) == ({"inserted": 3, "rejected": 1}, 3)
    assert set(report.rejections[0].errors) == {"description", "max_guests"}
    assert all(
        (row["review_status"], row["publish_status"])
        == (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED)
        for row in _stored(owner)
    )
    assert _accepted(owner) == [2, 1]


def test_accepting_again_accepts_nothing_and_writes_nothing_down(owner: Tenant) -> None:
    _import(owner, _stay_values("a"), accepts=True)
    report = _import(owner, _stay_values("a"), accepts=True)
    assert (_counts(report), report.accepted) == ({"unchanged": 1}, 0)
    assert _accepted(owner) == [1]


def test_a_dry_run_accepts_nothing(owner: Tenant) -> None:
    report = _import(owner, _stay_values("a"), accepts=True, is_dry_run=True)
    assert _counts(report) == {"inserted": 1}
    assert _accepted(owner) == []


def test_drafts_can_be_accepted_later(owner: Tenant) -> None:
    _import(owner, _stay_values("a"))
    report = _import(owner, _stay_values("a"), accepts=True)
    assert (_counts(report), report.accepted) == ({"updated": 1}, 1)


def test_what_was_accepted_before_a_crash_is_written_down(owner: Tenant) -> None:
    def rows() -> Iterator[ImportRow]:
        yield ImportRow(2, _stay_values("a"))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        imports.import_listings(
            owner.id, rows(), on_batch=lambda _: None, accepts=True, batch_rows=1
        )
    assert _accepted(owner) == [1]


def test_a_stay_without_a_category_is_not_accepted(owner: Tenant) -> None:
    report = _import(owner, _stay_values("a", category=None), accepts=True)
    assert report.rejections[0].errors == {"category": ["This field is required."]}


def test_a_retired_category_stays_where_it_is_set_and_is_given_to_nobody(owner: Tenant) -> None:
    _import(owner, _stay_values("a", category="Treehouse"))
    _set_active("treehouse", is_active=False, model=Category)
    try:
        report = _import(
            owner,
            _stay_values("a", category="treehouse"),
            _stay_values("b", category="treehouse"),
        )
    finally:
        _set_active("treehouse", is_active=True, model=Category)
    assert _counts(report) == {"unchanged": 1, "rejected": 1}
    assert list(report.rejections[0].errors) == ["category"]


# ── nights that are taken elsewhere ─────────────────────────────────────────────────────────

SUNDAY, MONDAY = date(2030, 9, 1), date(2030, 9, 2)


def _external(listing_id: int) -> list[date]:
    session.rollback()
    return list(
        session.scalars(
            select(Night.night)
            .where(Night.listing_id == listing_id, Night.state == NightState.EXTERNAL)
            .order_by(Night.night)
        )
    )


def test_a_column_of_nights_fills_the_calendar(owner: Tenant) -> None:
    _import(owner, _stay_values("a", taken=[SUNDAY, MONDAY]), _stay_values("b", taken=[]))
    rows = _by_id(owner)
    assert _external(rows["a"]["id"]) == [SUNDAY, MONDAY]
    assert _external(rows["b"]["id"]) == []


def test_a_later_file_replaces_the_nights_and_one_without_the_column_does_not(
    owner: Tenant,
) -> None:
    _import(owner, _stay_values("a", taken=[SUNDAY, MONDAY]))
    [row] = _stored(owner)
    _import(owner, _stay_values("a"))
    assert _external(row["id"]) == [SUNDAY, MONDAY]
    assert _counts(_import(owner, _stay_values("a", taken=[MONDAY]))) == {"unchanged": 1}
    assert _external(row["id"]) == [MONDAY]
    _import(owner, _stay_values("a", taken=[]))
    assert _external(row["id"]) == []


def test_only_stays_have_nights(owner: Tenant) -> None:
    assert _counts(_import(owner, _values("a", taken=[SUNDAY]))) == {"inserted": 1}
    [row] = _stored(owner)
    assert _counts(_import(owner, _values("a", taken=[SUNDAY]))) == {"unchanged": 1}
    assert _external(row["id"]) == []


def test_a_dry_run_and_a_rejected_row_leave_the_calendar_alone(owner: Tenant) -> None:
    _import(owner, _stay_values("a", taken=[SUNDAY]))
    [row] = _stored(owner)
    _import(owner, _stay_values("a", taken=[MONDAY]), is_dry_run=True)
    _import(owner, _stay_values("a", taken=[MONDAY], category="nowhere"))
    assert _external(row["id"]) == [SUNDAY]


def test_no_file_trashes_a_stay_that_guests_have_a_claim_on(owner: Tenant) -> None:
    _import(owner, _stay_values("a"), _stay_values("b"), accepts=True)
    rows = _by_id(owner)
    hold(make_account().id, rows["a"]["id"])
    trash = [_stay_values(each, publish_status=PublishStatus.TRASH) for each in ("a", "b")]
    report = _import(owner, *trash)
    assert _counts(report) == {"updated": 1, "rejected": 1}
    [rejection] = report.rejections
    assert (rejection.line, list(rejection.errors)) == (2, ["publish_status"])
    found = {name: row["publish_status"] for name, row in _by_id(owner).items()}
    assert found == {"a": PublishStatus.PUBLISHED, "b": PublishStatus.TRASH}
    # A row that changes something else of it is taken.
    assert _counts(_import(owner, _stay_values("a", title="Reef house"))) == {"updated": 1}


# ── batches ─────────────────────────────────────────────────────────────────────────────────


def test_an_import_that_breaks_off_keeps_whole_batches_and_can_be_resumed(owner: Tenant) -> None:
    rows = [_values(f"x{n}") for n in range(10)]

    def broken() -> Iterator[ImportRow]:
        yield from (ImportRow(n, row) for n, row in enumerate(rows[:8]))
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        imports.import_listings(owner.id, broken(), on_batch=lambda _: None, batch_rows=3)
    assert len(_stored(owner)) == 6
    assert _counts(_import(owner, *rows)) == {"inserted": 4, "unchanged": 6}
    assert [row["version"] for row in _stored(owner)] == list(range(1, 11))


def test_a_row_that_the_database_refuses_fails_alone(owner: Tenant) -> None:
    rows = [_values("a"), _values("b", price=Decimal(-1)), _values("c", title="x" * 100)]
    with capture_logs() as logs:
        report = _import(owner, *rows)
    assert _counts(report) == {"inserted": 2, "rejected": 1}
    assert report.read == 3
    [rejection] = report.rejections
    assert (rejection.line, rejection.errors) == (3, {"row": ["The database refuses it."]})
    assert [row["external_id"] for row in _stored(owner)] == ["a", "c"]
    assert "price_not_negative" in logs[0]["reason"]


def test_one_id_twice_in_a_batch_ends_with_the_last_row(owner: Tenant) -> None:
    report = _import(owner, _values("a"), _values("a", title="Second"))
    assert _counts(report) == {"inserted": 1, "updated": 1}
    assert [row["title"] for row in _stored(owner)] == ["Second"]


def test_all_that_is_wrong_with_a_row_is_said_at_once(owner: Tenant) -> None:
    row = ImportRow(
        7,
        {"listing_type": ListingType.SALE, "currency": "XYZ", "latitude": Decimal(1)},
        {"price": ["A valid number is required."]},
    )
    [rejection] = _import(owner, row).rejections
    assert rejection.line == 7
    assert rejection.errors == {
        "price": ["A valid number is required."],
        "currency": ["Object with code=XYZ does not exist."],
        "title": ["This field is required."],
        "property_type": ["This field is required."],
        "district": ["This field is required."],
        "longitude": ["Latitude and longitude go together."],
    }


def test_a_broken_row_is_rejected_for_that_alone(owner: Tenant) -> None:
    row = ImportRow(7, errors={"row": ["Expected 2 columns, found 3."]})
    [rejection] = _import(owner, row).rejections
    assert rejection.errors == row.errors


def test_a_dry_run_counts_and_writes_nothing(owner: Tenant) -> None:
    _import(owner, _values("a"), _values("b"))
    before = _stored(owner)
    with capture_logs() as logs:
        report = _import(
            owner,
            _values("a"),
            _values("b", title="Other"),
            _values("c"),
            _values("d", price=None),
            _stay_values("e"),
            is_dry_run=True,
            accepts=True,
        )
    assert _counts(report) == {"inserted": 2, "updated": 1, "unchanged": 1, "rejected": 1}
    assert (_stored(owner), _version(owner), logs) == (before, 2, [])


def test_a_batch_costs_the_same_number_of_statements_however_long_it_is(owner: Tenant) -> None:
    def statements(rows: list[dict[str, Any]]) -> int:
        counted = []

        def count(*_args: object) -> None:
            counted.append(1)

        event.listen(db.engine, "before_cursor_execute", count)
        try:
            _import(owner, *rows)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(counted)

    amenities = ["tv", "gym"]
    few = [_values(f"a{n}", amenities=amenities) for n in range(3)]
    many = [_values(f"b{n}", amenities=amenities) for n in range(60)]
    assert statements(few) == statements(many)
    for rows in (few, many):
        for row in rows:
            row |= {"title": "Other", "amenities": ["lift"]}
    assert statements(few) == statements(many)


@pytest.mark.only("postgresql")
def test_two_imports_of_one_file_at_once_make_each_listing_once(app: Flask, owner: Tenant) -> None:
    rows = [_values(f"x{n}") for n in range(40)]

    def run() -> ImportReport:
        with app.app_context():
            return _import(owner, *rows, batch_rows=10)

    reports = at_once([run, run])
    assert sum(report.inserted for report in reports) == 40
    assert sum(report.unchanged for report in reports) == 40
    assert sorted(row["version"] for row in _stored(owner)) == list(range(1, 41))


# ── constants ───────────────────────────────────────────────────────────────────────────────


def test_constants_that_exist_pass(owner: Tenant) -> None:
    imports.check_values(
        {"currency": "ugx", "district": "Kampala", "amenities": ["Wi-Fi"], "tenure": None}
    )


def test_constants_that_do_not_exist_are_named(owner: Tenant) -> None:
    with pytest.raises(InvalidFields) as caught:
        imports.check_values({"currency": "XYZ", "district": "Busia", "amenities": ["TV", "Moat"]})
    assert set(caught.value.errors) == {"currency", "district", "amenities"}
    assert caught.value.errors["amenities"] == ["Object with name=Moat does not exist."]
