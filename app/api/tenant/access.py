"""Who may do what in the tenant face, checked in one fixed order.

Key (401), rate limit (429), tenant (403), site (403), scope (403); what follows, the listing
and the body, is the view's. The whole check is one decorator, so no endpoint can forget a part.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from flask import g, request

from app.api.clients import client_address, count
from app.api.smorest import notes, refuses
from app.api.tenant.blueprints import SECURITY
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.keys import UsableKey
from app.catalogue import feed_service as feed
from app.catalogue.feed import FeedVersions
from app.core.db import Reader, reading
from app.core.errors import Forbidden, Unauthenticated
from app.core.settings import current_settings

MISSING_KEY = "Authentication credentials were not provided."
BAD_KEY = "Invalid or revoked API key."
NOT_PERMITTED = "This API key is not permitted for this tenant or action."
WRONG_SITE = "This API key is not permitted for this site."
READ_METHODS = frozenset({"GET", "HEAD"})

View = Callable[..., Any]


def key_required(view: View) -> View:
    """Let a view be called only with a key that permits it.

    A view with a `user_id` belongs to that tenant. Inside it `current_key()` and
    `current_reader()` tell who calls, and lend the request's one read connection;
    `current_versions()` are those of the tenant's feed.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        with reading() as reader:
            key, g.feed_versions = _authenticate(reader)
            count(current_settings().ratelimit_key, "key", str(key.id))
            _authorize(key, kwargs.get("user_id"))
            apikeys.note_use(key.id)
            g.tenant_key, g.reader = key, reader
            return view(*args, **kwargs)

    guarded._credential = SECURITY  # type: ignore[attr-defined]
    # A number that is no id at all makes a path that does not exist.
    unknown_path = (404,) if "user_id" in signature(view).parameters else ()
    limited = notes("At most {rate} for an API key.", rate="ratelimit_key")(guarded)
    return refuses(401, 403, 429, *unknown_path, security=SECURITY)(limited)


def limited_to_registrations(view: View) -> View:
    """Count a public registration endpoint against its client's hourly limit."""

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        count(current_settings().ratelimit_register, "register", client_address())
        return view(*args, **kwargs)

    counted._credential = "public"  # type: ignore[attr-defined]
    limited = notes(
        "At most {rate} for a client address, of this and the other registration endpoint "
        "together.",
        rate="ratelimit_register",
    )(counted)
    return refuses(429)(limited)


def public(view: View) -> View:
    """Mark a view that needs no key."""
    view._credential = "public"  # type: ignore[attr-defined]
    return view


def current_key() -> UsableKey:
    """Return the key that this request was made with."""
    key: UsableKey = g.tenant_key
    return key


def current_reader() -> Reader:
    """Return this request's read connection."""
    reader: Reader = g.reader
    return reader


def current_versions() -> FeedVersions:
    """Return the versions of the tenant's feed, as they were before anything else was read."""
    versions: FeedVersions = g.feed_versions
    return versions


def _authenticate(reader: Reader) -> tuple[UsableKey, FeedVersions]:
    header = request.headers.get("Authorization")
    if header is None:
        raise Unauthenticated(MISSING_KEY)
    scheme, _, key = header.partition(" ")
    if scheme.lower() == "bearer":
        found = apikeys.find_usable_key(reader, key.strip(), feed.VERSIONS)
        if found is not None:
            g.log_fields = {"key_id": found[0].id}
            return found
    count(current_settings().ratelimit_anon, "anon", client_address())
    raise Unauthenticated(BAD_KEY)


def _authorize(key: UsableKey, user_id: int | None) -> None:
    if user_id is not None and user_id != key.owner_id:
        raise Forbidden(NOT_PERMITTED)
    origin, referer = request.headers.get("Origin"), request.headers.get("Referer")
    if not apikeys.may_be_used_from(key, origin=origin, referer=referer):
        raise Forbidden(WRONG_SITE)
    if key.scope is not Scope.READ_WRITE and request.method not in READ_METHODS:
        raise Forbidden(NOT_PERMITTED)
