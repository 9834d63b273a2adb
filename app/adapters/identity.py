"""Sign-in with Google: whether an ID token is Google's word, given to us, about somebody.

The rules are those of OpenID Connect Core 1.0, section 3.1.3.7, and of Google's guide to checking
ID tokens on a server. Google's keys are held in the process, and asked for anew when they are old
or a token names one that is not among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

import jwt
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header

from app.adapters import http
from app.core.errors import Unauthenticated, Unavailable
from app.core.settings import current_settings
from app.core.text import shows_nothing, without_controls

ALGORITHM = "RS256"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
# Google's are about 1,200 characters long.
MAX_TOKEN_CHARS = 8 * 1024
MAX_SUB_CHARS = 255
LEEWAY_S = 60
MIN_KEY_BITS = 2048
KEYS_TIMEOUT_S = 5
# How long keys are good for: as Google says, within these bounds.
DEFAULT_KEYS_AGE_S = 3600
MIN_KEYS_AGE_S = 60
MAX_KEYS_AGE_S = 24 * 3600
# What is old still serves while Google cannot be reached, but a withdrawn key not for ever.
STALE_KEYS_AGE_S = 24 * 3600
# Whatever tokens name, Google is not asked more often than this.
PAUSE_S = 5

log = structlog.get_logger(__name__)


class BadIdentity(Unauthenticated):
    """The token proves nothing to us; nobody but the log is told why."""

    def __init__(self) -> None:
        super().__init__("Google did not confirm who you are. Please sign in again.", "id_token")


class IdentityUnavailable(Unavailable):
    """Google sign-in is not set up, or Google's keys cannot be had."""


@dataclass(frozen=True, slots=True)
class GoogleIdentity:
    """Somebody, as Google knows them. `sub` never changes and is never given to another.

    `email` is verified, and as Google writes it. Names may be empty, and are as people chose them,
    but for what no database keeps.
    """

    sub: str
    email: str
    first_name: str
    last_name: str


def verify_google_token(id_token: str) -> GoogleIdentity:
    """Return whom an ID token is about: signed by Google, for one of our clients, and not old.

    :raises BadIdentity: when the token is anything else, or its e-mail address is not verified.
    :raises IdentityUnavailable: when GOOGLE_CLIENT_ID is unset, or Google's keys cannot be had.
    """
    settings = current_settings()
    if not settings.google_client_id:
        raise IdentityUnavailable("Sign-in with Google is not set up here.")
    try:
        kid = _key_id(id_token)
        key = _keyring(settings.google_jwks_url).find(kid)
        if key is None:
            raise jwt.InvalidTokenError("unknown key")
        claims = jwt.decode(
            id_token,
            key,
            algorithms=[ALGORITHM],
            audience=settings.google_client_ids,
            issuer=ISSUERS,
            leeway=LEEWAY_S,
            options={"require": ["iss", "aud", "exp", "iat", "sub"]},
        )
        return _identity(claims)
    except jwt.PyJWTError as error:
        # Only the kind: the library's words may quote the token.
        log.info("google token refused", reason=type(error).__name__)
        raise BadIdentity from None


def _key_id(id_token: str) -> str:
    # Checked first, so that nothing but a likely token makes us ask for keys.
    if len(id_token) > MAX_TOKEN_CHARS or not id_token.isascii() or id_token.count(".") != 2:
        raise jwt.DecodeError("not a token")
    header = jwt.get_unverified_header(id_token)
    if header.get("alg") != ALGORITHM:
        raise jwt.InvalidAlgorithmError("another algorithm")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise jwt.DecodeError("no key id")
    return kid


def _identity(claims: Mapping[str, Any]) -> GoogleIdentity:
    sub, email = claims["sub"], claims.get("email")
    if not sub or len(sub) > MAX_SUB_CHARS or not (sub.isascii() and sub.isprintable()):
        raise jwt.InvalidTokenError("no usable subject")
    # One token is for one client of ours; a list may name others who could pass it on.
    if not isinstance(claims["aud"], str):
        raise jwt.InvalidAudienceError("several audiences")
    # Google writes the boolean as a string, too.
    if (
        not isinstance(email, str)
        or not email
        or claims.get("email_verified") not in (True, "true")
    ):
        raise jwt.InvalidTokenError("no verified address")
    return GoogleIdentity(
        sub=sub,
        email=email,
        first_name=_name(claims.get("given_name") or claims.get("name")),
        last_name=_name(claims.get("family_name")),
    )


