"""The unit of work, the column types and the lean reads, on both databases."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from app.core import clock
from app.core.db import (
    FixedPoint,
    Instant,
    Reader,
    after_commit,
    before_commit,
    read_instant,
    reading,
    session,
    sqlite_instant,
    to_units,
    transaction,
    violates,
)
from app.core.outbox import OutboxItem
from app.reference.models import ReferenceState, Region
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


def _add(topic: str) -> None:
    session.execute(insert(OutboxItem).values(topic=topic, created_at=clock.now(), attempts=0))


def _committed() -> list[str]:
    """Return what another connection sees."""
    other = Reader(current_app.extensions["nafasi.read_engine"])
    with closing(other):
        return [row[0] for row in other.rows("SELECT topic FROM outbox ORDER BY id", {})]


class _Failure(Exception):
    pass


# ── transactions ────────────────────────────────────────────────────────────────────────────


def test_a_block_is_committed_at_its_end(app: Flask) -> None:
    with transaction():
        _add("one")
        assert _committed() == []
    assert _committed() == ["one"]


def test_a_failure_leaves_nothing(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            _add("one")
            raise _Failure

    with pytest.raises(_Failure):
        fail()
    assert _committed() == []
    with transaction():
        _add("two")
    assert _committed() == ["two"]


def test_an_inner_one_joins_the_outer_one(app: Flask) -> None:
    with transaction():
        with transaction():
            _add("inner")
        assert _committed() == []
        _add("outer")
    assert _committed() == ["inner", "outer"]


def test_a_failure_of_the_outer_one_undoes_the_inner_one(app: Flask) -> None:
    def fail() -> None:
        with transaction():
            with transaction():
                _add("inner")
            raise _Failure

    with pytest.raises(_Failure):
        fail()
    assert _committed() == []


def test_what_was_read_before_does_not_keep_a_writer_from_beginning(app: Flask) -> None:
    session.execute(select(OutboxItem.id)).all()

    def write() -> None:
        with app.app_context(), transaction():
            _add("somebody else's")

    at_once([write])
    with transaction():
        _add("ours")
    assert _committed() == ["somebody else's", "ours"]


def test_reading_is_not_kept_waiting_by_a_writer(app: Flask) -> None:
    with transaction():
        _add("one")
        assert at_once([lambda: _in_context(app, _committed)]) == [[]]


def _in_context(app: Flask, function: Callable[[], object]) -> object:
    with app.app_context():
        return function()


def test_no_increment_is_lost(app: Flask) -> None:
    with transaction():
        _add("counter")

    def increment() -> None:
        with app.app_context(), transaction():
            seen = session.scalars(select(OutboxItem.attempts).with_for_update()).one()
            session.execute(update(OutboxItem).values(attempts=seen + 1))

    for done in rounds():
        at_once([increment] * 60)
        session.rollback()
        assert session.scalars(select(OutboxItem.attempts)).one() == 60 * (done + 1)


# ── hooks ───────────────────────────────────────────────────────────────────────────────────


def test_hooks_run_in_order_around_the_commit(app: Flask) -> None:
    happened: list[object] = []
    with transaction():
        after_commit(lambda: happened.append(("after 1", _committed())))
        before_commit("a", lambda: lambda: (_add("by the hook"), happened.append("before a"))[1])
        before_commit("b", lambda: lambda: happened.append("before b"))
        after_commit(lambda: happened.append("after 2"))
        _add("by the block")
        happened.append("block")
    written = ["by the block", "by the hook"]
    assert happened == ["block", "before a", "before b", ("after 1", written), "after 2"]


def test_a_hook_is_made_once_and_collects(app: Flask) -> None:
    class Collector:
        def __init__(self) -> None:
            self.items: list[int] = []
            self.runs = 0

        def __call__(self) -> None:
            self.runs += 1

    with transaction():
        first = before_commit("numbers", Collector)
        first.items.append(1)
        with transaction():
            before_commit("numbers", Collector).items.append(2)
        assert first.runs == 0
    assert (first.items, first.runs) == ([1, 2], 1)


def test_a_failing_hook_undoes_everything(app: Flask) -> None:
    happened: list[str] = []

    def refuse() -> None:
        raise _Failure

    def fail() -> None:
        with transaction():
            _add("one")
            before_commit("refusal", lambda: refuse)
            after_commit(lambda: happened.append("after"))

    with pytest.raises(_Failure):
        fail()
    assert _committed() == []
    assert happened == []


def test_nothing_follows_a_rollback(app: Flask) -> None:
    happened: list[str] = []

    def fail() -> None:
        with transaction():
            before_commit("key", lambda: lambda: happened.append("before"))
            after_commit(lambda: happened.append("after"))
            raise _Failure

    with pytest.raises(_Failure):
        fail()
    assert happened == []


def test_what_follows_a_commit_may_begin_another_one(app: Flask) -> None:
    def add_more() -> None:
        with transaction():
            _add("two")

    with transaction():
        _add("one")
        after_commit(add_more)
    assert _committed() == ["one", "two"]


def test_hooks_need_a_transaction(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        after_commit(list)
    with pytest.raises(RuntimeError, match="needs a transaction"):
        before_commit("key", lambda: lambda: None)


# ── constraints ─────────────────────────────────────────────────────────────────────────────


def _broken(statement: object) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, transaction():
        session.execute(statement)  # type: ignore[call-overload]
    error = caught.value
    assert isinstance(error, IntegrityError)
    return error


def test_a_broken_unique_constraint_is_recognised(app: Flask) -> None:
    region = session.scalars(select(Region).limit(1)).one()
    error = _broken(insert(Region).values(slug=region.slug, name="Other", country="UG"))

    assert violates(error, "uq_region_slug", "region.slug")
    assert not violates(error, "uq_district_slug", "district.slug")
    assert not violates(error, "ck_region_anything")


def test_a_broken_check_is_recognised(app: Flask) -> None:
    error = _broken(insert(ReferenceState).values(id=2, version=1))

    assert violates(error, "ck_reference_state_single_row")
    assert not violates(error, "uq_region_slug", "region.slug")


def test_an_error_does_not_tell_what_the_statement_was_called_with(app: Flask) -> None:
    region = session.scalars(select(Region).limit(1)).one()
    error = _broken(insert(Region).values(slug=region.slug, name="a secret name", country="UG"))
    assert "a secret name" not in str(error)


# ── column types ────────────────────────────────────────────────────────────────────────────


def _round_trip(value: object, column_type: object) -> object:
    return session.scalar(select(literal(value, column_type)))  # type: ignore[call-overload]


@given(
    value=st.one_of(
        st.none(),
        st.decimals("-99999999999999.99", "99999999999999.99", places=2, allow_nan=False),
    )
)
def test_fixed_point_is_exact(app: Flask, value: Decimal | None) -> None:
    assert _round_trip(value, FixedPoint(2)) == value


def test_fixed_point_refuses_to_round(app: Flask) -> None:
    with pytest.raises(ValueError, match="more than 2 places"):
        to_units(Decimal("1.999"), 2)
    assert to_units(Decimal("1.50"), 2) == 150
    assert to_units(Decimal("1E+2"), 2) == 10_000


@given(
    value=st.datetimes(
        datetime(1900, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
        timezones=st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_instants_come_back_in_utc(app: Flask, value: datetime) -> None:
    try:
        in_utc = value.astimezone(UTC)
    except OverflowError:  # the last hours of the year 9999
        return
    found = _round_trip(value, Instant())
    assert isinstance(found, datetime)
    assert found == in_utc
    assert found.utcoffset() == timedelta(0)
    assert read_instant(sqlite_instant(value)) == in_utc


def test_a_naive_instant_is_refused(app: Flask) -> None:
    naive = datetime(2026, 6, 1)  # noqa: DTZ001
    with pytest.raises(Exception, match="must be aware"):
        _round_trip(naive, Instant())


def test_stored_instants_compare_with_those_of_the_lean_path(app: Flask) -> None:
    instant = datetime(2026, 6, 1, 12, 0, 0, 5, UTC)
    with transaction():
        session.execute(insert(OutboxItem).values(topic="x", created_at=instant, attempts=0))
    with reading() as reader:
        sql = "SELECT created_at FROM outbox WHERE created_at = :at"
        row = reader.row(sql, {"at": reader.instant(instant)})
    assert row is not None
    assert read_instant(row[0]) == instant


# ── lean reads ──────────────────────────────────────────────────────────────────────────────


def test_a_reader_takes_named_parameters(app: Flask) -> None:
    with reading() as reader:
        sql = "SELECT CAST(:a AS INTEGER), CAST(:b AS INTEGER), CAST(:a AS INTEGER), '50%'"
        assert reader.row(sql, {"a": 1, "b": 2}) == (1, 2, 1, "50%")
        assert reader.row("SELECT 1 WHERE 1 = 0", {}) is None


@pytest.mark.parametrize("ids", [[], [7], [3, 1, 2, 3], list(range(5_000)), [2**31 - 1]])
def test_a_reader_finds_what_is_among_ids(app: Flask, ids: list[int]) -> None:
    with reading() as reader:
        sql = f"SELECT 1 WHERE {reader.is_among('3', 'ids')}"
        assert (reader.row(sql, {"ids": reader.ids(ids)}) is not None) is (3 in ids)


def test_a_failing_query_is_not_repeated_and_does_not_spoil_the_reader(app: Flask) -> None:
    with reading() as reader:
        with pytest.raises(Exception, match="nothing_like_that"):
            reader.rows("SELECT 1 FROM nothing_like_that", {})
        assert reader.row("SELECT 1", {}) == (1,)


def test_inside_a_transaction_a_reader_sees_what_it_has_written(app: Flask) -> None:
    sql = "SELECT count(*) FROM outbox"
    with transaction():
        for count in (1, 2):
            session.add(OutboxItem(topic="x", created_at=clock.now(), attempts=0))
            with reading() as reader:
                assert reader.row(sql, {}) == (count,)
        session.execute(delete(OutboxItem))
    with reading() as reader:
        assert reader.row(sql, {}) == (0,)


@pytest.mark.only("sqlite")
def test_readers_cannot_write(app: Flask) -> None:
    with reading() as reader, pytest.raises(Exception, match="readonly"):
        reader.rows("DELETE FROM outbox", {})


def _end_other_connections() -> None:
    """End every connection to this database but the session's own, as a restart would."""
    session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    session.rollback()


