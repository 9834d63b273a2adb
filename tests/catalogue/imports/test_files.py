"""Files of listings as records."""

import gzip
import json
from pathlib import Path

import pytest

from app.catalogue.imports import files
from app.catalogue.imports.files import ABSENT, Record, UnreadableFile, open_listing_file


def _write(folder: Path, content: bytes | str, name: str = "listings.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _records(path: Path, *columns: str, has_header: bool = True) -> list[Record]:
    return list(open_listing_file(path, has_header=has_header).records(columns))


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def test_cells_come_in_the_order_that_is_asked_for(tmp_path: Path) -> None:
    path = _write(tmp_path, "title,price,city\nHouse,5,Kampala\n")
    assert _records(path, "city", "title") == [Record(2, ("Kampala", "House"))]
    assert _records(path, "price") == [Record(2, ["5"])]


def test_a_file_may_be_read_again(tmp_path: Path) -> None:
    listings = open_listing_file(_write(tmp_path, "title\nHouse\n"), has_header=True)
    assert list(listings.records(["title"])) == list(listings.records(["title"]))


def test_columns_without_a_header_have_numbers(tmp_path: Path) -> None:
    path = _write(tmp_path, "House,5\nFlat,6\n")
    assert open_listing_file(path, has_header=False).columns == ("1", "2")
    records = _records(path, "2", "1", has_header=False)
    assert records == [Record(1, ("5", "House")), Record(2, ("6", "Flat"))]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = _write(tmp_path, b"\xef\xbb\xbf" + "title\nBüro\n".encode())
    assert _records(path, "title") == [Record(2, ["Büro"])]


def test_gzip_is_found_from_the_bytes(tmp_path: Path) -> None:
    path = _write(tmp_path, gzip.compress(b"title\nHouse\n"), "listings.csv")
    assert _records(path, "title") == [Record(2, ["House"])]


def test_a_record_has_the_line_that_it_begins_on(tmp_path: Path) -> None:
    path = _write(tmp_path, 'title,text\r\nA,"one\r\ntwo\nthree"\r\n\r\nB,x\r\n')
    assert _records(path, "title", "text") == [
        Record(2, ("A", "one\r\ntwo\nthree")),
        Record(6, ("B", "x")),
    ]


def test_a_field_may_be_longer_than_the_readers_default(tmp_path: Path) -> None:
    path = _write(tmp_path, f"title,text\nA,{'x' * 200_000}\n")
    [record] = _records(path, "text")
    assert len(record.cells[0]) == 200_000


def test_rows_without_content_are_left_out(tmp_path: Path) -> None:
    path = _write(tmp_path, "title,price\n,\n\nA,1\n,\n")
    assert _records(path, "title") == [Record(4, ["A"])]


def test_a_row_of_another_width_is_a_problem_of_its_own(tmp_path: Path) -> None:
    path = _write(tmp_path, "title,price\nA,1,2\nB\nC,3\n")
    assert _records(path, "title") == [
        Record(2, problem="Expected 2 columns, found 3."),
        Record(3, problem="Expected 2 columns, found 1."),
        Record(4, ["C"]),
    ]


def test_a_broken_quote_costs_one_row(tmp_path: Path) -> None:
    path = _write(tmp_path, 'title,price\n"A"x,1\nB,2\n')
    assert _records(path, "title") == [
        Record(2, problem="A quote inside a quoted field must be doubled."),
        Record(3, ["B"]),
    ]


def test_a_quote_that_never_closes_is_told_and_not_swallowed(tmp_path: Path) -> None:
    path = _write(tmp_path, 'title,price\nA,1\nB,"2\nC,3\n')
    problem = "A quoted field is not closed before the end of the file."
    assert _records(path, "title") == [Record(2, ["A"]), Record(3, problem=problem)]


def test_bytes_that_are_no_text_reach_the_rules_of_text(tmp_path: Path) -> None:
    path = _write(tmp_path, b"title\nB\xfcro\n\x00\n")
    assert _records(path, "title") == [Record(2, ["B\udcfcro"]), Record(3, ["\0"])]


def test_an_endless_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE_CHARS", 1000)
    with pytest.raises(UnreadableFile, match="endless"):
        _records(_write(tmp_path, "title\n" + "x" * 1000), "title")


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"title\n" + b"House\n" * 100_000)
    path = _write(tmp_path, packed[: len(packed) // 2])
    with pytest.raises(UnreadableFile, match="cut off"):
        _records(path, "title")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "It is empty."),
        ("\n\n", "It is empty."),
        ('"title\n', "Its first row is broken."),
        ("title\nA\n".encode("utf-16"), "It is UTF-16"),
        (b"PK\x03\x04...", "spreadsheet"),
        ('[{"title": "A"}]', "JSON array"),
        (b"\x1f\x8bnonsense", "cannot be read"),
    ],
)
def test_what_is_no_file_of_listings_says_so(
    tmp_path: Path, content: bytes | str, sentence: str
) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        open_listing_file(_write(tmp_path, content), has_header=True)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        open_listing_file(tmp_path / "nothing.csv", has_header=True)
    with pytest.raises(UnreadableFile, match="plain file"):
        open_listing_file(tmp_path, has_header=True)


# ── JSON lines ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.ndjson.gz", "a"])
def test_json_lines_are_found_from_the_first_byte(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path, '\n  {"title": "A"}\n\n{"title": "B", "price": null}\n', name)
    assert _records(path, "title", "price") == [
        Record(2, ["A", ABSENT]),
        Record(4, ["B", None]),
    ]


def test_a_name_can_say_that_a_file_is_json_lines(tmp_path: Path) -> None:
    assert open_listing_file(_write(tmp_path, "", "a.jsonl"), has_header=True).columns is None


def test_numbers_of_json_stay_as_they_are_written(tmp_path: Path) -> None:
    text = '{"a": 0.1, "b": 12345678901234567890.10, "c": 1.5e3, "d": 1e999, "e": NaN}\n'
    [record] = _records(_write(tmp_path, text), "a", "b", "c", "d", "e")
    assert record.cells == ["0.1", "12345678901234567890.10", "1500", "1e999", "NaN"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "This is not valid JSON."),
        ("[1]", "Expected an object."),
        ("[" * 100_000, "This is not valid JSON."),
        ('"text"', "Expected an object."),
    ],
)
def test_a_line_that_is_no_object_is_a_problem_of_its_own(
    tmp_path: Path, line: str, problem: str
) -> None:
    good = json.dumps({"title": "A"})
    path = _write(tmp_path, f"{good}\n{line}\n{good}\n")
    assert _records(path, "title") == [
        Record(1, ["A"]),
        Record(2, problem=problem),
        Record(3, ["A"]),
    ]
