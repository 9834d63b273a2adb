"""Cleans up behind a test run, also behind one that was killed.

A process of its own: it reads from a pipe that only the test run holds open, so the pipe's end
is the run's end, whatever ended it. Then it stops every server whose pid file stands below the
run's folder, drops the databases that are left on a foreign server, and removes the folder.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

# How each kind of server is told to stop at once. Both remove their pid file when they do.
PID_FILES = {"postmaster.pid": signal.SIGINT, "valkey.pid": signal.SIGTERM}
STOP_TIMEOUT_S = 20


def main(folder: Path) -> None:
    sys.stdin.buffer.read()
    for name, stop in PID_FILES.items():
        for path in folder.rglob(name):
            _stop(path, stop)
    _drop_databases(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _stop(pid_file: Path, stop: signal.Signals) -> None:
    try:
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, stop)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while pid_file.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        if pid_file.exists():
            os.kill(pid, signal.SIGKILL)
    except (OSError, ValueError, IndexError):
        pass  # it is gone already


def _drop_databases(folder: Path) -> None:
    """Drop what a killed test process left behind: each name stands in a file beside its server."""
    left = list((folder / "databases").glob("*"))
    if not left:
        return
    import psycopg
    from psycopg import sql

    for path in left:
        try:
            with psycopg.connect(path.read_text(), autocommit=True, connect_timeout=5) as server:
                name = sql.Identifier(path.name)
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        except psycopg.Error:
            continue


if __name__ == "__main__":
    main(Path(sys.argv[1]))
