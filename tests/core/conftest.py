"""What the tests of the kit share: a server of their own to be stopped, and a clock to be set."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core import clock, outbox, valkey
from tests import servers


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A folder with a short path; a bundled Valkey in it is stopped at the end."""
    folder = Path(tempfile.mkdtemp(dir=servers.run_folder()))
    yield folder
    valkey.stop(folder)
    shutil.rmtree(folder)


@pytest.fixture
def redis_url(private_folder: Path) -> Iterator[str]:
    """The Redis of TEST_REDIS_URL, or a bundled one: use random names, and never flush it."""
    with servers.redis_server(private_folder) as url:
        yield url


class SetClock:
    """The application's clock, standing still until it is moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.instant = clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.instant)

    def move(self, step: timedelta) -> datetime:
        self.instant += step
        return self.instant


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Stop the application's clock."""
    return SetClock(monkeypatch)


@pytest.fixture
def handle() -> Iterator[Callable[..., None]]:
    """Declare a handler of an outbox topic for the rest of the test: `handle(topic, function)`."""
    before = dict(outbox._topics)

    def declare(topic: str, function: outbox.Handler, **options: Any) -> None:
        outbox.handler(topic, **options)(function)

    yield declare
    outbox._topics.clear()
    outbox._topics.update(before)
