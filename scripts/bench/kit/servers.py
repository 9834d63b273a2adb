"""The servers that are measured: separate processes on loopback, ended with the bench."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import ROOT, setting_fields
from scripts.bench.kit import cpu

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 15


class ServerFailed(Exception):
    """A server did not start; the message is the end of its log."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and the processes that answer."""

    port: int
    pids: tuple[int, ...]

    def cpu_ns(self) -> int:
        """Return the CPU time that the answering processes have used."""
        return cpu.total_ns(self.pids)


@contextmanager
def gunicorn(wsgi: str, settings: Mapping[str, str], log_path: Path) -> Iterator[Server]:
    """Run a WSGI application under the project's own gunicorn configuration.

    `settings` say how many processes it has: `WEB_WORKERS`.
    """
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", wsgi]
    with _process(command, ROOT, settings, log_path) as process:
        _wait_until_open(process, port, log_path, forks=int(settings["WEB_WORKERS"]))
        yield Server(port, tuple(cpu.children(process.pid)))


@contextmanager
def command(
    arguments: list[str], folder: Path, settings: Mapping[str, str], log_path: Path
) -> Iterator[Server]:
    """Run any other server in `folder`; `{port}` in its arguments is where it has to listen."""
    port = free_port()
    filled = [argument.replace("{port}", str(port)) for argument in arguments]
    with _process(filled, folder, settings, log_path) as process:
        _wait_until_open(process, port, log_path)
        yield Server(port, (process.pid, *cpu.children(process.pid)))


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _process(
    arguments: list[str], folder: Path, settings: Mapping[str, str], log_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            arguments, cwd=folder, env=_environment(settings), stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without the settings of the project that happen to be in it."""
    own = {name for name, _ in setting_fields()}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"PYTHONPATH": str(ROOT), **settings}


def _wait_until_open(
    process: subprocess.Popen[bytes], port: int, log_path: Path, *, forks: int = 0
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            is_open = probe.connect_ex(("127.0.0.1", port)) == 0
        # A server that forks workers opens its socket before that.
        if is_open and len(cpu.children(process.pid)) >= forks:
            return
        time.sleep(0.05)
    end = log_path.read_text(errors="replace")[-2000:]
    raise ServerFailed(f"The server did not start. Its log ends with:\n{end}")
