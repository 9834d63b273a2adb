"""Bytes, encodings and time: how much a server may ask of whoever fetches from it."""

import gzip
import signal
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

import pytest

from app.adapters import fetch as fetch_module
from app.adapters.connections import Deadline, Socket
from app.adapters.fetch import fetch
from tests.adapters.internet import (
    CHUNKED,
    NAME,
    NOT_ASKED_FOR,
    NOT_DECOMPRESSED,
    TIMEOUT_S,
    TOO_SLOW,
    URL,
    Internet,
    answer,
    drips,
    redirect,
    refusal_of,
    says,
)

# ── sizes and encodings ─────────────────────────────────────────────────────────────────────


def test_a_body_of_just_the_limit_is_taken(internet: Internet) -> None:
    internet.host(says(answer(b"x" * 100_000)))
    assert fetch(URL, max_bytes=100_000) == b"x" * 100_000


@pytest.mark.parametrize(
    "answer",
    [
        answer(b"x" * 1001),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + b"x" * 1001,
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n" + b"x" * 1001,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
        + b"x" * 1001
        + b"\r\n0\r\n\r\n",
        answer(gzip.compress(b"x" * 1001, mtime=0), Content_Encoding="gzip"),
        answer(b"\x1f\x8b" + b"x" * 1001, Content_Encoding="gzip"),
    ],
)
def test_a_body_past_the_limit_is_refused(internet: Internet, answer: bytes) -> None:
    internet.host(says(answer))
    assert refusal_of(max_bytes=1000) == "What the URL answers is larger than 1,000 bytes."


def test_a_length_past_the_limit_is_refused_before_the_body(internet: Internet) -> None:
    server = internet.host(says(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n"))
    assert refusal_of(max_bytes=1000) == "What the URL answers is larger than 1,000 bytes."
    assert server.hung_up.wait(TIMEOUT_S)


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 1000),
        (CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        (CHUNKED + b"ffffffffffffffff\r\n", b"x" * 1000),
        (CHUNKED + b"-1\r\n", b"x" * 1000),
        # The name of a file in the head of gzip, which decompresses to nothing.
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0",
            b"x" * 1000,
        ),
    ],
)
def test_a_body_without_end_is_left_at_the_limit(
    internet: Internet, start: bytes, more: bytes
) -> None:
    def stream(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(more)

    server = internet.host(stream)
    tracemalloc.start()
    try:
        refusal = refusal_of(max_bytes=500_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refusal == "What the URL answers is larger than 500,000 bytes."
    assert peak_bytes < 5_000_000
    assert server.hung_up.wait(TIMEOUT_S)


def _raw_deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
    ],
)
def test_a_body_that_comes_compressed_is_decompressed(
    internet: Internet, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    content = b"hello " * 20_000
    internet.host(says(answer(compress(content), Content_Encoding=encoding)))
    assert fetch(URL, max_bytes=len(content)) == content


def test_an_empty_body_may_come_compressed(internet: Internet) -> None:
    internet.host(says(answer(gzip.compress(b""), Content_Encoding="gzip")))
    assert fetch(URL, max_bytes=100) == b""


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"hello"),
        ("gzip", b""),
        ("gzip", zlib.compress(b"hello")),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-1]),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-8] + b"\0" * 8),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"more"),
        ("gzip", gzip.compress(b"hello", mtime=0) * 2),
        ("deflate", b"hello"),
        ("deflate", gzip.compress(b"hello", mtime=0)),
        ("deflate", zlib.compress(b"hello")[:-1]),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_refused(
    internet: Internet, encoding: str, body: bytes
) -> None:
    internet.host(says(answer(body, Content_Encoding=encoding)))
    assert refusal_of() == NOT_DECOMPRESSED


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,br", "", "x"])
def test_any_other_encoding_is_refused(internet: Internet, encoding: str) -> None:
    internet.host(says(answer(b"hello", Content_Encoding=encoding)))
    assert refusal_of() == NOT_ASKED_FOR


