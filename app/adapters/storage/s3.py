"""Files in a bucket of S3, or of any store that speaks its protocol: one prefix an area."""

import os
from datetime import timedelta
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Client

from app.adapters.storage.base import Area, FileMissing, Store, StoredFile, away_on, checked

if TYPE_CHECKING:
    from obstore.store import RetryConfig, S3Credential

# Bytes that are asked for at a time where a file is read in pieces.
PIECE_BYTES = 256 * 1024
_CONNECT_TIMEOUT_S = 2
# For a whole file, and for what is small: web requests of anybody's wait for the latter.
_WHOLE_TIMEOUT_S = 10
_PIECE_TIMEOUT_S = 3
# Only what failed fast is tried again.
_RETRIES: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=2),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=1),
        "base": 2,
    },
}
_CACHED_FOR_EVER = "public, max-age=31536000, immutable"
# A missing bucket is a missing file to obstore, and that an error of the operating system.
_FAILURES = (BaseError, OSError)

_first_pid: int | None = None


class S3Store(Store):
    """The objects of one area."""

    def __init__(self, url: str, area: Area) -> None:
        _claim_process()
        self._whole = _connect(urlsplit(url), area, _WHOLE_TIMEOUT_S)
        self._pieces = _connect(urlsplit(url), area, _PIECE_TIMEOUT_S)
        self._attributes = {"Cache-Control": _CACHED_FOR_EVER} if area is Area.PUBLIC else {}

    def put(self, path: str, data: bytes, content_type: str) -> None:
        attributes: Any = self._attributes | {"Content-Type": content_type}
        with away_on(*_FAILURES):
            # In several parts it would leave some behind when it fails, which are paid for.
            obstore.put(
                self._whole, checked(path), data, attributes=attributes, use_multipart=False
            )

    def read(self, path: str) -> bytes:
        with away_on(*_FAILURES):
            try:
                return bytes(obstore.get(self._whole, checked(path)).bytes())
            except FileNotFoundError:
                raise FileMissing from None

    def open(self, path: str) -> StoredFile:
        with away_on(*_FAILURES):
            try:
                size = obstore.head(self._pieces, checked(path))["size"]
            except FileNotFoundError:
                raise FileMissing from None
        return StoredFile(size, BufferedReader(_Content(self._pieces, path, size), PIECE_BYTES))

    def delete(self, *paths: str) -> None:
        with away_on(*_FAILURES):
            for path in [checked(path) for path in paths]:
                try:
                    obstore.delete(self._pieces, path)
                except FileNotFoundError:
                    continue

    def problem(self) -> str | None:
        try:
            # Of all that only reads, this alone tells a missing bucket from a missing object.
            list(obstore.list(self._pieces, prefix="no-such-folder"))
        except _FAILURES:
            return (
                "The bucket of STORAGE_URL does not take us; look at its name, its endpoint and "
                "the credentials."
            )
        return None


class _Content(RawIOBase):
    """An object, read in pieces of a request each.

    So each has its own time limit, no connection waits for a slow client, and no more than a
    piece is in memory.
    """

    def __init__(self, client: Client, path: str, size: int) -> None:
        self._client = client
        self._path = path
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._position, SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = self._fetch(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return self._fetch(self._size)

    def _fetch(self, length: int) -> bytes:
        start, end = self._position, min(self._position + length, self._size)
        if start >= end:
            return b""
        with away_on(*_FAILURES):
            data = bytes(obstore.get_range(self._client, self._path, start=start, end=end))
        self._position += len(data)
        return data


def _connect(url: SplitResult, area: Area, timeout_s: int) -> Client:
    """Return a client of the bucket and the prefix that a URL names."""
    query = parse_qs(url.query)
    options: dict[str, Any] = {}
    if "region" in query:
        options["region"] = query["region"][0]
    if "endpoint" in query:
        # By this name it goes before whatever the environment says.
        options["aws_endpoint_url_s3"] = query["endpoint"][0]
    if url.username and url.password:
        # Plain options would be mixed with a session token of the environment's.
        credential: S3Credential = {
            "access_key_id": unquote(url.username),
            "secret_access_key": unquote(url.password),
            "expires_at": None,
        }
        options["credential_provider"] = lambda: credential
    return Client(
        url.hostname,
        prefix="/".join(part for part in (unquote(url.path).strip("/"), area) if part),
        client_options={
            "connect_timeout": timedelta(seconds=_CONNECT_TIMEOUT_S),
            "timeout": timedelta(seconds=timeout_s),
            "allow_http": query.get("endpoint", [""])[0].startswith("http:"),
        },
        retry_config=_RETRIES,
        # Some stores know no deletion of many at once, and obstore would use it for one.
        disable_bulk_delete=True,
        **options,
    )


def _claim_process() -> None:
    """Make sure that no parent of this process has used obstore.

    Its threads stay behind at a fork: a call in the child would wait for them for ever.
    """
    global _first_pid
    _first_pid = _first_pid or os.getpid()
    if _first_pid != os.getpid():
        raise RuntimeError("This process was forked from one that had used S3 already.")
