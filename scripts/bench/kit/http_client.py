"""A client that costs next to nothing: whole requests as bytes, over one kept connection.

It knows as much HTTP as the measured servers speak: a status line, headers, and a body of a
stated length.
"""

import socket
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_RECEIVE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """Return a header's value."""
        wanted = name.lower().encode()
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == wanted:
                return value.strip().decode()
        return None


class Client:
    """One connection to one server, opened anew when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def send(self, request: bytes) -> Answer:
        """Send a request and read its whole answer.

        :raises ConnectionError: when the server goes away in the middle.
        """
        started = time.perf_counter()
        try:
            head, body = self._exchange(request)
        except (BrokenPipeError, ConnectionResetError):
            # The server may close an idle connection at any time.
            self.close()
            started = time.perf_counter()
            head, body = self._exchange(request)
        seconds = time.perf_counter() - started
        if b"\r\nconnection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), head, body, seconds)

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = self._receive()
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head, rest = bytes(received[:end]), received[end + 4 :]
        length = _content_length(head)
        parts, missing = [rest], length - len(rest)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        return head, b"".join(parts)

    def _receive(self) -> bytes:
        assert self._socket is not None
        received = self._socket.recv(_RECEIVE_BYTES)
        if not received:
            raise ConnectionResetError("the server closed the connection")
        return received


def get(path: str, key: str | None = None, **headers: str) -> bytes:
    """Return a GET request as bytes. Names in `headers` have underscores for dashes."""
    lines = [f"GET {path} HTTP/1.1", "Host: bench.example", "Accept: application/json"]
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, token: str, body: bytes) -> bytes:
    """Return a POST request of JSON as bytes."""
    head = get(path, token, Content_Type="application/json", Content_Length=str(len(body)))
    return head.replace(b"GET", b"POST", 1) + body


def _content_length(head: bytes) -> int:
    if head[9:12] in (b"204", b"304"):
        return 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ConnectionError("The server states no length of its answer.")
