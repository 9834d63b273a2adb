"""The whole service as processes of its own, with a mail server and an SMS gateway beside it."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.core import valkey
from config import ROOT
from tests.adapters.loopback import Loopback, serving

PATIENCE_S = 180
# What the gateway answers: to a message the one half, about the balance the other.
_GATEWAY = {
    "SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [{"statusCode": 101}]},
    "UserData": {"balance": "TZS 1785.5000"},
}
# A walk is made by several people from one address.
_LIMITS = {"RATELIMIT_ANON": "1000 per minute", "RATELIMIT_CREDENTIALS": "1000 per minute"}


class PostOffice:
    """Keeps every mail that a mail server took."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


class Service:
    """The service as people meet it: an address, their mailboxes, their telephones, a machine."""

    def __init__(
        self, address: str, environment: dict[str, str], post: PostOffice, gateway: Loopback
    ) -> None:
        self.address = address
        self._environment, self._post, self._gateway = environment, post, gateway

    def letters(self, to: str) -> list[str]:
        """Return what has come for an address or a number until now, the oldest first."""
        mails = [
            f"{mail['Subject']}\n{mail.get_content()}"
            for mail in self._post.mails
            if mail["To"] == to
        ]
        forms = [parse_qs(asked.body.decode()) for asked in self._gateway.asked]
        return mails + [form["message"][0] for form in forms if form.get("to") == [to]]

    def mail(self, address: str, about: str) -> str:
        """Wait for a mail to somebody with these words in it; return the text of the newest."""
        return _newest(lambda: self.letters(address), about)

    def text_message(self, number: str, about: str) -> str:
        """Wait for a text message to a number with these words in it; return the newest."""
        return _newest(lambda: self.letters(number), about)

    def command(self, *words: str, typed: str = "") -> str:
        """Run a command of the product on the machine; return what it prints."""
        return flask(*words, environment=self._environment, typed=typed)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Service]:
    """Run the processes of the Procfile until the end of the block, on an empty database.

    `settings` are those of the product, by the names that they have in the environment.
    """
    with ExitStack() as stack:
        gateway = stack.enter_context(serving())
        gateway.answer(_GATEWAY)
        post = PostOffice()
        mail_port = _unused_port()
        controller = Controller(post, hostname="127.0.0.1", port=mail_port)
        controller.start()
        stack.callback(controller.stop)
        environment = {
            **_LIMITS,
            "PATH": os.environ["PATH"],
            "INSTANCE_PATH": str(folder),
            "MAIL_URL": f"smtp://127.0.0.1:{mail_port}?tls=none",
            "SMS_URL": f"africastalking://nafasi:key@{urlsplit(gateway.address).netloc}?scheme=http",
            "WEB_WORKERS": "1",
            **settings,
        }
        address = stack.enter_context(served(folder, environment))
        yield Service(address, environment, post, gateway)


@contextmanager
def served(
    folder: Path, environment: dict[str, str], *, prepare: Sequence[str] = ()
) -> Iterator[str]:
    """Run the processes with these settings, and the bundled Valkey; yield their address.

    The database of the folder is migrated, gets its reference data, and what the commands named
    in `prepare` put there.
    """
    with ExitStack() as stack:
        valkey.ensure_running(folder)
        stack.callback(valkey.stop, folder)
        for words in (("db", "upgrade"), ("load-reference",), *((each,) for each in prepare)):
            flask(*words, environment=environment)
        address = f"127.0.0.1:{_unused_port()}"
        for words in (
            ("gunicorn", "--bind", address, "wsgi:app"),
            ("flask", "--app", "wsgi", "worker", "images", "messages"),
        ):
            stack.enter_context(_process(*words, environment=environment, folder=folder))
        wait_until(lambda: _is_ready(address))
        yield f"http://{address}"


@contextmanager
def _process(*words: str, environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / f"{words[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def flask(*words: str, environment: dict[str, str], typed: str = "") -> str:
    """Run a command of the product; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        input=typed,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _is_ready(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _newest(read: Callable[[], list[str]], about: str) -> str:
    wait_until(lambda: any(about in text for text in read()))
    return [text for text in read() if about in text][-1]


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait, though not for ever."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "It never came."
        time.sleep(0.05)


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
