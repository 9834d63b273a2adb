"""Fetching over TLS: certificates of an authority of the test's own."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.adapters.fetch import fetch
from tests.adapters.internet import (
    NAME,
    NOT_PROVED,
    PUBLIC,
    TIMEOUT_S,
    TOO_SLOW,
    URL,
    Internet,
    answer,
    drips,
    redirect,
    refusal_of,
    says,
)


class _Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        certificate = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = folder / "bundle.pem"
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, *names: str, days: int = 1) -> ssl.SSLContext:
        """Return a server's context with a certificate for these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in names])
        certificate = (
            self._builder(subject, key, days)
            .add_extension(alternatives, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / "server.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 1
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + timedelta(days=days))
        )


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Authority:
    """An authority that is trusted instead of the usual ones."""
    made = _Authority(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(made.bundle))
    return made


def test_tls_asks_for_the_name_and_dials_the_address(
    internet: Internet, authority: _Authority
) -> None:
    asked: list[str | None] = []
    context = authority.context(NAME)
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = internet.host(says(answer(b"x" * 100_000)), port=443, context=context)
    assert fetch(f"https://{NAME}/a", max_bytes=100_000) == b"x" * 100_000
    assert asked == [NAME]
    assert internet.dialled == [(PUBLIC, 443)]
    assert server.requests[0].startswith(b"GET /a HTTP/1.1\r\nHost: images.example.com\r\n")


def test_tls_asks_for_a_name_in_another_script_in_ascii(
    internet: Internet, authority: _Authority
) -> None:
    name = "xn--bcher-kva.de"
    internet.host(says(answer(b"hello")), name=name, port=443, context=authority.context(name))
    assert fetch("https://bücher.de/", max_bytes=10) == b"hello"


def test_a_redirect_may_lead_to_tls(internet: Internet, authority: _Authority) -> None:
    internet.host(says(redirect(f"https://{NAME}/b")))
    internet.host(says(answer(b"hello")), port=443, context=authority.context(NAME))
    assert fetch(URL, max_bytes=10) == b"hello"


def test_a_redirect_does_not_leave_tls(internet: Internet, authority: _Authority) -> None:
    internet.host(says(redirect(f"http://{NAME}/b")), port=443, context=authority.context(NAME))
    plain = internet.host(says(answer(b"hello")))
    assert refusal_of(f"https://{NAME}/") == "The URL redirects from https to http."
    assert plain.connections == 0


@pytest.mark.parametrize(
    ("names", "days"),
    [
        (["other.example.com"], 1),
        (["example.com"], 1),
        (["*.images.example.com"], 1),
        ([PUBLIC], 1),
        ([NAME], -1),
    ],
)
def test_a_certificate_for_another_name_or_time_is_refused(
    internet: Internet, authority: _Authority, names: list[str], days: int
) -> None:
    context = authority.context(*names, days=days)
    server = internet.host(says(answer(b"hello")), port=443, context=context)
    assert refusal_of(f"https://{NAME}/") == NOT_PROVED
    assert server.requests == []


def test_a_certificate_of_an_authority_that_nobody_trusts_is_refused(
    internet: Internet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untrusted = _Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(untrusted.bundle))
    context = untrusted.context(NAME)
    server = internet.host(says(answer(b"hello")), port=443, context=context)
    assert refusal_of(f"https://{NAME}/") == NOT_PROVED
    assert server.requests == []


def test_a_server_that_speaks_no_tls_is_refused(internet: Internet) -> None:
    internet.host(says(answer(b"hello")), port=443, is_hasty=True)
    assert refusal_of(f"https://{NAME}/") == NOT_PROVED


def test_a_body_that_drips_through_tls_is_left_at_the_deadline(
    internet: Internet, authority: _Authority
) -> None:
    handler = drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x")
    server = internet.host(handler, port=443, context=authority.context(NAME))
    assert refusal_of(f"https://{NAME}/", deadline_s=0.5) == TOO_SLOW
    assert server.hung_up.wait(TIMEOUT_S)
