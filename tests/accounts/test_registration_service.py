"""Registering at the same time as others."""

from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import registration_service as registrations
from app.accounts import service as accounts
from app.accounts.errors import AccountTaken
from app.accounts.models import Account
from app.accounts.passwords import is_password
from app.core.db import session
from tests.threads import at_once

pytestmark = pytest.mark.both


def _register(app: Flask, number: int, **changes: str) -> str | None:
    """Register; return the field that was taken."""
    body = {
        "email": f"you{number}@example.com",
        "password": f"Password of {number}",
        "first_name": f"Name {number}",
        "last_name": "Doe",
    } | changes
    with app.app_context():
        try:
            registrations.register(**body)
        except AccountTaken as taken:
            return taken.field
    return None


def _accounts() -> list[Account]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Account)))


def test_of_one_address_at_once_there_is_one_account(app: Flask) -> None:
    spellings = ["you@example.com", "YOU@example.com", "ｙｏｕ@example.com"]
    tasks = [
        partial(_register, app, number, email=spellings[number % 3], phone_number="0712345678")
        for number in range(6)
    ]
    assert at_once(tasks) == [None] * 6
    [account] = _accounts()
    # Whoever came last left everything, not a part of it.
    number = int(account.first_name.removeprefix("Name "))
    assert is_password(f"Password of {number}", account.password_hash)
    assert account.email.casefold().startswith(spellings[number % 3][0].casefold())


def test_of_one_username_at_once_one_has_it(app: Flask) -> None:
    tasks = [partial(_register, app, number, username="you") for number in range(6)]
    answers = at_once(tasks)
    assert set(answers) <= {None, "username"}
    # Nobody has verified anything: whoever came later may have the name, and the others keep one.
    assert len(_accounts()) == answers.count(None) >= 1
    assert [account.username for account in _accounts()].count("you") == 1


def test_two_who_want_each_other_s_username_at_once_wait_for_nobody(app: Flask) -> None:
    names = ["first", "second"]
    for number, name in enumerate(names):
        _register(app, number, username=name)
    tasks = [partial(_register, app, number, username=names[1 - number]) for number in range(2)] * 3
    assert set(at_once(tasks)) <= {None, "username"}
    assert len({account.username_key for account in _accounts()}) == 2


def test_derived_usernames_at_once_are_all_different(app: Flask) -> None:
    tasks = [partial(_register, app, number, email=f"you@{number}.example") for number in range(6)]
    assert at_once(tasks) == [None] * 6
    assert len({account.username for account in _accounts()}) == 6


def test_many_may_claim_one_number_at_once(app: Flask) -> None:
    tasks = [partial(_register, app, number, phone_number="0712345678") for number in range(6)]
    assert at_once(tasks) == [None] * 6
    assert {account.phone_number for account in _accounts()} == {"+255712345678"}


def test_what_is_refused_leaves_nothing(app: Flask) -> None:
    accounts.create_account(email="you@example.com", username="you")
    before = [(account.email, account.first_name) for account in _accounts()]
    assert _register(app, 2, username="you") == "username"
    assert [(account.email, account.first_name) for account in _accounts()] == before
