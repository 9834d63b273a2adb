"""scripts/run: from nothing to an answer, and back to nothing."""

import hashlib
import http.client
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from PIL import Image
from redis import Redis

from app.core import valkey
from config import ROOT
from tests import servers
from tests.pictures import encoded

PATIENCE_S = 90
RUN = [sys.executable, str(ROOT / "scripts" / "_run.py")]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def _is_set_up() -> bool:
    """Tell whether this suite runs in the environment that scripts/test made."""
    stamp = ROOT / ".venv" / ".requirements.txt.sha256"
    wanted = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
    is_ours = Path(sys.prefix).resolve() == (ROOT / ".venv").resolve()
    return is_ours and stamp.exists() and stamp.read_text() == wanted


needs_setup = pytest.mark.skipif(
    not _is_set_up(), reason="would install packages: run by scripts/test it does not"
)


@pytest.fixture
def port() -> int:
    """A port that nobody uses."""
    return servers.free_port()


@pytest.fixture
def instance() -> Path:
    """An instance folder below that of the run, whose servers do not outlive it."""
    return servers.run_folder() / f"run-{os.getpid()}-{time.monotonic_ns()}"


class Running:
    """A scripts/run, and what it has printed so far."""

    def __init__(self, *options: str, instance: Path) -> None:
        self.instance = instance
        self._output = instance.with_suffix(f".{time.monotonic_ns()}.txt")
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [*RUN, *options],
                env={"INSTANCE_PATH": str(instance), "PATH": os.environ["PATH"]},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@pytest.fixture
def start(instance: Path) -> Iterator[Callable[..., Running]]:
    """Start scripts/run on this test's instance folder: `start("--port", "8000")`."""
    started: list[Running] = []

    def begin(*options: str) -> Running:
        started.append(Running(*options, instance=instance))
        return started[-1]

    yield begin
    for each in started:
        if each.process.poll() is None:
            each.stop()


