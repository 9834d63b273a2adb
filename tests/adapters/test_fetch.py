"""Fetching from real servers on the loopback, by names and addresses that the test makes up."""

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.connections import Socket
from app.adapters.fetch import FetchRefused, fetch
from tests.adapters.internet import (
    CHUNKED,
    NAME,
    NO_CONNECTION,
    NOT_PUBLIC,
    OTHER,
    PUBLIC,
    TIMEOUT_S,
    UNREADABLE,
    URL,
    Internet,
    Server,
    answer,
    redirect,
    refusal_of,
    says,
)
from tests.adapters.test_web_urls import HOSTILE_HOSTS

ChangeSettings = Callable[..., None]


# ── what is sent and what comes back ────────────────────────────────────────────────────────


def test_what_a_public_url_answers_is_returned(internet: Internet) -> None:
    server = internet.host(says(answer(b"\x89PNG")))
    assert fetch(URL, max_bytes=4) == b"\x89PNG"
    assert internet.looked_up == [NAME]
    assert internet.dialled == [(PUBLIC, 80)]
    assert server.connections == 1


def test_a_request_says_only_what_it_must(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {NAME} login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = internet.host(says(answer(b"", Set_Cookie="a=b; Path=/")))
    for _ in range(2):
        fetch(f"http://{NAME}:80/ä/b?c=ü&d#e", max_bytes=10)
    assert (
        server.requests
        == [
            b"GET /%C3%A4/b?c=%C3%BC&d HTTP/1.1\r\n"
            b"Host: images.example.com\r\n"
            b"User-Agent: Nafasi/1.0\r\n"
            b"Accept: */*\r\n"
            b"Accept-Encoding: identity\r\n"
            b"Connection: close\r\n"
            b"\r\n"
        ]
        * 2
    )


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
def test_a_proxy_in_the_environment_is_not_used(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    proxy = internet.serve(says(answer(b"proxied")))
    monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.address[1]}")
    internet.host(says(answer(b"direct")))
    assert fetch(URL, max_bytes=10) == b"direct"
    assert proxy.connections == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.0 200 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
        CHUNKED + b"2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nhello\r\n0\r\nA: b\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more",
    ],
)
def test_a_body_may_be_framed_in_every_way(internet: Internet, answer: bytes) -> None:
    internet.host(says(answer))
    assert fetch(URL, max_bytes=5) == b"hello"


@pytest.mark.parametrize(
    "status",
    [
        "201 Created",
        "204 No Content",
        "206 Partial Content",
        "300 Multiple Choices",
        "304 Not Modified",
        "401 Unauthorized",
        "404 Not Found",
        "500 secret words",
        "999 What",
    ],
)
def test_any_other_status_is_refused_by_its_number(internet: Internet, status: str) -> None:
    internet.host(says(answer(b"body", status=status)))
    assert refusal_of() == f"The URL answers with status {status[:3]}."


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n",
        b"hello",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
        CHUNKED + b"5\r\nhel",
        CHUNKED + b"5\r\nhello\r\n",
        CHUNKED + b"-1\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"0" * 70_000,
        b"HTTP/1.1 200 " + b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_is_not_whole_http_is_refused(internet: Internet, answer: bytes) -> None:
    server = internet.host(says(answer))
    assert refusal_of() == UNREADABLE
    assert server.hung_up.wait(TIMEOUT_S)


_PIECE = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 Found\r\n",
        b"HTTP/1.1 100 Continue\r\n",
        b"Content-Length: ",
        b"-1\r\n",
        b"0\r\n",
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: ",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n",
        b"Location: ",
        b"http://",
        b" folded",
        b"\r\n",
        b"\r\n\r\n",
        b"5\r\nhello\r\n0\r\n\r\n",
        b"-1",
        b"\xff\x00",
    ]
)


