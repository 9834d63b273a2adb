"""Fixtures of the tests that speak HTTP."""

from collections.abc import Callable, Iterator
from contextvars import Context
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


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
