"""The reference data that ships with the product, read from the JSON files beside this module."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"

Row = dict[str, Any]


def list_regions() -> list[Row]:
    """Return the regions: `slug`, `name`, `country`."""
    return [
        {"slug": region["slug"], "name": region["name"], "country": country}
        for country, region in _regions()
    ]


def list_districts() -> list[Row]:
    """Return the districts: `slug`, `name`, `region` (its slug)."""
    return [
        {"slug": district["slug"], "name": district["name"], "region": region["slug"]}
        for _, region in _regions()
        for district in region["districts"]
    ]


def list_currencies() -> list[Row]:
    """Return the currencies: `code`, `symbol`."""
    return _rows("currencies")


def list_property_types() -> list[Row]:
    """Return the property types: `slug`, `name`."""
    return _rows("property_types")


def list_amenities() -> list[Row]:
    """Return the amenities: `slug`, `name`, `icon`."""
    return _rows("amenities")


def list_categories() -> list[Row]:
    """Return the categories: `slug`, `name`, `icon`, `parent` (a slug or None); parents first."""
    top = _read("categories")
    below = [
        {**child, "icon": parent["icon"], "parent": parent["slug"]}
        for parent in top
        for child in parent["subcategories"]
    ]
    keys = ("slug", "name", "icon")
    return [{key: each[key] for key in keys} | {"parent": None} for each in top] + below


def list_extras() -> list[Row]:
    """Return the extras: `slug`, `name`, `icon`, `price`."""
    return [{**row, "price": Decimal(row["price"])} for row in _rows("extras")]


def list_tenures() -> list[Row]:
    """Return the tenures: `slug`, `name`."""
    return _rows("tenures")


def list_plot_size_units() -> list[Row]:
    """Return the plot size units: `slug`, `name`."""
    return _rows("plot_size_units")


def _regions() -> Iterator[tuple[str, Row]]:
    for country, regions in _read("locations").items():
        for region in regions:
            yield country, region


def _rows(kind: str) -> list[Row]:
    rows: list[Row] = _read(kind)
    return rows


def _read(kind: str) -> Any:
    return json.loads((DATA / f"{kind}.json").read_text(encoding="utf-8"))
