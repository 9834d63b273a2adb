"""Changing the data keys while the service runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import HostProfile
from app.core import crypto, data_keys, outbox
from app.core.data_keys import Outcome
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.factories import make_account

pytestmark = pytest.mark.both

TOPIC = "tests.data_keys"
NUMBER = b"19920314-12345-67890-12"

_done: list[object] = []


@outbox.handler(TOPIC)
def _note(payload: dict[str, Any]) -> None:
    _done.append(payload)


@pytest.fixture
def use_keys(app: Flask) -> Iterator[Callable[..., None]]:
    """Let the service have other data keys, the newest first; the ones before are there after."""
    before = {name: app.extensions[name] for name in ("nafasi.fernet", "nafasi.newest_fernet")}
    secret = app.extensions["nafasi.secret"].decode()
    yield lambda *keys: crypto.init_app(app, secret, ",".join(keys))
    app.extensions.update(before)


@pytest.fixture
def old() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def new() -> str:
    return Fernet.generate_key().decode()


def _add(count: int = 1) -> None:
    """Write values of every kind."""
    with transaction():
        for _ in range(count):
            outbox.post(TOPIC, {"who": "Amina"})
        profile = HostProfile(account_id=make_account().id)
        profile.nida_number, profile.photo_path = crypto.encrypt(NUMBER), "documents/x"
        _, profile.photo_key = crypto.seal(b"a photo")
        session.add(profile)


def _outcomes() -> list[Outcome]:
    return [each.outcome for each in data_keys.renew_values()]


def _payloads() -> list[object]:
    session.rollback()
    rows = session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id)).all()
    return [row and crypto.decrypt_json(row) for row in rows]


def test_every_column_that_is_encrypted_is_known() -> None:
    assert {f"{each.table.name}.{each.name}" for each in data_keys._encrypted_columns()} == {
        "host_profile.nida_number",
        "host_profile.photo_key",
        "outbox.payload",
    }


def test_the_old_key_is_not_needed_afterwards(
    use_keys: Callable[..., None], old: str, new: str
) -> None:
    use_keys(old)
    sealed, key = crypto.seal(b"a photo")
    _add()
    with transaction():
        session.execute(update(HostProfile).values(photo_key=key))
    use_keys(new, old)
    assert data_keys.count_values() == 3
    assert data_keys.count_older() == 3
    assert _outcomes() == [Outcome.RENEWED] * 3
    assert data_keys.count_older() == 0
    use_keys(new)
    session.rollback()
    profile = session.scalars(select(HostProfile)).one()
    assert crypto.decrypt(profile.nida_number or b"") == NUMBER
    # The file is the one that it was.
    assert crypto.unseal(sealed, profile.photo_key or b"") == b"a photo"
    assert _payloads() == [{"who": "Amina"}]


def test_a_second_run_finds_nothing_to_do(
    use_keys: Callable[..., None], old: str, new: str
) -> None:
    use_keys(old)
    _add()
    use_keys(new, old)
    list(data_keys.renew_values())
    session.rollback()
    before = session.scalars(select(OutboxItem.payload)).all()
    assert _outcomes() == [Outcome.KEPT] * 3
    assert session.scalars(select(OutboxItem.payload)).all() == before


def test_a_run_that_was_broken_off_is_begun_again(
    use_keys: Callable[..., None], old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_keys, "BATCH", 2)
    use_keys(old)
    _add(5)
    use_keys(new, old)
    run = data_keys.renew_values()
    assert [next(run).outcome for _ in range(4)] == [Outcome.RENEWED] * 4
    run.close()
    assert 0 < data_keys.count_older() < 7
    found = _outcomes()
    assert len(found) == 7
    assert set(found) == {Outcome.KEPT, Outcome.RENEWED}
    assert data_keys.count_older() == 0


def test_what_no_key_opens_is_named_and_left_alone(
    use_keys: Callable[..., None], old: str, new: str
) -> None:
    use_keys(Fernet.generate_key().decode())
    with transaction():
        lost_id = outbox.post(TOPIC, {"who": "nobody"})
    use_keys(old)
    with transaction():
        outbox.post(TOPIC, {"who": "Amina"})
    use_keys(new, old)
    found = {each.place: each.outcome for each in data_keys.renew_values()}
    assert found[f"outbox.payload of {lost_id}"] is Outcome.UNREADABLE
    assert list(found.values()).count(Outcome.RENEWED) == 1
    assert data_keys.count_older() == 1


def test_what_is_erased_or_replaced_meanwhile_stays_so(
    use_keys: Callable[..., None], old: str, new: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keys(old)
    with transaction():
        erased, replaced = (outbox.post(TOPIC, {"who": name}) for name in ("Amina", "Juma"))
    use_keys(new, old)
    renew = crypto.reencrypt
    payloads = {erased: None, replaced: crypto.encrypt_json({"who": "Neema"})}

    def change_first(token: bytes) -> bytes:
        for row_id, payload in payloads.items():
            with transaction():
                session.execute(
                    update(OutboxItem).where(OutboxItem.id == row_id).values(payload=payload)
                )
        return renew(token)

    monkeypatch.setattr(crypto, "reencrypt", change_first)
    list(data_keys.renew_values())
    assert _payloads() == [None, {"who": "Neema"}]


def test_a_job_that_was_waiting_is_done_under_the_newest_key(
    use_keys: Callable[..., None],
    old: str,
    new: str,
    run_jobs: Callable[[], None],
) -> None:
    _done.clear()
    use_keys(old)
    with transaction():
        outbox.post(TOPIC, {"who": "Amina"})
    use_keys(new, old)
    list(data_keys.renew_values())
    use_keys(new)
    run_jobs()
    assert _done == [{"who": "Amina"}]


def test_without_the_key_that_opens_it_nothing_is_read(
    use_keys: Callable[..., None], old: str, new: str
) -> None:
    use_keys(old)
    token = crypto.encrypt(b"a number")
    use_keys(new)
    with pytest.raises(InvalidToken):
        crypto.reencrypt(token)
