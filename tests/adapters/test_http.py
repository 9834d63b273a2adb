"""HTTP to servers that the operator chose: against real ones, that answer badly or not at all."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.adapters import http
from app.core import clock
from tests.adapters.internet import Server, drips
from tests.adapters.loopback import Loopback, serving


@pytest.fixture
def server() -> Iterator[Loopback]:
    """A server that answers what it is told to."""
    with serving() as loopback:
        yield loopback


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of 127.0.0.1, with its key, that no authority vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = clock.now()
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Loopback]:
    """The same over TLS, with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as loopback:
        yield loopback


def test_an_answer_comes_with_status_headers_and_body(server: Loopback) -> None:
    server.answer({"so": "be it"}, 418, Cache_Control="max-age=5")
    answer = http.call("POST", f"{server.address}/pot?a=b", headers={"X-Key": "k"}, body=b"tea")
    assert (answer.status, answer.body) == (418, b'{"so":"be it"}')
    assert answer.headers["cache-control"] == "max-age=5"
    [asked] = server.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/pot?a=b", b"tea")
    assert asked.headers["X-Key"] == "k"


def test_a_redirect_is_an_answer_and_no_way(server: Loopback) -> None:
    server.answer({}, 302, Location=f"{server.address}/elsewhere")
    assert http.call("GET", f"{server.address}/here").status == 302
    assert [asked.path for asked in server.asked] == ["/here"]


def test_proxies_of_the_environment_are_not_used(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert http.call("GET", server.address).status == 200


def test_an_answer_has_a_longest_length(server: Loopback) -> None:
    server.body = b"a" * http.MAX_BYTES
    assert len(http.call("GET", server.address).body) == http.MAX_BYTES
    server.body += b"a"
    with pytest.raises(http.HttpFailed, match="too long"):
        http.call("GET", server.address)


def test_an_answer_that_breaks_off_is_none(server: Loopback) -> None:
    server.body, server.missing_bytes = b"[1, 2", 100
    with pytest.raises(http.HttpFailed, match="broke off"):
        http.call("GET", server.address)


def test_nobody_waits_for_ever(server: Loopback) -> None:
    server.may_answer.clear()
    with pytest.raises(http.HttpFailed, match="in time"):
        http.call("GET", server.address, deadline_s=0.05)


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    ],
    ids=["no line", "headers", "body"],
)
def test_an_answer_that_drips_is_left_at_the_deadline(start: bytes, drop: bytes) -> None:
    server = Server(drips(start, drop))
    with closing(server), pytest.raises(http.HttpFailed, match="in time"):
        http.call("GET", "http://{}:{}/".format(*server.address), deadline_s=0.3)
    assert server.connections == 1
    assert server.hung_up.is_set()


def test_a_name_is_looked_up_in_the_time_that_there_is(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_up(name: str, timeout_s: float) -> list[str]:
        assert 0 < timeout_s <= http.DEADLINE_S
        asked.append(name)
        return ["::1", "127.0.0.1"]

    monkeypatch.setattr(http, "look_up", look_up)
    port = server.address.rpartition(":")[2]
    assert http.call("GET", f"http://gateway.example:{port}/").status == 200
    assert asked == ["gateway.example"]
    assert server.asked[0].headers["Host"] == f"gateway.example:{port}"


def test_what_is_no_http_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        port = listener.getsockname()[1]

        def greet() -> None:
            connection, _address = listener.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = Thread(target=greet)
        thread.start()
        with pytest.raises(http.HttpFailed):
            http.call("GET", f"http://127.0.0.1:{port}/")
        thread.join()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/secret", "http://[::1", "http://", "x:y"])
def test_a_server_that_is_not_there_is_a_failure_without_its_address(address: str) -> None:
    with pytest.raises(http.HttpFailed, match="did not answer") as caught:
        http.call("GET", address)
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_server: Loopback) -> None:
    with pytest.raises(http.HttpFailed, match="certificate"):
        http.call("GET", tls_server.address)
    assert tls_server.asked == []


def test_a_certificate_that_is_vouched_for_is_taken(
    tls_server: Loopback, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    tls_server.answer({})
    assert http.call("GET", tls_server.address).body == b"{}"
