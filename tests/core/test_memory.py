"""A bound on memory for the length of a block."""

import resource
import sys
from pathlib import Path

import pytest

from app.core import memory
from app.core.memory import take_at_most
from tests.threads import at_once

GB = 1024**3

only_where_it_is_kept = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux keeps the limit"
)


def _limits() -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_AS)


@only_where_it_is_kept
def test_what_is_past_the_bound_is_a_memory_error() -> None:
    with pytest.raises(MemoryError), take_at_most(2 * GB):
        bytearray(3 * GB)


@only_where_it_is_kept
def test_what_is_within_the_bound_is_there() -> None:
    with take_at_most(2 * GB):
        assert len(bytearray(GB // 4)) == GB // 4


@only_where_it_is_kept
def test_what_the_process_holds_already_does_not_count() -> None:
    held = bytearray(GB // 4)
    held[::4096] = b"x" * len(held[::4096])
    with take_at_most(GB // 2):
        assert len(bytearray(GB // 4)) == GB // 4


@only_where_it_is_kept
def test_what_the_block_takes_adds_up() -> None:
    with pytest.raises(MemoryError), take_at_most(GB // 2):
        _ = [bytearray(GB // 4) for _ in range(3)]


def test_the_bound_ends_with_the_block() -> None:
    before = _limits()
    with take_at_most(2 * GB):
        pass
    assert _limits() == before


def test_the_bound_ends_with_a_block_that_fails() -> None:
    before = _limits()
    with pytest.raises(KeyError), take_at_most(2 * GB):
        raise KeyError
    assert _limits() == before


@only_where_it_is_kept
def test_an_inner_bound_does_not_loosen_the_outer_one() -> None:
    with take_at_most(2 * GB):
        outer = _limits()
        with take_at_most(8 * GB):
            assert _limits() == outer
        with take_at_most(GB):
            assert _limits()[0] < outer[0]
        assert _limits() == outer


@only_where_it_is_kept
def test_threads_leave_the_limit_as_it_was() -> None:
    before = _limits()

    def work() -> None:
        for _ in range(50):
            with take_at_most(GB):
                bytearray(1000)

    at_once([work] * 4)
    assert _limits() == before


@only_where_it_is_kept
def test_the_hard_limit_stays() -> None:
    _, hard = _limits()
    with take_at_most(2 * GB):
        assert _limits()[1] == hard


def test_a_system_that_does_not_tell_leaves_the_block_unbounded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_STATM", tmp_path / "statm")
    before = _limits()
    with take_at_most(1):
        assert _limits() == before
