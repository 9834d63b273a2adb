"""Rate limits: one count for all processes, and a count of one's own while Redis is away."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import pytest
from flask import Flask
from redis import Redis

from app.core import limits, queue, valkey
from app.core.limits import Limits, Quota
from tests.threads import at_once

Hit = Callable[[str], Quota]


def _limits(url: str) -> Limits:
    """Return the limits of one process."""
    app = Flask("app")
    limits.init_app(app, url)
    found = app.extensions["nafasi.limits"]
    assert isinstance(found, Limits)
    return found


@pytest.fixture
def identity() -> str:
    """Somebody whom no other test counts."""
    return token_hex(8)


@pytest.fixture
def hit(redis_url: str, identity: str) -> Hit:
    """Count a request of this test's caller against a rate."""
    counted = _limits(redis_url)
    return lambda rate: counted.hit(limits._parsed(rate), "test", identity)


def test_a_window_counts_down_and_then_refuses(hit: Hit) -> None:
    quotas = [hit("2 per minute") for _ in range(4)]

    assert [quota.remaining for quota in quotas] == [1, 0, 0, 0]
    assert [quota.is_exceeded for quota in quotas] == [False, False, True, True]
    assert {quota.limit for quota in quotas} == {2}
    assert all(58 <= quota.reset_s <= 60 for quota in quotas)


def test_the_headers(hit: Hit) -> None:
    assert hit("1 per hour").headers() == {
        "X-RateLimit-Limit": "1",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "3600",
    }
    refused = hit("1 per hour").headers()
    assert refused["Retry-After"] == refused["X-RateLimit-Reset"]


def test_a_window_ends(hit: Hit) -> None:
    assert not hit("1 per second").is_exceeded
    assert hit("1 per second").is_exceeded
    time.sleep(1.1)
    assert not hit("1 per second").is_exceeded


def test_every_scope_identity_and_rate_is_counted_apart(redis_url: str, identity: str) -> None:
    counted = _limits(redis_url)
    rate = limits._parsed("1 per minute")
    calls = [
        (rate, "test", identity),
        (rate, "other", identity),
        (rate, "test", f"{identity}x"),
        (limits._parsed("1 per hour"), "test", identity),
        (limits._parsed("2 per minute"), "test", identity),
    ]
    assert [counted.hit(*call).is_exceeded for call in calls] == [False] * 5


def test_processes_share_a_count_and_agree_when_it_ends(redis_url: str, identity: str) -> None:
    rate = limits._parsed("3 per minute")
    first, second = _limits(redis_url), _limits(redis_url)
    first.hit(rate, "test", identity)
    time.sleep(1.1)

    quotas = [each.hit(rate, "test", identity) for each in (second, first, second)]

    assert [quota.remaining for quota in quotas] == [1, 0, 0]
    assert [quota.is_exceeded for quota in quotas] == [False, False, True]
    assert max(quota.reset_s for quota in quotas) <= 59
    assert max(quota.reset_s for quota in quotas) - min(quota.reset_s for quota in quotas) <= 1


def test_one_identity_cannot_pose_as_another(redis_url: str, identity: str) -> None:
    counted = _limits(redis_url)
    rate = limits._parsed("1 per minute")
    counted.hit(rate, "test", f"{identity}/1/60")
    assert not counted.hit(rate, "test", identity).is_exceeded


def test_redis_away_and_back(
    private_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(queue, "AWAY_S", 0.3)
    valkey.ensure_running(private_folder)
    counted = _limits(valkey.url(private_folder))
    rate = limits._parsed("3 per minute")

    def used() -> int:
        return 3 - counted.hit(rate, "test", "somebody").remaining

    assert used() == 1

    valkey.stop(private_folder)
    caplog.set_level(logging.WARNING)
    started = time.monotonic()
    # This process counts for itself, from one on, and a limit still holds.
    assert [used(), used(), used()] == [1, 2, 3]
    assert counted.hit(rate, "test", "somebody").is_exceeded
    assert time.monotonic() - started < 1.5
    assert {record.message for record in caplog.records} == {
        "Redis is away: each process counts its limits alone"
    }

    valkey.ensure_running(private_folder)
    time.sleep(0.35)
    # The server has kept its count over the restart.
    assert used() == 2


def test_a_server_that_was_restarted_is_used_at_once(private_folder: Path) -> None:
    valkey.ensure_running(private_folder)
    counted = _limits(valkey.url(private_folder))
    rate = limits._parsed("3 per minute")
    counted.hit(rate, "test", "somebody")
    valkey.stop(private_folder)
    valkey.ensure_running(private_folder)
    assert counted.hit(rate, "test", "somebody").remaining == 1


def test_a_server_that_forgot_the_script_learns_it_again(redis_url: str, identity: str) -> None:
    counted = _limits(redis_url)
    rate = limits._parsed("3 per minute")
    counted.hit(rate, "test", identity)
    with Redis.from_url(redis_url) as redis:
        redis.script_flush()
    assert counted.hit(rate, "test", identity).remaining == 1
    assert counted.hit(rate, "test", identity).remaining == 0


def test_threads_share_a_count(redis_url: str, identity: str) -> None:
    counted = _limits(redis_url)
    rate = limits._parsed("100 per minute")
    quotas = at_once([lambda: counted.hit(rate, "test", identity)] * 6)
    assert sorted(quota.remaining for quota in quotas) == [94, 95, 96, 97, 98, 99]


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(
    redis_url: str, identity: str
) -> None:
    counted = _limits(redis_url)
    rate = limits._parsed("100 per minute")
    counted.hit(rate, "test", identity)
    connection = counted._shared._of_thread.connection
    connection.send_command("ECHO", "late")
    connection.disconnect()
    assert counted.hit(rate, "test", identity).remaining == 98
