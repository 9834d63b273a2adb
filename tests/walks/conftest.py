"""The service, and strangers to it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.pictures import draw, encoded
from tests.walks.service import Service, running
from tests.walks.stranger import Stranger

# TEST_NEWMAN names the program that runs Postman's collections.
collect_ignore = [] if os.environ.get("TEST_NEWMAN") else ["test_postman.py"]


@pytest.fixture(scope="package")
def service() -> Iterator[Service]:
    """The service, running on SQLite with nothing in it but reference data."""
    with running(servers.run_folder() / "walks") as started:
        yield started


@pytest.fixture
def stranger(service: Service, tmp_path: Path) -> Callable[[], Stranger]:
    """Make somebody who has the documents, the address and a few photos."""
    for name in ("photo.jpg", "id.jpg", "sea.jpg", "proof.jpg"):
        (tmp_path / name).write_bytes(encoded(draw(800, 600)))
    return lambda: Stranger(tmp_path, service.address)
