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
from app.accounts.enums import VerificationStage
from app.accounts.identity import identifier_key
from app.accounts.phones import phone_key
from app.api import problems
from app.api.clients import (
    client_address,
    count_caller,
    count_credentials,
    count_tries,
)
from app.api.marketplace.dialect import PREFIX
from app.api.smorest import ACCESS_TOKEN, notes, refuses
from app.api.tokens import BadToken, read_access_token
from app.core.errors import DomainError, Forbidden, NotFound, Unauthenticated

NOT_STAFF = "Only staff may do this."
NOT_A_HOST = "Only approved hosts may do this. Please complete the host profile first."

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

    guarded._credential = ACCESS_TOKEN  # type: ignore[attr-defined]
    limited = notes("At most {rate} for an account.", rate="ratelimit_user")(guarded)
    return refuses(401, 429, security=ACCESS_TOKEN)(limited)


def admin_required(view: View) -> View:
    """Let a view be called by staff alone: `role=admin`, or a superuser."""
    return _allowed(view, lambda caller: caller.is_admin, NOT_STAFF, "For staff only.")


def host_required(view: View) -> View:
    """Let a view be called by approved hosts alone."""
    return _allowed(
        view,
        lambda caller: caller.verification_stage is VerificationStage.APPROVED,
        NOT_A_HOST,
        "For approved hosts only.",
    )


def public(view: View) -> View:
    """Mark a view that needs no token."""
    view._credential = "public"  # type: ignore[attr-defined]
    limited = notes(
        "At most {rate} for a client address, or with an access token {own} for an account.",
        rate="ratelimit_anon",
        own="ratelimit_user",
    )(view)
    return refuses(429)(limited)


def recognizes(view: View) -> View:
    """Mark a public view that shows more to those whose token it gets; `viewer()` tells whose.

    Where a bad token is all that it has, a 404 would hide from its owner that the token is over.
    """

    @wraps(view)
    def recognizing(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except NotFound:
            if g.caller is None and isinstance(g.no_caller, BadToken):
                raise g.no_caller from None
            raise

    return refuses(401, security=ACCESS_TOKEN, is_optional=True)(recognizing)


def takes_credentials(view: View) -> View:
    """Count a request against the stricter limit of its client's address, whatever its body."""

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        count_credentials()
        return view(*args, **kwargs)

    return notes(
        "Besides, at most {rate} for a client address of all that takes credentials, and as many "
        "for whom they are about.",
        rate="ratelimit_credentials",
    )(counted)


def limited_by(*fields: str, is_known: IsKnown | None = None) -> Callable[[View], View]:
    """Count a request against whom its body names in the first of these fields that it has.

    Known and unknown accounts are counted alike. Where `is_known` says that this identifier comes
    from this address for good, it is counted apart: so nobody keeps a person out by failing in
    their name. Belongs below `blp.arguments`, which parses the body.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(body: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
            field = next(field for field in fields if field in body)
            identifier, address = body[field], client_address()
            is_from_home = is_known is not None and is_known(identifier, address)
            key = phone_key(identifier) if field == "phone_number" else identifier_key(identifier)
            # By the view, since it has several endpoints where it answers several methods.
            count_tries(view.__name__, key, address if is_from_home else "")
            return view(body, *args, **kwargs)

        return counted

    return decorate


def limited_by_account(view: View) -> View:
    """Count a request against the stricter limit of its account; below `login_required`.

    It is for those that take the caller's password, since whoever has found an open phone must not
    find out the password with it; and for those that take seconds of work.
    """

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        count_tries(view.__name__, str(current_caller().account_id))
        return view(*args, **kwargs)

    return notes("Besides, at most {rate} of this for an account.", rate="ratelimit_credentials")(
        counted
    )


def current_caller() -> Caller:
    """Return whose valid token this request carries; only below `login_required`."""
    caller: Caller = g.caller
    return caller


def viewer() -> Caller | None:
    """Return whose valid token this request carries, if anybody's: for what is public."""
    caller: Caller | None = g.caller
    return caller


def _allowed(view: View, may: Callable[[Caller], bool], refusal: str, whom: str) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not may(current_caller()):
            raise Forbidden(refusal)
        return view(*args, **kwargs)

    return refuses(403)(notes(whom)(login_required(guarded)))


def _admit() -> None:
    # The first look is for the tenant face, where every microsecond counts.
    if not request.path.startswith(PREFIX) or problems.face_prefix() != PREFIX:
        return
    # A browser's preflight carries no token, and asks for nothing yet.
    if request.method == "OPTIONS":
        return
    g.caller, g.no_caller = _find_caller()
    if g.caller is not None:
        g.log_fields = {"account_id": g.caller.account_id}
    count_caller(g.caller and g.caller.account_id)


def _find_caller() -> tuple[Caller | None, DomainError]:
    """Return who calls, and what to say where that is nobody and somebody is needed."""
    try:
        claims = read_access_token()
    except Unauthenticated as error:
        return None, error
    return sessions.find_caller(claims.account_id, claims.version), BadToken()
