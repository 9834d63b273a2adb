"""HTTP to servers that the operator chose: bounded in time and size, and nowhere else.

No redirect is followed and no proxy of the environment is used, since requests carry keys. What
users may choose the address of needs more care than this.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

import certifi
import urllib3

CONNECT_TIMEOUT_S = 4
READ_TIMEOUT_S = 15
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
    read_timeout_s: float = READ_TIMEOUT_S,
) -> Answer:
    """Send one request and read its whole answer, at most `MAX_BYTES` of it.

    :raises HttpFailed: when it cannot be sent, is not answered in time, or is answered at length.
    """
    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=read_timeout_s)
    try:
        with (
            urllib3.PoolManager(
                timeout=timeout, cert_reqs="CERT_REQUIRED", ca_certs=certifi.where()
            ) as pool,
            closing(
                pool.request(
                    method,
                    url,
                    headers=dict(headers or {}),
                    body=body,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
            ) as response,
        ):
            content = response.read(MAX_BYTES + 1)
            answer = Answer(response.status, response.headers, content)
    except urllib3.exceptions.SSLError:
        raise HttpFailed("The server's certificate is not to be trusted.") from None
    except (urllib3.exceptions.HTTPError, OSError):
        # The library's own words may hold the address, and with it a name or a number.
        raise HttpFailed("The server did not answer in time, or broke off.") from None
    if len(content) > MAX_BYTES:
        raise HttpFailed("The server's answer is too long.")
    return answer
