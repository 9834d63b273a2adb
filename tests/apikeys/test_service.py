"""Issuing, listing and revoking keys."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.errors import BadOrigin, TooManyKeys, UnknownKey
from app.apikeys.models import ApiKey
from app.core.db import Beside, reading, session
from app.core.errors import Invalid
from tests.factories import make_account, make_key
from tests.threads import at_once


@pytest.fixture
def account(app: Flask) -> Account:
    make_key(make_account())
    return make_account("you")


BESIDE = Beside("o.username", "", lambda row: str(row[0]))


def _is_usable(key: str) -> bool:
    with reading() as reader:
        return apikeys.find_usable_key(reader, key, BESIDE) is not None


def _issue(account: Account, *, name: str = "My site", origins: list[str] | None = None) -> ApiKey:
    return apikeys.issue_key(account, scope=Scope.READ, name=name, allowed_origins=origins).row


@pytest.mark.both
def test_an_issued_key_can_be_used(account: Account) -> None:
    issued = apikeys.issue_key(
        account, scope=Scope.READ_WRITE, name="CRM sync", allowed_origins=["example.com"]
    )
    with reading() as reader:
        read = apikeys.find_usable_key(reader, issued.key, BESIDE)
    assert read is not None
    found, beside = read
    assert beside == "you"
    assert (found.id, found.owner_id, found.name) == (issued.row.id, account.id, "CRM sync")
    assert (found.scope, found.allowed_origins) == (Scope.READ_WRITE, ["example.com"])


@pytest.mark.both
def test_sites_are_kept_as_hosts_and_once(account: Account) -> None:
    row = _issue(account, origins=["https://Example.com/", "example.com", "www.example.com"])
    session.refresh(row)
    assert row.allowed_origins == ["example.com", "www.example.com"]


@pytest.mark.parametrize("origin", ["", "*.example.com", "exa mple.com", "x" * 300])
def test_what_is_no_host_is_refused(account: Account, origin: str) -> None:
    with pytest.raises(BadOrigin) as caught:
        _issue(account, origins=["example.com", origin])
    assert caught.value.field == "allowed_origins"


def test_a_key_has_fifty_sites_at_most(account: Account) -> None:
    _issue(account, origins=[f"{number}.example" for number in range(50)])
    with pytest.raises(BadOrigin):
        _issue(account, origins=[f"{number}.example" for number in range(51)])


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\u3164", "x" * 101])
def test_a_key_without_a_usable_name_is_refused(account: Account, name: str) -> None:
    with pytest.raises(Invalid) as caught:
        _issue(account, name=name)
    assert caught.value.field == "name"
    owned = select(func.count()).where(ApiKey.owner_id == account.id)
    assert session.scalar(owned) == 0


@pytest.mark.both
def test_of_keys_made_at_once_no_more_are_made_than_there_may_be(
    app: Flask, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apikeys, "MAX_KEYS", 3)
    revoked = _issue(account)
    apikeys.revoke_key(revoked.id)

    def issue() -> bool:
        with app.app_context():
            try:
                _issue(account)
            except TooManyKeys:
                return False
            return True

    assert sorted(at_once([issue] * 6)) == [False] * 3 + [True] * 3
    assert len(apikeys.list_live_keys(account.id)) == 3


def test_keys_are_listed_newest_first_and_the_owners_only(account: Account) -> None:
    rows = [_issue(account, name=name) for name in ("a", "b", "c")]
    apikeys.revoke_key(rows[1].id)
    assert [row.name for row in apikeys.list_keys(account)] == ["c", "b", "a"]


@pytest.mark.both
@pytest.mark.parametrize("by", ["id", "prefix", "key"])
def test_a_key_is_named_by_its_id_its_prefix_or_itself(account: Account, by: str) -> None:
    key, other = make_key(account), make_key(account)
    [row] = [each for each in apikeys.list_keys(account) if key.startswith(each.prefix)]
    named = {"id": str(row.id), "prefix": row.prefix, "key": key}[by]
    assert apikeys.get_key_by_reference(named).id == row.id
    apikeys.revoke_key(row.id)
    assert not _is_usable(key)
    assert _is_usable(other)


def test_revoking_again_keeps_the_first_time(account: Account) -> None:
    row = _issue(account)
    for day, is_first in ((1, True), (2, False)):
        with time_machine.travel(datetime(2026, 5, day, tzinfo=UTC), tick=False):
            assert apikeys.revoke_key(row.id) is is_first
    session.refresh(row)
    assert row.revoked_at == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize("reference", ["", "0", "999999999", "R_nobody", "R_" + "x" * 40, "²"])
def test_a_key_that_is_not_there_is_not_found(account: Account, reference: str) -> None:
    with pytest.raises(UnknownKey):
        apikeys.get_key_by_reference(reference)


def test_a_prefix_that_two_keys_share_names_neither(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = ["R_twins1" + "a" * 34, "R_twins1" + "b" * 34]
    for key in keys:
        monkeypatch.setattr(apikeys, "new_key", lambda _scope, key=key: key)
        _issue(account)
    with pytest.raises(UnknownKey):
        apikeys.get_key_by_reference("R_twins1")


def test_the_refusal_never_repeats_a_key(account: Account) -> None:
    with pytest.raises(UnknownKey) as caught:
        apikeys.get_key_by_reference("R_" + "x" * 40)
    assert "xxx" not in caught.value.message
