"""What the queues share: reasons, what was decided before, and where to go next."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import redirect
from marshmallow import Schema
from werkzeug.wrappers import Response as Redirect

from app.core.fields import CleanStr, StrictSchema
from app.reporting import audit_service as audit
from app.reporting.audit_service import Entry
from app.web import forms
from app.web.staff.frame import say

SHOWN_ENTRIES = 10
NO_REASON = "Please give a reason: the person concerned reads it."


def reason_schema(max_chars: int) -> Schema:
    """Return what reads the form of a rejection."""
    messages = {"required": NO_REASON, "blank": NO_REASON}
    reason = CleanStr(required=True, max_length=max_chars, blank=False, error_messages=messages)
    return StrictSchema.from_dict({"rejection_reason": reason})()


def read_reason(schema: Schema) -> str:
    """Return the reason that the form of a rejection gives.

    :raises InvalidFields: when there is none, or it is too long.
    """
    return str(forms.read_form(schema)["rejection_reason"])


def decided_before(object_type: str, uuid: UUID, actions: Collection[str]) -> list[Entry]:
    """Return what staff has decided about an object, newest first, as far as a page shows it."""
    about: dict[str, Any] = {"object_type": object_type, "object_id": str(uuid)}
    entries = [
        entry
        for action in actions
        for entry in audit.list_entries(**about, action=action, offset=0, limit=SHOWN_ENTRIES).rows
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:SHOWN_ENTRIES]


def go_on(done: str, *, to: str, is_next: bool) -> Redirect:
    """Say what was done, and go to the next one in the queue, or back to the queue."""
    say(f"{done} This is the next one." if is_next else f"{done} The queue is empty now.")
    return redirect(to, 303)
