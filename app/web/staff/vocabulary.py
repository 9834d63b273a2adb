"""Amenities and extras: what stays include, and what guests may add to them and pay for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts.caller import Caller
from app.reference import editing_service as editing
from app.reference import service as reference
from app.reference.errors import UnknownEntry
from app.reference.service import AmenityItem, ExtraItem, Reference
from app.web import forms, lists
from app.web.staff import entry_forms
from app.web.staff.entry_forms import answer
from app.web.staff.frame import say, show, staff_blueprint, staff_page

Item = AmenityItem | ExtraItem


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its words, where its entries are, and how they are made and changed."""

    name: str
    plural: str
    about: str
    items: Callable[[Reference], Sequence[Item]]
    create: Callable[[int, Mapping[str, Any]], Item]
    update: Callable[[int, UUID, Mapping[str, Any]], Item]
    new_schema: type[entry_forms.NewEntrySchema]
    change_schema: type[entry_forms.EntryChangeSchema]
    has_price: bool

    @property
    def pages(self) -> str:
        """The name of the blueprint of its pages."""
        return f"staff_{self.plural}"

    def find(self, uuid: UUID) -> Item:
        for item in self.items(reference.snapshot()):
            if item.uuid == uuid:
                return item
        raise UnknownEntry(self.name)


AMENITIES = Kind(
    name="amenity",
    plural="amenities",
    about="What a listing can have. One that is not active is shown where it is set already.",
    items=lambda state: state.amenities,
    create=editing.create_amenity,
    update=editing.update_amenity,
    new_schema=entry_forms.NewEntrySchema,
    change_schema=entry_forms.EntryChangeSchema,
    has_price=False,
)
EXTRAS = Kind(
    name="extra",
    plural="extras",
    about="What a stay can offer for money. The price is what an extra costs where its listing "
    "asks no other one, in the listing's currency.",
    items=lambda state: state.extras,
    create=editing.create_extra,
    update=editing.update_extra,
    new_schema=entry_forms.NewPricedSchema,
    change_schema=entry_forms.PricedChangeSchema,
    has_price=True,
)


def _make_pages(kind: Kind) -> Blueprint:
    blp = staff_blueprint(kind.pages, f"/{kind.plural}")
    _add_list(blp, kind)
    _add_editing(blp, kind)
    return blp


def _add_list(blp: Blueprint, kind: Kind) -> None:
    @staff_page(blp, "/")
    def list_entries(caller: Caller) -> Response:
        page = lists.whole(kind.items(reference.snapshot()))
        return show("vocabulary.html", caller, kind=kind, page=page)

    @staff_page(blp, "/new/")
    def show_form(caller: Caller) -> Response:
        return _show_entry(caller, kind)

    @staff_page(blp, "/new/", "POST")
    def add_entry(caller: Caller) -> Response | Redirect:
        def add() -> Redirect:
            item = kind.create(caller.account_id, forms.read_form(kind.new_schema()))
            return _done(kind, f"“{item.name}” is added.")

        return answer(add, lambda **values: _show_entry(caller, kind, **values))


def _add_editing(blp: Blueprint, kind: Kind) -> None:
    @staff_page(blp, "/<uuid:entry_id>/")
    def show_entry(caller: Caller, entry_id: UUID) -> Response:
        return _show_entry(caller, kind, entry_id)

    @staff_page(blp, "/<uuid:entry_id>/", "POST")
    def change_entry(caller: Caller, entry_id: UUID) -> Response | Redirect:
        def change() -> Redirect:
            changes = forms.read_form(kind.change_schema())
            item = kind.update(caller.account_id, entry_id, changes)
            return _done(kind, f"“{item.name}” is saved.")

        return answer(change, lambda **values: _show_entry(caller, kind, entry_id, **values))

    @staff_page(blp, "/<uuid:entry_id>/deactivate/", "POST")
    def deactivate_entry(caller: Caller, entry_id: UUID) -> Redirect:
        item = kind.update(caller.account_id, entry_id, {"is_active": False})
        return _done(kind, f"“{item.name}” is not active any more.")

    @staff_page(blp, "/<uuid:entry_id>/reactivate/", "POST")
    def reactivate_entry(caller: Caller, entry_id: UUID) -> Redirect:
        item = kind.update(caller.account_id, entry_id, {"is_active": True})
        return _done(kind, f"“{item.name}” is active again.")


def _show_entry(
    caller: Caller, kind: Kind, entry_id: UUID | None = None, **values: Any
) -> Response:
    """Show the form of an entry, or without one that of an entry to add."""
    return show(
        "vocabulary_entry.html",
        caller,
        at=f"{kind.pages}.list_entries",
        kind=kind,
        entry=kind.find(entry_id) if entry_id else None,
        **entry_forms.LIMITS,
        **values,
    )


def _done(kind: Kind, said: str) -> Redirect:
    say(said)
    return redirect(url_for(f"{kind.pages}.list_entries"), 303)


blps = (_make_pages(AMENITIES), _make_pages(EXTRAS))
