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


class _Room:
    """Keeps crowds of other test processes out: a server has connections for one of them.

    Crowds within crowds of one process share its turn.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._turn: IO[str] | None = None

    @contextmanager
    def for_crowd(self, count: int) -> Iterator[None]:
        if count <= FEW:
            yield
            return
        with self._lock:
            if self._turn is None:
                self._turn = (servers.run_folder() / "crowd.lock").open("w")
                fcntl.flock(self._turn, fcntl.LOCK_EX)
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self._turn.close()
                    self._turn = None


_room = _Room()


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
    with _room.for_crowd(len(tasks)):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT_S)
            assert not thread.is_alive(), "a task never ended"
    if errors:
        raise errors[0]
    return results