@pytest.mark.parametrize("framing", ["gzip", "gzip, chunked", "chunked, gzip", "x-chunked"])
def test_any_framing_but_chunks_is_refused(internet: Internet, framing: str) -> None:
    internet.host(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n" % framing.encode()))
    assert refusal_of() == NOT_ASKED_FOR


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_takes_no_memory(internet: Internet, encoding: str) -> None:
    compressor = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    parts = [compressor.compress(bytes(1_000_000)) for _ in range(200)]
    bomb = b"".join([*parts, compressor.flush()])
    assert len(bomb) < 1_000_000
    internet.host(says(answer(bomb, Content_Encoding=encoding)))
    tracemalloc.start()
    try:
        refusal = refusal_of(max_bytes=1_000_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refusal == "What the URL answers is larger than 1,000,000 bytes."
    assert peak_bytes < 10_000_000


# ── time ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b""),
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nA: ", b"b"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (CHUNKED, b"1\r\nx\r\n"),
        (CHUNKED + b"1;", b"x"),
        (CHUNKED + b"0\r\n", b"A: b\r\n"),
    ],
)
def test_an_answer_that_drips_is_left_at_the_deadline(
    internet: Internet, start: bytes, drop: bytes
) -> None:
    server = internet.host(drips(start, drop))
    assert refusal_of(deadline_s=0.3) == TOO_SLOW
    assert server.connections == 1


@pytest.mark.parametrize(("start", "drop"), [(b"", b""), (b"\x16\x03\x03\x20\0\2\0\x1f\0", b"\0")])
def test_a_handshake_that_drips_is_left_at_the_deadline(
    internet: Internet, start: bytes, drop: bytes
) -> None:
    server = internet.host(drips(start, drop), port=443, is_hasty=True)
    assert refusal_of(f"https://{NAME}/", deadline_s=0.3) == TOO_SLOW
    assert server.connections == 1


@pytest.mark.parametrize("name", ["send", "sendall"])
def test_a_request_that_nobody_reads_is_left_at_the_deadline(name: str) -> None:
    ours, theirs = socket.socketpair()

    def send_for_ever() -> NoReturn:
        while True:
            getattr(sock, name)(bytes(100_000))

    with theirs, Socket(fileno=ours.detach()) as sock:
        sock.settimeout(TIMEOUT_S)
        sock.deadline = Deadline(0.3)
        with pytest.raises(TimeoutError):
            send_for_ever()
        assert 0 < sock.gettimeout() < 1


def test_redirects_share_the_deadline(internet: Internet) -> None:
    def wait_and_redirect(connection: socket.socket) -> None:
        connection.settimeout(0.1)
        with suppress(TimeoutError):
            connection.recv(1)
        connection.sendall(redirect("/again"))

    internet.host(wait_and_redirect)
    # Each answer comes in time; all of them together do not.
    assert refusal_of(deadline_s=0.35) == TOO_SLOW


def test_a_resolver_shares_the_deadline(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(name: str, timeout_s: float) -> NoReturn:
        assert 0 < timeout_s <= TIMEOUT_S
        raise TimeoutError

    monkeypatch.setattr(fetch_module, "look_up", look_up)
    assert refusal_of(deadline_s=TIMEOUT_S) == TOO_SLOW


def test_there_is_no_request_after_the_deadline(internet: Internet) -> None:
    server = internet.host(says(answer(b"hello")))
    assert refusal_of(deadline_s=0) == TOO_SLOW
    assert server.connections == 0


def test_the_time_limit_of_a_job_goes_through(internet: Internet) -> None:
    class OverTime(Exception):
        pass

    def end(*_: Any) -> NoReturn:
        raise OverTime

    server = internet.host(drips(b"HTTP/1.1 200 OK\r\n\r\n", b"x"))
    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(OverTime):
            fetch(URL, max_bytes=1000, deadline_s=TIMEOUT_S)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert server.hung_up.wait(TIMEOUT_S)


def test_no_thread_is_started(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    internet.host(says(redirect("/b"), answer(b"hello")))

    def start(*_: Any) -> NoReturn:
        raise AssertionError("a thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    assert fetch(URL, max_bytes=10) == b"hello"
