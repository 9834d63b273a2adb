"""The forms of categories, amenities and extras, and how a view answers what they send."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from marshmallow import pre_load
from werkzeug.wrappers import Response as Redirect

from app.core.errors import Invalid
from app.core.fields import CleanStr, LineStr, Money, Slug, StrictSchema
from app.reference.limits import ICON_CHARS, NAME_CHARS, SLUG_CHARS
from app.web import pages

LIMITS = {"max_name": NAME_CHARS, "max_slug": SLUG_CHARS, "max_icon": ICON_CHARS}


class EntryChangeSchema(StrictSchema):
    """What an entry is called, and its icon; an empty one clears it."""

    name = LineStr(required=True, max_length=NAME_CHARS, blank=False)
    icon = CleanStr(max_length=ICON_CHARS)


class NewEntrySchema(EntryChangeSchema):
    """An entry to add; an empty slug is made of the name."""

    slug = Slug(max_length=SLUG_CHARS)

    @pre_load
    def _leave_out_empty_slug(self, data: Mapping[str, str], **_kwargs: Any) -> dict[str, str]:
        return {name: text for name, text in data.items() if name != "slug" or text.strip()}


class PricedChangeSchema(EntryChangeSchema):
    """What changes of an entry that costs something."""

    price = Money(required=True)


class NewPricedSchema(NewEntrySchema, PricedChangeSchema):
    """An entry to add that costs something."""


class PlacedChangeSchema(EntryChangeSchema):
    """What changes of an entry that stands below another one; an empty parent is the top."""

    parent = CleanStr(max_length=SLUG_CHARS)


class NewPlacedSchema(NewEntrySchema, PlacedChangeSchema):
    """An entry to add below another one."""


def answer(
    deed: Callable[[], Response | Redirect], again: Callable[..., Response]
) -> Response | Redirect:
    """Return what a deed answers, or show its page `again` with what is wrong at its fields.

    What is wrong with a field that the page has none for stands at its head.
    """
    try:
        return deed()
    except Invalid as refusal:
        conflict = refusal.message if refusal.field == "is_active" else ""
        return again(status=400, refusal=refusal, given=pages.given(), conflict=conflict)
