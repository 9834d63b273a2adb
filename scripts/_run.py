"""Sets everything up, serves Nafasi, and watches over its processes until it is stopped.

It begins on whatever Python is there, to make the virtual environment, and goes on in that one.
"""

import argparse
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from _setup import PYTHON, ROOT, Failed, ensure_installed, say, step

if TYPE_CHECKING:
    from app.accounts.models import Account
    from app.apikeys.service import IssuedKey
    from config import Settings

HOST = "127.0.0.1"
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 40
LOOKS_BETWEEN_VALKEYS = 12


def main(arguments: list[str]) -> None:
    options = _parse(arguments)
    _raise_if_taken(options.port)
    python = ensure_installed("requirements.txt")
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), __file__, *arguments])
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    with step("Loading the application"):
        settings = _load_settings()
    with _alone(Path(settings.instance_path)), _bundled_valkey(settings):
        demo = _prepare(settings, with_demo=options.demo)
        with _processes(settings, options.port) as processes:
            _wait_until_ready(processes, options.port)
            _say_what_next(settings, options.port, demo)
            with suppress(KeyboardInterrupt):
                _watch(processes, settings)
    say("Stopped.")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description="Set everything up and serve Nafasi on this machine, with a demo to look at. "
        "Settings come from the environment; docs/settings.md lists them. Ctrl-C stops everything.",
    )
    parser.add_argument(
        "--no-demo",
        dest="demo",
        action="store_false",
        help="make no demo accounts, listings, bookings and key",
    )
    parser.add_argument(
        "--port", type=_port, default=8000, metavar="N", help="serve on this port (default: 8000)"
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: they go from 1 to 65535")
    return int(text)


def _raise_if_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the server does: connections that just closed do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Failed(f"Port {port} needs more rights: choose another by --port.") from None
        except OSError:
            raise Failed(f"Port {port} is taken: choose another by --port.") from None


# ── getting ready ───────────────────────────────────────────────────────────────────────────


def _load_settings() -> "Settings":
    import app  # noqa: F401  # most of the time goes into this
    from config import SettingError, load

    try:
        return load()
    except SettingError as error:
        raise Failed(str(error)) from None


@contextmanager
def _alone(instance: Path) -> Iterator[None]:
    """Hold the instance folder: two of us would stop each other's Valkey."""
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                "scripts/run is running already for this instance folder: stop it, or set "
                "INSTANCE_PATH to another folder."
            ) from None
        yield


@contextmanager
def _bundled_valkey(settings: "Settings") -> Iterator[None]:
    """Run the bundled Valkey where it is needed, and stop it if it did not run before."""
    from app.core import valkey

    is_ours = False
    try:
        if not settings.redis_url:
            is_ours = valkey.ensure_running(settings.instance)
        yield
    except valkey.ValkeyFailed as error:
        raise Failed(str(error)) from None
    finally:
        if is_ours:
            valkey.stop(settings.instance)


@dataclass(frozen=True)
class Demo:
    """What opens the demo: a key and an access token of its owner, and who else can sign in."""

    key: "IssuedKey"
    token: str
    others: "Sequence[tuple[str, Account]]"


def _prepare(settings: "Settings", *, with_demo: bool) -> Demo | None:
    """Bring the database up to date and load what ships with the product."""
    import flask_migrate
    from sqlalchemy.exc import OperationalError

    from app import create_app
    from app.api.tokens import make_access_token
    from app.core import db, health
    from app.core.errors import DomainError
    from app.demo import service as demo
    from app.reference import service as reference
    from app.support import faq_service as faq

    opened = None
    app = create_app(settings)
    with app.app_context():
        try:
            with step("Bringing the database up to date"):
                flask_migrate.upgrade()
            with step("Loading the reference data"):
                reference.load_reference()
                faq.load_faq()
            if with_demo:
                with step("Loading the demo"):
                    demo.load_demo()
                    key = demo.renew_key()
                    token = make_access_token(key.account.id, key.account.token_version)
                    opened = Demo(key, token, demo.list_accounts())
        except OperationalError:
            raise Failed("The database does not answer: look at DATABASE_URL.") from None
        except DomainError as error:
            raise Failed(f"{error.message} --no-demo leaves it out.") from None
        problems = [check.problem for check in health.run_checks() if check.problem]
    if problems:
        raise Failed(" ".join(problems))
    db.close(app)
    return opened


# ── the processes ───────────────────────────────────────────────────────────────────────────