def test_whatever_a_server_says_is_taken_or_refused(internet: Internet) -> None:
    answers: list[bytes] = []
    internet.host(lambda connection: connection.sendall(answers[-1]))
    starts = [b"", b"HTTP/1.1 200 OK\r\n", CHUNKED]

    @given(st.sampled_from(starts), st.lists(_PIECE | st.binary(max_size=20), max_size=12))
    def check(start: bytes, pieces: list[bytes]) -> None:
        answers.append(start + b"".join(pieces))
        try:
            content = fetch(URL, max_bytes=100, deadline_s=TIMEOUT_S)
        except FetchRefused:
            return
        assert len(content) <= 100

    check()


# ── names and addresses ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_a_host_that_is_no_public_name_is_neither_looked_up_nor_dialled(
    internet: Internet, host: str
) -> None:
    assert refusal_of(f"http://{host}/").startswith("The URL ")
    assert internet.looked_up == []
    assert internet.dialled == []


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["100.64.0.1"],
        ["169.254.169.254"],
        ["0.0.0.0"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fe80::1%2"],
        ["fd00::1"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, OTHER, "fd00::1"],
        [PUBLIC] * 20 + ["10.0.0.1"],
    ],
)
def test_a_name_with_one_address_inside_is_like_one_with_none(
    internet: Internet, addresses: list[str]
) -> None:
    server = internet.host(says(answer(b"inside")))
    internet.names[NAME] = [addresses]
    for address in addresses:
        internet.routes[address, 80] = server.address
    assert refusal_of() == NOT_PUBLIC
    assert internet.dialled == []
    assert server.connections == 0


def test_a_name_that_changes_after_it_was_judged_leads_nowhere_else(internet: Internet) -> None:
    inside = internet.host(says(answer(b"inside")), address="127.0.0.1")
    internet.host(says(answer(b"outside")))
    internet.names[NAME] = [[PUBLIC], ["127.0.0.1"]]
    assert fetch(URL, max_bytes=10) == b"outside"
    assert internet.looked_up == [NAME]
    assert internet.dialled == [(PUBLIC, 80)]
    assert refusal_of() == NOT_PUBLIC
    assert internet.dialled == [(PUBLIC, 80)]
    assert inside.connections == 0


def test_the_next_address_is_tried_when_one_takes_no_connection(internet: Internet) -> None:
    internet.host(says(answer(b"hello")))
    internet.names[NAME] = [[OTHER, "8.8.8.8", PUBLIC, "1.1.1.1"]]
    assert fetch(URL, max_bytes=10) == b"hello"
    assert internet.dialled == [(OTHER, 80), ("8.8.8.8", 80), (PUBLIC, 80)]


def test_addresses_that_take_no_connection_are_tried_up_to_a_number(internet: Internet) -> None:
    internet.names[NAME] = [[f"8.8.8.{number}" for number in range(1, 30)]]
    assert refusal_of() == NO_CONNECTION
    assert internet.dialled == [(f"8.8.8.{number}", 80) for number in range(1, 17)]


