"""Who sits at the browser: a signed cookie that names an account and the version it had.

Whatever ends a token ends this session as well: the version that a new password raises, and the
account being disabled. A session has an id, which signing out blacklists, and it ends by itself
however much it is used. Pages alone have sessions; for the APIs no cookie is even read.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask, Request, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.wrappers import Response as FlaskResponse

from app.accounts import session_service as sessions
from app.accounts.caller import Caller
from app.api.problems import DATABASE_FAILURES, Problem
from app.core import clock
from app.core.errors import Forbidden
from app.core.settings import current_settings

PREFIXES = ("/users", "/staff")
COOKIE = "nafasi_session"
LIFETIME = timedelta(hours=12)
NOT_STAFF = "Only staff may open this page."

View = Callable[..., Any]


class _PageSessions(SecureCookieSessionInterface):
    """Sessions of the pages; everywhere else there is none to read, to write or to vary by."""

    def open_session(self, app: Flask, request: Request) -> Any:
        if not request.path.startswith(PREFIXES):
            return self.make_null_session(app)
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        return current_settings().is_production or request.is_secure

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        if not self.is_null_session(session):
            super().save_session(app, session, response)


def init_app(app: Flask, secret_key: str) -> None:
    app.secret_key = secret_key
    app.config["SESSION_COOKIE_NAME"] = COOKIE
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.session_interface = _PageSessions()


def begin(account_id: int, version: int) -> None:
    """Begin a session of the account as it is at this version; nothing of the one before stays."""
    session.clear()
    ends_at = clock.now() + LIFETIME
    session["login"] = [account_id, version, str(uuid4()), int(ends_at.timestamp())]


def end() -> None:
    """End the session: no copy of its cookie is anybody's any more."""
    if held := session.get("login"):
        *_, jti, ends_at = held
        sessions.end_session(jti, datetime.fromtimestamp(ends_at, UTC))
    session.clear()


def find_caller() -> Caller | None:
    """Return whose session the request carries, as that account stands now."""
    held = session.get("login")
    if not held or held[-1] <= clock.now().timestamp():
        return None
    account_id, version, jti, _ends_at = held
    return sessions.find_session_caller(account_id, version, jti)


def find_caller_of(problem: Problem) -> Caller | None:
    """Return whose session a request carries that has failed; None where it cannot be told."""
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return None
    try:
        return find_caller()
    except DATABASE_FAILURES:
        return None


def signed_in(view: View) -> View:
    """Let a page be opened with a session, which it gets as its first argument."""
    return _guarded(view, lambda _caller: True)


def staff_only(view: View) -> View:
    """Let a page be opened by staff alone; it gets the caller as its first argument."""
    return _guarded(view, lambda caller: caller.is_admin)


def wanted_page(fallback: str) -> str:
    """Return the address of ours that somebody wanted before they signed in."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and wanted.startswith(PREFIXES)
    # Browsers take a backslash for a slash, and so read another host in it.
    return wanted if is_ours and "\\" not in wanted and wanted.isprintable() else fallback


def _guarded(view: View, may: Callable[[Caller], bool]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        caller = find_caller()
        if caller is None:
            wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
            return redirect(url_for("sign_in.show_form", next=wanted or None), 303)
        if not may(caller):
            raise Forbidden(NOT_STAFF)
        return view(caller, *args, **kwargs)

    guarded._credential = "session"  # type: ignore[attr-defined]
    return guarded
