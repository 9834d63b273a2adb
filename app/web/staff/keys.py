"""Keys of the tenant API: everybody's, and those that staff makes for somebody."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.accounts.errors import UnknownAccount
from app.accounts.identity import MAX_EMAIL_CHARS
from app.api.conditional import base_url
from app.apikeys import staff_service as staff
from app.apikeys.enums import Scope
from app.apikeys.keys import KEY_NAME_CHARS
from app.core.counts import Slice
from app.core.errors import Conflict, Invalid
from app.core.fields import Choice, CleanStr, LineStr, StrictSchema
from app.web import forms, pages
from app.web.staff.frame import say, show, staff_blueprint, staff_page
from app.web.staff.searches import PersonName, show_list

blp = staff_blueprint("staff_keys", "/api-keys")

SEARCH_CHARS = 100
_LIST = "staff_keys.list_keys"
_SCOPES = [(str(Scope.READ), "Read"), (str(Scope.READ_WRITE), "Read + write")]


class KeySearchSchema(StrictSchema):
    """Which keys to show; `search` is how a key begins, or a part of its name."""

    search = CleanStr(max_length=SEARCH_CHARS)
    user = PersonName()
    scope = Choice(Scope)


class WantedKeySchema(StrictSchema):
    """A key to make for somebody; `allowed_origins` are host names, one a line."""

    user = CleanStr(required=True, max_length=MAX_EMAIL_CHARS, blank=False)
    scope = Choice(Scope, required=True)
    name = LineStr(required=True, max_length=KEY_NAME_CHARS, blank=False)
    allowed_origins = CleanStr(max_length=pages.MAX_TEXT_CHARS)


@staff_page(blp, "/")
def list_keys(caller: Caller) -> Response:
    return show_list(
        "keys.html",
        caller,
        KeySearchSchema(),
        _find,
        empty="There are no keys yet.",
        people={"user"},
        scopes=[("", "Any"), *_SCOPES],
        search_chars=SEARCH_CHARS,
    )


@staff_page(blp, "/new/")
def show_form(caller: Caller) -> Response:
    """Show the form, filled in with the account that the address may name."""
    try:
        owner = accounts.get_account_by_reference(request.args.get("user", ""))
    except UnknownAccount:
        return _show_form(caller)
    return _show_form(caller, given={"user": owner.email})


@staff_page(blp, "/new/", "POST")
def issue_key(caller: Caller) -> Response:
    """Make a key and show it in the answer itself: no other page ever has it."""
    try:
        wanted = forms.read_form(WantedKeySchema())
        wanted["allowed_origins"] = pages.lines_of(wanted.get("allowed_origins", ""))
        issued = staff.issue_key(caller.account_id, **wanted)
    except Invalid as refusal:
        return _show_form(caller, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_form(caller, status=409, conflict=refusal.message, given=pages.given())
    return _show_form(caller, status=201, issued=issued)


@staff_page(blp, "/<uuid:key_id>/revoke/", "POST")
def revoke_key(caller: Caller, key_id: UUID) -> Redirect:
    staff.revoke_key(caller.account_id, key_id)
    say("The key is revoked, and its owner has been told.")
    return redirect(url_for(_LIST), 303)


def _find(*, user: Any = None, **asked: Any) -> Slice:
    return staff.list_live_keys(**asked, user=str(user.uuid) if user else None)


def _show_form(caller: Caller, **values: Any) -> Response:
    return show(
        "key.html",
        caller,
        at=_LIST,
        scopes=_SCOPES,
        api=base_url(),
        max_name=KEY_NAME_CHARS,
        **values,
    )
