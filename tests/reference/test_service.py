"""Loading the shipped data, and the snapshot that every process shares."""

from collections.abc import Iterator
from decimal import Decimal
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.db import reading, session, transaction
from app.core.outbox import OutboxItem
from app.reference import repository, shipped
from app.reference import service as reference
from app.reference.models import Amenity, Category, Extra, Region, Tenure
from tests.threads import at_once

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def all_shipped_again(shipped_again: None) -> Iterator[None]:
    """Bring the shipped data back after the test."""
    yield
    session.rollback()
    reference.load_reference()


def _rename(monkeypatch: pytest.MonkeyPatch, slug: str, name: str) -> None:
    rows = shipped.list_tenures()
    renamed = [{**row, "name": name} if row["slug"] == slug else row for row in rows]
    monkeypatch.setattr(shipped, "list_tenures", lambda: renamed)


def _posted() -> list[str]:
    session.rollback()
    return list(session.scalars(select(OutboxItem.topic)))


# ── loading ─────────────────────────────────────────────────────────────────────────────────


def test_loading_again_changes_nothing(app: Flask) -> None:
    before = reference.current_version()
    report = reference.load_reference()
    assert (report.added, report.changed, report.has_changes) == (0, 0, False)
    assert report.unchanged > 400
    assert reference.current_version() == before
    assert _posted() == []


def test_a_changed_name_is_loaded_and_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.current_version()
    _rename(monkeypatch, "mailo", "Mailo land")
    report = reference.load_reference()
    assert (report.added, report.changed) == (0, 1)
    assert reference.current_version() == before + 1
    assert reference.snapshot().tenures_by_slug["mailo"].name == "Mailo land"
    assert _posted() == [reference.CHANGED]


