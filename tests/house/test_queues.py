"""Every queue has a worker, and every job that is declared can be run."""

import re
from importlib import import_module

import pytest

from app.core import queue
from config import ROOT


def _kinds_of_workers(name: str) -> set[str]:
    """Return the kinds of worker that a file starts, however it writes a command."""
    words = re.findall(r"[\w.-]+", (ROOT / name).read_text())
    begins = [number + 1 for number, word in enumerate(words) if word == "worker"]
    found = set()
    for begin in begins:
        while begin < len(words) and words[begin] in queue.WORKERS:
            found.add(words[begin])
            begin += 1
    return found


@pytest.mark.parametrize("name", ["Procfile", "scripts/_run.py"])
def test_every_queue_has_a_worker(name: str) -> None:
    kinds = _kinds_of_workers(name)
    assert kinds == set(queue.WORKERS)
    assert queue.served_by(kinds) == queue.QUEUES


def test_every_declared_job_is_a_function() -> None:
    assert queue.JOB_FUNCTIONS
    for path in queue.JOB_FUNCTIONS:
        module, _, name = path.rpartition(".")
        assert callable(getattr(import_module(module), name)), path