class Watched:
    """One process of ours; what it prints goes into a file."""

    def __init__(self, name: str, arguments: list[str], folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        folder.mkdir(exist_ok=True)
        with self.log.open("wb") as output:
            self._popen = _start(arguments, output)

    @property
    def status(self) -> int | None:
        return self._popen.poll()

    def raise_if_ended(self) -> None:
        """:raises Failed: with the last lines of its log, when the process has ended."""
        if self.status is None:
            return
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        say("\n".join(["", f"── the end of {self.log} ──", *lines, ""]))
        raise Failed(f"The {self.name} process ended by itself (status {self.status}).")

    def ask_to_stop(self) -> None:
        if self.status is None:
            self._popen.terminate()

    def see_it_end(self, patience: "Patience") -> None:
        """Wait for the end, then put one, to its own children as well."""
        while self.status is None and patience.lasts:
            time.sleep(0.05)
        if self.status is None:
            os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()


class Patience:
    """How long we wait for processes to stop: some time, or until somebody is in a hurry."""

    def __init__(self) -> None:
        self._deadline = time.monotonic() + STOP_TIMEOUT_S
        # From here on a second Ctrl-C must not keep us from stopping everything.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self._deadline

    def _end(self, *_args: object) -> None:
        self._deadline = 0.0


def _start(arguments: list[str], output: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [str(PYTHON), "-m", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        # A Ctrl-C is for us, and we stop them in order.
        start_new_session=True,
    )


@contextmanager
def _processes(settings: "Settings", port: int) -> Iterator[list[Watched]]:
    """Run the processes of the Procfile for the block, and stop whatever of them is left."""
    logs = settings.instance / "logs"
    running: list[Watched] = []
    try:
        running.append(Watched("web", ["gunicorn", "--bind", f"{HOST}:{port}", "wsgi:app"], logs))
        worker = ["flask", "--app", "wsgi", "worker"]
        running.append(Watched("images", [*worker, "images"], logs))
        running.append(Watched("messages", [*worker, "messages"], logs))
        yield running
    finally:
        patience = Patience()
        say("Stopping …")
        for process in running:
            process.ask_to_stop()
        for process in running:
            process.see_it_end(patience)


def _wait_until_ready(processes: list[Watched], port: int) -> None:
    with step("Starting the processes"):
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _is_healthy(port):
            for process in processes:
                process.raise_if_ended()
            if time.monotonic() > deadline:
                raise Failed(f"The web server did not answer within {START_TIMEOUT_S} s.")
            time.sleep(0.05)


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _watch(processes: list[Watched], settings: "Settings") -> NoReturn:
    from app.core import valkey

    while True:
        for _ in range(LOOKS_BETWEEN_VALKEYS):
            for process in processes:
                process.raise_if_ended()
            time.sleep(0.25)
        if not settings.redis_url:
            # It is no child of ours: should it end, it is started again.
            try:
                valkey.ensure_running(settings.instance)
            except valkey.ValkeyFailed as error:
                raise Failed(str(error)) from error


# ── what is printed ─────────────────────────────────────────────────────────────────────────


def _say_what_next(
    settings: "Settings",
    port: int,
    opened: Demo | None,
) -> None:
    from app.demo import service as demo

    root = f"http://{HOST}:{port}"
    lines = ["", f"Nafasi serves on {root}", "", f"  documentation  {root}/docs"]
    if opened is not None:
        account = opened.key.account
        lines += [
            f"  demo account   {account.username} <{account.email}>, password: {demo.PASSWORD}",
            f"  user_id        {account.id}",
            f"  its key        {opened.key.key}  (reads only; the next start replaces it)",
        ]
        lines += [
            f"  {part:13}  {account.username} <{account.email}>, the same password"
            for part, account in opened.others
        ]
    if settings.mail_url.startswith("file:"):
        lines.append(f"  mails go to    {settings.mail_url.removeprefix('file:')}")
    lines += [f"  logs are in    {settings.instance / 'logs'}", "", "Try:", ""]
    if opened is None:
        make = "echo 'SecurePass@123' | .venv/bin/flask --app wsgi"
        lines += [
            "  # an account and a key of your own",
            f"  {make} create-account --email you@example.com --username you --password-stdin",
            "  .venv/bin/flask --app wsgi create-api-key --user you@example.com",
            f"  # somebody of staff, for {root}/staff/",
            f"  {make} create-admin --email staff@example.com --password-stdin",
        ]
    else:
        lines += _requests(root, opened)
    lines += [
        "  # ask for a key by mail",
        "  curl -s -H 'Content-Type: application/json' "
        f"""-d '{{"username": "{demo.USERNAME if opened else "you"}"}}' {root}/v1/register/""",
        "",
        "Ctrl-C stops everything.",
    ]
    say("\n".join(lines))


def _requests(root: str, opened: Demo) -> list[str]:
    own = f"{root}/v1/{opened.key.account.id}"
    requests = {
        "the feed": f"{own}/properties/",
        "a search": f"{own}/properties/?search=kololo",
        "homes to let, up to two million": f"{own}/properties/?listing_type=rent&max_price=2000000",
        "the account behind the key": f"{own}/account/",
        "what the feed can be filtered by": f"{root}/v1/filters/",
    }
    lines = []
    for what, address in requests.items():
        lines += [
            f"  # {what}",
            f"  curl -s -H 'Authorization: Bearer {opened.key.key}' '{address}'",
        ]
    return [
        *lines,
        "  # stays around Dar es Salaam, on the marketplace",
        f"  curl -s '{root}/api/listings/nearby/?lat=-6.76&lng=39.27&radius=15'",
        "  # the demo's own stays, as its back office lists them (the token lasts for an hour)",
        f"  curl -s -H 'Authorization: Bearer {opened.token}' '{root}/api/rooms?limit=3'",
    ]


def _interrupt(*_args: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Also SIGINT: a shell without job control starts what it puts in the background deaf to it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        main(sys.argv[1:])
    except Failed as failure:
        sys.exit(f"scripts/run: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
