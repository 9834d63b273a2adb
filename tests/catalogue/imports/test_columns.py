"""Which column fills which field."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.catalogue.imports.columns import BadColumns, Plan, Template, make_plan
from app.catalogue.imports.files import ABSENT

FIELDS = ("external_id", "title", "price", "city", "bedrooms")


def _plan(
    columns: Sequence[str] | None, maps: Sequence[str] = (), sets: Sequence[str] = ()
) -> Plan:
    return make_plan(FIELDS, columns, maps=maps, sets=sets)


def _values(plan: Plan, **cells: Any) -> dict[str, Any]:
    return plan.values([cells[name] for name in plan.columns])


def test_columns_that_are_named_as_fields_fill_them_and_others_are_not_read() -> None:
    plan = _plan(["price", "title", "agent"])
    assert set(plan.columns) == {"price", "title"}
    assert _values(plan, price="5", title="A") == {"price": "5", "title": "A"}


def test_a_map_takes_another_column_instead() -> None:
    plan = _plan(["title", "name"], maps=["title=name"])
    assert plan.columns == ("name",)
    assert _values(plan, name="B") == {"title": "B"}


def test_one_column_may_fill_two_fields() -> None:
    plan = _plan(["place"], maps=["city=place", "title=place"])
    assert _values(plan, place="Kampala") == {"city": "Kampala", "title": "Kampala"}


def test_a_map_to_nothing_leaves_the_field_out() -> None:
    assert _plan(["title", "bedrooms"], maps=["bedrooms="]).fields == {"title"}


def test_a_constant_is_kept_apart_from_the_rows() -> None:
    plan = _plan(["title", "city"], sets=["city=a=b"])
    assert plan.constants == {"city": "a=b"}
    assert plan.columns == ("title",)
    assert plan.fields == {"title", "city"}
    assert (plan.is_read("title"), plan.is_read("city")) == (True, False)


def test_columns_in_braces_are_filled_in() -> None:
    plan = _plan(["4", "7"], sets=["title={4} bedroom house in {7}"])
    assert _values(plan, **{"4": "3", "7": " Kololo "}) == {"title": "3 bedroom house in Kololo"}


@pytest.mark.parametrize(
    ("rooms", "area", "title"),
    [
        ("None", "Kololo", "bedroom house in Kololo"),
        ("3", "", "3 bedroom house in"),
        ("-", "NULL", None),
        (ABSENT, ["a"], None),
    ],
)
def test_missing_cells_leave_no_gap_in_a_text(rooms: Any, area: Any, title: str | None) -> None:
    plan = _plan(["rooms", "area"], sets=["title={rooms} bedroom house in {area}"])
    assert _values(plan, rooms=rooms, area=area) == {"title": title}


def test_doubled_braces_are_braces() -> None:
    assert Template.parse("{{a}} {b}").fill(["B"]) == "{a} B"
    assert _plan([], sets=["title={{}}"]).constants == {"title": "{}"}


def test_a_missing_cell_is_none_and_an_absent_name_is_nothing() -> None:
    plan = _plan(None)
    cells = dict.fromkeys(FIELDS, ABSENT) | {"title": "N/A", "price": None}
    assert _values(plan, **cells) == {"title": None, "price": None}


@pytest.mark.parametrize(
    ("maps", "sets", "sentence"),
    [
        (["rooms=title"], [], "--map 'rooms=title': there is no field 'rooms'."),
        ([], ["rooms=1"], "--set 'rooms=1': there is no field 'rooms'."),
        (["title"], [], "--map 'title': write field=value."),
        ([], ["title"], "--set 'title': write field=value."),
        (["title=title", "title=price"], [], "title is given twice."),
        (["title=price"], ["title=A"], "title is given twice."),
        ([], ["title=A", "title=B"], "title is given twice."),
        (["title=nothing"], [], "The file has no column 'nothing'."),
        ([], ["title={nothing}"], "The file has no column 'nothing'."),
        ([], ["title={price"], "has no partner"),
        ([], ["title=price}"], "has no partner"),
        ([], ["external_id=1"], "it must differ from row to row"),
        (["title=double"], [], "several columns named 'double'"),
    ],
)
def test_options_that_cannot_work_are_refused(
    maps: list[str], sets: list[str], sentence: str
) -> None:
    with pytest.raises(BadColumns) as caught:
        _plan(["title", "price", "double", "double"], maps=maps, sets=sets)
    assert sentence in str(caught.value)


def test_a_double_column_that_nobody_reads_does_no_harm() -> None:
    assert _plan(["title", "x", "x", ""]).columns == ("title",)


def test_columns_of_json_lines_are_checked_once_they_were_seen() -> None:
    plan = _plan(None, maps=["title=name"], sets=["city={town}"])
    plan.check_named({"name", "town"})
    with pytest.raises(BadColumns, match="no column 'town'"):
        plan.check_named({"name"})


@pytest.mark.parametrize(
    ("maps", "sets", "cell", "external_id"),
    [
        ([], [], " A-1 ", "A-1"),
        ([], [], "None", None),
        ([], [], ["A-1"], None),
        (["external_id="], [], "A-1", None),
        ([], ["external_id=shop-{external_id}"], "A-1", "shop-A-1"),
        ([], ["external_id=shop-{external_id}"], "", None),
    ],
)
def test_the_external_id_is_known_without_reading_the_row(
    maps: list[str], sets: list[str], cell: Any, external_id: str | None
) -> None:
    plan = _plan(["external_id", "title"], maps=maps, sets=sets)
    cells = [cell if name == "external_id" else "A" for name in plan.columns]
    assert plan.external_id(cells) == external_id
