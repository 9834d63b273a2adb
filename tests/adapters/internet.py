"""An internet for tests of fetching.

A name is looked up in the test's own list, and a connection to a public address is led to a
server of the test. Everything in between is real: sockets, TLS, HTTP.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

import pytest

from app.adapters.fetch import FetchRefused, fetch

Handler = Callable[[socket.socket], None]

TIMEOUT_S = 60
PUBLIC = "93.184.215.14"
OTHER = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
NAME = "images.example.com"
URL = f"http://{NAME}/a.png"

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

TOO_SLOW = "The URL takes too long to answer."
NOT_PUBLIC = "The URL's host is not found on the public internet."
NO_CONNECTION = "The URL's host takes no connection."
NOT_PROVED = "The URL's host does not prove who it is."
UNREADABLE = "What the URL answers cannot be read."
NOT_DECOMPRESSED = "What the URL answers cannot be decompressed."
NOT_ASKED_FOR = "The URL answers in an encoding that was not asked for."


class Server:
    """Accepts on the loopback, one connection after the other, and remembers what it was sent.

    `is_hasty`: it speaks before it is asked.
    """

    def __init__(
        self, handler: Handler, context: ssl.SSLContext | None = None, is_hasty: bool = False
    ) -> None:
        self._handler = handler
        self._context = context
        self._is_hasty = is_hasty
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.address: tuple[str, int] = self._listener.getsockname()
        self.connections = 0
        self.requests: list[bytes] = []
        self.hung_up = threading.Event()
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(TIMEOUT_S)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.settimeout(TIMEOUT_S)
            # A client that refuses goes without a word, at any moment.
            with suppress(OSError), connection:
                self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        if self._context is not None:
            connection = self._context.wrap_socket(connection, server_side=True)
        with connection:
            request = b""
            while (
                not self._is_hasty
                and not request.endswith(b"\r\n\r\n")
                and (data := connection.recv(65536))
            ):
                request += data
            self.requests.append(request)
            with suppress(OSError):
                self._handler(connection)
                connection.shutdown(socket.SHUT_WR)
            with suppress(OSError):
                while connection.recv(65536):
                    pass
            self.hung_up.set()


def says(*answers: bytes) -> Handler:
    """Return a handler that gives each connection the next of these answers, then the last one."""
    left = list(answers)
    return lambda connection: connection.sendall(left.pop(0) if len(left) > 1 else left[0])


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status=status, Location=location)


class Internet:
    """What the outside is during a test: names, servers, and what was asked of both."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.names: dict[str, list[list[str]]] = {}
        self.routes: dict[tuple[str, int], tuple[str, int]] = {}
        self.looked_up: list[str] = []
        self.dialled: list[tuple[str, int]] = []

    def serve(self, handler: Handler, **options: Any) -> Server:
        server = Server(handler, **options)
        self._stack.callback(server.close)
        return server

    def host(
        self,
        handler: Handler,
        *,
        name: str = NAME,
        address: str = PUBLIC,
        port: int = 80,
        **options: Any,
    ) -> Server:
        """Serve at a public address that the name has from now on."""
        server = self.serve(handler, **options)
        self.names.setdefault(name, [[address]])
        self.routes[address, port] = server.address
        return server

    def look_up(self, name: str, timeout_s: float) -> list[str]:
        assert timeout_s > 0
        assert name.endswith(".")
        self.looked_up.append(name[:-1])
        answers = self.names.get(name[:-1], [[]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, sock: socket.socket, address: tuple[str, int]) -> None:
        self.dialled.append(address)
        if address not in self.routes:
            raise ConnectionRefusedError
        # To the loopback, over a socket of whatever family.
        with socket.create_connection(self.routes[address]) as connected:
            timeout_s = sock.gettimeout()
            sock.close()
            socket.socket.__init__(sock, fileno=connected.detach())
            sock.settimeout(timeout_s)


def drips(start: bytes, drop: bytes) -> Handler:
    """Return a handler that says something at once, then a little again and again, for ever."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        connection.settimeout(0.02)
        while True:
            try:
                if not connection.recv(65536):
                    return
            except TimeoutError:
                connection.sendall(drop)

    return drip


def refusal_of(url: str = URL, *, max_bytes: int = 1000, deadline_s: float = TIMEOUT_S) -> str:
    with pytest.raises(FetchRefused) as caught:
        fetch(url, max_bytes=max_bytes, deadline_s=deadline_s)
    return caught.value.message
