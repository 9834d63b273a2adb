"""Doing things at the same time."""

import fcntl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Barrier, Lock, Thread
from typing import IO, Any

from tests import servers

TIMEOUT_S = 60
# More threads than this are a crowd.
FEW = 6

_entering = Lock()
_crowds: list[IO[str]] = []


def at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the tasks in threads that start together; return what they return, in order.

    The first exception of any of them is raised here.
    """
    barrier = Barrier(len(tasks))
    results: list[Any] = [None] * len(tasks)
    errors: list[BaseException] = []

    def run(number: int, task: Callable[[], Any]) -> None:
        try:
            barrier.wait(TIMEOUT_S)
            results[number] = task()
        except BaseException as error:
            errors.append(error)

    threads = [Thread(target=run, args=each) for each in enumerate(tasks)]
    with _room_for(len(tasks)):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT_S)
            assert not thread.is_alive(), "a task never ended"
    if errors:
        raise errors[0]
    return results


@contextmanager
def _room_for(count: int) -> Iterator[None]:
    """Keep crowds of other test processes out: a server has connections for one of them.

    Crowds within crowds of one process share its turn.
    """
    if count <= FEW:
        yield
        return
    with _entering:
        lock = (servers.run_folder() / "crowd.lock").open("w")
        if not _crowds:
            fcntl.flock(lock, fcntl.LOCK_EX)
        _crowds.append(lock)
    try:
        yield
    finally:
        with _entering:
            _crowds.remove(lock)
            # The lock belongs to the first one's file: it goes on with whoever is left.
            if _crowds:
                _crowds.append(lock)
            else:
                lock.close()
