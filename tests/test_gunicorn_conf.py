"""The web server: what it sees to before its first worker starts, and what it answers by itself."""

import http.client
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT
from tests.servers import web_server
from tests.test_config import PRODUCTION

MALFORMED = "The request is malformed."


def _start(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///{folder}/empty.db", "is not at the newest migration; run `flask --app wsgi"),
        ("sqlite:///{folder}/nowhere/nafasi.db", "does not answer; look at DATABASE_URL"),
    ],
)
def test_production_does_not_start_on_a_database_that_it_cannot_use(
    tmp_path: Path, url: str, sentence: str
) -> None:
    done = _start(PRODUCTION | {"DATABASE_URL": url.format(folder=tmp_path)})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Nafasi cannot start: The database ")
    assert sentence in done.stderr


def test_production_makes_no_folder_for_figures_that_nobody_may_read(tmp_path: Path) -> None:
    nowhere = {"INSTANCE_PATH": str(tmp_path / "instance"), "DATABASE_URL": "sqlite:////nowhere/x"}
    assert _start(PRODUCTION | nowhere).returncode == 1
    assert not (tmp_path / "instance").exists()
    _start(PRODUCTION | nowhere | {"METRICS_PORT": "9100"})
    assert (tmp_path / "instance" / "metrics").is_dir()


def test_a_folder_for_figures_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.touch()
    done = _start(PRODUCTION | {"INSTANCE_PATH": str(taken), "METRICS_PORT": "9100"})
    assert done.returncode == 1
    assert "Nafasi cannot start: PROMETHEUS_MULTIPROC_DIR cannot be made" in done.stderr


# ── what it answers by itself ───────────────────────────────────────────────────────────────


@pytest.fixture
def port(app: Flask, tmp_path: Path) -> Iterator[int]:
    """Where a server of one process answers."""
    with web_server(app.extensions["nafasi.settings"], tmp_path / "log", processes=1) as port:
        yield port


def _say(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes as they are; return the status, headers and body of the first answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return (
            answer.status,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.read(),
        )


def test_what_cannot_be_read_is_refused_in_json(port: int) -> None:
    start = b"GET /api/listings/ HTTP/1.1\r\nHost: x\r\n"
    refused = {
        b"GET /v1/?search=" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": (
            414,
            "The request's address is too long.",
        ),
        start + b"Authorization: Bearer " + b"a" * 9_000 + b"\r\n\r\n": (
            431,
            "The request's headers are too large.",
        ),
        start + b"X: y\r\n" * 120 + b"\r\n": (431, "The request's headers are too large."),
        start + b"Transfer-Encoding: xyz\r\n\r\n": (
            501,
            "The request's transfer coding is not supported.",
        ),
        start + b"Content-Length: abc\r\n\r\n": (400, MALFORMED),
        start + b"Content-Length: -1\r\n\r\n": (400, MALFORMED),
        start + b"no colon\r\n\r\n": (400, MALFORMED),
        b"get / HTTP/1.1\r\nHost: x\r\n\r\n": (400, MALFORMED),
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n": (400, MALFORMED),
        b"<script>\r\n\r\n": (400, MALFORMED),
    }
    for request, (status, sentence) in refused.items():
        got, headers, body = _say(port, request)
        assert (got, json.loads(body)) == (status, {"detail": sentence}), request[:60]
        assert headers["content-type"] == "application/json"
        assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])


def test_a_long_search_is_read(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", f"/api/listings/?ordering={'a' * 8_000}")
    answer = connection.getresponse()
    assert answer.status == 400
    assert json.loads(answer.read())["errors"].keys() == {"ordering"}
    connection.close()


@pytest.mark.parametrize("path", ["/api/auth/login/", "/v1/register/"])
@pytest.mark.parametrize("chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"2\r\n{}0\r\n\r\n"])
def test_a_body_in_broken_chunks_is_400_in_its_dialect(port: int, path: str, chunks: bytes) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    status, _headers, body = _say(
        port, head.encode() + b"Transfer-Encoding: chunked\r\n\r\n" + chunks
    )
    said = json.loads(body)
    assert status == 400
    assert MALFORMED in (said.get("message"), said.get("detail"))


@pytest.mark.parametrize("megabytes", [0.3, 20])
def test_whoever_is_refused_early_is_heard_out(port: int, megabytes: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    mine = connection.sock.getsockname()
    for _ in range(3):
        connection.request(
            "POST",
            "/v1/1/properties/",
            b"x" * int(megabytes * 2**20),
            {"Content-Type": "application/json", "Authorization": "Bearer RW_nobody"},
        )
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:10]) == (401, b'{"detail":')
        assert connection.sock.getsockname() == mine
    connection.close()


def test_no_header_makes_it_https_without_a_trusted_proxy(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on"})
    assert json.loads(connection.getresponse().read())["documentation"].startswith("http://")
    connection.close()
