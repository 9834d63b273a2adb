"""HTTP to servers that the operator chose: bounded in time and size, and nowhere else.

No redirect is followed and no proxy of the environment is used, since requests carry keys. What
users may choose the address of needs more care than this.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import ip_address

from urllib3.exceptions import HTTPError
from urllib3.util import Url, parse_url

from app.adapters.connections import KINDS, Connection, Deadline, Unreachable, Untrusted
from app.adapters.public_addresses import look_up

DEADLINE_S = 10.0
MAX_BYTES = 256 * 1024


class HttpFailed(OSError):
    """There was no whole answer; the message is a sentence without address or content."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    deadline_s: float = DEADLINE_S,
) -> Answer:
    """Send one request and read its whole answer, at most `MAX_BYTES` of it.

    `deadline_s` is for all of it together.

    :raises HttpFailed: when it cannot be sent, is not answered in time, or is answered at length.
    """
    try:
        address = parse_url(url)
        connection = _connection(address, Deadline(deadline_s))
        try:
            connection.request(
                method,
                address.request_uri,
                headers=dict(headers or {}),
                body=body,
                preload_content=False,
            )
            with closing(connection.getresponse()) as response:
                content = response.read(MAX_BYTES + 1)
                answer = Answer(response.status, response.headers, content)
        finally:
            connection.hang_up()
    except Untrusted:
        raise HttpFailed("The server's certificate is not to be trusted.") from None
    except (HTTPError, HTTPException, OSError):
        # The library's own words may hold the address, and with it a name or a number.
        raise HttpFailed("The server did not answer in time, or broke off.") from None
    if len(content) > MAX_BYTES:
        raise HttpFailed("The server's answer is too long.")
    return answer


def _connection(address: Url, deadline: Deadline) -> Connection:
    """Return a connection, not yet made, to the server of an address."""
    host = (address.host or "").strip("[]")
    if not host or address.scheme not in KINDS:
        raise Unreachable
    try:
        addresses = [str(ip_address(host))]
    except ValueError:
        addresses = look_up(host, deadline.left_s())
    return KINDS[address.scheme](host, address.port, addresses, deadline)
