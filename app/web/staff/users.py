"""Users: everybody's accounts, and what staff does to them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import service as accounts
from app.accounts import staff_service as staff
from app.accounts.caller import Caller
from app.accounts.enums import Role, Tier, VerificationStage
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.fields import Choice, CleanStr, QueryBool, StrictSchema
from app.web import forms
from app.web.staff.decisions import decided_before
from app.web.staff.frame import full_name, say, show, staff_blueprint, staff_page
from app.web.staff.searches import choices, show_list, yes_or_no

blp = staff_blueprint("staff_users", "/users")

SEARCH_CHARS = 100
_LIST = "staff_users.list_users"
_USER = "/<uuid:user_id>/"
_DEEDS = (staff.DISABLED, staff.ENABLED, staff.TIER_CHANGED)


class UserSearchSchema(StrictSchema):
    """Which accounts to show."""

    search = CleanStr(max_length=SEARCH_CHARS)
    role = Choice(Role)
    verification_stage = Choice(VerificationStage)
    subscription_tier = Choice(Tier)
    is_disabled = QueryBool()


class TierSchema(StrictSchema):
    """What an account's owner pays for."""

    subscription_tier = Choice(Tier, required=True)


@staff_page(blp, "/")
def list_users(caller: Caller) -> Response:
    return show_list(
        "users.html",
        caller,
        UserSearchSchema(),
        staff.list_accounts,
        empty="Nobody has an account yet.",
        roles=choices(Role),
        stages=choices(VerificationStage),
        tiers=choices(Tier),
        states=yes_or_no("Disabled", "Not disabled"),
        search_chars=SEARCH_CHARS,
    )


@staff_page(blp, _USER)
def show_user(caller: Caller, user_id: UUID) -> Response:
    return _show_user(caller, user_id)


@staff_page(blp, f"{_USER}tier/", "POST")
def change_tier(caller: Caller, user_id: UUID) -> Response | Redirect:
    def change() -> Any:
        return staff.update_account(caller, user_id, forms.read_form(TierSchema()))

    return _do(caller, user_id, change, "The tier of {} is saved.")


@staff_page(blp, f"{_USER}disable/", "POST")
def disable_user(caller: Caller, user_id: UUID) -> Response | Redirect:
    def disable() -> Any:
        return staff.disable_account(caller, user_id)

    return _do(caller, user_id, disable, "{} is disabled, and has been told.")


@staff_page(blp, f"{_USER}enable/", "POST")
def enable_user(caller: Caller, user_id: UUID) -> Response | Redirect:
    def enable() -> Any:
        return staff.enable_account(caller, user_id)

    return _do(caller, user_id, enable, "{} is enabled again, and has been told.")


def _do(caller: Caller, user_id: UUID, deed: Callable[[], Any], said: str) -> Response | Redirect:
    """Do a deed and say so, or say why it was refused."""
    try:
        account = deed()
    except Invalid as refusal:
        return _show_user(caller, user_id, status=400, refusal=refusal)
    except Conflict as refusal:
        return _show_user(caller, user_id, status=409, conflict=refusal.message)
    except Forbidden as refusal:
        return _show_user(caller, user_id, status=403, conflict=refusal.message)
    say(said.format(full_name(account)))
    return redirect(url_for("staff_users.show_user", user_id=user_id), 303)


def _show_user(caller: Caller, user_id: UUID, **values: Any) -> Response:
    account = accounts.get_account_by_uuid(user_id)
    return show(
        "user.html",
        caller,
        at=_LIST,
        account=account,
        is_own=account.id == caller.account_id,
        tiers=[(str(tier), str(tier).capitalize()) for tier in Tier],
        earlier=decided_before(staff.OBJECT, user_id, _DEEDS),
        **values,
    )
