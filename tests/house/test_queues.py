"""Every queue has a worker, and every job that is declared can be run."""

import re
from importlib import import_module

import pytest

from app.core import queue
from config import ROOT


def _queues_with_a_worker(name: str) -> set[str]:
    """Return the queues that the workers of a file name, however it writes a command."""
    words = re.findall(r"[\w.-]+", (ROOT / name).read_text())
    begins = [number + 1 for number, word in enumerate(words) if word == "worker"]
    found = set()
    for begin in begins:
        while begin < len(words) and words[begin] in queue.QUEUES:
            found.add(words[begin])
            begin += 1
    return found


@pytest.mark.parametrize("name", ["Procfile", "scripts/_run.py"])
def test_every_queue_has_a_worker(name: str) -> None:
    assert _queues_with_a_worker(name) == set(queue.QUEUES)


def test_every_declared_job_is_a_function() -> None:
    assert queue.JOB_FUNCTIONS
    for path in queue.JOB_FUNCTIONS:
        module, _, name = path.rpartition(".")
        assert callable(getattr(import_module(module), name)), path
