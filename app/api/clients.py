"""Who sends a request, as far as limits are concerned."""

import re
from ipaddress import IPv4Address, IPv6Network, ip_address

from flask import g, request

from app.core import crypto, limits
from app.core.errors import TooMany
from app.core.settings import current_settings

# 192.0.2.7:5000, [2001:db8::1]:5000, [2001:db8::1]
_PORT = re.compile(r"\A(?:([\d.]+):\d+|\[(.+)\](?::\d+)?)\Z", re.ASCII)
THROTTLED = "Request was throttled. Expected available in {} seconds."


def client_address() -> str:
    """Return the address that the request comes from, as far as the trusted proxies tell.

    Of an IPv6 address the network: a single customer has 2**64 of them. Some proxies write an IPv4
    address in IPv6's form, and some add the port.
    """
    text = request.remote_addr or "unknown"
    try:
        address = ip_address(_PORT.sub(r"\1\2", text))
    except ValueError:
        return text
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), 64), strict=False))


def count_caller(account_id: int | None) -> None:
    """Count this request against its account, or where that is unknown its client's address.

    :raises TooMany: when the limit is used up.
    """
    settings = current_settings()
    if account_id is None:
        count(settings.ratelimit_anon, "anon", client_address())
    else:
        count(settings.ratelimit_user, "user", str(account_id))


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


def count_credentials() -> None:
    """Count a request that brings credentials against its client's address.

    :raises TooMany: when the stricter limit of those is used up.
    """
    count(current_settings().ratelimit_credentials, "credentials", client_address())


def count_tries(deed: str, identifier: str, address: str = "") -> None:
    """Count a request that brings credentials against whom they are about.

    `identifier` is in its folded form; with an `address` it is counted apart, for whoever comes
    from where that person is at home.

    :raises TooMany: when the stricter limit of those is used up.
    """
    # The store holds no address of anybody in clear.
    who = crypto.keyed_digest("limit", identifier, address).hex()
    count(current_settings().ratelimit_credentials, f"credentials:{deed}", who)
