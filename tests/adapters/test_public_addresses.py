"""Which addresses are public, and looking names up in time."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters import public_addresses
from app.adapters.public_addresses import is_public, look_up


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.0.192",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::1",
        "1fff:ffff::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:3::1",
        "2001:4:112::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_for_a_special_purpose_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2003::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001::1",
        "3ffe:ffff::1",
    ],
)
def test_an_address_beside_those_is_public(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_no_ipv4_address_is_public_that_the_standard_library_calls_otherwise(
    address: IPv4Address,
) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(
    st.integers(0, 2**128 - 1).map(IPv6Address) | st.integers(2**125, 2**126 - 1).map(IPv6Address)
)
def test_no_ipv6_address_is_public_that_the_standard_library_calls_otherwise(
    address: IPv6Address,
) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_reserved
        assert not address.is_multicast
        assert address.ipv4_mapped is address.sixtofour is address.teredo is None


@given(st.integers(0, 2**32 - 1))
def test_no_ipv4_address_becomes_public_inside_an_ipv6_address(number: int) -> None:
    address = IPv4Address(number)
    for text in (
        f"::{address}",
        f"::ffff:{address}",
        f"::ffff:0:{address}",
        f"64:ff9b::{address}",
        f"64:ff9b:1::{address}",
        str(IPv6Address((0x2002 << 112) | (number << 80) | 1)),
        str(IPv6Address((0x2001 << 112) | (number << 64) | (number ^ 0xFFFFFFFF))),
    ):
        assert not is_public(text), text


# ── names ───────────────────────────────────────────────────────────────────────────────────


def test_a_name_has_the_addresses_that_the_system_says() -> None:
    said = {sockaddr[0] for *_, sockaddr in socket.getaddrinfo("localhost", None)}
    found = look_up("localhost", 60)
    assert set(found) == said
    assert len(found) == len(said)
    assert all(ip_address(each).is_loopback for each in found)


@pytest.mark.parametrize("name", ["-c", "--version", "", "nothing.invalid.", "a b", "\udcff"])
def test_what_is_no_name_has_no_addresses(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    # Without servers to ask, so that none is.
    monkeypatch.setenv("RES_OPTIONS", "attempts:1 timeout:1")
    assert look_up(name, 60) == []


def test_a_resolver_that_does_not_answer_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hangs = f"""
import socket
connection = socket.create_connection({listener.getsockname()!r})
connection.sendall(b"!")
connection.recv(1)
"""
        monkeypatch.setattr(public_addresses, "_LOOK_UP", hangs)
        with pytest.raises(TimeoutError):
            look_up("slow.example.com.", 2)
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(60)
            assert connection.recv(1) == b"!"
            assert connection.recv(1) == b"", "the process is still there"
