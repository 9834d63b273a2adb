"""Fixtures of the tests that speak HTTP."""

from collections.abc import Callable, Iterator
from contextvars import Context
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.core.db import Reader, db
from tests.factories import code_in


class IsolatedClient(FlaskClient):
    """A client whose requests have an application context of their own, as in production.

    The `app` fixture keeps one open, and Flask would use it for every request: what `g` and
    the ORM session hold would leak from one request into the next.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return Context().run(super().open, *args, **kwargs)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return IsolatedClient(app, app.response_class)


@pytest.fixture
def statements(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All SQL that is sent from here on, by either path."""
    found: list[str] = []
    execute = Reader._execute

    def note_reader(self: Reader, sql: str, *args: Any) -> Any:
        found.append(sql)
        return execute(self, sql, *args)

    def note_engine(*args: Any) -> None:
        found.append(args[2])

    monkeypatch.setattr(Reader, "_execute", note_reader)
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note_engine)
    yield found
    event.remove(engine, "before_cursor_execute", note_engine)


class Mailbox:
    """The mails that the application wrote into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def url(self) -> str:
        """The MAIL_URL of this folder."""
        return f"file:{self._folder}"

    def mails(self) -> list[EmailMessage]:
        """Return the mails, oldest first."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self._folder.glob("*.eml"))
        ]

    def codes(self) -> list[str]:
        """Return the code of each mail, oldest first."""
        return [code_in(mail) for mail in self.mails()]


@pytest.fixture
def mailbox(change_settings: Callable[..., None], tmp_path: Path) -> Mailbox:
    """A folder of this test's own that takes the place of the mail server."""
    mailbox = Mailbox(tmp_path / "mail")
    change_settings(mail_url=mailbox.url)
    return mailbox


@pytest.fixture
def photo_server(change_settings: Callable[..., None]) -> Iterator[Callable[[bytes], str]]:
    """Serve bytes on loopback, where fetching is allowed: `photo_server(data)` is their URL."""
    served: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = served[self.path]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority = f"127.0.0.1:{server.server_port}"
        change_settings(fetch_allow_hosts=authority)
        thread = Thread(target=server.serve_forever)
        thread.start()

        def serve(data: bytes) -> str:
            path = f"/{len(served)}.jpg"
            served[path] = data
            return f"http://{authority}{path}"

        yield serve
        server.shutdown()
        thread.join()
