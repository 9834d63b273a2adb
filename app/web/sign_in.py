"""Signing in and out."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import session_service
from app.accounts.errors import AccountUnusable, WrongCredentials
from app.accounts.identity import identifier_key
from app.api.clients import client_address, count_credentials, count_tries
from app.web import pages, sessions

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
    count_credentials()
    email, password = pages.form_text("email"), pages.form_text("password", trim=False)
    address = client_address()
    is_from_home = session_service.is_home(email, address)
    count_tries("log_in", identifier_key(email), address if is_from_home else "")
    try:
        account = session_service.log_in(email, password, client_address=address)
    except (WrongCredentials, AccountUnusable) as refusal:
        values = {"next": request.form.get("next", ""), "email": email, "problem": refusal.message}
        return pages.show("sign_in.html", status=401, **values)
    sessions.begin(account.id, account.token_version)
    return redirect(sessions.wanted_page(url_for("dashboard.list_keys")), 303)


@blp.route("/sign-out/", methods=["POST"])
@_public
def sign_out() -> Redirect:
    sessions.end()
    return redirect(url_for("sign_in.show_form"), 303)
