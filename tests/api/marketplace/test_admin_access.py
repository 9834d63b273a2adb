"""Everything below `/api/admin/` is for staff alone."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import BaseConverter, IntegerConverter, UUIDConverter

from app.accounts import service as accounts
from app.accounts.enums import Role, VerificationStage
from app.audit.models import AuditEntry
from app.core.db import session, transaction
from tests.api.marketplace.conftest import Person
from tests.factories import bearer

PREFIX = "/api/admin/"
NO_USER = UUID("66666666-7777-4888-9999-aaaaaaaaaaaa")
NOBODY: dict[str, str] = {}


def _calls(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield every method and path below the prefix, aliases too."""
    addresses = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(PREFIX):
            continue
        values = {name: _value(converter) for name, converter in rule._converters.items()}
        path = addresses.build(rule.endpoint, values)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            yield method, path


def _value(converter: BaseConverter) -> object:
    """Return something that a path may hold there."""
    if isinstance(converter, UUIDConverter):
        return NO_USER
    return 1 if isinstance(converter, IntegerConverter) else "x"


def _statuses(app: Flask, client: FlaskClient, headers: dict[str, str]) -> dict[str, int]:
    return {
        f"{method} {path}": client.open(path, method=method, json={}, headers=headers).status_code
        for method, path in _calls(app)
    }


def test_the_walk_finds_what_there_is(app: Flask) -> None:
    calls = set(_calls(app))
    assert {("GET", f"{PREFIX}users/"), ("PUT", f"{PREFIX}users/{NO_USER}/enable/")} < calls
    assert len(calls) > 10


def test_nobody_is_asked_for_a_token(app: Flask, client: FlaskClient, boss: Person) -> None:
    for headers in (NOBODY, bearer("x"), bearer(boss.refresh)):
        assert set(_statuses(app, client, headers).values()) == {401}


@pytest.mark.both
@pytest.mark.parametrize("stage", list(VerificationStage))
def test_users_and_hosts_are_refused(
    app: Flask, client: FlaskClient, john: Person, stage: VerificationStage
) -> None:
    with transaction():
        accounts.get_account(john.id).verification_stage = stage
    assert set(_statuses(app, client, john.headers).values()) == {403}
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.both
@pytest.mark.parametrize(
    ("role", "is_superuser"), [(Role.ADMIN, False), (Role.USER, True), (Role.ADMIN, True)]
)
def test_staff_and_superusers_are_let_in(
    app: Flask, client: FlaskClient, john: Person, role: Role, is_superuser: bool
) -> None:
    with transaction():
        account = accounts.get_account(john.id)
        account.role, account.is_superuser = role, is_superuser
    assert not {401, 403} & set(_statuses(app, client, john.headers).values())


def test_who_is_no_longer_of_staff_is_refused_from_the_next_request(
    client: FlaskClient, boss: Person, log_in: Callable[..., Person]
) -> None:
    assert client.get(f"{PREFIX}users/", headers=boss.headers).status_code == 200
    with transaction():
        accounts.get_account(boss.id).role = Role.USER
    assert client.get(f"{PREFIX}users/", headers=boss.headers).status_code == 403
