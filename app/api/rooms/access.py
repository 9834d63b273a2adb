"""Who calls the rooms face, and how often they may.

Every request of the face is counted before anything else, unknown paths too, against the limits
that it shares with the marketplace: its account's where its token is right, else its address's.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g, request

from app.accounts import session_service as sessions
from app.accounts.caller import Caller
from app.api import problems
from app.api.clients import count_caller
from app.api.rooms.dialect import PREFIX
from app.api.smorest import ACCESS_TOKEN, notes, refuses
from app.api.tokens import BadToken, read_access_token
from app.core.errors import Unauthenticated

View = Callable[..., Any]


def init_app(app: Flask) -> None:
    app.before_request(_admit)


def login_required(view: View) -> View:
    """Let a view be called only with a valid access token; `caller_id()` tells whose."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if g.caller is None:
            raise BadToken
        return view(*args, **kwargs)

    guarded._credential = ACCESS_TOKEN  # type: ignore[attr-defined]
    limited = notes(
        "At most {rate} for an account, shared with the marketplace API.", rate="ratelimit_user"
    )(guarded)
    return refuses(401, 429, security=ACCESS_TOKEN)(limited)


def caller_id() -> int:
    """Return the account whose valid token this request carries; only below `login_required`."""
    account_id: int = g.caller.account_id
    return account_id


def _admit() -> None:
    # The first look is for the other faces.
    if not request.path.startswith(PREFIX) or problems.face_prefix() != PREFIX:
        return
    # A browser's preflight carries no token, and asks for nothing yet.
    if request.method == "OPTIONS":
        return
    g.caller = _find_caller()
    if g.caller is not None:
        g.log_fields = {"account_id": g.caller.account_id}
    count_caller(g.caller and g.caller.account_id)


def _find_caller() -> Caller | None:
    try:
        claims = read_access_token()
    except Unauthenticated:
        return None
    return sessions.find_caller(claims.account_id, claims.version)
