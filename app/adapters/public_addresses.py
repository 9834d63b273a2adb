"""The addresses of a name, and which of them belong to the public internet.

The networks stand here one by one, after IANA's registries of special-purpose addresses: what the
standard library calls global changes with its version, and takes in addresses that lead inside.
"""

import subprocess
import sys
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

_NOT_PUBLIC_V4 = [
    ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's NAT; metadata of some clouds
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # inside of Azure, on a public address
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; metadata of some clouds
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112: answered by whoever is near
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
# Everything else is unspecified, loopback, mapped or translated IPv4, discarded, unique local,
# link-local, site-local, multicast, or not assigned.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = [
    ip_network(each)
    for each in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID, AMT, AS112
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]
_LOOK_UP = """
import socket, sys
found = socket.getaddrinfo(sys.argv[1].encode(), None, type=socket.SOCK_STREAM)
print(*dict.fromkeys(sockaddr[0] for *_, sockaddr in found), sep="\\n")
"""


def is_public(address: str) -> bool:
    """Tell whether an address, as `look_up` returns it, belongs to the public internet."""
    parsed = ip_address(address)
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in _NOT_PUBLIC_V4)
    return (
        parsed in _GLOBAL_UNICAST
        and parsed.scope_id is None
        and not any(parsed in network for network in _NOT_PUBLIC_V6)
    )


def look_up(name: str, timeout_s: float) -> list[str]:
    """Return the addresses of a name, the preferred one first; none when it cannot be resolved.

    The system's resolver can be neither interrupted nor told when to give up, and a thread that
    waits for it would stay behind. It runs in a process of its own, which can be killed.

    :raises TimeoutError: when that takes longer.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _LOOK_UP, name],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout_s,
            text=True,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    return done.stdout.split() if done.returncode == 0 else []