@pytest.mark.only("postgresql")
def test_readers_outlive_a_restart_of_the_server(app: Flask) -> None:
    barrier = Barrier(6)

    def read(number: int) -> Any:
        with app.app_context(), reading() as reader:
            barrier.wait(10)  # so that the pool keeps as many connections as there are readers
            return reader.row("SELECT CAST(:number AS INTEGER)", {"number": number})

    def read_all() -> list[Any]:
        return at_once([partial(read, number) for number in range(barrier.parties)])

    expected = [(number,) for number in range(barrier.parties)]
    assert read_all() == expected
    _end_other_connections()
    assert read_all() == expected

    with reading() as reader:
        _end_other_connections()
        assert reader.row("SELECT 1", {}) == (1,)


@pytest.mark.only("postgresql")
def test_a_server_that_does_not_come_back_is_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connect", {}, Exception("refused"))

    def read() -> None:
        with reading() as reader:
            _end_other_connections()
            monkeypatch.setattr(reader._engine, "raw_connection", refuse)
            reader.row("SELECT 1", {})

    with pytest.raises(OperationalError):
        read()
    monkeypatch.undo()
    with reading() as reader:
        assert reader.row("SELECT 1", {}) == (1,)


@pytest.mark.only("postgresql")
def test_a_writer_outlives_a_dropped_connection(app: Flask) -> None:
    with transaction():
        _add("one")

    def end() -> None:
        with app.app_context():
            _end_other_connections()

    at_once([end])
    with transaction():
        _add("two")
    assert _committed() == ["one", "two"]
