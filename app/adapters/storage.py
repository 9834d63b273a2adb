"""Files: on this machine's disk, or in a bucket of any S3-compatible store.

Two areas. What is `public` is shown to everybody who knows its name; what is `private` leaves only
through the application, to whoever may see it. ``STORAGE_URL`` is ``file:/folder``, or
``s3://key:secret@bucket/prefix?endpoint=https://host&region=name``. Without key and secret the
usual ``AWS_…`` variables, or what the machine is given, are taken.
"""

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from app.core.errors import NotFound, Unavailable
from app.core.settings import current_settings

PUBLIC, PRIVATE = "public", "private"
FOREVER = "public, max-age=31536000, immutable"
# A request may be waiting.
_CONNECT_TIMEOUT = timedelta(seconds=2)
_TIMEOUT = timedelta(seconds=10)
_RETRIES, _RETRY_TIMEOUT = 2, timedelta(seconds=4)
# Some of obstore's errors are the standard library's.
_BUCKET_ERRORS = (BaseError, OSError)
# Names are ours; that none leads out of its area is checked all the same.
_PATH = re.compile(r"[a-z0-9_][\w.-]*(/[a-z0-9_][\w.-]*)*", re.ASCII)


class FileMissing(NotFound):
    """There is no file of this name."""

    def __init__(self) -> None:
        super().__init__("Not found.")


class StorageAway(Unavailable):
    """The storage does not answer, or takes nothing more."""

    def __init__(self) -> None:
        super().__init__("Files cannot be reached at the moment. Please try again shortly.")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to be sent: where it is on this machine, or else its content."""

    local_path: Path | None = None
    content: bytes = b""


class Store(Protocol):
    """One area of the storage. Every call may raise `StorageAway`."""

    def put(self, path: str, data: bytes, content_type: str) -> None:
        """Store a file, whole or not at all, in place of one that has the name already."""

    def read(self, path: str) -> bytes:
        """Return a file's content.

        :raises FileMissing: when there is none.
        """

    def open(self, path: str) -> StoredFile:
        """Open a file to send it.

        :raises FileMissing: when there is none.
        """

    def delete(self, *paths: str) -> None:
        """Delete files. That one is not there is no error."""


def public() -> Store:
    """Return the area that everybody may see."""
    return _store(PUBLIC)


def private() -> Store:
    """Return the area that only the application sees."""
    return _store(PRIVATE)


def check() -> str | None:
    """Say what keeps files from being stored; None where nothing does."""
    probe = f"probe-{token_hex(4)}"
    try:
        private().put(probe, b"", "text/plain")
        private().delete(probe)
    except StorageAway:
        return "The storage takes no files; look at STORAGE_URL."
    return None


def _store(area: str) -> Store:
    url = urlsplit(current_settings().storage_url)
    if url.scheme == "file":
        return _Folder(Path(unquote(url.path)), area)
    # A bucket's client has threads of its own, which a forked worker would not have.
    return _bucket(url.geturl(), area, os.getpid())


# ── files ───────────────────────────────────────────────────────────────────────────────────


class _Folder:
    """An area as a folder that nobody else may enter.

    The folder that it lies in must be there: where its disk is not mounted, what was made in its
    place would be lost from sight once it is.
    """

    def __init__(self, base: Path, area: str) -> None:
        self._base = base
        self._area = area

    def put(self, path: str, data: bytes, content_type: str) -> None:
        target = self._path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(target, data)
        except OSError as error:
            raise StorageAway from error

    def read(self, path: str) -> bytes:
        try:
            return self._path(path).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing from error
        except OSError as error:
            raise StorageAway from error

    def open(self, path: str) -> StoredFile:
        target = self._path(path)
        if not target.is_file():
            raise FileMissing
        return StoredFile(target)

    def delete(self, *paths: str) -> None:
        for path in paths:
            try:
                self._path(path).unlink(missing_ok=True)
            except OSError as error:
                raise StorageAway from error

    def _path(self, path: str) -> Path:
        if not self._base.is_dir():
            raise StorageAway
        return self._base / self._area / _checked(path)


def _write(target: Path, data: bytes) -> None:
    """Write a file that appears whole, with its content on the disk; nobody else may read it."""
    draft = target.with_name(f".{target.name}.{token_hex(4)}")
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        try:
            # Without a name: of a process that is killed while it writes, nothing stays.
            descriptor = os.open(target.parent, os.O_WRONLY | os.O_TMPFILE, 0o600)
            is_named = False
        except (AttributeError, OSError):
            # Not every system and file system can do that.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            is_named = True
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
            if not is_named:
                # Only with a folder's descriptor does it follow the link to the file itself.
                os.link(f"/proc/self/fd/{descriptor}", draft, src_dir_fd=folder)
        draft.replace(target)
        os.fsync(folder)
    finally:
        draft.unlink(missing_ok=True)
        os.close(folder)


# ── buckets ─────────────────────────────────────────────────────────────────────────────────


class _Bucket:
    """An area as the part of a bucket that begins with its name."""

    def __init__(self, store: S3Store, area: str) -> None:
        self._store = store
        self._area = area

    def put(self, path: str, data: bytes, content_type: str) -> None:
        attributes = {"Content-Type": content_type}
        if self._area == PUBLIC:
            attributes["Cache-Control"] = FOREVER
        try:
            obstore.put(
                self._store, self._key(path), data, attributes=attributes, use_multipart=False
            )
        except _BUCKET_ERRORS as error:
            raise StorageAway from error

    def read(self, path: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, self._key(path)).bytes())
        except _BUCKET_ERRORS as error:
            raise self._failure(error) from error

    def open(self, path: str) -> StoredFile:
        # Whole: passed on piece by piece, a slow reader would make the store's answer time out.
        return StoredFile(content=self.read(path))

    def delete(self, *paths: str) -> None:
        for path in paths:
            try:
                obstore.delete(self._store, self._key(path))
            except FileNotFoundError:
                continue
            except _BUCKET_ERRORS as error:
                raise StorageAway from error

    def _key(self, path: str) -> str:
        return f"{self._area}/{_checked(path)}"

    def _failure(self, error: Exception) -> Exception:
        return FileMissing() if isinstance(error, FileNotFoundError) else StorageAway()


@lru_cache(maxsize=8)
def _bucket(address: str, area: str, _process: int) -> _Bucket:
    url = urlsplit(address)
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    options: dict[str, str] = {}
    if url.username:
        options["access_key_id"] = unquote(url.username)
        options["secret_access_key"] = unquote(url.password or "")
    if "endpoint" in query:
        options["endpoint"] = query["endpoint"]
    options["region"] = query.get("region", "us-east-1")
    store = S3Store(
        url.hostname or "",
        prefix=url.path.strip("/") or None,
        config=options,  # type: ignore[arg-type]
        client_options={
            "allow_http": query.get("endpoint", "").startswith("http:"),
            "connect_timeout": _CONNECT_TIMEOUT,
            "timeout": _TIMEOUT,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY_TIMEOUT},
    )
    return _Bucket(store, area)


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise FileMissing
    return path
