"""The stores that hold every promise of `app.adapters.storage`: a folder, and a bucket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.s3 import S3Server

KINDS = ["folder", "bucket"]


@dataclass(frozen=True)
class Place:
    """Where files are kept: its STORAGE_URL, and a way to make it go away for a while."""

    url: str
    away: Callable[[], object]


def place_of(kind: str, folder: Path, server: Callable[[], S3Server]) -> Place:
    """Make an empty place of a kind."""
    if kind == "folder":
        folder.mkdir()
        return Place(f"file:{folder}", lambda: _replaced_by_a_file(folder))
    return Place(server().new_bucket("some/prefix"), server().away)


@contextmanager
def _replaced_by_a_file(folder: Path) -> Iterator[None]:
    # The tests may run as root, whom no permission stops.
    hidden = folder.with_name("hidden")
    folder.rename(hidden)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        hidden.rename(folder)
