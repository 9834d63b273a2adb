"""What every store promises, whatever it keeps the files in."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

import structlog

from app.core.errors import NotFound, Unavailable

# Lower case: some file systems take two cases for one name. No part begins with a dot, so
# nothing climbs out of its area, and a draft of a file has a name that nobody can ask for.
_PART = "[a-z0-9_][a-z0-9_.-]{0,199}"
_PATH = re.compile(f"{_PART}(/{_PART})*")

log = structlog.get_logger(__name__)


class Area(StrEnum):
    """Who may see a file."""

    PUBLIC = "public"
    PRIVATE = "private"


class FileMissing(NotFound):
    """The store has no file of this name."""

    def __init__(self) -> None:
        super().__init__("There is no such file.")


class StorageAway(Unavailable):
    """The store does not do what it is asked to: it is away, full, or not to be written to."""

    def __init__(self) -> None:
        super().__init__("Files are not available at the moment. Please try again shortly.")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is there: its size in bytes, and its content, which the caller closes.

    The content can be read in pieces and from any place. Reading it may raise `StorageAway`.
    """

    size: int
    content: BinaryIO


class Store(ABC):
    """One area. Names are relative, of lower case, with `/` between their parts.

    :raises StorageAway: from every method but `problem`.
    :raises ValueError: when a name is none.
    """

    @abstractmethod
    def put(self, path: str, data: bytes, content_type: str) -> None:
        """Store a file for good; it appears whole, in the place of one of the same name."""

    @abstractmethod
    def read(self, path: str) -> bytes:
        """Return what is in a file.

        :raises FileMissing: when there is none.
        """

    @abstractmethod
    def open(self, path: str) -> StoredFile:
        """Open a file for reading it in pieces.

        :raises FileMissing: when there is none.
        """

    @abstractmethod
    def delete(self, *paths: str) -> None:
        """Delete files; those that are not there are no error."""

    @abstractmethod
    def problem(self) -> str | None:
        """Say what keeps files from being stored, if anything does."""


def checked(path: str) -> str:
    """Return a name that a store takes.

    :raises ValueError: when it could lead out of the area, or mean two files.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no name of a stored file.")
    return path


@contextmanager
def away_on(*failures: type[Exception]) -> Iterator[None]:
    """Turn a store's failures into `StorageAway`, and log their kind.

    Their text is not logged: what S3 answers may repeat a key.
    """
    try:
        yield
    except failures as error:
        log.error("storage failed", kind=type(error).__name__, reason=_system_reason(error))
        raise StorageAway from None


def _system_reason(error: Exception) -> str | None:
    """Return the operating system's words for a failure of its own."""
    return error.strerror if isinstance(error, OSError) and error.errno else None
