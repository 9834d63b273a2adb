"""The categories of stays, a tree."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts.caller import Caller
from app.reference import editing_service as editing
from app.reference import service as reference
from app.reference.category_tree import CategoryItem, flatten
from app.reference.errors import UnknownEntry
from app.web import forms, lists
from app.web.staff import entry_forms
from app.web.staff.entry_forms import answer
from app.web.staff.frame import say, show, staff_blueprint, staff_page

blp = staff_blueprint("staff_categories", "/categories")

_LIST = "staff_categories.list_categories"
_CATEGORY = "/<uuid:category_id>/"


@staff_page(blp, "/")
def list_categories(caller: Caller) -> Response:
    rows = list(_with_depth(reference.snapshot().categories))
    return show("categories.html", caller, page=lists.whole(rows))


@staff_page(blp, "/new/")
def show_form(caller: Caller) -> Response:
    return _show_category(caller)


@staff_page(blp, "/new/", "POST")
def add_category(caller: Caller) -> Response | Redirect:
    def add() -> Redirect:
        values = _placed(forms.read_form(entry_forms.NewPlacedSchema()))
        return _done(f"“{editing.create_category(caller.account_id, values).name}” is added.")

    return answer(add, lambda **values: _show_category(caller, **values))


@staff_page(blp, _CATEGORY)
def show_category(caller: Caller, category_id: UUID) -> Response:
    return _show_category(caller, category_id)


@staff_page(blp, _CATEGORY, "POST")
def change_category(caller: Caller, category_id: UUID) -> Response | Redirect:
    def change() -> Redirect:
        changes = _placed(forms.read_form(entry_forms.PlacedChangeSchema()))
        return _update(caller, category_id, changes, "“{}” is saved.")

    return answer(change, lambda **values: _show_category(caller, category_id, **values))


@staff_page(blp, f"{_CATEGORY}deactivate/", "POST")
def deactivate_category(caller: Caller, category_id: UUID) -> Redirect:
    said = "“{}” and what is below it are not active any more."
    return _update(caller, category_id, {"is_active": False}, said)


@staff_page(blp, f"{_CATEGORY}reactivate/", "POST")
def reactivate_category(caller: Caller, category_id: UUID) -> Response | Redirect:
    def reactivate() -> Redirect:
        return _update(caller, category_id, {"is_active": True}, "“{}” is active again.")

    return answer(reactivate, lambda **values: _show_category(caller, category_id, **values))


def _update(caller: Caller, category_id: UUID, changes: dict[str, Any], said: str) -> Redirect:
    slug = _find(category_id).slug
    return _done(said.format(editing.update_category(caller.account_id, slug, changes).name))


def _done(said: str) -> Redirect:
    say(said)
    return redirect(url_for(_LIST), 303)


def _placed(values: dict[str, Any]) -> dict[str, Any]:
    """Return a form's values as services take them: the top is None."""
    return {**values, "parent": values.get("parent") or None}


def _show_category(caller: Caller, category_id: UUID | None = None, **values: Any) -> Response:
    """Show the form of a category, or without one that of a category to add."""
    category = _find(category_id) if category_id else None
    own = set(category.ids()) if category else set()
    tree = _with_depth(reference.snapshot().categories)
    # Where it could stand: the present place as well, even one that is not active.
    places = [
        (each.slug, f"{'— ' * depth}{each.name}")
        for each, depth in tree
        if each.id not in own
        and (each.is_active or (category is not None and each.slug == category.parent))
    ]
    return show(
        "category.html",
        caller,
        at=_LIST,
        category=category,
        places=[("", "At the top"), *places],
        **entry_forms.LIMITS,
        **values,
    )


def _find(category_id: UUID) -> CategoryItem:
    for category in flatten(reference.snapshot().categories):
        if category.uuid == category_id:
            return category
    raise UnknownEntry("category")


def _with_depth(
    categories: Iterable[CategoryItem], depth: int = 0
) -> Iterator[tuple[CategoryItem, int]]:
    """Yield categories and those below them, each with how many are above it."""
    for category in categories:
        yield category, depth
        yield from _with_depth(category.subcategories, depth + 1)
