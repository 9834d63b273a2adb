"""Sessions: what ends them, at the same time as others too."""

from datetime import timedelta
from functools import partial
from secrets import token_hex

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts import repository
from app.accounts import service as accounts
from app.accounts import session_service as sessions
from app.accounts.caller import Caller
from app.accounts.enums import Role, VerificationStage
from app.accounts.errors import SessionOver
from app.accounts.models import RevokedToken
from app.core import clock
from app.core.db import session, transaction
from tests.factories import make_account
from tests.threads import at_once

pytestmark = pytest.mark.both

PASSWORD = "SecurePass@123"


def test_a_token_given_back_at_once_from_everywhere_is_blacklisted_once(app: Flask) -> None:
    jti, ends = token_hex(16), clock.now() + timedelta(days=1)

    def revoke() -> None:
        with app.app_context():
            sessions.end_session(jti, ends)

    at_once([revoke] * 6)
    assert session.scalars(select(RevokedToken.jti)).all() == [jti]


def test_only_the_blacklist_s_own_rule_is_passed_over(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        repository.add_revoked_token(token_hex(16), None)  # type: ignore[arg-type]


def test_a_blacklisted_token_earns_nothing_and_another_one_does(app: Flask) -> None:
    account = make_account("you")
    sessions.end_session("first", clock.now() + timedelta(days=1))
    sessions.check_refresh_token(account.id, 0, "second")
    with pytest.raises(SessionOver):
        sessions.check_refresh_token(account.id, 0, "first")


def test_a_caller_is_the_account_as_it_stands(app: Flask) -> None:
    admin, _ = accounts.create_admin(email="boss@example.com")
    assert sessions.find_caller(admin.id, 0) == Caller(
        admin.id, Role.ADMIN, False, VerificationStage.NOT_STARTED
    )
    assert sessions.find_caller(admin.id, 1) is None
    with transaction():
        admin.disabled_at = clock.now()
        session.add(admin)
    assert sessions.find_caller(admin.id, 0) is None


def test_logins_at_once_are_all_let_in(app: Flask) -> None:
    accounts.create_account(email="you@example.com", password=PASSWORD)

    def log_in(number: int) -> int:
        with app.app_context():
            address = f"192.0.2.{number}"
            return sessions.log_in("you@example.com", PASSWORD, client_address=address).id

    assert len(set(at_once([partial(log_in, number) for number in range(6)]))) == 1


def test_home_is_an_address_from_which_the_right_password_came(app: Flask) -> None:
    accounts.create_account(email="you@example.com", password=PASSWORD)
    assert not sessions.is_home("you@example.com", "192.0.2.1")
    sessions.log_in("you@example.com", PASSWORD, client_address="192.0.2.1")
    assert sessions.is_home(" YOU@example.com", "192.0.2.1")
    assert not sessions.is_home("you@example.com", "192.0.2.2")
    assert not sessions.is_home("somebody@example.com", "192.0.2.1")


def test_a_new_password_of_an_admin_ends_their_sessions(app: Flask) -> None:
    admin, _ = accounts.create_admin(email="boss@example.com", password=PASSWORD)
    accounts.create_admin(email="boss@example.com")
    assert sessions.find_caller(admin.id, 0) is not None
    accounts.create_admin(email="boss@example.com", password="Another@pass1")
    assert sessions.find_caller(admin.id, 0) is None
