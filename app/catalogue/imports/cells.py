"""What a cell of a spreadsheet means, before any rule is applied to it.

People write "KSh 350 000 000", "2.0" and "N/A". What is read here is read exactly or not at
all: where a cell could mean two things, it means nothing.
"""

import json
import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

MISSING = frozenset({"", "None", "NULL", "null", "NA", "N/A", "nan", "NaN", "-"})

# How shillings are written beside prices, whatever the reference data call them.
_LOCAL_MARKS = ("sh", "shs", "ksh", "ush", "tsh", "us$", "/=", "/-")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
# Groups of three after the first, all parted by the same sign.
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?P<sign>[,'’ \u00a0\u2009\u202f])\d{3}((?P=sign)\d{3})*(\.\d+)?", re.ASCII
)
_GROUP_SIGNS = re.compile("[,'’ \u00a0\u2009\u202f]")
_MARKED = re.compile(r"(?P<before>[^\d+-]*)(?P<number>[+-]?\d(.*\d)?)(?P<after>\D*)", re.ASCII)
_ITEM_SIGNS = re.compile(r"[,;|]")
_DATE_SIGNS = re.compile(r"[,;|\s]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN_CHARS = 30
_WRAPPING = "[]{}"


def is_missing(cell: object) -> bool:
    """Tell whether a cell says that there is no value."""
    return cell is None or (isinstance(cell, str) and cell.strip() in MISSING)


def currency_marks(words: Iterable[str]) -> frozenset[str]:
    """Return what may stand before or after a price, from codes and symbols of currencies."""
    return frozenset(_bare(word) for word in (*words, *_LOCAL_MARKS))


def plain_number(text: str, marks: Collection[str] = ()) -> str | None:
    """Return a number's digits without grouping and currency marks, or None where it is none.

    "$1,234.00" is "1234.00"; "1.234,00", "12,34" and "5M" are not numbers.
    """
    if _PLAIN.fullmatch(text):
        return text
    found = _MARKED.fullmatch(text.strip())
    if found is None:
        return None
    beside = (*found["before"].split(), *found["after"].split())
    if not all(_bare(mark) in marks for mark in beside):
        return None
    number = found["number"]
    if _GROUPED.fullmatch(number):
        return _GROUP_SIGNS.sub("", number)
    return number if _PLAIN.fullmatch(number) else None


def list_items(cell: object) -> list[Any] | None:
    """Return the items of a list: JSON's own, JSON in text, or text parted by , ; or |.

    None where it is no list. Blank items are left out.
    """
    if isinstance(cell, list):
        return cell
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    if text.startswith("["):
        try:
            decoded = json.loads(text)
        except (ValueError, RecursionError):
            decoded = None
        if isinstance(decoded, list):
            return decoded
    parts = _ITEM_SIGNS.split(text.strip(_WRAPPING))
    return [item for part in parts if (item := part.strip().strip("\"'").strip())]


def nights(cell: object, most: int) -> list[date]:
    """Return the nights of dates and of periods `start/end`, in order, each once.

    They are a JSON list, or text parted by commas, semicolons or blanks. The night of the end is
    no part of a period.

    :raises ValueError: when one cannot be read, or they are more than `most`; it says so.
    """
    items = cell if isinstance(cell, list) else _DATE_SIGNS.split(str(cell).strip(_WRAPPING))
    found: set[date] = set()
    for item in items:
        text = str(item).strip().strip("\"'")
        if text:
            start, slash, end = text.partition("/")
            first = _date(start)
            length = (_date(end) - first).days if slash else 1
            if length < 1:
                raise ValueError(f"A period ends after it begins: {text[:_SHOWN_CHARS]}.")
            if length > most:
                raise ValueError(f"More than {most} nights: {text[:_SHOWN_CHARS]}.")
            found.update(first + timedelta(days=day) for day in range(length))
    if len(found) > most:
        raise ValueError(f"More than {most} nights.")
    return sorted(found)


def _date(text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"Not a date such as 2026-09-01: {text[:_SHOWN_CHARS]}.")


def _bare(mark: str) -> str:
    return mark.casefold().rstrip(".")
