"""How a key is made, recognised and restricted to sites."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.apikeys.enums import Scope

_RANDOM_CHARS = 40
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_KEY = re.compile(r"RW?_[A-Za-z0-9]{32,200}", re.ASCII)
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
MAX_HOST_CHARS = 253
# A site may be given as a whole address.
ORIGIN_CHARS = 500
MAX_ORIGINS = 50
KEY_NAME_CHARS = 100
# Of one owner, that are not revoked.
MAX_KEYS = 100


@dataclass(frozen=True, slots=True)
class UsableKey:
    """A key that is neither revoked nor of a disabled owner, as a request needs to know it."""

    id: int
    owner_id: int
    name: str
    scope: Scope
    allowed_origins: list[str]


def new_key(scope: Scope) -> str:
    """Return a fresh key: the scope, an underscore, and 40 random letters and digits."""
    return f"{scope}_" + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARS))


def key_digest(key: str) -> bytes | None:
    """Return the SHA-256 that a key is found by, or None for text that cannot be a key.

    A key holds over 230 random bits, so a plain fast hash is enough, and looking it up by that
    hash tells an attacker nothing about how close a guess was.
    """
    return hashlib.sha256(key.encode()).digest() if _KEY.fullmatch(key) else None


def normalize_host(text: str) -> str | None:
    """Return the bare host name of a site that a key is restricted to, or None if it is none.

    People paste whole addresses: scheme, port and path are dropped; international names become
    their ASCII form.
    """
    text = text.strip()
    try:
        host = urlsplit(text if "://" in text else f"//{text}").hostname or ""
        host = host.rstrip(".").encode("idna").decode().lower()
    except ValueError:
        return None
    return host if len(host) <= MAX_HOST_CHARS and _HOST.fullmatch(host) else None


def is_allowed_origin(allowed: list[str], origin: str | None, referer: str | None) -> bool:
    """Tell whether a browser's headers name one of the allowed hosts, compared whole.

    `Origin` counts where there is one, else `Referer`; ports and case do not matter. An empty
    list allows everything.
    """
    if not allowed:
        return True
    host = _header_host(origin if origin is not None else referer)
    return host is not None and host in allowed


def _header_host(header: str | None) -> str | None:
    if not header:
        return None
    try:
        parts = urlsplit(header)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return normalize_host(host)
