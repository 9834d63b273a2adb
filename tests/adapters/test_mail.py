"""Mail: as a file, and over SMTP to a real server."""

import smtplib
import socket
import stat
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from flask import Flask

from app.adapters import mail
from tests.threads import at_once

ChangeSettings = Callable[..., None]


def _parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


# ── files ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(app: Flask, change_settings: ChangeSettings, tmp_path: Path) -> Path:
    """The folder that mails are written into."""
    change_settings(mail_url=f"file:{tmp_path / 'mail'}", mail_from="Nafasi <no-reply@n.example>")
    return tmp_path / "mail"


def test_a_mail_is_a_file_of_its_own(folder: Path) -> None:
    mail.send(to="amina@example.com", subject="Karibu — welcome", text="Asante sana.\nKwaheri ©")
    [path] = folder.iterdir()
    assert path.suffix == ".eml"
    message = _parse(path.read_bytes())
    assert message["From"] == "Nafasi <no-reply@n.example>"
    assert message["To"] == "amina@example.com"
    assert message["Subject"] == "Karibu — welcome"
    assert message["Message-ID"].endswith("@n.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime is not None
    assert message.get_content() == "Asante sana.\nKwaheri ©\n"


def test_only_the_owner_can_read_the_folder(folder: Path) -> None:
    mail.check()
    mail.send(to="amina@example.com", subject="s", text="t")
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0


def test_mails_at_once_are_all_kept_in_order(folder: Path, app: Flask) -> None:
    def send() -> None:
        with app.app_context():
            mail.send(to="amina@example.com", subject="s", text="t")

    at_once([send] * 20)
    assert len(list(folder.glob("*.eml"))) == 20
    assert len(list(folder.iterdir())) == 20


@pytest.mark.parametrize("address", ["amina@example.com\nBcc: all@example.com", "a\r\nX: y"])
def test_an_address_adds_no_header(folder: Path, address: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        mail.send(to=address, subject="s", text="t")
    assert not folder.exists()


# ── SMTP ────────────────────────────────────────────────────────────────────────────────────


class _Received:
    """What an SMTP server was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        if self.refuses:
            return "451 try again later"
        self.envelopes.append(envelope)
        return "250 OK"


def _knows_us(*arguments: Any) -> AuthResult:
    is_right = arguments[-1] == LoginPassword(b"user@example.com", b"p@ss:word")
    return AuthResult(success=is_right, handled=False)


# On loopback nobody listens; the server would rather have its password under TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def received(app: Flask, change_settings: ChangeSettings) -> Iterator[_Received]:
    """A mail server that wants a password, and that the settings name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = _Received()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        authenticator=_knows_us,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    change_settings(mail_url=f"smtp://user%40example.com:p%40ss%3Aword@127.0.0.1:{port}?tls=none")
    yield handler
    controller.stop()


def test_a_mail_reaches_the_server(received: _Received) -> None:
    mail.check()
    mail.send(to="amina@example.com", subject="Karibu — welcome", text="Kwaheri ©")
    [envelope] = received.envelopes
    assert envelope.rcpt_tos == ["amina@example.com"]
    assert isinstance(envelope.content, bytes)
    message = _parse(envelope.content)
    assert message["Subject"] == "Karibu — welcome"
    assert message.get_content().strip() == "Kwaheri ©"


def test_a_refusal_is_an_error_for_the_caller_to_try_again(received: _Received) -> None:
    received.refuses = True
    with pytest.raises(smtplib.SMTPDataError):
        mail.send(to="amina@example.com", subject="s", text="t")


def test_a_wrong_password_is_an_error(received: _Received, app: Flask) -> None:
    settings = app.extensions["nafasi.settings"]
    app.extensions["nafasi.settings"] = type(settings)(
        mail_url=settings.mail_url.replace("p%40ss", "wrong")
    )
    with pytest.raises(smtplib.SMTPAuthenticationError):
        mail.check()


def test_no_server_is_an_error(app: Flask, change_settings: ChangeSettings) -> None:
    change_settings(mail_url="smtp://127.0.0.1:1?tls=none")
    with pytest.raises(OSError, match="refused"):
        mail.check()


def test_encryption_is_not_left_out_in_silence(received: _Received, app: Flask) -> None:
    settings = app.extensions["nafasi.settings"]
    app.extensions["nafasi.settings"] = type(settings)(
        mail_url=settings.mail_url.replace("?tls=none", "")
    )
    with pytest.raises(smtplib.SMTPNotSupportedError):
        mail.send(to="amina@example.com", subject="s", text="t")
    assert received.envelopes == []
