"""The page cache: bounded by bytes, and safe among threads."""

from app.core.page_cache import PageCache
from tests.threads import at_once

OVERHEAD = 500


def test_what_was_put_is_got() -> None:
    cache = PageCache(10_000)
    cache.put(("a", 1), b"body")
    assert cache.get(("a", 1)) == b"body"
    assert cache.get(("a", 2)) is None


def test_the_least_used_leave_first() -> None:
    cache = PageCache(3 * (100 + OVERHEAD))
    for number in range(3):
        cache.put((number,), bytes(100))
    cache.get((0,))
    cache.put((3,), bytes(100))
    assert [cache.get((number,)) is not None for number in range(4)] == [True, False, True, True]


def test_a_body_larger_than_the_cache_pushes_nothing_out() -> None:
    cache = PageCache(1_000)
    cache.put(("small",), b"small")
    cache.put(("large",), bytes(1_000))
    assert cache.get(("large",)) is None
    assert cache.get(("small",)) == b"small"


def test_the_same_key_is_counted_once() -> None:
    cache = PageCache(2 * (100 + OVERHEAD))
    cache.put(("other",), bytes(100))
    for _ in range(10):
        cache.put(("same",), bytes(100))
    assert cache.get(("other",)) is not None


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = PageCache(0)
    cache.put(("a",), b"")
    assert cache.get(("a",)) is None


def test_threads_do_not_disturb_each_other() -> None:
    cache = PageCache(20 * (10 + OVERHEAD))

    def work() -> None:
        for number in range(2_000):
            cache.put((number % 50,), b"0123456789")
            assert cache.get((number % 50,)) in (None, b"0123456789")

    at_once([work] * 8)
    kept = sum(cache.get((number,)) is not None for number in range(50))
    assert kept == 20
