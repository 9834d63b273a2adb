"""Hosts with rooms, and what their back offices ask."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.api.tokens import make_access_token
from app.catalogue.enums import PublishStatus
from tests.factories import bearer, make_account, make_listing, make_stay

Ask = Callable[..., Any]


@dataclass(frozen=True)
class Host:
    """Somebody with rooms, and the headers that carry an access token."""

    id: int
    headers: dict[str, str]


def make_host() -> Host:
    account = make_account()
    return Host(account.id, bearer(make_access_token(account.id, account.token_version)))


@pytest.fixture
def host(app: Flask) -> Host:
    """A host who has things that are no rooms, and is not the only one with rooms."""
    other = make_host()
    make_stay(other.id, title="Somebody else's")
    make_stay(other.id, title="Somebody else's", publish_status=PublishStatus.DRAFT)
    host = make_host()
    make_listing(host.id, title="For sale")
    make_stay(host.id, title="Thrown away", publish_status=PublishStatus.TRASH)
    return host


@pytest.fixture
def ask(client: FlaskClient, host: Host) -> Ask:
    """Ask for rooms as the host: `ask(limit=2)` is the body of a 200."""

    def get(**query: Any) -> Any:
        response = client.get("/api/rooms", headers=host.headers, query_string=query)
        assert response.status_code == 200, response.json
        return response.json

    return get


def ids(body: Any) -> list[int]:
    """Return the ids of the rooms of a page, in order."""
    return [room["id"] for room in body["data"]]
