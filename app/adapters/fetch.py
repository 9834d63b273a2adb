"""Fetching what people point to, without being led inside.

Somebody else chooses the URL, the names behind it, where it redirects to, what it answers and how
slowly. So every hop is judged anew: the URL as it is written, then every address of its name; the
connection goes to an address that was judged, since a second look-up could answer differently; and
one deadline and one number of bytes bound the whole. Everything is made for one call.
"""

import zlib
from http.client import HTTPException

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as HTTPTimeoutError

from app.adapters import web_urls
from app.adapters.connections import KINDS, Connection, Deadline, Unreachable, Untrusted
from app.adapters.public_addresses import is_public, look_up
from app.adapters.web_urls import FetchRefused, Target
from app.core.settings import current_settings

__all__ = ["FetchRefused", "check", "fetch"]

MAX_REDIRECTS = 5
MAX_ADDRESSES = 16
HEADERS = {
    "User-Agent": "Nafasi/1.0",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_READ_BYTES = 64 * 1024
# Encodings that some servers use unasked, and zlib's names for what they may mean.
_WINDOWS = {
    "gzip": (16 + zlib.MAX_WBITS,),
    "x-gzip": (16 + zlib.MAX_WBITS,),
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),
}


def fetch(url: str, *, max_bytes: int, deadline_s: float = 10.0) -> bytes:
    """Return what a public URL answers, decompressed; redirects are followed.

    `deadline_s` is for all of it together, `max_bytes` for what comes and for what that becomes.

    :raises FetchRefused: for whatever goes wrong, with a sentence for whoever gave the URL.
    """
    deadline = Deadline(deadline_s)
    redirects = 0
    try:
        while redirects <= MAX_REDIRECTS:
            target = web_urls.parse(url, _trusted())
            connection = _connection(target, deadline)
            try:
                connection.request(
                    "GET", target.path, headers=HEADERS, preload_content=False, decode_content=False
                )
                response = connection.getresponse()
                location = response.get_redirect_location()
                if not location:
                    return _content(response, max_bytes)
            finally:
                connection.hang_up()
            url = web_urls.redirected(url, location)
            redirects += 1
    except FetchRefused as refusal:
        if redirects:
            raise FetchRefused(f"After a redirect: {refusal.message}") from refusal
        raise
    except Unreachable as error:
        raise FetchRefused("The URL's host takes no connection.") from error
    except Untrusted as error:
        raise FetchRefused("The URL's host does not prove who it is.") from error
    except (TimeoutError, HTTPTimeoutError) as error:
        raise FetchRefused("The URL takes too long to answer.") from error
    except (OSError, HTTPException, HTTPError) as error:
        raise FetchRefused("What the URL answers cannot be read.") from error
    raise FetchRefused(f"The URL redirects more than {MAX_REDIRECTS} times.")


def check(url: str) -> None:
    """Refuse what the URL's writing gives away, without asking anybody about it.

    :raises FetchRefused: with a sentence for whoever gave the URL.
    """
    web_urls.parse(url, _trusted())


def _trusted() -> set[str]:
    listed = current_settings().fetch_allow_hosts.lower().split(",")
    return {each.strip() for each in listed if each.strip()}


def _connection(target: Target, deadline: Deadline) -> Connection:
    """Return a connection, not yet made, to the addresses of the target's name."""
    if target.is_trusted:
        addresses = [target.host]
    else:
        # The final dot keeps the resolver from trying the name within domains of this machine.
        addresses = look_up(f"{target.host}.", deadline.left_s())
        if not addresses or not all(is_public(each) for each in addresses):
            # One sentence for both: nobody is to learn which names exist inside.
            raise FetchRefused("The URL's host is not found on the public internet.")
    return KINDS[target.scheme](target.host, target.port, addresses[:MAX_ADDRESSES], deadline)


def _content(response: HTTPResponse, max_bytes: int) -> bytes:
    if response.status != 200:
        raise FetchRefused(f"The URL answers with status {response.status}.")
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    framing = response.headers.get("Transfer-Encoding", "chunked").lower()
    if encoding not in ("identity", *_WINDOWS) or framing != "chunked":
        raise FetchRefused("The URL answers in an encoding that was not asked for.")
    _check_size(response.length_remaining or 0, max_bytes)
    content = bytearray()
    # Not `stream`: asked for a chunk of length -1, it reads to the end, however far that is.
    while part := response.read1(_READ_BYTES, decode_content=False):
        content += part
        _check_size(len(content), max_bytes)
    if encoding == "identity":
        return bytes(content)
    return _decompressed(content, _WINDOWS[encoding], max_bytes)


def _decompressed(content: bytearray, windows: tuple[int, ...], max_bytes: int) -> bytes:
    for window in windows:
        decompressor = zlib.decompressobj(window)
        try:
            # A bomb gets no further than one byte past the limit.
            plain = decompressor.decompress(content, max_bytes + 1)
        except zlib.error:
            continue
        _check_size(len(plain), max_bytes)
        if decompressor.eof and not decompressor.unused_data:
            return plain
    raise FetchRefused("What the URL answers cannot be decompressed.")


def _check_size(size_bytes: int, max_bytes: int) -> None:
    if size_bytes > max_bytes:
        raise FetchRefused(f"What the URL answers is larger than {max_bytes:,} bytes.")
