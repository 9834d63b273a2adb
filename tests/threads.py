"""Doing things at the same time."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

TIMEOUT_S = 60


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
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT_S)
        assert not thread.is_alive(), "a task never ended"
    if errors:
        raise errors[0]
    return results
