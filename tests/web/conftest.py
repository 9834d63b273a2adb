"""People at their browsers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.models import Account
from tests.api.conftest import IsolatedClient
from tests.web.browser import Visitor

PASSWORD = "SecurePass@123"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client whose requests share nothing but their cookies."""
    return IsolatedClient(app, app.response_class)


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Somebody who has not signed in."""
    return Visitor(client)


@pytest.fixture
def john(app: Flask) -> Account:
    """Somebody who has an account, and is not the only one."""
    accounts.create_account(email="somebody@example.com", password="Somebody's own")
    return accounts.create_account(email="john@example.com", password=PASSWORD)


@pytest.fixture
def john_at_home(visitor: Visitor, john: Account) -> Visitor:
    """John, signed in."""
    assert visitor.sign_in("john@example.com", PASSWORD).status_code == 303
    return visitor
