"""Signing in and out."""

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import session_service
from app.accounts.errors import AccountUnusable, WrongCredentials
from app.accounts.identity import identifier_key
from app.api.clients import client_address, count_credentials, count_tries
from app.core.errors import TooMany
from app.web import pages, sessions

TOO_MANY = "Too many tries. Try again in {} seconds."

blp = pages.page_blueprint("sign_in", "/users")


def _public(view: pages.View) -> pages.View:
    view._credential = "public"  # type: ignore[attr-defined]
    return view


@blp.route("/sign-in/")
@_public
def show_form() -> Response:
    return pages.show("sign_in.html", next=request.args.get("next", ""))


@blp.route("/sign-in/", methods=["POST"])
@_public
def sign_in() -> Response | Redirect:
    try:
        account = _log_in()
    except (WrongCredentials, AccountUnusable) as refusal:
        return _show_again(401, refusal.message)
    except TooMany as refusal:
        again = _show_again(429, TOO_MANY.format(refusal.retry_after_s))
        again.headers["Retry-After"] = str(refusal.retry_after_s)
        return again
    sessions.begin(account.id, account.token_version)
    return redirect(sessions.wanted_page(url_for("dashboard.list_keys")), 303)


def _log_in() -> Any:
    count_credentials()
    email, password = pages.form_text("email"), pages.form_text("password", trim=False)
    address = client_address()
    is_from_home = session_service.is_home(email, address)
    count_tries("log_in", identifier_key(email), address if is_from_home else "")
    return session_service.log_in(email, password, client_address=address)


def _show_again(status: int, problem: str) -> Response:
    """Return the form with what was typed, but for the password, and what is wrong."""
    typed = {name: request.form.get(name, "") for name in ("next", "email")}
    return pages.show("sign_in.html", status=status, problem=problem, **typed)


@blp.route("/sign-out/", methods=["POST"])
@_public
def sign_out() -> Redirect:
    sessions.end()
    return redirect(url_for("sign_in.show_form"), 303)
