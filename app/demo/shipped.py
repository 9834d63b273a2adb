"""What the demo is made of, read from the JSON files beside this module.

All of it is invented, but the places are there. Days count from the one that the demo is loaded
on, `days_ago` backwards, so that it never looks old; see `days.Days` for the writing of times.
"""

import json
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"

Row = dict[str, Any]

_DECIMALS = (
    *("price", "latitude", "longitude", "floor_size", "plot_size"),
    *("cleaning_fee", "security_deposit"),
)
_TIMES = ("check_in_time", "check_out_time")


def list_people() -> list[Row]:
    """Return everybody: the owner of the tenant feed first, then staff, hosts and guests."""
    return _rows("people")


def list_properties() -> list[Row]:
    """Return what is let by the month or sold, as write fields by name and how it is shown."""
    return [_typed(row) for row in _rows("properties")]


def list_stays() -> list[Row]:
    """Return what is let by the night, in the same way; `status` is the marketplace's word."""
    return [_typed(row) for row in _rows("stays")]


def list_bookings() -> list[Row]:
    """Return bookings that somebody thought up: one at least of whatever can become of one."""
    return _rows("bookings")


def list_reviews() -> list[Row]:
    """Return what guests say, and hosts reply; the last one is what staff hides."""
    return _rows("reviews")


def list_doings(kind: str) -> list[Row]:
    """Return what people have done besides: `feedback`, `searches`, `keys` or `marks`."""
    found: list[Row] = _read("doings")[kind]
    return found


def _typed(row: Row) -> Row:
    decimals = {name: Decimal(row[name]) for name in _DECIMALS if name in row}
    times = {name: time.fromisoformat(row[name]) for name in _TIMES if name in row}
    return {**row, **decimals, **times}


def _rows(name: str) -> list[Row]:
    rows: list[Row] = _read(name)
    return rows


def _read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
