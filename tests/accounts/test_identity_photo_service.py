"""Looking at identity documents: staff alone, for minutes, and never unnoticed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.accounts import host_service as hosts
from app.accounts import identity_photo_service as photos
from app.accounts.enums import Role, VerificationStage
from app.accounts.errors import DocumentMissing
from app.accounts.models import Account
from app.adapters import storage
from app.audit.models import AuditEntry
from app.core import clock, crypto
from app.core.db import session, transaction
from app.core.errors import Forbidden, Unavailable
from app.media import service as media
from tests.factories import make_account
from tests.hosts import make_host, make_staff
from tests.stores import Place

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]


@pytest.fixture
def staff(app: Flask) -> Account:
    make_staff("somebody.else")
    return make_staff()


@pytest.fixture
def host(staff: Account, media_folder: Path) -> Account:
    make_host(VerificationStage.PENDING_REVIEW)
    return make_host(VerificationStage.PENDING_REVIEW)


def _views() -> list[tuple[int | None, str]]:
    session.rollback()
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == photos.VIEWED))
    return [(each.actor_id, each.object_id) for each in entries]


def _token(staff: Account, host: Account) -> str:
    token = hosts.read_host_file(staff.id, host.id).photo_token
    assert token is not None
    return token


def _change(account: Account, **columns: Any) -> None:
    with transaction():
        session.execute(update(Account).where(Account.id == account.id).values(**columns))
    session.expire_all()


def test_every_look_is_written_down_with_who_looked(staff: Account, host: Account) -> None:
    token = _token(staff, host)
    assert _views() == []
    for number in (1, 2):
        assert photos.open_photo(staff.id, host.uuid, token).startswith(b"\xff\xd8\xff")
        assert _views() == [(staff.id, str(host.uuid))] * number


def test_a_link_lives_for_minutes(staff: Account, host: Account) -> None:
    now = clock.now()
    with time_machine.travel(now, tick=False):
        token = _token(staff, host)
    with time_machine.travel(now + timedelta(seconds=298), tick=False):
        assert photos.open_photo(staff.id, host.uuid, token)
    over = now + timedelta(seconds=300)
    with time_machine.travel(over, tick=False), pytest.raises(DocumentMissing, match="is over"):
        photos.open_photo(staff.id, host.uuid, token)
    assert len(_views()) == 1


def test_how_long_is_a_setting(
    staff: Account, host: Account, change_settings: Callable[..., None]
) -> None:
    change_settings(signed_link_ttl_s=10)
    token = _token(staff, host)
    with time_machine.travel(clock.now() + timedelta(seconds=11)), pytest.raises(DocumentMissing):
        photos.open_photo(staff.id, host.uuid, token)


def test_a_link_is_of_no_use_to_anybody_else(staff: Account, host: Account) -> None:
    other = make_staff("another")
    with pytest.raises(DocumentMissing, match="not yours"):
        photos.open_photo(other.id, host.uuid, _token(staff, host))
    assert _views() == []


def test_a_link_opens_nobody_else_s_document(staff: Account, host: Account) -> None:
    other = make_host(VerificationStage.PENDING_REVIEW)
    with pytest.raises(DocumentMissing):
        photos.open_photo(staff.id, other.uuid, _token(staff, host))
    assert _views() == []


def test_a_link_that_was_altered_opens_nothing(staff: Account, host: Account) -> None:
    token = _token(staff, host)
    forged = crypto.sign("cursor", f"{staff.id} {host.id} 99999999999".encode())
    for wrong in ("", "x", token[:-1], f"{token}A", token.swapcase(), forged, "\0", "ü"):
        with pytest.raises(DocumentMissing):
            photos.open_photo(staff.id, host.uuid, wrong)
    assert _views() == []


@pytest.mark.parametrize("change", [{"disabled_at": clock.now()}, {"role": Role.USER}])
def test_who_is_no_staff_any_more_sees_nothing(
    staff: Account, host: Account, change: dict[str, Any]
) -> None:
    token = _token(staff, host)
    _change(staff, **change)
    with pytest.raises(Forbidden):
        photos.open_photo(staff.id, host.uuid, token)
    assert _views() == []


def test_a_superuser_is_staff(host: Account) -> None:
    superuser = make_account()
    _change(superuser, is_superuser=True)
    assert photos.open_photo(superuser.id, host.uuid, _token(superuser, host))


def test_people_do_not_see_their_own(host: Account) -> None:
    with pytest.raises(Forbidden):
        photos.open_photo(host.id, host.uuid, _token(host, host))


def test_where_nothing_was_given_there_is_nothing(staff: Account) -> None:
    account = make_account()
    assert hosts.read_host_file(staff.id, account.id).photo_token is None
    token = photos.make_token(staff.id, account.id)
    with pytest.raises(DocumentMissing, match="no identity document"):
        photos.open_photo(staff.id, account.uuid, token)


def test_a_look_that_failed_was_none(staff: Account, storage_place: Place) -> None:
    host = make_host(VerificationStage.PENDING_REVIEW)
    token = _token(staff, host)
    with storage_place.away(), pytest.raises(Unavailable):
        photos.open_photo(staff.id, host.uuid, token)
    assert _views() == []
    path = session.scalars(select(hosts.HostProfile.photo_path)).one()
    media.discard_document(str(path))
    with pytest.raises(storage.FileMissing):
        photos.open_photo(staff.id, host.uuid, token)
    assert _views() == []


def test_nothing_is_shown_that_could_not_be_written_down(
    staff: Account, host: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(photos.audit, "record", fail)
    with pytest.raises(RuntimeError):
        photos.open_photo(staff.id, host.uuid, _token(staff, host))
