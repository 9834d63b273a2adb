"""Who may come in to the rooms face, and how often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Account
from app.api.tokens import make_access_token, make_refresh_token
from app.core import clock
from app.core.db import session, transaction
from tests.api.rooms.conftest import Host
from tests.factories import bearer, make_stay, make_tenant

ChangeSettings = Callable[..., None]

LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
PATHS = ("/api/rooms", "/api/rooms/", "/api/rooms/1", "/api/rooms/1/")


def _assert_refused(response: Any) -> None:
    assert response.status_code == 401
    assert response.json == {"message": "Unauthenticated."}
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.both
@pytest.mark.parametrize("path", PATHS)
def test_nobody_comes_in_without_a_token_of_theirs(
    client: FlaskClient, host: Host, path: str
) -> None:
    token = host.headers["Authorization"].removeprefix("Bearer ")
    with time_machine.travel(clock.now() - timedelta(hours=1, seconds=1)):
        expired = make_access_token(host.id, 0)
    for headers in (
        {},
        bearer(""),
        bearer("x"),
        bearer(f"{token}x"),
        bearer(expired),
        bearer(make_refresh_token(host.id, 0)),
        bearer(make_access_token(host.id, 1)),
        bearer(make_access_token(999_999, 0)),
        make_tenant().write,
        {"Authorization": token},
        {"Authorization": f"Token {token}"},
    ):
        _assert_refused(client.get(path, headers=headers))


def test_a_wrong_parameter_does_not_come_before_the_token(client: FlaskClient) -> None:
    _assert_refused(client.get("/api/rooms?status=x"))


@pytest.mark.both
@pytest.mark.parametrize("change", [{"disabled_at": clock.now()}, {"token_version": 1}])
def test_an_account_that_moved_on_is_refused_from_the_next_request(
    client: FlaskClient, host: Host, change: dict[str, Any]
) -> None:
    assert client.get("/api/rooms", headers=host.headers).status_code == 200
    with transaction():
        session.execute(update(Account).where(Account.id == host.id).values(**change))
    _assert_refused(client.get("/api/rooms", headers=host.headers))


@pytest.mark.parametrize("path", [*PATHS, "/api/rooms/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_tells_the_limit(
    client: FlaskClient, host: Host, method: str, path: str
) -> None:
    for headers in ({}, host.headers):
        response = client.open(path, method=method, headers=headers)
        for name in LIMIT_HEADERS:
            assert response.headers[name].isdecimal()


def test_an_account_s_requests_count_together_with_those_to_the_marketplace(
    client: FlaskClient, host: Host, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_user="3 per minute", ratelimit_anon="1 per minute")
    make_stay(host.id)
    paths = ["/api/rooms", "/api/auth/me/", "/api/rooms/x", "/api/rooms"]
    answers = [client.get(path, headers=host.headers) for path in paths]
    assert [each.status_code for each in answers] == [200, 200, 404, 429]
    refused = answers[-1]
    assert list(refused.json) == ["message"]
    assert refused.json["message"].startswith("Request was throttled.")
    assert [refused.headers[name] for name in LIMIT_HEADERS[:2]] == ["3", "0"]
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert client.get("/api/auth/me/", headers=host.headers).status_code == 429


def test_requests_without_a_right_token_count_against_the_address(
    client: FlaskClient, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_anon="3 per minute")
    calls = [("/api/rooms", {}), ("/api/rooms", bearer("x")), ("/api/nothing/", {})]
    statuses = [client.get(path, headers=headers).status_code for path, headers in calls]
    assert statuses == [401, 401, 404]
    assert client.get("/api/rooms").status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.2"}
    assert client.get("/api/rooms", environ_overrides=elsewhere).status_code == 401


def test_a_preflight_is_not_counted(client: FlaskClient, change_settings: ChangeSettings) -> None:
    change_settings(ratelimit_anon="1 per minute")
    preflight = {
        "Origin": "https://office.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    for _ in range(3):
        response = client.options("/api/rooms", headers=preflight)
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/rooms").status_code == 401


def test_a_request_to_another_face_is_counted_once(
    client: FlaskClient, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_anon="2 per minute")
    assert client.get("/api/roomsx").headers["X-RateLimit-Remaining"] == "1"
    assert client.get("/api/rooms").headers["X-RateLimit-Remaining"] == "0"
