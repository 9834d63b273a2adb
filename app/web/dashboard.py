"""The owner's dashboard: keys of the tenant API, made without a mailed code."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.api.conditional import base_url
from app.api.problems import Problem
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.core.errors import Conflict, Invalid
from app.core.settings import current_settings
from app.web import pages
from app.web.sessions import find_caller_of, signed_in

blp = pages.page_blueprint("dashboard", "/users/dashboard")


def write_problem(problem: Problem) -> Response:
    """Write a failure of the dashboard, or of signing in, as a page."""
    return pages.write_problem(problem, find_caller_of(problem))


@blp.route("/")
@signed_in
def show_dashboard(_caller: Caller) -> Redirect:
    return redirect(url_for("dashboard.list_keys"))


@blp.route("/api-keys/")
@signed_in
def list_keys(caller: Caller) -> Response:
    return _show_keys(caller)


@blp.route("/api-keys/", methods=["POST"])
@signed_in
def generate_key(caller: Caller) -> Response:
    """Make a key and show it in the answer itself: no other page ever has it."""
    owner = accounts.get_account(caller.account_id)
    try:
        issued = apikeys.issue_key(owner, scope=Scope.READ, **_wanted())
    except Invalid as refusal:
        return _show_keys(caller, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_keys(caller, status=409, conflict=refusal.message, given=pages.given())
    return _show_keys(caller, status=201, issued=issued)


@blp.route("/api-keys/<uuid:key_id>/")
@signed_in
def show_key(caller: Caller, key_id: UUID) -> Response:
    return _show_key(caller, key_id)


@blp.route("/api-keys/<uuid:key_id>/", methods=["POST"])
@signed_in
def update_key(caller: Caller, key_id: UUID) -> Response | Redirect:
    try:
        apikeys.update_key(caller.account_id, key_id, _wanted())
    except Invalid as refusal:
        return _show_key(caller, key_id, status=400, refusal=refusal, given=pages.given())
    return redirect(url_for("dashboard.list_keys"), 303)


@blp.route("/api-keys/<uuid:key_id>/revoke/", methods=["POST"])
@signed_in
def revoke_key(caller: Caller, key_id: UUID) -> Redirect:
    apikeys.revoke_own_key(caller.account_id, key_id)
    return redirect(url_for("dashboard.list_keys"), 303)


def _wanted() -> dict[str, Any]:
    return {"name": pages.form_text("name"), "allowed_origins": pages.form_lines("sites")}


def _show_keys(caller: Caller, *, status: int = 200, **values: Any) -> Response:
    return pages.show(
        "api_keys.html",
        status=status,
        caller=caller,
        user_id=caller.account_id,
        keys=apikeys.list_live_keys(caller.account_id),
        api=base_url(),
        support_url=current_settings().support_url,
        **values,
    )


def _show_key(caller: Caller, key_id: UUID, *, status: int = 200, **values: Any) -> Response:
    key = apikeys.get_own_key(caller.account_id, key_id)
    return pages.show("api_key.html", status=status, caller=caller, key=key, **values)