def test_an_address_that_never_answers_leaves_time_for_the_next(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet.host(says(answer(b"hello")))
    internet.names[NAME] = [["8.8.8.8", "8.8.4.4", PUBLIC]]
    shares: list[float] = []

    def dial(sock: socket.socket, address: tuple[str, int]) -> None:
        shares.append(sock.gettimeout() or 0)
        if address[0] != PUBLIC:
            raise TimeoutError
        internet.dial(sock, address)

    monkeypatch.setattr(Socket, "connect", dial)
    assert fetch(URL, max_bytes=10, deadline_s=TIMEOUT_S) == b"hello"
    assert shares[0] <= TIMEOUT_S / 3
    assert shares[0] < shares[1] <= TIMEOUT_S / 2
    assert shares[1] < shares[2] <= TIMEOUT_S


def test_a_name_in_another_script_is_asked_for_in_ascii(internet: Internet) -> None:
    server = internet.host(says(answer(b"hello")), name="xn--bcher-kva.de")
    assert fetch("http://BÜCHER.de/", max_bytes=10) == b"hello"
    assert b"\r\nHost: xn--bcher-kva.de\r\n" in server.requests[0]


def test_a_port_beside_the_scheme_s_own_is_named_to_the_host(internet: Internet) -> None:
    server = internet.host(says(answer(b"hello")), port=443)
    assert fetch(f"http://{NAME}:443/", max_bytes=10) == b"hello"
    assert b"\r\nHost: images.example.com:443\r\n" in server.requests[0]


# ── redirects ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_is_followed(internet: Internet, status: str) -> None:
    first = internet.host(says(redirect("http://other.example.com/b?c", status)))
    second = internet.host(says(answer(b"hello")), name="other.example.com", address="8.8.8.8")
    assert fetch(f"{URL}#token", max_bytes=10) == b"hello"
    assert internet.looked_up == [NAME, "other.example.com"]
    assert internet.dialled == [(PUBLIC, 80), ("8.8.8.8", 80)]
    assert first.hung_up.wait(TIMEOUT_S)
    assert second.requests[0].startswith(b"GET /b?c HTTP/1.1\r\nHost: other.example.com\r\n")
    assert b"referer" not in second.requests[0].lower()


def test_a_redirect_sends_no_cookies(internet: Internet) -> None:
    moved = answer(status="302 Found", Location="/b", Set_Cookie="a=b")
    server = internet.host(says(moved, answer(b"hello")))
    assert fetch(URL, max_bytes=10) == b"hello"
    assert b"cookie" not in server.requests[1].lower()


def test_the_body_of_a_redirect_is_not_read(internet: Internet) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 1000000000\r\n\r\n"
    internet.host(says(head, answer(b"hello")))
    assert fetch(URL, max_bytes=10) == b"hello"


def test_five_redirects_are_followed(internet: Internet) -> None:
    server = internet.host(says(*[redirect(f"/{number}") for number in range(5)], answer(b"hello")))
    assert fetch(URL, max_bytes=10) == b"hello"
    assert server.connections == 6
    assert internet.looked_up == [NAME] * 6


def test_the_sixth_redirect_is_refused(internet: Internet) -> None:
    server = internet.host(says(redirect("/again")))
    assert refusal_of() == "The URL redirects more than 5 times."
    assert server.connections == 6


@pytest.mark.parametrize(
    ("location", "sentence"),
    [
        ("http://127.0.0.1/", "The URL must name its host by a public domain name."),
        ("//127.0.0.1/", "The URL must name its host by a public domain name."),
        ("http://2130706433/", "The URL must name its host by a public domain name."),
        ("http://[::1]/", "The URL must name its host by a public domain name."),
        ("http://localhost/", "The URL must name its host by a public domain name."),
        ("http://images.example.com:6379/", "The URL must use port 80 or 443."),
        ("http://a:b@images.example.com/", "The URL must not hold a user name or a password."),
        ("file:///etc/passwd", "The URL must begin with http:// or https://."),
        ("ftp://images.example.com/", "The URL must begin with http:// or https://."),
        ("gopher://images.example.com/", "The URL must begin with http:// or https://."),
        ("http://inside.example.com/", NOT_PUBLIC),
        ("http://nothing.example.com/", NOT_PUBLIC),
        ("http://[", "The URL redirects to one that cannot be read."),
        ("/\xff", "The URL redirects to one that cannot be read."),
        ("/a b", "The URL must not hold blanks, control characters or backslashes."),
        (f"/{'a' * 2000}", "The URL is longer than 2,000 characters."),
    ],
)
def test_where_a_redirect_leads_is_judged_anew(
    internet: Internet, location: str, sentence: str
) -> None:
    inside = internet.host(says(answer(b"inside")), name="inside.example.com", address="127.0.0.1")
    moved = b"HTTP/1.1 302 Found\r\nLocation: " + location.encode("latin-1") + b"\r\n\r\n"
    internet.host(says(redirect("/first"), moved))
    assert refusal_of() == f"After a redirect: {sentence}"
    assert internet.dialled == [(PUBLIC, 80)] * 2
    assert inside.connections == 0


def test_a_name_is_judged_again_after_a_redirect_to_itself(internet: Internet) -> None:
    inside = internet.host(says(answer(b"inside")), address="127.0.0.1")
    internet.host(says(redirect("/b")))
    internet.names[NAME] = [[PUBLIC], ["127.0.0.1"]]
    assert refusal_of() == f"After a redirect: {NOT_PUBLIC}"
    assert inside.connections == 0


def test_a_redirect_to_nowhere_is_a_status_like_others(internet: Internet) -> None:
    internet.host(says(answer(b"", status="302 Found")))
    assert refusal_of() == "The URL answers with status 302."


# ── whom the settings trust ─────────────────────────────────────────────────────────────────


class _Greeter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"hello from {self.path}".encode())

    def log_message(self, *_: Any) -> None:
        pass