def _paste(line: str) -> tuple[int, object]:
    """Do what a printed curl line would, on a machine without curl."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-s"]
    headers = dict(words[n + 1].split(": ", 1) for n, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1] if "-d" in words else None
    address = urlsplit(words[-1])
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    path = f"{address.path}?{address.query}" if address.query else address.path
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    with answer:
        found = answer.status, json.loads(answer.read())
    connection.close()
    return found


def _key(said: str) -> str:
    found = re.search(r"R_\w{40}", said)
    assert found is not None
    return found[0]


@needs_setup
def test_it_serves_what_it_prints_and_leaves_nothing_behind(
    start: Callable[..., Running], port: int
) -> None:
    first = start("--port", str(port))
    first.wait_for("Ctrl-C stops everything.")
    for expected in (f"http://127.0.0.1:{port}/docs", "demo <demo@nafasi.example>", "user_id"):
        assert expected in first.said

    lines = re.findall(r"^  (curl .*)$", first.said, re.MULTILINE)
    answers = [_paste(line) for line in lines]
    assert len(answers) == 8
    assert [status for status, _ in answers] == [200] * 8
    feed, search, *_, registration = [body for _, body in answers]
    assert isinstance(feed, dict)
    assert isinstance(search, dict)
    assert {each["listing_type"] for each in feed["results"]} == {"rent", "sale", "stay"}
    assert [each["external_id"] for each in search["results"]] == ["demo-01"]
    assert registration == {
        "detail": "If the account exists, a verification code has been emailed."
    }
    deadline = time.monotonic() + PATIENCE_S
    while not list((first.instance / "outbox").glob("*.eml")):
        assert time.monotonic() < deadline, "the code was never mailed"
        time.sleep(0.1)

    # A second one would stop the first one's Valkey.
    second = start("--port", str(port + 1 if port < 65535 else port - 1))
    assert second.process.wait(PATIENCE_S) == 1
    assert "is running already for this instance folder" in second.said

    assert first.stop(signal.SIGINT) == 0
    assert first.said.endswith("Stopping …\nStopped.\n")
    assert not valkey._answers(valkey.socket_path(first.instance))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

    again = start("--port", str(port))
    again.wait_for("Ctrl-C stops everything.")
    assert _key(again.said) != _key(first.said)
    [feed_line, *_] = re.findall(r"^  (curl .*)$", again.said, re.MULTILINE)
    assert _paste(feed_line)[0] == 200
    assert _paste(feed_line.replace(_key(again.said), _key(first.said)))[0] == 401
    assert again.stop() == 0


@needs_setup
def test_when_one_process_dies_all_stop(start: Callable[..., Running], port: int) -> None:
    running = start("--no-demo", "--port", str(port))
    running.wait_for("Ctrl-C stops everything.")
    assert "demo account" not in running.said
    assert '{"username": "you"}' in running.said
    assert "--email you@example.com --username you --password-stdin" in running.said
    assert "create-admin --email staff@example.com --password-stdin" in running.said
    with Redis(unix_socket_path=str(valkey.socket_path(running.instance))) as redis:
        deadline = time.monotonic() + PATIENCE_S
        while not redis.smembers("rq:workers:messages"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        [worker] = redis.smembers("rq:workers:messages")
        pid = redis.hget(worker, "pid")
    assert pid is not None
    os.kill(int(pid), signal.SIGKILL)

    assert running.process.wait(PATIENCE_S) == 1
    assert "scripts/run: The messages process ended by itself (status -9)." in running.said
    assert not valkey._answers(valkey.socket_path(running.instance))


@needs_setup
def test_the_image_worker_brands_a_photo(
    start: Callable[..., Running], instance: Path, port: int
) -> None:
    start("--port", str(port)).wait_for("Ctrl-C stops everything.")
    key = _write_key(instance)
    feed = _get(port, f"/v1/{key.user_id}/properties/", key.secret)
    listing = json.loads(feed)["results"][0]["id"]

    client = http.client.HTTPConnection(f"127.0.0.1:{port}", timeout=PATIENCE_S)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n%s\r\n--x--'
    )
    client.request(
        "POST",
        f"/v1/{key.user_id}/properties/{listing}/images/",
        form % encoded(),
        {
            "Authorization": f"Bearer {key.secret}",
            "Content-Type": "multipart/form-data; boundary=x",
        },
    )
    with client.getresponse() as answer:
        image = json.loads(answer.read())
        assert answer.status == 201, image
    client.close()
    branded = _get(port, urlsplit(image["url"]).path)
    with Image.open(BytesIO(branded)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (800, 600))


class _Key(NamedTuple):
    user_id: int
    secret: str


def _write_key(instance: Path) -> _Key:
    """Make a key that writes, as staff does on the machine."""
    made = subprocess.run(
        [*FLASK, "create-api-key", "--user", "demo", "--scope", "RW", "--name", "CRM"],
        cwd=ROOT,
        env={"INSTANCE_PATH": str(instance)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    found = re.search(r"user_id (\d+)", made.stderr)
    assert found is not None, made.stderr
    return _Key(int(found[1]), made.stdout.strip())


def _get(port: int, path: str, key: str | None = None) -> bytes:
    client = http.client.HTTPConnection(f"127.0.0.1:{port}", timeout=PATIENCE_S)
    client.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
    with client.getresponse() as answer:
        body = answer.read()
        assert answer.status == 200, body
    client.close()
    return body


@needs_setup
def test_production_gets_no_demo(instance: Path, port: int) -> None:
    done = subprocess.run(
        [*RUN, "--port", str(port)],
        env={"APP_ENV": "production", "INSTANCE_PATH": str(instance)},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("scripts/run: SECRET_KEY must be set when APP_ENV is production.")


def test_a_port_that_is_taken_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*RUN, "--port", str(port)], capture_output=True, text=True, timeout=PATIENCE_S
        )
    assert done.returncode == 1
    assert done.stderr == f"scripts/run: Port {port} is taken: choose another by --port.\n"


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", ""])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = subprocess.run(
        [*RUN, f"--port={port}"], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 2
    assert f"{port!r} is not a port" in done.stderr


def test_the_options_are_explained() -> None:
    done = subprocess.run([*RUN, "--help"], capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0
    assert "--no-demo" in done.stdout
    assert "--port N" in done.stdout
