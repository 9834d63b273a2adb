"""A bound on memory for the length of a block: what one job may take at its peak."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")


@contextmanager
def at_most(max_bytes: int) -> Iterator[None]:
    """Let this process hold no more than `max_bytes` while the block runs; past it, `MemoryError`.

    Memory is counted as address space, the only kind that the kernel refuses to give. A process
    has reserved much that it does not use, so what it may get is `max_bytes` less what it holds
    now, on top of all that is reserved. A system that does not tell (macOS has no `/proc`, and
    does not keep such a limit either) leaves the block without one.
    """
    if not _STATM.exists():
        yield
        return
    reserved, held = (
        int(pages) * resource.getpagesize() for pages in _STATM.read_text().split()[:2]
    )
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = reserved + max(0, max_bytes - held)
    bounds = [each for each in (limit, before, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(bounds), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))