def test_a_server_on_the_list_may_be_on_the_loopback(
    app: Flask, change_settings: ChangeSettings
) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Greeter) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            port = server.server_port
            change_settings(fetch_allow_hosts=f"Localhost:{port}, 127.0.0.1:{port}")
            for host in ("127.0.0.1", "localhost"):
                assert fetch(f"http://{host}:{port}/a", max_bytes=100) == b"hello from /a"
        finally:
            server.shutdown()
            thread.join(TIMEOUT_S)


@pytest.mark.parametrize("is_listed", [True, False])
def test_without_the_list_the_loopback_is_out_of_reach(
    internet: Internet, change_settings: ChangeSettings, is_listed: bool
) -> None:
    server = internet.serve(says(answer(b"inside")))
    internet.routes[server.address] = server.address
    port = server.address[1]
    # Another port of the same host does not count.
    change_settings(fetch_allow_hosts=f"127.0.0.1:{port + is_listed}")
    url = f"http://127.0.0.1:{port}/"
    if is_listed:
        assert refusal_of(url) == "The URL must name its host by a public domain name."
        assert server.connections == 0
    else:
        assert fetch(url, max_bytes=10) == b"inside"


def test_trust_is_for_one_hop(internet: Internet, change_settings: ChangeSettings) -> None:
    inside = internet.serve(says(answer(b"inside")))
    internet.routes[inside.address] = inside.address
    trusted = internet.serve(says(redirect(f"http://127.0.0.1:{inside.address[1]}/")))
    internet.routes[trusted.address] = trusted.address
    change_settings(fetch_allow_hosts=f"127.0.0.1:{trusted.address[1]}")
    assert refusal_of(f"http://127.0.0.1:{trusted.address[1]}/").startswith("After a redirect: ")
    assert inside.connections == 0


def test_a_public_host_may_redirect_to_one_on_the_list(
    internet: Internet, change_settings: ChangeSettings
) -> None:
    inside = internet.serve(says(answer(b"inside")))
    internet.routes[inside.address] = inside.address
    change_settings(fetch_allow_hosts=f"127.0.0.1:{inside.address[1]}")
    internet.host(says(redirect(f"http://127.0.0.1:{inside.address[1]}/")))
    assert fetch(URL, max_bytes=10) == b"inside"


# ── with nothing replaced ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::ffff:127.0.0.1]",
        "localhost",
    ],
)
def test_a_listener_on_the_loopback_sees_no_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    server = Server(says(answer(b"inside")))
    try:
        monkeypatch.setattr(
            "app.adapters.web_urls.PORTS", {"http": server.address[1], "https": 443}
        )
        assert refusal_of(f"http://{host}:{server.address[1]}/") == (
            "The URL must name its host by a public domain name."
        )
        assert server.connections == 0
    finally:
        server.close()


def test_a_name_of_the_loopback_is_looked_up_and_not_dialled(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(says(answer(b"inside")))
    try:
        monkeypatch.setattr(
            "app.adapters.web_urls.PORTS", {"http": server.address[1], "https": 443}
        )
        monkeypatch.setattr(
            "app.adapters.public_addresses._LOOK_UP", "print('127.0.0.1', '::1', sep='\\n')"
        )
        assert refusal_of(f"http://{NAME}/") == NOT_PUBLIC
        assert server.connections == 0
    finally:
        server.close()
