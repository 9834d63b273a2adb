"""People of staff at their browsers, each with cookies of their own."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import service as accounts
from app.accounts.models import Account
from tests.api.conftest import IsolatedClient
from tests.web.browser import Visitor
from tests.web.conftest import PASSWORD

SignIn = Callable[[str], Visitor]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in at a browser of their own: `sign_in("john@example.com")`."""

    def enter(email: str) -> Visitor:
        visitor = Visitor(IsolatedClient(app, app.response_class))
        assert visitor.sign_in(email, PASSWORD).status_code == 303
        return visitor

    return enter


@pytest.fixture
def amina(app: Flask) -> Account:
    """Somebody who works here."""
    return accounts.create_account(
        email="amina@example.com", username="amina", password=PASSWORD, is_admin=True
    )


@pytest.fixture
def staff(amina: Account, sign_in: SignIn) -> Visitor:
    """Amina, signed in."""
    return sign_in(amina.email)
