"""An HTTP server on loopback that answers what a test tells it to, and keeps what it was asked."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

import orjson


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Loopback:
    """What the server answers from now on, and what it was asked so far."""

    address: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    # Announced and never sent: the answer breaks off here.
    missing_bytes: int = 0
    # Not answered before this is set.
    may_answer: Event = field(default_factory=Event)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def answer(self, value: object, status: int = 200, **headers: str) -> None:
        """Answer this JSON value; header names are written with underscores."""
        self.status, self.body = status, orjson.dumps(value)
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """Serve until the end of the block."""
    loopback, lock = Loopback(), Lock()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            with lock:
                loopback.asked.append(Asked(self.command, self.path, dict(self.headers), body))
            loopback.may_answer.wait(60)
            self.send_response(loopback.status)
            for name, text in loopback.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(loopback.body) + loopback.missing_bytes))
            self.end_headers()
            self.wfile.write(loopback.body)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        # As many may ask at once as a test has threads.
        request_queue_size = 100

        def handle_error(self, request: object, client_address: object) -> None:
            # Clients that break off are what some tests are about.
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https" if context else "http"
        loopback.address = f"{scheme}://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield loopback
        finally:
            loopback.may_answer.set()
            server.shutdown()
            thread.join()
