"""The tables of endpoints are those of the API's description."""

import json
import re

from config import ROOT
from tests.docs.pages import page

METHODS = {"get", "post", "put", "patch", "delete"}
ROW = re.compile(r"^\| `([A-Z]+)` \| `([^`]+)` \| (\S+) \| (.+) \|$", re.MULTILINE)
WORDS = {"api_key": {"key"}, "access_token": {"token", "staff"}}


def _described() -> dict[tuple[str, str], set[str]]:
    """Return who may call each endpoint, in the words of the page."""
    spec = json.loads((ROOT / "openapi" / "openapi.json").read_text())
    return {
        (method.upper(), path): _callers(operation)
        for path, operations in spec["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }


def _callers(operation: dict[str, list[dict[str, list[str]]]]) -> set[str]:
    security = operation.get("security", [])
    # None is needed where one of the choices is none.
    if not all(security):
        return {"–"}
    credentials = {name for each in security for name in each}
    return set().union(*(WORDS[name] for name in credentials)) if credentials else {"–"}


def test_the_page_has_every_endpoint_once_and_says_who_may_call_it() -> None:
    rows = [match.groups() for match in ROW.finditer(page("docs/endpoints.md").text)]
    described = _described()
    listed = [(method, path) for method, path, _who, _what in rows]
    assert sorted(listed) == sorted(described)
    wrong = [(method, path) for method, path, who, _ in rows if who not in described[method, path]]
    assert wrong == []


def test_what_only_staff_may_call_is_marked() -> None:
    rows = [match.groups() for match in ROW.finditer(page("docs/endpoints.md").text)]
    admin = {who for _method, path, who, _what in rows if path.startswith("/api/admin/")}
    assert admin == {"staff"}
