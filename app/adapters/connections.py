"""HTTP connections that are over by a deadline, however many steps that takes.

No thread watches them: each read and each write gets what is left of the time.
"""

import os
import socket
import ssl
from time import monotonic
from typing import Any, cast

import certifi
from urllib3.connection import HTTPConnection


class Unreachable(OSError):
    """No address took a connection."""


class Untrusted(OSError):
    """The host did not prove that the name is its own."""


class Deadline:
    """The instant by which everything is over."""

    def __init__(self, after_s: float) -> None:
        self._at = monotonic() + after_s

    def left_s(self) -> float:
        """Return the seconds until then.

        :raises TimeoutError: when there are none.
        """
        left_s = self._at - monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s


class Socket(socket.socket):
    """One that ends by a deadline, however many steps that takes and however small they are."""

    deadline: Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left_s())
        return super().recv_into(*args, **kwargs)

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left_s())
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.deadline.left_s())
        super().sendall(*args, **kwargs)


class _TLSSocket(Socket, ssl.SSLSocket):
    """The same, encrypted."""


class Connection(HTTPConnection):
    """One to these addresses of a host, and nowhere else: no proxy, no second look-up.

    Connecting raises `Unreachable`, or `TimeoutError`.
    """

    def __init__(
        self, host: str, port: int | None, addresses: list[str], deadline: Deadline
    ) -> None:
        super().__init__(host, port)
        self._deadline = deadline
        self._wire: Socket | None = None
        self._addresses = addresses

    def connect(self) -> None:
        """Connect to the first address that takes it; each has its share of the time left."""
        for tried, address in enumerate(self._addresses):
            share_s = self._deadline.left_s() / (len(self._addresses) - tried)
            try:
                self._wire = Socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
                self._wire.deadline = self._deadline
                self._wire.settimeout(share_s)
                self._wire.connect((address, self.port))
            except OSError:
                self.hang_up()
            else:
                self.sock = self._wire
                return
        raise Unreachable

    def hang_up(self) -> None:
        """Close the socket now; `close` leaves that to the response, which may never be read."""
        if self._wire is not None and self._wire.fileno() != -1:
            os.close(self._wire.detach())


class TLSConnection(Connection):
    """The same over TLS: the certificate must be for the host's name, or else `Untrusted`."""

    default_port = 443  # type: ignore[misc]  # as urllib3 does itself

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context(cafile=certifi.where())
        context.sslsocket_class = _TLSSocket
        wrapped = context.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self._wire = self.sock = cast(_TLSSocket, wrapped)
        self._wire.deadline = self._deadline
        self._wire.settimeout(self._deadline.left_s())
        try:
            wrapped.do_handshake()
        except ssl.SSLError as error:
            raise Untrusted from error


KINDS = {"http": Connection, "https": TLSConnection}
