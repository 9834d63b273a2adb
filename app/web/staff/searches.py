"""Lists that can be searched: what was asked for, what was found, and what could not be read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema

from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.accounts.errors import UnknownAccount
from app.accounts.identity import MAX_EMAIL_CHARS
from app.core.errors import Invalid, InvalidFields
from app.core.fields import CleanStr
from app.reviews.ratings import HIGHEST, LOWEST
from app.web import forms, lists
from app.web.pages import in_words
from app.web.staff.frame import show

NOT_READ = "This search could not be read: please look at the fields above."
NOTHING_FITS = "Nothing fits this search."

Find = Callable[..., tuple[Sequence[Any], int]]


class PersonName(CleanStr):
    """Somebody's id, `user_id`, e-mail address or username."""

    def __init__(self) -> None:
        super().__init__(max_length=MAX_EMAIL_CHARS)


def show_list(
    template: str,
    caller: Caller,
    schema: Schema,
    find: Find,
    *,
    empty: str,
    people: Collection[str] = (),
    **values: Any,
) -> Response:
    """Return a page of what a search finds, with the search as it was asked.

    `find` takes what the schema loads, `offset` and `limit`, and returns rows and the number of
    all. `people` are those parameters that are a `PersonName`: they become accounts. `empty` is
    said of a list that has nothing even without a search.
    """
    wanted = lists.wanted_page()
    asked = {name: text for name, text in request.args.items() if name != "page"}
    try:
        query = _read(schema, people)
        asked |= {name: query[name].email for name in people & query.keys()}
        rows, total = find(**query, offset=wanted.offset, limit=wanted.limit)
    except Invalid as refusal:
        page = lists.whole(())
        values |= {"refusal": refusal, "empty": NOT_READ}
        return show(template, caller, status=400, page=page, asked=asked, **values)
    said = NOTHING_FITS if any(text.strip() for text in asked.values()) else empty
    page = lists.make_page(wanted, rows, total)
    return show(template, caller, page=page, asked=asked, empty=said, **values)


def choices(words: Iterable[str], *, first: str = "Any") -> list[tuple[str, str]]:
    """Return what a search can be narrowed to, and before it what does not narrow it."""
    return [("", first), *((str(word), in_words(str(word))) for word in words)]


def yes_or_no(yes: str, no: str, *, first: str = "Any") -> list[tuple[str, str]]:
    """Return the choices of a boolean parameter."""
    return [("", first), ("true", yes), ("false", no)]


def stars() -> list[tuple[str, str]]:
    """Return the choices of a rating."""
    return [("", "Any"), *((str(n), f"{n} of {HIGHEST}") for n in range(HIGHEST, LOWEST - 1, -1))]


def _read(schema: Schema, people: Collection[str]) -> dict[str, Any]:
    """Return what a search asks for, with accounts for `people`.

    :raises InvalidFields: with the sentences of everything that is wrong with it.
    """
    wrong: dict[str, list[str]] = {}
    query: dict[str, Any] = {}
    try:
        query = forms.read_search(schema)
    except InvalidFields as refusal:
        wrong |= refusal.errors
    named = {name: request.args.get(name, "").strip() for name in people if name not in wrong}
    for name, reference in named.items():
        try:
            if reference:
                query[name] = accounts.get_account_by_reference(reference)
        except UnknownAccount as unknown:
            wrong[name] = [unknown.message]
    if wrong:
        raise InvalidFields(wrong)
    return query
