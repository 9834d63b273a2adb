"""CPU time of server processes, read from /proc to the nanosecond where the kernel tells it.

A clock's time says little on a machine that does other things besides; what a process was
given of a processor stays comparable, above all between two servers in one run.
"""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def process_ns(pid: int) -> int:
    """Return the CPU time that the live threads of a process have used, user and system."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        return sum(_task_ns(tasks / name) for name in os.listdir(tasks))
    except FileNotFoundError:
        return 0


def total_ns(pids: Iterable[int]) -> int:
    """Return the CPU time of several processes."""
    return sum(process_ns(pid) for pid in pids)


def children(pid: int) -> list[int]:
    """Return the processes whose parent is `pid`."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal() and _parent(int(name)) == pid:
            found.append(int(name))
    return sorted(found)


def _task_ns(task: Path) -> int:
    try:
        return int((task / "schedstat").read_text().split()[0])
    except FileNotFoundError:
        if not task.exists():
            return 0
        user, system = _stat(task)[11:13]
        return (int(user) + int(system)) * _TICK_NS


def _parent(pid: int) -> int | None:
    try:
        return int(_stat(Path(f"/proc/{pid}"))[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _stat(process: Path) -> list[str]:
    """Return the fields of `stat` that come after the command's name: state, parent, …"""
    return (process / "stat").read_text().rpartition(") ")[2].split()
