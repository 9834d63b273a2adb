"""Counting: exactly where it matters, and not again for every page of a long list."""

from datetime import UTC, datetime

import pytest
from cachetools import TTLCache
from flask import Flask
from sqlalchemy import Select, delete, insert, select

from app.accounts.models import RevokedToken
from app.core import counts
from app.core.db import session, transaction

pytestmark = pytest.mark.both

EARLY, LATE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
CAP = counts.EXACT_ROWS


class Timer:
    """A clock that stands still."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def timer(monkeypatch: pytest.MonkeyPatch) -> Timer:
    """The clock that says how old a count is."""
    timer = Timer()
    monkeypatch.setattr(counts, "_kept", TTLCache(10, counts.KEPT_S, timer))
    return timer


def _tokens() -> Select[tuple[RevokedToken]]:
    return select(RevokedToken).order_by(RevokedToken.jti)


def _add(number: int, name: str = "a", ends: datetime = LATE) -> None:
    rows = [{"jti": f"{name}{each:05}", "expires_at": ends} for each in range(number)]
    with transaction():
        session.execute(insert(RevokedToken), rows)


def test_up_to_a_thousand_rows_every_change_is_counted(app: Flask, timer: Timer) -> None:
    assert counts.count_rows(_tokens()) == 0
    _add(CAP - 1)
    assert counts.count_rows(_tokens()) == CAP - 1
    _add(1, "b")
    assert counts.count_rows(_tokens()) == CAP


def test_a_longer_list_is_counted_once_a_minute(
    app: Flask, timer: Timer, statements: list[str]
) -> None:
    _add(CAP + 1)
    assert counts.count_rows(_tokens()) == CAP + 1
    _add(2, "b")
    timer.now_s = counts.KEPT_S - 1
    statements.clear()
    assert counts.count_rows(_tokens()) == CAP + 1
    [probe] = [each for each in statements if "count" in each]
    assert "LIMIT" in probe
    timer.now_s = counts.KEPT_S + 1
    assert counts.count_rows(_tokens()) == CAP + 3


def test_a_list_that_has_become_short_is_counted_exactly_at_once(app: Flask, timer: Timer) -> None:
    _add(CAP + 5)
    assert counts.count_rows(_tokens()) == CAP + 5
    with transaction():
        session.execute(delete(RevokedToken).where(RevokedToken.jti >= "a00007"))
    assert counts.count_rows(_tokens()) == 7


def test_each_query_has_a_count_of_its_own(app: Flask, timer: Timer) -> None:
    _add(CAP + 1)
    _add(CAP + 2, "b", EARLY)
    whole = _tokens()
    assert counts.count_rows(whole) == 2 * CAP + 3
    for ends, expected in ((LATE, CAP + 1), (EARLY, CAP + 2), (LATE, CAP + 1)):
        assert counts.count_rows(whole.where(RevokedToken.expires_at == ends)) == expected


def test_a_slice_has_its_rows_and_the_number_of_all(app: Flask) -> None:
    _add(5)
    rows, total = counts.read_slice(_tokens(), offset=2, limit=2)
    assert [row.jti for row in rows] == ["a00002", "a00003"]
    assert total == 5
    assert counts.read_slice(_tokens(), offset=9, limit=2) == ([], 5)
