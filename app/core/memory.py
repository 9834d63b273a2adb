"""A bound on the memory that a block of work may take."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")
# The limit is the process's: a second thread would restore what the first one has set.
_one_thread = threading.RLock()


@contextmanager
def take_at_most(max_bytes: int) -> Iterator[None]:
    """Let the block take no more than `max_bytes` beside what its process has; past it,
    `MemoryError`.

    Memory is counted as address space, the only kind that the kernel refuses to give; what the
    process has reserved already and does not use is no part of it. A system that does not tell
    (macOS has no `/proc`, and does not keep such a limit either) leaves the block without one.
    Threads take their turns.
    """
    if not _STATM.exists():
        yield
        return
    with _one_thread:
        reserved = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        before, hard = resource.getrlimit(resource.RLIMIT_AS)
        bounds = [reserved + max_bytes, before, hard]
        known = [each for each in bounds if each != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min(known), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (before, hard))
