"""Files of listings as records: CSV or JSON lines, plain or gzip, in constant memory.

What a file is, its bytes say. A record that cannot be read is a problem of that record; only
what makes the rest of the file meaningless is an error. A file is read as often as asked.
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from io import TextIOWrapper
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

# No line and no field of a sane file is longer; past it, memory would not stay constant.
MAX_LINE_CHARS = 16 * 1024 * 1024
JSON_LINES_SUFFIXES = (".jsonl", ".ndjson")
# Stands for a name that an object of a JSON line does not have.
ABSENT = object()

_HEAD_BYTES = 4096
_GZIP = b"\x1f\x8b"
_UTF8_MARK = b"\xef\xbb\xbf"
_FOREIGN = {
    b"\xff\xfe": "It is UTF-16; save it as UTF-8.",
    b"\xfe\xff": "It is UTF-16; save it as UTF-8.",
    b"PK\x03\x04": "It is a spreadsheet or an archive; export it as CSV.",
    b"[": "It is one JSON array; write one object a line instead.",
}
_CSV_PROBLEMS = {
    "unexpected end of data": "A quoted field is not closed before the end of the file.",
    "field larger than": "A field is too long; is a quote missing?",
    "expected after": "A quote inside a quoted field must be doubled.",
}
_LONGEST_EXPONENT = 30


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message is a sentence."""


class Record(NamedTuple):
    """One row: the line that it begins on, and its cells in the order that was asked for.

    A record with a `problem`, a sentence, has no cells.
    """

    line: int
    cells: Sequence[Any] = ()
    problem: str | None = None


Records = Iterator[Record]


@dataclass(frozen=True, slots=True)
class ListingFile:
    """A readable file. `columns` names what it holds, in order; None where each row says it."""

    path: Path
    columns: tuple[str, ...] | None
    has_header: bool

    def records(self, columns: Sequence[str]) -> Records:
        """Read every row's cells of these columns. Rows without any content are left out.

        Cells of CSV are text; those of JSON are text (numbers as they are written), lists,
        mappings, booleans, None, or `ABSENT`.

        :raises UnreadableFile: when the file turns out damaged, or a line endless.
        """
        with _opened(self.path, newline="" if self.columns is not None else "\n") as text:
            lines = _lines(text)
            if self.columns is None:
                yield from _json_records(lines, columns)
            else:
                yield from self._csv_records(lines, [self.columns.index(name) for name in columns])

    def _csv_records(self, lines: Iterator[str], indexes: list[int]) -> Records:
        assert self.columns is not None
        pick, width = _picker(indexes), len(self.columns)
        rows = _csv_rows(lines)
        if self.has_header:
            next(rows, None)
        for line, row, problem in rows:
            if problem is not None:
                yield Record(line, problem=problem)
            elif len(row) != width:
                yield Record(line, problem=f"Expected {width} columns, found {len(row)}.")
            else:
                yield Record(line, pick(row))


def open_listing_file(path: Path, *, has_header: bool) -> ListingFile:
    """Find out what a file is. Without a header, columns are named by their numbers from 1.

    :raises UnreadableFile: when it is missing, empty of columns, or of another kind.
    """
    if not path.is_file():
        raise UnreadableFile("There is no such file." if not path.exists() else "Not a plain file.")
    with _opened_bytes(path) as stream:
        head = stream.read(_HEAD_BYTES).removeprefix(_UTF8_MARK).lstrip()
    for mark, sentence in _FOREIGN.items():
        if head.startswith(mark):
            raise UnreadableFile(sentence)
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if head.startswith(b"{") or any(each in suffixes for each in JSON_LINES_SUFFIXES):
        return ListingFile(path, None, has_header=False)
    with _opened(path, newline="") as text:
        _, first, problem = next(_csv_rows(_lines(text)), (0, [], None))
    if problem is not None:
        raise UnreadableFile(f"Its first row is broken. {problem}")
    if not first:
        raise UnreadableFile("It is empty.")
    if has_header:
        columns = tuple(name.strip() for name in first)
    else:
        columns = tuple(str(number) for number, _ in enumerate(first, 1))
    return ListingFile(path, columns, has_header)


# ── bytes and lines ─────────────────────────────────────────────────────────────────────────


@contextmanager
def _opened_bytes(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as raw:
            if raw.peek(2)[:2] != _GZIP:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield cast("BinaryIO", unpacked)
    except (EOFError, zlib.error, OSError) as error:
        raise UnreadableFile("It cannot be read, or is cut off.") from error


@contextmanager
def _opened(path: Path, *, newline: str) -> Iterator[TextIOWrapper]:
    # Bytes that are no UTF-8 become lone surrogates, which the rules for text refuse row by row.
    with (
        _opened_bytes(path) as stream,
        TextIOWrapper(
            stream, encoding="utf-8-sig", errors="surrogateescape", newline=newline
        ) as text,
    ):
        yield text


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(MAX_LINE_CHARS):
        if len(line) == MAX_LINE_CHARS:
            raise UnreadableFile("A line is endless: this is neither CSV nor JSON lines.")
        yield line


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────


def _csv_rows(lines: Iterator[str]) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield (line, cells, problem). After a broken row the reader goes on with the next line."""
    csv.field_size_limit(MAX_LINE_CHARS)
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, [], _csv_problem(str(error))
            continue
        if any(row):
            yield line, row, None


def _csv_problem(text: str) -> str:
    known = (sentence for hint, sentence in _CSV_PROBLEMS.items() if hint in text)
    return next(known, "This is not valid CSV.")


def _picker(indexes: list[int]) -> Callable[[list[str]], Sequence[str]]:
    if len(indexes) > 1:
        return itemgetter(*indexes)
    return lambda row: [row[index] for index in indexes]


# ── JSON lines ──────────────────────────────────────────────────────────────────────────────


def _json_records(lines: Iterator[str], columns: Sequence[str]) -> Records:
    # Numbers stay the text that they were written as: no price goes through a float.
    decode = json.JSONDecoder(parse_int=str, parse_float=_plain_number, parse_constant=str).decode
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        try:
            row = decode(text)
        except (ValueError, RecursionError):
            yield Record(line, problem="This is not valid JSON.")
            continue
        if isinstance(row, dict):
            yield Record(line, [row.get(name, ABSENT) for name in columns])
        else:
            yield Record(line, problem="Expected an object.")


def _plain_number(text: str) -> str:
    number = Decimal(text)
    return f"{number:f}" if abs(number.adjusted()) <= _LONGEST_EXPONENT else text
