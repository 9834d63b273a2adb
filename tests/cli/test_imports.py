"""The import-listings command, on real files."""

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.imports import service as imports
from app.catalogue.models import Listing, Night
from app.cli.import_schema import FIELDS
from app.core.db import session
from tests.factories import Tenant, make_listing

HEADER = ["external_id", "title", "price", "bedrooms", "location"]
SALE = ["--kind", "sale", "--set", "currency=UGX", "--set", "property_type=house"]
IN_KAMPALA = [*SALE, "--set", "district=kampala"]
STAY = ["--kind", "stay", "--set", "currency=AUD", "--set", "property_type=house"]

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, owner: Tenant) -> Run:
    """Run the command for the owner."""

    def invoke(path: Path | str, *options: str) -> Result:
        args = ["import-listings", str(path), "--user", "owner", *options]
        return app.test_cli_runner().invoke(args=args)

    return invoke


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV file of rows."""

    def write_rows(*rows: list[str], name: str = "listings.csv", bom: bool = False) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write_rows


def _stored(owner: Tenant) -> list[dict[str, Any]]:
    session.rollback()
    rows = session.execute(
        select(*Listing.__table__.c).where(Listing.owner_id == owner.id).order_by(Listing.id)
    )
    return [dict(row._mapping) for row in rows]


def _counts(result: Result) -> dict[str, int]:
    pairs = (line.split(": ") for line in result.stdout.splitlines() if ": " in line)
    counts = {name: text for name, text in pairs if name != "seconds"}
    names = ("read", "inserted", "updated", "unchanged", "superseded", "rejected")
    return {name: int(counts[name]) for name in names if counts[name] != "0"}


def _rejections(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.startswith("line ")]


# ── the way of a file ───────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_file_is_imported_and_imported_again(run: Run, write: Any, owner: Tenant) -> None:
    path = write(HEADER, ["a", "House", "5", "3", "Kololo"], ["b", "Flat", "6", "", "Bbunga"])
    result = run(path, *IN_KAMPALA)
    assert (result.exit_code, _rejections(result)) == (0, []), result.output
    assert _counts(result) == {"read": 2, "inserted": 2}
    before = _stored(owner)
    assert [(row["title"], row["bedrooms"]) for row in before] == [("House", 3), ("Flat", None)]
    assert _counts(run(path, *IN_KAMPALA)) == {"read": 2, "unchanged": 2}
    assert _stored(owner) == before


@pytest.mark.both
def test_the_feed_and_the_change_log_show_exactly_what_an_import_changed(
    run: Run, write: Any, owner: Tenant, client: FlaskClient
) -> None:
    published = [*IN_KAMPALA, "--set", "publish_status=published"]
    rows = [[f"x{n}", f"House {n}", "5", "3", "Kololo"] for n in range(6)]
    run(write(HEADER, *rows), *published)
    changes = f"{owner.properties}changes/"
    since = client.get(changes, headers=owner.read).get_json()["next_since"]
    rows[2][2], rows[4][4] = "7", "Bbunga"
    result = run(write(HEADER, *rows, ["new", "House", "5", "3", "Kololo"]), *published)
    assert _counts(result) == {"read": 7, "inserted": 1, "updated": 2, "unchanged": 4}
    page = client.get(changes, headers=owner.read, query_string={"since": since}).get_json()
    assert {each["external_id"] for each in page["results"]} == {"x2", "x4", "new"}
    feed = client.get(owner.properties, headers=owner.read).get_json()["results"]
    assert {each["external_id"]: each["price"] for each in feed}["x2"] == "7.00"
    assert len(feed) == 7


def test_a_file_without_a_header_is_mapped_by_numbers(run: Run, write: Any, owner: Tenant) -> None:
    options = ["--map", "external_id=1", "--map", "bedrooms=2", "--map", "location=3"]
    options += ["--map", "price=4", "--set", "title={2} bedroom house in {3}", "--no-header"]
    path = write(["L-1", "3", "Bukoto", "692000817"], ["L-2", "None", "Kisaasi", "64875077"])
    result = run(path, *IN_KAMPALA, *options)
    assert result.exit_code == 0, result.output
    assert [row["title"] for row in _stored(owner)] == [
        "3 bedroom house in Bukoto",
        "bedroom house in Kisaasi",
    ]
    assert [row["bedrooms"] for row in _stored(owner)] == [3, None]


def test_gzip_and_a_byte_order_mark_are_seen_through(
    run: Run, write: Any, owner: Tenant, tmp_path: Path
) -> None:
    plain = write(HEADER, ["a", "Büro\nzwei", "5", "3", "Kololo"], bom=True)
    packed = tmp_path / "listings"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert _counts(run(packed, *IN_KAMPALA)) == {"read": 1, "inserted": 1}
    assert _counts(run(plain, *IN_KAMPALA)) == {"read": 1, "unchanged": 1}
    assert _stored(owner)[0]["title"] == "Büro\nzwei"


def test_json_lines_are_imported_and_absent_names_stay(
    run: Run, owner: Tenant, tmp_path: Path
) -> None:
    path = tmp_path / "listings.jsonl"
    full = {"external_id": 7, "title": "House", "price": 0.1, "bedrooms": 3, "amenities": ["TV"]}
    path.write_text(json.dumps(full) + "\n")
    assert _counts(run(path, *IN_KAMPALA)) == {"read": 1, "inserted": 1}
    path.write_text(json.dumps({"external_id": "7", "price": "0.20", "bedrooms": None}) + "\n")
    assert _counts(run(path, *IN_KAMPALA)) == {"read": 1, "updated": 1}
    [row] = _stored(owner)
    assert (row["external_id"], row["title"], row["bedrooms"]) == ("7", "House", None)
    assert str(row["price"]) == "0.20"


def test_the_last_row_of_an_id_wins_however_often_it_is_imported(
    run: Run, write: Any, owner: Tenant
) -> None:
    path = write(
        HEADER,
        ["a", "First", "5", "", ""],
        ["b", "Other", "5", "", ""],
        [" a ", "Last", "6", "", ""],
    )
    result = run(path, *IN_KAMPALA, "--batch-size", "1")
    assert _counts(result) == {"read": 3, "inserted": 2, "superseded": 1}
    assert [row["title"] for row in _stored(owner)] == ["Other", "Last"]
    again = run(path, *IN_KAMPALA)
    assert _counts(again) == {"read": 3, "unchanged": 2, "superseded": 1}


def test_a_file_with_few_columns_changes_only_those(run: Run, write: Any, owner: Tenant) -> None:
    make_listing(owner.id, external_id="a", title="Mine", bedrooms=3)
    result = run(write(["external_id", "price"], ["a", "7"]))
    assert _counts(result) == {"read": 1, "updated": 1}
    [row] = _stored(owner)
    assert (row["title"], row["bedrooms"], row["price"]) == ("Mine", 3, 7)


def test_a_missing_cell_empties_its_field(run: Run, write: Any, owner: Tenant) -> None:
    make_listing(owner.id, external_id="a", bedrooms=3, location="Kololo")
    run(write(["external_id", "bedrooms", "location", "furnished"], ["a", "N/A", "-", ""]))
    [row] = _stored(owner)
    assert (row["bedrooms"], row["location"], row["furnished"].value) == (None, "", "unfurnished")


def test_a_field_may_be_left_out(run: Run, write: Any, owner: Tenant) -> None:
    path = write([*HEADER, "bathrooms"], ["a", "House", "5", "3", "Kololo", "1.5"])
    assert _rejections(run(path, *IN_KAMPALA)) == ["line 2: bathrooms: Not a whole number."]
    assert _counts(run(path, *IN_KAMPALA, "--map", "bathrooms=")) == {"read": 1, "inserted": 1}


def test_rows_may_have_a_kind_of_their_own(run: Run, write: Any, owner: Tenant) -> None:
    path = write(
        [*HEADER, "listing_type"], ["a", "A", "5", "", "", "rent"], ["b", "B", "5", *"   "]
    )
    run(path, *IN_KAMPALA)
    assert [row["listing_type"].value for row in _stored(owner)] == ["rent", "sale"]


# ── rejected rows ───────────────────────────────────────────────────────────────────────────


def test_rejected_rows_are_told_by_the_line_that_they_begin_on(
    run: Run, write: Any, owner: Tenant
) -> None:
    path = write(
        HEADER,
        ["a", "two\nlines", "5", "3", "Kololo"],
        ["b", "", "cheap", "1.5", "Kololo"],
        ["c", "Too", "many", "cells", "in", "here"],
        ["d", "Fine", "5", "2.0", "Kololo"],
    )
    result = run(path, *IN_KAMPALA)
    assert result.exit_code == 2
    assert _counts(result) == {"read": 4, "inserted": 2, "rejected": 2}
    assert _rejections(result) == [
        "line 4: title: This field is required.; price: A valid number is required.; "
        "bedrooms: Not a whole number.",
        "line 5: row: Expected 5 columns, found 6.",
    ]


def test_a_report_line_cannot_steer_a_terminal(run: Run, write: Any) -> None:
    path = write([*HEADER, "furnished"], ["a", "A", "5", "", "", "\x1b[31mred\nnext"])
    [line] = _rejections(run(path, *IN_KAMPALA))
    assert line == 'line 2: furnished: "�[31mred�next" is not a valid choice.'


@pytest.mark.parametrize("text", ["a\0b", "a\udcfcb"])
def test_what_no_database_keeps_is_rejected(
    run: Run, owner: Tenant, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "listings.csv"
    rows = f"external_id,title,price\n{text},House,5\nx,{text},5\n"
    path.write_bytes(rows.encode("utf-8", "surrogateescape"))
    result = run(path, *IN_KAMPALA)
    assert _counts(result) == {"read": 2, "rejected": 2}
    assert _stored(owner) == []


def test_unknown_amenities_are_summed_up(run: Run, write: Any) -> None:
    rows = [[f"x{n}", "A", "5", "", "", "Wi-Fi;Sauna;Moat" if n else "Sauna"] for n in range(3)]
    result = run(write([*HEADER, "amenities"], *rows), *IN_KAMPALA)
    assert result.exit_code == 0
    assert (
        "amenities left out: 5, of 2 unknown kinds; most often Sauna (3), Moat (2)" in result.stdout
    )


# ── stays ───────────────────────────────────────────────────────────────────────────────────

STAY_HEADER = ["id", "name", "description", "accommodates", "area", "price"]
STAY_MAPS = [
    *("--map", "external_id=id", "--map", "title=name", "--map", "max_guests=accommodates"),
    *("--map", "city=area", "--map", "address=area", "--set", "country=Australia"),
]


@pytest.mark.both
def test_stays_are_drafts_until_they_are_accepted(run: Run, write: Any, owner: Tenant) -> None:
    path = write(STAY_HEADER, ["1", "Villa", "By the <b>sea</b>", "4", "Lorne", "$1,234.00"])
    assert _counts(run(path, *STAY, *STAY_MAPS)) == {"read": 1, "inserted": 1}
    [row] = _stored(owner)
    assert (row["review_status"].value, row["publish_status"].value) == ("draft", "draft")
    lacking = run(path, *STAY, *STAY_MAPS, "--accept")
    assert _rejections(lacking) == ["line 2: category: This field is required."]
    accepting = [*STAY, *STAY_MAPS, "--set", "category=Beach Villa", "--accept"]
    assert _counts(run(path, *accepting)) == {"read": 1, "updated": 1}
    [row] = _stored(owner)
    assert (row["review_status"].value, row["publish_status"].value) == ("accepted", "published")
    assert (row["description"], str(row["price"])) == ("By the <b>sea</b>", "1234.00")


@pytest.mark.both
def test_a_column_of_dates_fills_the_calendar(run: Run, write: Any, owner: Tenant) -> None:
    header = [*STAY_HEADER, "busy"]
    row = ["1", "Villa", "By the sea", "4", "Lorne", "90"]
    path = write(header, [*row, "2030-09-01/2030-09-03; 2030-10-05"], ["2", *row[1:], "soon"])
    result = run(path, *STAY, *STAY_MAPS, "--map", "taken=busy")
    assert _rejections(result) == ["line 3: taken: Not a date such as 2026-09-01: soon."]
    [listing] = _stored(owner)
    nights = session.scalars(select(Night.night).where(Night.listing_id == listing["id"]))
    assert sorted(night.isoformat() for night in nights) == [
        "2030-09-01",
        "2030-09-02",
        "2030-10-05",
    ]


def test_everything_that_acceptance_lacks_is_named(run: Run, write: Any, owner: Tenant) -> None:
    path = write(STAY_HEADER, ["1", "Villa", "", "", "Lorne", ""])
    result = run(path, *STAY, *STAY_MAPS, "--accept")
    assert _rejections(result) == [
        "line 2: description: This field is required.; price: This field is required.; "
        "max_guests: This field is required.; category: This field is required."
    ]
    assert _stored(owner) == []


# ── wrong usage ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--map", "title=nothing"], "The file has no column 'nothing'."),
        (["--map", "title=7", "--no-header"], "The file has no column '7'."),
        (["--map", "rooms=price"], "there is no field 'rooms'"),
        (["--map", "title=price", "--map", "title=location"], "title is given twice"),
        (["--set", "title"], "write field=value"),
        (["--set", "title={nothing}"], "The file has no column 'nothing'."),
        (["--set", "bedrooms=1.5"], "--set bedrooms: Not a whole number."),
        (["--set", "currency=XYZ"], "--set currency: Object with code=XYZ does not exist."),
        (["--set", "district=Busia"], "--set district: Could be busia or"),
        (["--set", "title=None"], "--set title: This field is required."),
        (["--set", "amenities=TV,Moat"], "--set amenities: Object with name=Moat does not exist."),
        (["--kind", "sale", "--set", "city=Kampala"], "city is a field of stays only."),
        (["--kind", "rent", "--accept"], "--accept is for stays only."),
        (["--kind", "sale", "--set", "listing_type=rent"], "give one of them"),
        (["--kind", "castle"], "Invalid value for '--kind'"),
        (["--nonsense"], "No such option"),
    ],
)
def test_wrong_options_are_a_sentence_before_anything_is_written(
    run: Run, write: Any, owner: Tenant, options: list[str], sentence: str
) -> None:
    path = write(HEADER, ["a", "House", "5", "3", "Kololo"])
    result = run(path, *options)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert result.stdout == ""
    assert _stored(owner) == []


def test_a_column_that_no_json_line_has_is_found_before_anything_is_written(
    run: Run, owner: Tenant, tmp_path: Path
) -> None:
    path = tmp_path / "listings.jsonl"
    path.write_text('{"name": "House", "price": 5}\n')
    result = run(path, *IN_KAMPALA, "--map", "title=nmae")
    assert (result.exit_code, _stored(owner)) == (1, [])
    assert "The file has no column 'nmae'." in result.stderr


def test_a_file_that_is_cut_off_is_found_before_anything_is_written(
    run: Run, owner: Tenant, tmp_path: Path
) -> None:
    rows = "".join(f"{n},House,5\n" for n in range(50_000))
    packed = gzip.compress(f"external_id,title,price\n{rows}".encode())
    path = tmp_path / "listings.csv.gz"
    path.write_bytes(packed[:-1000])
    result = run(path, *IN_KAMPALA)
    assert (result.exit_code, _stored(owner)) == (1, [])
    assert "It cannot be read, or is cut off." in result.stderr


def test_an_unknown_owner_and_a_missing_file_are_sentences(
    app: Flask, run: Run, tmp_path: Path
) -> None:
    assert "There is no such file." in run(tmp_path / "nothing.csv").stderr
    result = app.test_cli_runner().invoke(args=["import-listings", "x.csv", "--user", "nobody"])
    assert (result.exit_code, "There is no account 'nobody'." in result.stderr) == (1, True)


# ── what it says on the way ─────────────────────────────────────────────────────────────────


def test_a_dry_run_writes_nothing(run: Run, write: Any, owner: Tenant) -> None:
    path = write(HEADER, ["a", "House", "5", "3", "Kololo"], ["b", "", "5", "", ""])
    result = run(path, *IN_KAMPALA, "--dry-run")
    assert result.exit_code == 2
    assert result.stdout.startswith("Dry run: nothing was written.")
    assert _counts(result) == {"read": 2, "inserted": 1, "rejected": 1}
    assert _stored(owner) == []


def test_it_tells_which_columns_it_reads(run: Run, write: Any) -> None:
    path = write([*HEADER, "agent"], ["a", "House", "5", "3", "Kololo", "Jo"])
    stderr = run(path, *IN_KAMPALA, "--dry-run").stderr
    assert "Fields filled: bedrooms, currency, district, external_id, listing_type," in stderr
    assert "Columns not read: agent." in stderr


def test_the_bar_is_for_terminals_or_on_demand(run: Run, write: Any) -> None:
    path = write(HEADER, ["a", "House", "5", "3", "Kololo"])
    assert "Importing" not in run(path, *IN_KAMPALA).stderr
    assert "Importing: 100%" in run(path, *IN_KAMPALA, "--progress").stderr


def test_without_a_bar_there_is_a_line_now_and_then(
    run: Run, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.imports.REPORT_EVERY_S", 0)
    rows = [[f"x{n}", "House", "5", "3", "Kololo"] for n in range(4)]
    stderr = run(write(HEADER, *rows), *IN_KAMPALA, "--batch-size", "3").stderr
    assert "Importing: 3 of 4 rows\nImporting: 4 of 4 rows\n" in stderr


def test_the_help_tells_about_numbers_and_ids(run: Run) -> None:
    text = " ".join(run("x", "--help").stdout.split())
    assert "--no-header Columns are numbered from 1: --map location=7." in text
    assert "A row without external_id makes a new listing, each time that it is imported." in text


def test_the_help_names_every_field(run: Run) -> None:
    text = run("x", "--help").stdout
    assert [name for name in FIELDS if name not in text] == []


def test_a_crash_is_resumed_by_running_it_again(
    run: Run, write: Any, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(HEADER, *[[f"x{n}", "House", "5", "3", "Kololo"] for n in range(10)])
    batches = []

    def breaking(original: Any) -> Any:
        def run_batch(self: Any, rows: Any) -> Any:
            batches.append(len(rows))
            if len(batches) == 3:
                raise SystemError("the machine is gone")
            return original(self, rows)

        return run_batch

    with monkeypatch.context() as patched:
        patched.setattr(imports._Batches, "run", breaking(imports._Batches.run))
        assert isinstance(run(path, *IN_KAMPALA, "--batch-size", "4").exception, SystemError)
    assert len(_stored(owner)) == 8
    assert _counts(run(path, *IN_KAMPALA)) == {"read": 10, "inserted": 2, "unchanged": 8}
