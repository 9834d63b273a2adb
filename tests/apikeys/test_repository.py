"""The memory of keys' last uses, and the hash that finds a key."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from redis import ConnectionError as RedisAway
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.apikeys import repository
from app.apikeys.enums import Scope
from app.apikeys.models import ApiKey
from app.core import queue
from app.core.db import session, transaction, violates
from tests.factories import make_account, make_key

NOON = datetime(2026, 5, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account("you")


@pytest.fixture
def key_id(account: Account) -> int:
    make_key(account)
    [row] = repository.list_keys(account.id)
    return row.id


def _last_use(key_id: int) -> datetime | None:
    session.rollback()
    row = session.get(ApiKey, key_id, populate_existing=True)
    assert row is not None
    return row.last_used_at


def test_uses_are_remembered_to_the_minute_and_once(key_id: int) -> None:
    for seconds in (0, 1, 59):
        repository.remember_use(key_id, NOON + timedelta(seconds=seconds))
    assert repository.take_uses() == [(key_id, NOON)]
    assert repository.take_uses() == []


def test_the_latest_minute_counts(key_id: int) -> None:
    repository.remember_use(key_id, NOON)
    repository.remember_use(key_id, NOON + timedelta(minutes=2, seconds=30))
    assert repository.take_uses() == [(key_id, NOON + timedelta(minutes=2))]


def test_a_second_use_in_the_same_minute_does_not_ask_redis(
    key_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.remember_use(key_id, NOON)
    monkeypatch.setattr(queue, "connection", lambda: pytest.fail("asked Redis"))
    repository.remember_use(key_id, NOON + timedelta(seconds=30))


def test_without_redis_a_use_is_no_error(key_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RedisAway

    monkeypatch.setattr(queue, "connection", fail)
    repository.remember_use(key_id, NOON)


@pytest.mark.both
def test_the_last_use_only_moves_forward(key_id: int) -> None:
    for minutes, expected in ((5, 5), (3, 5), (7, 7)):
        with transaction():
            repository.mark_used(key_id, NOON + timedelta(minutes=minutes))
        assert _last_use(key_id) == NOON + timedelta(minutes=expected)


@pytest.mark.both
def test_two_keys_never_share_a_hash(account: Account, key_id: int) -> None:
    row = session.get(ApiKey, key_id)
    assert row is not None
    twin = ApiKey(
        owner_id=account.id,
        name="Twin",
        scope=Scope.READ,
        digest=row.digest,
        prefix="R_twin",
        allowed_origins=[],
        created_at=NOON,
    )
    with pytest.raises(IntegrityError) as caught, transaction():
        repository.add_key(twin)
    assert violates(caught.value, "uq_api_key_digest", "api_key.digest")
