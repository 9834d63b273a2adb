"""Waiting for a job's outcome inside a request."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.core import queue, waiting
from tests.threads import at_once


def _seats(app: Flask, number: int) -> None:
    """Let so many requests of the process wait."""
    waiting.init_app(app, 2 * number)


@pytest.fixture(autouse=True)
def _usual_seats(app: Flask) -> Iterator[None]:
    usual = app.extensions["nafasi.waiting"]
    yield
    app.extensions["nafasi.waiting"] = usual


def test_an_outcome_that_came_before_is_found_at_once(app: Flask) -> None:
    waiting.announce("a", "done")
    assert waiting.wait_for("a", 30) == "done"


def test_an_outcome_ends_the_wait(app: Flask) -> None:
    def wait() -> str | None:
        with app.app_context():
            return waiting.wait_for("a", 30)

    def announce() -> None:
        with app.app_context():
            waiting.announce("a", "done")

    assert at_once([wait, announce])[0] == "done"


def test_a_wait_without_an_outcome_ends(app: Flask) -> None:
    waiting.announce("b", "done")
    assert waiting.wait_for("a", 0.05) is None


def test_an_outcome_is_told_once_and_not_kept_for_long(app: Flask) -> None:
    waiting.announce("a", "done")
    ttl_s = queue.connection().ttl(waiting._name("a"))
    assert 0 < ttl_s <= waiting.KEEP_S
    assert waiting.wait_for("a", 30) == "done"
    assert waiting.wait_for("a", 0.05) is None


def test_only_so_many_wait_and_the_others_are_answered_at_once(app: Flask) -> None:
    _seats(app, 1)
    seats: threading.BoundedSemaphore = app.extensions["nafasi.waiting"]
    assert seats.acquire(blocking=False)
    waiting.announce("a", "done")
    assert waiting.wait_for("a", 3600) is None
    seats.release()
    assert waiting.wait_for("a", 30) == "done"


def test_a_seat_is_free_again_whatever_came_of_the_wait(
    app: Flask, without_redis: Callable[[], AbstractContextManager[None]]
) -> None:
    _seats(app, 1)
    waiting.wait_for("a", 0.01)
    with without_redis():
        waiting.wait_for("a", 0.01)
    assert app.extensions["nafasi.waiting"].acquire(blocking=False)


def test_while_redis_is_away_nobody_waits_and_nothing_fails(
    app: Flask, without_redis: Callable[[], AbstractContextManager[None]]
) -> None:
    with without_redis():
        waiting.announce("a", "done")
        assert waiting.wait_for("a", 3600) is None
        assert queue.is_away()
