"""Who sends a request, as far as limits are concerned."""

from ipaddress import IPv6Network

from flask import g, request

from app.core import limits
from app.core.errors import TooMany

THROTTLED = "Request was throttled. Expected available in {} seconds."


def client_address() -> str:
    """Return the address that the request comes from, as far as the trusted proxies tell.

    Of an IPv6 address the network: a single customer has 2**64 of them.
    """
    address = request.remote_addr or "unknown"
    return str(IPv6Network((address, 64), strict=False)) if ":" in address else address


def count(rate: str, scope: str, identity: str) -> None:
    """Count this request of `identity` against a rate; of several, the answer shows the tightest.

    :raises TooMany: when the limit is used up.
    """
    quota = limits.hit(rate, scope, identity)
    shown = g.get("quota")
    if shown is None or (quota.is_exceeded, -quota.remaining) >= (
        shown.is_exceeded,
        -shown.remaining,
    ):
        g.quota = quota
        g.limit_headers = quota.headers()
    if quota.is_exceeded:
        raise TooMany(THROTTLED.format(quota.reset_s), quota.reset_s)