def _name(value: object) -> str:
    name = without_controls(value).strip() if isinstance(value, str) else ""
    return "" if shows_nothing(name) else name


class _Keyring:
    """The keys at one address. Any thread may ask; one at a time asks Google, the rest wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._keys: dict[str, RSAPublicKey] = {}
        self._fresh_until_s = self._usable_until_s = self._pause_until_s = float("-inf")
        self._is_google_away = False

    def find(self, kid: str) -> RSAPublicKey | None:
        """Return the key of an id, or None where Google has no such key.

        :raises IdentityUnavailable: when only Google could tell, and cannot be asked.
        """
        key = self._find_fresh(kid)
        if key is None:
            with self._lock:
                key = self._find_fresh(kid)
                if key is None and monotonic() >= self._pause_until_s:
                    self._refresh()
                    key = self._find_fresh(kid)
                if key is None and self._is_google_away:
                    raise IdentityUnavailable(
                        "Google cannot be reached at the moment. Please try again shortly."
                    )
        return key

    def _find_fresh(self, kid: str) -> RSAPublicKey | None:
        return self._keys.get(kid) if monotonic() < self._fresh_until_s else None

    def _refresh(self) -> None:
        try:
            answer = http.call("GET", self._url, deadline_s=KEYS_TIMEOUT_S)
            keys = _read_keys(answer)
        except (http.HttpFailed, ValueError) as error:
            self._is_google_away = True
            # Meanwhile those who sign in with a key that we have wait for nobody.
            spared_until_s = min(monotonic() + MIN_KEYS_AGE_S, self._usable_until_s)
            self._fresh_until_s = max(self._fresh_until_s, spared_until_s)
            log.warning("google keys cannot be had", reason=str(error))
        else:
            self._is_google_away = False
            self._keys = keys
            self._fresh_until_s = monotonic() + _age_s(answer)
            self._usable_until_s = self._fresh_until_s + STALE_KEYS_AGE_S
        # From the end: while Google is slow, not everybody's time is spent waiting.
        self._pause_until_s = monotonic() + PAUSE_S


_keyrings: dict[str, _Keyring] = {}


def _keyring(url: str) -> _Keyring:
    return _keyrings.setdefault(url, _Keyring(url))


def _read_keys(answer: http.Answer) -> dict[str, RSAPublicKey]:
    """Return the RSA keys of a JWK set (RFC 7517) that may sign with RS256, by id.

    :raises ValueError: when there are none.
    """
    if answer.status != 200:
        raise ValueError(f"The keys were answered with status {answer.status}.")
    content = orjson.loads(answer.body)
    entries = content.get("keys") if isinstance(content, dict) else None
    keys = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("kid"), str) and _may_sign(entry):
            try:
                key = jwt.PyJWK(entry, ALGORITHM).key
            except jwt.PyJWTError:
                continue
            if isinstance(key, RSAPublicKey) and key.key_size >= MIN_KEY_BITS:
                keys[entry["kid"]] = key
    if not keys:
        raise ValueError("There is no usable key in the answer.")
    return keys


def _may_sign(entry: dict[str, Any]) -> bool:
    return (entry.get("use", "sig"), entry.get("alg", ALGORITHM)) == ("sig", ALGORITHM)


def _age_s(answer: http.Answer) -> int:
    """Return how long an answer is fresh (RFC 9111), within our bounds."""
    control = parse_cache_control_header(
        answer.headers.get("Cache-Control"), None, ResponseCacheControl
    )
    if control.max_age is None:
        return DEFAULT_KEYS_AGE_S
    age = answer.headers.get("Age", "0")
    fresh_s = control.max_age - (int(age) if age.isdecimal() and len(age) < 10 else 0)
    return min(max(fresh_s, MIN_KEYS_AGE_S), MAX_KEYS_AGE_S)
