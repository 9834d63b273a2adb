"""An S3 server within the test process, that can go away and come back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import quote

import requests
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server


class S3Server:
    """A server on a port of its own. What was stored outlives its absence."""

    def __init__(self) -> None:
        self._server: BaseWSGIServer
        self._thread: Thread
        self.port = 0
        self.start()

    @property
    def endpoint(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def new_bucket(self, prefix: str = "") -> str:
        """Make a bucket of a random name; return the STORAGE_URL of it."""
        name = f"media-{secrets.token_hex(6)}"
        requests.put(f"{self.endpoint}/{name}", timeout=10).raise_for_status()
        return f"s3://key:secret@{name}/{prefix}?endpoint={quote(self.endpoint)}&region=us-east-1"

    def get(self, path: str) -> requests.Response:
        """Ask for an object by bucket and key, as one who may. The server checks no signature."""
        credential = "Credential=key/20260101/us-east-1/s3/aws4_request"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {credential}"}
        answer = requests.get(f"{self.endpoint}/{quote(path)}", headers=headers, timeout=10)
        answer.raise_for_status()
        return answer

    def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = make_server(
            "127.0.0.1",
            self.port,
            DomainDispatcherApplication(create_backend_app),
            threaded=True,
            request_handler=MotoRequestHandler,
        )
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        """Refuse every connection."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be away for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run an S3 server."""
    server = S3Server()
    try:
        yield server
    finally:
        server.stop()
