"""What scripts/run and scripts/test share: a virtual environment that holds the pins.

Runs on any Python from 3.11 with nothing installed. What was installed is remembered by the
hash of its file, so the second start installs nothing.
"""

import fcntl
import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
_NO_NETWORK = re.compile(
    "NewConnectionError|ConnectTimeoutError|NameResolutionError|name resolution"
    "|Name or service not known|nodename nor servname|Network is unreachable"
    "|ProxyError|ReadTimeoutError|Read timed out|Connection refused|Connection reset"
)


class Failed(Exception):
    """Something that the person in front can mend; the message is one sentence that says how."""


def say(text: str = "") -> None:
    """Print a line now, also when the output is a pipe."""
    print(text, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done while it is done, and how long it took."""
    started = time.monotonic()
    print(f"{what} …", end="", flush=True)
    try:
        yield
    except BaseException:
        say()
        raise
    say(f" {time.monotonic() - started:.1f} s")


def ensure_installed(*files: str) -> Path:
    """Install the named requirement files, unless they are; return the environment's Python.

    :raises Failed: when the environment cannot be made or a package cannot be had.
    """
    CACHE.mkdir(exist_ok=True)
    # Two scripts that start at once must not install into each other's environment.
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _works():
            _make_environment()
        for name in files:
            wanted = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
            stamp = VENV / f".{name}.sha256"
            if not stamp.exists() or stamp.read_text() != wanted:
                _install(ROOT / name)
                stamp.write_text(wanted)
    return PYTHON


def _works() -> bool:
    """Tell whether there is an environment whose Python starts, new enough and with pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def _make_environment() -> None:
    if VENV.is_symlink():
        # It is somebody else's as well: clearing it would take it from them.
        raise Failed(
            f"{VENV.relative_to(ROOT)} is a link to {VENV.readlink()}, which has no working pip: "
            "mend it there, or remove the link."
        )
    with step(f"Making a virtual environment in {VENV.relative_to(ROOT)}"):
        # Its pip may be missing where another tool made it: what is installed there can stay.
        made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
        if made.returncode or not _works():
            made = subprocess.run(
                [sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True
            )
    if made.returncode:
        raise Failed(f"The virtual environment could not be made: {_last_line(made.stdout)}")


def _install(requirements: Path) -> None:
    log = CACHE / "pip.log"
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(requirements)]
    count = len(re.findall(r"^[a-z].*==", requirements.read_text(), re.MULTILINE))
    with step(f"Installing {count} packages of {requirements.name}"), log.open("w") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    if done.returncode == 0:
        return
    text = log.read_text(errors="replace")
    where = f"(all of pip's words: {log.relative_to(ROOT)})"
    if _NO_NETWORK.search(text):
        raise Failed(
            f"The package registry was not reached: is there a network, or a proxy to name? {where}"
        )
    raise Failed(f"pip could not install the packages: {_last_line(text)} {where}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return (errors or lines or ["it said nothing."])[-1]
