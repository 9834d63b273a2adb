"""Whether an answer is the one that a page shows.

What a page shows is meant: the same members, the same words, the same numbers. Only these differ
from one run to the next, and agree with others of their kind: identifiers, keys, times, dates, and
numbers that count what is there. Where a page shortens, it says so by an ellipsis: `"…"` as the
last element of an array, `"…": "…"` in an object, `…` in a text.
"""

import re
from typing import Any

ELLIPSIS = "…"
# Members whose numbers depend on what else is in the database.
COUNTS = {
    "count",
    "current_page",
    "id",
    "next_since",
    "properties_count",
    "total",
    "total_pages",
    "user_id",
    "version",
}
_KINDS = [
    re.compile(pattern)
    for pattern in (
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
        r"\d{4}-\d\d-\d\d",
    )
]


def difference(shown: Any, found: Any, name: str = "", where: str = "the answer") -> str | None:
    """Say where an answer is not what is shown; None where it is."""
    if isinstance(shown, dict) and isinstance(found, dict):
        return _difference_of_objects(shown, found, where)
    if isinstance(shown, list) and isinstance(found, list):
        return _difference_of_arrays(shown, found, name, where)
    if isinstance(shown, str) and isinstance(found, str):
        is_same = _is_same_text(shown, found)
    else:
        is_same = type(shown) is type(found) and (shown == found or _is_count(shown, name))
    return None if is_same else f"{where} is {found!r}, and the page shows {shown!r}"


def _difference_of_objects(shown: dict[str, Any], found: dict[str, Any], where: str) -> str | None:
    names = shown.keys() - {ELLIPSIS}
    missing = names - found.keys()
    if missing:
        return f"{where} has no {', '.join(sorted(missing))}"
    more = found.keys() - names
    if more and ELLIPSIS not in shown:
        return f"{where} also has {', '.join(sorted(more))}"
    differences = (
        difference(value, found[name], name, f"{where}.{name}")
        for name, value in shown.items()
        if name != ELLIPSIS
    )
    return next(filter(None, differences), None)


def _difference_of_arrays(shown: list[Any], found: list[Any], name: str, where: str) -> str | None:
    if not shown or shown[-1] != ELLIPSIS:
        if len(shown) != len(found):
            return f"{where} has {len(found)} elements, and the page shows {len(shown)}"
        pairs = zip(shown, found, strict=True)
        differences = (
            difference(one, other, name, f"{where}[{index}]")
            for index, (one, other) in enumerate(pairs)
        )
        return next(filter(None, differences), None)
    for each in shown[:-1]:
        if all(difference(each, one, name) for one in found):
            return f"{where} has no element like {each!r}"
    return None


def _is_same_text(shown: str, found: str) -> bool:
    if any(kind.fullmatch(shown) and kind.fullmatch(found) for kind in _KINDS):
        return True
    pattern = ".*".join(re.escape(part) for part in shown.split(ELLIPSIS))
    return re.fullmatch(pattern, found, re.DOTALL) is not None


def _is_count(value: Any, name: str) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and name in COUNTS
