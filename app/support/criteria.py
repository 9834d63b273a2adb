"""What a saved search looks for: a filter of the lists, stored as JSON, asked as a query.

Pure: what is there to look for comes in as sets of slugs.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from app.catalogue.browse import BrowseFilter

# As a saved search calls them, and as the browse endpoint does.
PARAMETERS = {
    "category": "category",
    "min_price": "min_price",
    "max_price": "max_price",
    "min_guests": "guests",
    "stay_type": "stay_type",
    "check_in": "check_in",
    "check_out": "check_out",
    "city": "city",
    "bedrooms": "bedrooms",
    "amenities": "amenities",
    "search": "search",
    "ordering": "ordering",
}
_DATES = ("check_in", "check_out")


def as_filter(criteria: Mapping[str, Any]) -> BrowseFilter:
    """Return criteria as browsing takes them."""
    named = {PARAMETERS[name]: value for name, value in criteria.items() if name != "ordering"}
    return BrowseFilter(**named | {"amenities": tuple(named.get("amenities", ()))})


def write_criteria(criteria: Mapping[str, Any]) -> dict[str, Any]:
    """Return criteria as JSON has them: money with two places, dates and words as text."""
    return {name: _plain(value) for name, value in criteria.items()}


def browse_query(
    stored: Mapping[str, Any],
    *,
    categories: Collection[str],
    amenities: Collection[str],
    today: date,
) -> list[tuple[str, str]]:
    """Return stored criteria as parameters of the browse endpoint, such as it takes today.

    Dates that are past are left out, and so are a category and amenities that are gone.
    """
    left = dict(stored)
    if left.get("category") not in categories:
        left.pop("category", None)
    if "amenities" in left:
        left["amenities"] = [each for each in left["amenities"] if each in amenities]
    if "check_in" in left and date.fromisoformat(left["check_in"]) < today:
        left = {name: value for name, value in left.items() if name not in _DATES}
    return [
        (parameter, ",".join(value) if isinstance(value, list) else str(value))
        for name, parameter in PARAMETERS.items()
        if (value := left.get(name)) not in (None, [])
    ]


def query_string(query: Sequence[tuple[str, str]]) -> str:
    """Return parameters as an address has them."""
    return urlencode(query, safe=",")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, ".2f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
