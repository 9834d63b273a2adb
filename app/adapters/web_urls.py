"""Which URLs may be fetched, judged by how they are written.

A URL comes from people and from redirects. What it is taken apart into here is what is used, so
that nobody reads it in a second way. The addresses behind its name are judged where it is dialled.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

from app.core.errors import Invalid

MAX_URL_CHARS = 2_000
PORTS = {"http": 80, "https": 443}
_MAX_NAME_CHARS = 253
_AUTHORITY = re.compile(r"([^:@%\[\]]+)(?::([0-9]{1,5})?)?")
# The last label is letters, or A-label: whatever reads as a number, in any base, is an address.
_NAME = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
# The registries of special-use names and what networks at home and at work use besides.
_NOT_PUBLIC = {
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "mail",
    "onion",
    "private",
    "test",
}
# What may stand in a path or a query as it is, by RFC 3986; a `%` is taken to be an escape.
_UNQUOTED = "/?%:@!$&'()*+,;=[]~"


class FetchRefused(Invalid):
    """A URL is not fetched, or its answer not taken; the message is for whoever gave the URL."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: `host` in ASCII, `path` with its query, both ready to be sent."""

    scheme: str
    host: str
    port: int
    path: str
    is_trusted: bool


def parse(url: str, trusted: Collection[str] = ()) -> Target:
    """Take a URL apart.

    `trusted` holds authorities (`host:port`, lower case) whose host and port are not judged.

    :raises FetchRefused: unless it is http or https, to a public domain name, on a usual port.
    """
    if len(url) > MAX_URL_CHARS:
        raise FetchRefused(f"The URL is longer than {MAX_URL_CHARS:,} characters.")
    if not url.isprintable() or " " in url or "\\" in url:
        raise FetchRefused("The URL must not hold blanks, control characters or backslashes.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FetchRefused("The URL cannot be read.") from error
    if parts.scheme not in PORTS:
        raise FetchRefused("The URL must begin with http:// or https://.")
    if "@" in parts.netloc:
        raise FetchRefused("The URL must not hold a user name or a password.")
    is_trusted = parts.netloc.lower() in trusted
    if is_trusted:
        host, _, digits = parts.netloc.rpartition(":")
        host, port = host.strip("[]"), int(digits)
    else:
        host, port = _public_authority(parts.netloc, PORTS[parts.scheme])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, quote(path, safe=_UNQUOTED), is_trusted)


def redirected(url: str, location: str) -> str:
    """Return the URL that a redirect leads to, yet to be parsed.

    `location` is the header as `http.client` reads it: each byte a character.

    :raises FetchRefused: when it leaves encryption behind, or cannot be read.
    """
    try:
        target = urljoin(url, location.encode("latin-1").decode())
    except ValueError as error:
        raise FetchRefused("The URL redirects to one that cannot be read.") from error
    if url.lower().startswith("https:") and target.lower().startswith("http:"):
        raise FetchRefused("The URL redirects from https to http.")
    return target


def _public_authority(authority: str, default_port: int) -> tuple[str, int]:
    found = _AUTHORITY.fullmatch(authority)
    name = _ascii_name(found[1]) if found else ""
    is_name = len(name) <= _MAX_NAME_CHARS and _NAME.fullmatch(name)
    if not found or not is_name or name.rpartition(".")[2] in _NOT_PUBLIC:
        raise FetchRefused("The URL must name its host by a public domain name.")
    port = int(found[2] or default_port)
    if port not in PORTS.values():
        raise FetchRefused("The URL must use port 80 or 443.")
    return name, port


def _ascii_name(host: str) -> str:
    """Return the name in A-labels, or nothing where it has none.

    Nothing is normalised but case: letters and dots that only look like ASCII are refused.
    """
    name = host.lower()
    if name.isascii():
        return name
    try:
        return idna.encode(name, strict=True).decode()
    except idna.IDNAError:
        return ""