def test_a_row_that_is_no_longer_shipped_stays(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = shipped.list_tenures()
    monkeypatch.setattr(shipped, "list_tenures", lambda: rows[1:])
    assert not reference.load_reference().has_changes
    assert rows[0]["slug"] in reference.snapshot().tenures_by_slug


def _edit(model: Any, slug: str, **columns: Any) -> None:
    with transaction():
        repository.lock_version()
        session.execute(update(model).where(model.slug == slug).values(**columns))
        repository.move_version()


def test_what_staff_has_changed_stays(app: Flask) -> None:
    _edit(Amenity, "parking", name="Free parking", icon="bi-car-front", is_active=False)
    _edit(Extra, "breakfast", price=Decimal("9.50"))
    _edit(Category, "beach-villa", name="Villa by the sea", parent_id=None, is_active=False)
    before = reference.snapshot()
    assert not reference.load_reference().has_changes
    assert reference.snapshot() is before
    parking = before.amenities_by_slug["parking"]
    assert (parking.name, parking.icon, parking.is_active) == (
        "Free parking",
        "bi-car-front",
        False,
    )
    [breakfast] = [each for each in before.extras if each.slug == "breakfast"]
    assert breakfast.price == Decimal("9.50")
    villa = before.categories_by_slug["beach-villa"]
    assert (villa.name, villa.parent, villa.is_active) == ("Villa by the sea", None, False)


def test_what_is_shipped_anew_is_added(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    amenities, extras = shipped.list_amenities(), shipped.list_extras()
    categories = shipped.list_categories()
    entry = {"slug": "sauna", "name": "Sauna", "icon": "bi-thermometer-sun"}
    monkeypatch.setattr(shipped, "list_amenities", lambda: [*amenities, entry])
    monkeypatch.setattr(shipped, "list_extras", lambda: [*extras, entry | {"price": Decimal(20)}])
    child = entry | {"parent": "villa"}
    monkeypatch.setattr(shipped, "list_categories", lambda: [*categories, child])
    report = reference.load_reference()
    assert (report.added, report.changed) == (3, 0)
    state = reference.snapshot()
    assert state.amenities_by_slug["sauna"].is_active
    assert "sauna" in [each.slug for each in state.extras]
    assert state.categories_by_slug["sauna"].parent == "villa"


def test_a_failed_load_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.current_version()
    _rename(monkeypatch, "mailo", "Mailo land")

    def fail(_rows: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(repository, "upsert_plot_size_units", fail)
    with pytest.raises(ZeroDivisionError):
        reference.load_reference()
    monkeypatch.undo()
    assert reference.current_version() == before
    name = session.scalars(select(Tenure.name).where(Tenure.slug == "mailo")).one()
    assert name == "Mailo"


def test_loads_that_run_at_once_change_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.current_version()
    _rename(monkeypatch, "mailo", "Mailo land")

    def load() -> bool:
        with app.app_context():
            return reference.load_reference().has_changes

    assert sorted(at_once([load] * 4)) == [False, False, False, True]
    assert reference.current_version() == before + 1


# ── the snapshot ────────────────────────────────────────────────────────────────────────────


def test_a_snapshot_is_shared_until_the_version_moves(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reference.snapshot()
    assert reference.snapshot() is first
    assert reference.snapshot(first.version) is first
    _rename(monkeypatch, "mailo", "Mailo land")
    reference.load_reference()
    second = reference.snapshot()
    assert second is not first
    assert (first.tenures_by_slug["mailo"].name, second.tenures_by_slug["mailo"].name) == (
        "Mailo",
        "Mailo land",
    )


def test_a_caller_that_knows_the_version_asks_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = reference.snapshot()
    monkeypatch.setattr(reference, "reading", lambda: pytest.fail("asked the database"))
    assert reference.snapshot(held.version) is held


def test_an_old_version_brings_the_newest_data(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reference.snapshot()
    _rename(monkeypatch, "mailo", "Mailo land")
    reference.load_reference()
    assert reference.snapshot(before.version + 1).tenures_by_slug["mailo"].name == "Mailo land"


def test_what_is_not_committed_is_not_in_a_snapshot(app: Flask) -> None:
    before = reference.snapshot()
    changed, looked = Event(), Event()

    def change() -> None:
        with app.app_context(), transaction():
            repository.lock_version()
            session.execute(update(Tenure).where(Tenure.slug == "mailo").values(name="x"))
            repository.move_version()
            changed.set()
            looked.wait(10)

    def look() -> str:
        changed.wait(10)
        with app.app_context():
            try:
                return reference.snapshot().tenures_by_slug["mailo"].name
            finally:
                looked.set()

    assert at_once([change, look])[1] == "Mailo"
    with app.app_context():
        assert reference.snapshot().version == before.version + 1


def test_threads_that_miss_a_snapshot_share_one(app: Flask) -> None:
    with transaction():
        repository.lock_version()
        repository.move_version()

    def look() -> reference.Reference:
        with app.app_context():
            return reference.snapshot()

    assert len({id(each) for each in at_once([look] * 8)}) == 1


def test_a_snapshot_is_in_order(app: Flask) -> None:
    state = reference.snapshot()
    countries = [region.country for region in state.regions]
    assert list(dict.fromkeys(countries)) == ["UG", "TZ", "KE"]
    for country in ("UG", "TZ", "KE"):
        names = [each.name.casefold() for each in state.regions if each.country == country]
        assert names == sorted(names)
    for region in state.regions:
        names = [district.name.casefold() for district in region.districts]
        assert names == sorted(names)
        assert all(district.region.slug == region.slug for district in region.districts)
    assert state.districts == tuple(each for region in state.regions for each in region.districts)


def test_a_snapshot_cannot_be_changed(app: Flask) -> None:
    state = reference.snapshot()
    with pytest.raises(TypeError):
        state.tenures_by_slug["mailo"] = state.tenures[0]  # type: ignore[index]
    with pytest.raises(AttributeError):
        state.tenures[0].name = "x"  # type: ignore[misc]


def test_the_version_is_read_without_a_snapshot(app: Flask) -> None:
    with reading() as reader:
        assert repository.get_version(reader) == reference.current_version()


def test_a_district_of_no_region_is_an_error(app: Flask) -> None:
    rows = [{"slug": "atlantis", "name": "Atlantis", "region": "nowhere"}]
    with pytest.raises(KeyError), transaction():
        repository.upsert_districts(rows)


def test_a_region_keeps_its_country(app: Flask) -> None:
    countries = dict(session.execute(select(Region.slug, Region.country)).all())
    assert (countries["central"], countries["arusha"]) == ("UG", "TZ")
