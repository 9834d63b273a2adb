"""Who calls the marketplace face, and how often they may.

Every request of the face is counted before anything else, unknown paths too: against its account
where its token is right, else against its client's address. Endpoints that take credentials count
once more, by address and by whom the credentials are about.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g, request

from app.accounts import session_service as sessions
from app.accounts.caller import Caller
from app.accounts.identity import identifier_key
from app.api import problems
from app.api.clients import client_address, count
from app.api.marketplace.blueprints import SECURITY
from app.api.marketplace.dialect import PREFIX
from app.api.smorest import refuses
from app.api.tokens import BadToken, TokenType, read_token
from app.core import crypto
from app.core.errors import DomainError, Unauthenticated
from app.core.settings import current_settings

MISSING_TOKEN = "Authentication credentials were not provided."

View = Callable[..., Any]
IsKnown = Callable[[str, str], bool]


def init_app(app: Flask) -> None:
    app.before_request(_admit)


def login_required(view: View) -> View:
    """Let a view be called only with a valid access token; `current_caller()` tells whose."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if g.caller is None:
            raise g.no_caller
        return view(*args, **kwargs)

    guarded._credential = SECURITY  # type: ignore[attr-defined]
    return refuses(401, 429, security=SECURITY)(guarded)


def public(view: View) -> View:
    """Mark a view that needs no token."""
    view._credential = "public"  # type: ignore[attr-defined]
    return refuses(429)(view)


def takes_credentials(view: View) -> View:
    """Count a request against the stricter limit of its client's address, whatever its body."""

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        count(current_settings().ratelimit_credentials, "credentials", client_address())
        return view(*args, **kwargs)

    return counted


def limited_by(*fields: str, is_known: IsKnown | None = None) -> Callable[[View], View]:
    """Count a request against whom its body names in the first of these fields that it has.

    Known and unknown accounts are counted alike. Where `is_known` says that this identifier comes
    from this address for good, it is counted apart: so nobody keeps a person out by failing in
    their name. Belongs below `blp.arguments`, which parses the body.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(body: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
            identifier = next(body[field] for field in fields if field in body)
            address = client_address()
            is_from_home = is_known is not None and is_known(identifier, address)
            _count_tries(view, identifier_key(identifier), address if is_from_home else "")
            return view(body, *args, **kwargs)

        return counted

    return decorate


def limited_by_account(view: View) -> View:
    """Count a request that takes its caller's password against the account; below `login_required`.

    Whoever has found an open phone must not find out the password with it.
    """

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        _count_tries(view, str(current_caller().account_id), "")
        return view(*args, **kwargs)

    return counted


def current_caller() -> Caller:
    """Return whose valid token this request carries; only below `login_required`."""
    caller: Caller = g.caller
    return caller


def _admit() -> None:
    # The first look is for the tenant face, where every microsecond counts.
    if not request.path.startswith(PREFIX) or problems.face_prefix() != PREFIX:
        return
    # A browser's preflight carries no token, and asks for nothing yet.
    if request.method == "OPTIONS":
        return
    g.caller, g.no_caller = _find_caller()
    settings = current_settings()
    if g.caller is None:
        count(settings.ratelimit_anon, "anon", client_address())
    else:
        g.log_fields = {"account_id": g.caller.account_id}
        count(settings.ratelimit_user, "user", str(g.caller.account_id))


def _find_caller() -> tuple[Caller | None, DomainError]:
    """Return who calls, and what to say where that is nobody and somebody is needed."""
    header = request.headers.get("Authorization")
    if header is None:
        return None, Unauthenticated(MISSING_TOKEN)
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer":
        try:
            claims = read_token(token.strip(), TokenType.ACCESS)
        except BadToken:
            pass
        else:
            return sessions.find_caller(claims.account_id, claims.version), BadToken()
    return None, BadToken()


def _count_tries(view: View, identifier: str, address: str) -> None:
    # The store holds no address of anybody in clear.
    who = crypto.keyed_digest("limit", identifier, address).hex()
    # By the view, since it has several endpoints where it answers several methods.
    count(current_settings().ratelimit_credentials, f"credentials:{view.__name__}", who)
