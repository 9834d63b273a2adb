"""What a saved search looks for: checked as browsing would, stored as JSON, asked as a query.

Pure: what is there to look for comes in as sets of slugs, and errors go out as sentences by field.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

Errors = dict[str, list[str]]

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


def check_criteria(
    criteria: Mapping[str, Any],
    *,
    categories: Collection[str],
    amenities: Collection[str],
    today: date,
) -> Errors:
    """Return what browsing would refuse. `categories` and `amenities` are the active ones."""
    errors: Errors = {}
    category = criteria.get("category")
    if category is not None and category not in categories:
        errors["category"] = [_unknown("category", category)]
    unknown = [each for each in criteria.get("amenities", ()) if each not in amenities]
    if unknown:
        errors["amenities"] = [_unknown("amenity", each) for each in unknown]
    least, most = criteria.get("min_price"), criteria.get("max_price")
    if least is not None and most is not None and least > most:
        errors["min_price"] = ["Must not be greater than max_price."]
    _check_dates(criteria, today, errors)
    return errors


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


def _check_dates(criteria: Mapping[str, Any], today: date, errors: Errors) -> None:
    check_in, check_out = (criteria.get(name) for name in _DATES)
    if check_in is None and check_out is None:
        return
    if check_in is None or check_out is None:
        missing = "check_in" if check_in is None else "check_out"
        errors[missing] = ["check_in and check_out go together."]
        return
    if check_in < today:
        errors["check_in"] = ["Must not be in the past."]
    if check_out <= check_in:
        errors["check_out"] = ["Must be after check_in."]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, ".2f")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def _unknown(kind: str, slug: str) -> str:
    return f'There is no {kind} "{slug}".'
