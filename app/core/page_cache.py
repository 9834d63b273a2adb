"""Whole answers kept in this process, bounded by their bytes; the least used leave first."""

from threading import Lock

from cachetools import LRUCache

# What an entry costs beside its body: the key, the tuple and the bookkeeping.
_OVERHEAD_BYTES = 500


class PageCache:
    """A thread-safe cache of bodies by key. Keys hold versions, so nothing is ever stale."""

    def __init__(self, max_bytes: int) -> None:
        self._lock = Lock()
        self._pages: LRUCache[tuple[object, ...], bytes] = LRUCache(
            max_bytes, getsizeof=lambda body: len(body) + _OVERHEAD_BYTES
        )

    def get(self, key: tuple[object, ...]) -> bytes | None:
        """Return the body kept under this key, if it is still here."""
        with self._lock:
            return self._pages.get(key)

    def put(self, key: tuple[object, ...], body: bytes) -> None:
        """Keep a body, unless it alone is larger than the cache."""
        with self._lock:
            if len(body) + _OVERHEAD_BYTES <= self._pages.maxsize:
                self._pages[key] = body
