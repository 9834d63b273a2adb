"""Files, kept in folders or in a bucket as STORAGE_URL alone decides.

Anybody may fetch what is in the public area by its name; the private area is the application's.
``STORAGE_URL`` is ``file:/folder``, which must be there, or
``s3://key:secret@bucket/prefix?endpoint=https://host&region=name``. Without a key, obstore looks
for one where AWS's own tools do: AWS_* in the environment, then the machine's role. Unset, it is
the folder `media` of the instance folder, which is made when it is needed.
"""

import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.adapters.storage.base import Area, FileMissing, StorageAway, Store, StoredFile
from app.adapters.storage.files import FileStore
from app.adapters.storage.s3 import S3Store
from app.core.settings import current_settings

__all__ = ["FileMissing", "StorageAway", "Store", "StoredFile", "private", "problem", "public"]


def public() -> Store:
    """Return the area whose files anybody may fetch by name."""
    return _store(Area.PUBLIC)


def private() -> Store:
    """Return the area whose files only the application reads."""
    return _store(Area.PRIVATE)


def problem() -> str | None:
    """Say what keeps files from being stored, if anything does."""
    return public().problem() or private().problem()


def _store(area: Area) -> Store:
    settings = current_settings()
    url = settings.storage_url
    if url.startswith("s3:"):
        return _s3_store(os.getpid(), url, area)
    if url:
        return FileStore(Path(unquote(urlsplit(url).path)), area)
    return FileStore(settings.instance.absolute() / "media", area, is_made=True)


@lru_cache(maxsize=8)
def _s3_store(_pid: int, url: str, area: Area) -> S3Store:
    """Return the one client that a process has of an area: connections do not survive a fork."""
    return S3Store(url, area)
