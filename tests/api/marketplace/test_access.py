"""Who may come in, and how often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Account
from app.api.tokens import make_access_token
from app.core import clock, queue
from app.core.db import session, transaction
from config import Settings
from tests.api.marketplace import endpoints
from tests.api.marketplace.conftest import Person, Send
from tests.factories import bearer

ChangeSettings = Callable[..., None]

LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def _me(client: FlaskClient, authorization: str | None, address: str = "192.0.2.1") -> Any:
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.get("/api/auth/me/", headers=headers, environ_overrides={"REMOTE_ADDR": address})


def _change(account_id: int, **columns: Any) -> None:
    with transaction():
        session.execute(update(Account).where(Account.id == account_id).values(**columns))


# ── tokens ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
@pytest.mark.parametrize(("method", "path", "body"), endpoints.GUARDED)
def test_what_needs_a_token_refuses_everybody_else(
    client: FlaskClient, john: Person, method: str, path: str, body: Any
) -> None:
    expired = _expired(john)
    for headers in (
        {},
        bearer(""),
        bearer("x"),
        bearer(john.refresh),
        bearer(john.access + "x"),
        bearer(expired),
        {"Authorization": f"Token {john.access}"},
        {"Authorization": john.access},
    ):
        response = client.open(path, method=method, json=body, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json["success"] is False


@pytest.mark.both
@pytest.mark.parametrize(("method", "path", "body"), endpoints.OF_STAFF)
def test_what_is_staff_s_refuses_everybody_else(
    client: FlaskClient, john: Person, method: str, path: str, body: Any
) -> None:
    response = client.open(path, method=method, json=body, headers=john.headers)
    assert response.status_code == 403
    assert response.json["message"] == "Only staff may do this."


def _expired(person: Person) -> str:
    with time_machine.travel(clock.now() - timedelta(hours=1, seconds=1)):
        return make_access_token(person.id, 0)


def test_the_scheme_is_read_without_case(client: FlaskClient, john: Person) -> None:
    assert _me(client, f"bearer  {john.access} ").status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("change", [{"disabled_at": clock.now()}, {"token_version": 1}])
def test_an_account_that_moved_on_refuses_its_tokens_from_the_next_request(
    client: FlaskClient, john: Person, send: Send, change: dict[str, Any]
) -> None:
    assert _me(client, f"Bearer {john.access}").status_code == 200
    _change(john.id, **change)
    assert _me(client, f"Bearer {john.access}").status_code == 401
    assert send("refresh", refresh=john.refresh).status_code == 401


def test_a_token_of_a_later_version_is_refused(client: FlaskClient, john: Person) -> None:
    assert _me(client, f"Bearer {make_access_token(john.id, 1)}").status_code == 401


@pytest.mark.both
@pytest.mark.parametrize("account_id", [0, 999_999, 2**31, 9_999_999_999])
def test_a_token_of_no_account_is_refused(
    client: FlaskClient, john: Person, account_id: int
) -> None:
    assert _me(client, f"Bearer {make_access_token(account_id, 0)}").status_code == 401


def test_a_stale_token_keeps_nobody_from_a_public_endpoint(
    client: FlaskClient, john: Person
) -> None:
    body = {"email": john.email, "password": endpoints.PASSWORD}
    for token in ("x", _expired(john)):
        response = client.post("/api/auth/login/", json=body, headers=bearer(token))
        assert response.status_code == 200


@pytest.mark.both
def test_a_token_costs_one_statement(
    client: FlaskClient, john: Person, statements: list[str]
) -> None:
    client.get("/api/nothing/", headers=john.headers)
    assert len(statements) == 1


def test_without_a_token_nobody_is_looked_up(client: FlaskClient, statements: list[str]) -> None:
    client.get("/api/nothing/")
    client.get("/api/auth/me/", headers=bearer("x"))
    assert statements == []


# ── staff ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "path", "body"), endpoints.OF_STAFF)
def test_what_is_for_staff_refuses_everybody_else(
    client: FlaskClient, john: Person, method: str, path: str, body: Any
) -> None:
    response = client.open(path, method=method, json=body, headers=john.headers)
    assert response.status_code == 403
    assert response.json["message"] == "Only staff may do this."


def test_a_superuser_is_staff(client: FlaskClient, john: Person) -> None:
    _change(john.id, is_superuser=True)
    path = f"/api/categories/{endpoints.NO_CATEGORY}/"
    assert client.delete(path, headers=john.headers).status_code == 404


# ── limits ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for method, path, _ in endpoints.ALL]
    + [("GET", "/api/nothing/"), ("DELETE", "/api/auth/me/"), ("GET", "/api")],
)
def test_every_answer_tells_the_limit(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, data=b"{", content_type="application/json")
    assert (response.status_code < 400) == (method == "GET" and path in endpoints.ANSWERED)
    for name in LIMIT_HEADERS:
        assert response.headers[name].isdecimal()
    assert "Retry-After" not in response.headers


def test_anonymous_requests_are_limited_by_address(
    client: FlaskClient, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_anon=Settings().ratelimit_anon)
    answers = [_me(client, None if number % 2 else "Bearer x") for number in range(31)]
    assert [each.status_code for each in answers] == [401] * 30 + [429]
    assert [answers[0].headers[name] for name in LIMIT_HEADERS] == ["30", "29", "60"]
    refused = answers[-1]
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json["message"].startswith("Request was throttled.")
    assert _me(client, None, "192.0.2.2").status_code == 401


def test_an_account_has_a_limit_of_its_own_wherever_it_is(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_user="3 per minute", ratelimit_anon="1 per minute")
    addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
    answers = [_me(client, f"Bearer {john.access}", address) for address in addresses]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["X-RateLimit-Limit"] for each in answers] == ["3"] * 4


def test_the_account_s_limit_is_the_documented_one(client: FlaskClient, john: Person) -> None:
    assert Settings().ratelimit_user == "200 per minute"
    assert Settings().ratelimit_anon == "30 per minute"


def test_unknown_paths_count(client: FlaskClient, change_settings: ChangeSettings) -> None:
    change_settings(ratelimit_anon="2 per minute")
    statuses = [client.get("/api/nothing/").status_code for _ in range(3)]
    assert statuses == [404, 404, 429]


def test_a_preflight_is_not_counted(client: FlaskClient, change_settings: ChangeSettings) -> None:
    change_settings(ratelimit_anon="1 per minute")
    preflight = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    for _ in range(3):
        response = client.options("/api/auth/mode/", headers=preflight)
        assert response.status_code == 200
        assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert _me(client, None).status_code == 401


@pytest.mark.parametrize(("_method", "path", "body"), endpoints.OF_CREDENTIALS)
def test_credentials_are_limited_by_address_whatever_the_body(
    client: FlaskClient,
    change_settings: ChangeSettings,
    _method: str,
    path: str,
    body: dict[str, Any],
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    for kwargs in ({"json": {}}, {"data": "{"}, {"json": body | {"surplus": 1}}):
        assert client.post(path, **kwargs).status_code in (400, 415)
    response = client.post(path, json=body)
    assert response.status_code == 429
    assert response.headers["X-RateLimit-Limit"] == "3"
    assert int(response.headers["Retry-After"]) > 0


def test_endpoints_of_credentials_share_an_address_s_limit(
    client: FlaskClient, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_credentials="2 per minute")
    paths = [path for _, path, _ in endpoints.OF_CREDENTIALS]
    statuses = [client.post(path, json={}).status_code for path in paths]
    assert statuses == [400, 400] + [429] * (len(paths) - 2)


@pytest.mark.parametrize("email", ["john@example.com", "nobody@example.com"])
@pytest.mark.parametrize("path", ["login", "forgot-password", "verify-email"])
def test_credentials_are_limited_by_whom_they_are_about(
    client: FlaskClient, john: Person, change_settings: ChangeSettings, email: str, path: str
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    body = {"email": email} | {
        "login": {"password": "wrong password"},
        "verify-email": {"otp_code": "000000"},
    }.get(path, {})
    spellings = [email, email.upper(), f" {email}", email.title()]
    statuses = [
        client.post(
            f"/api/auth/{path}/",
            json=body | {"email": spelling},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number, spelling in enumerate(spellings)
    ]
    expected = {"login": 401, "forgot-password": 200, "verify-email": 400}[path]
    assert statuses == [expected] * 3 + [429]


@pytest.mark.parametrize("path", ["verify-phone", "resend-otp"])
def test_a_number_is_limited_however_it_is_written(
    client: FlaskClient, change_settings: ChangeSettings, path: str
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    rest = {"verify-phone": {"otp_code": "000000"}}.get(path, {"purpose": "phone_verification"})
    spellings = ["+255712345678", "0712345678", "00255 712 345 678", "(0712) 345-678"]
    statuses = [
        client.post(
            f"/api/auth/{path}/",
            json={"phone_number": spelling, **rest},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number, spelling in enumerate(spellings)
    ]
    assert statuses[:3] != [429] * 3
    assert statuses[3] == 429


@pytest.mark.parametrize("email", ["john@example.com", "nobody@example.com"])
def test_registrations_are_limited_by_whom_they_are_about(
    client: FlaskClient, john: Person, change_settings: ChangeSettings, email: str
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    body = {"password": endpoints.PASSWORD, "first_name": "John", "last_name": "Doe"}
    statuses = [
        client.post(
            "/api/auth/register/",
            json=body | {"email": spelling},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number, spelling in enumerate([email, email.upper(), f" {email}", email.title()])
    ]
    assert statuses == [400 if "john" in email else 201] * 3 + [429]


def test_another_method_is_no_other_limit(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    statuses = [
        client.open(
            "/api/auth/verify-email/",
            method=method,
            json={"email": john.email, "otp_code": "000000"},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number, method in enumerate(("POST", "PUT", "PATCH", "POST"))
    ]
    assert statuses == [400, 400, 400, 429]


def _log_in(client: FlaskClient, address: str, password: str = endpoints.PASSWORD) -> int:
    return client.post(
        "/api/auth/login/",
        json={"email": "john@example.com", "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    ).status_code


def test_nobody_is_locked_out_at_home_by_others_failing_in_their_name(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    assert _log_in(client, "192.0.2.1") == 200
    change_settings(ratelimit_credentials="3 per minute")
    attack = [_log_in(client, f"198.51.100.{number}", "wrong password") for number in range(5)]
    assert attack == [401, 401, 401, 429, 429]
    assert _log_in(client, "192.0.2.1") == 200
    # Somewhere else they wait for a minute at most.
    assert _log_in(client, "192.0.2.2") == 429


def test_home_is_limited_too(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    assert _log_in(client, "192.0.2.1") == 200
    change_settings(ratelimit_credentials="2 per minute")
    statuses = [_log_in(client, "192.0.2.1", "wrong password") for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_a_wrong_password_makes_no_home(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_credentials="1 per minute")
    assert _log_in(client, "198.51.100.1", "wrong password") == 401
    assert _log_in(client, "198.51.100.2") == 429


def test_logins_go_on_without_redis(
    client: FlaskClient, john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "is_away", lambda: True)
    assert _log_in(client, "203.0.113.1", "wrong password") == 401
    assert _log_in(client, "203.0.113.1") == 200


def test_an_old_password_cannot_be_guessed_with_a_token(
    client: FlaskClient, john: Person, change_settings: ChangeSettings
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    body = {"old_password": "wrong password", "new_password": "NewPass@123"}
    statuses = [
        client.post(
            "/api/auth/change-password/",
            json=body,
            headers=john.headers,
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"},
        ).status_code
        for number in range(4)
    ]
    assert statuses == [400, 400, 400, 429]


def test_the_store_of_limits_knows_nobody_by_name(client: FlaskClient, john: Person) -> None:
    _log_in(client, "192.0.2.1")
    keys = b"\n".join(queue.connection().scan_iter())
    assert keys
    assert b"john" not in keys
