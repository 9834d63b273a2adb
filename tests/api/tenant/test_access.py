"""Keys, limits, tenants, sites and scopes, and the order in which they are checked."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts.models import Account
from app.apikeys import repository
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.keys import new_key
from app.apikeys.models import ApiKey
from app.core.db import session, transaction
from config import Settings
from tests.api.tenant import endpoints
from tests.factories import (
    Tenant,
    bearer,
    listing_body,
    make_account,
    make_key,
    make_listing,
    make_tenant,
)

MISSING = {"detail": "Authentication credentials were not provided."}
BAD = {"detail": "Invalid or revoked API key."}
NOT_PERMITTED = {"detail": "This API key is not permitted for this tenant or action."}
WRONG_SITE = {"detail": "This API key is not permitted for this site."}


def _key_row(headers: dict[str, str]) -> ApiKey:
    prefix = headers["Authorization"].removeprefix("Bearer ")[:8]
    [row] = repository.find_by_id_or_prefix(prefix)
    session.refresh(row)
    return row


def _restricted(tenant: Tenant, *hosts: str, scope: Scope = Scope.READ) -> dict[str, str]:
    return bearer(make_key(tenant.account, scope, allowed_origins=list(hosts)))


# ── 401: the key ────────────────────────────────────────────────────────────────────────────


def test_every_endpoint_is_listed_here(app: Flask) -> None:
    rules = {
        (method, re.sub(r"<int:(\w+)>", r"{\1}", rule.rule).replace("{property_id}", "{id}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == {*endpoints.WITH_KEY, *endpoints.PUBLIC}


@pytest.mark.parametrize(("method", "path"), endpoints.WITH_KEY)
def test_no_endpoint_answers_without_a_key(
    client: FlaskClient, owner: Tenant, method: str, path: str
) -> None:
    listing = make_listing(owner.id)
    response = client.open(endpoints.of(path, owner.id, listing["id"]), method=method)
    assert response.status_code == 401
    assert response.json == MISSING


@pytest.mark.parametrize(("method", "path"), endpoints.WITH_KEY)
def test_no_endpoint_answers_an_unknown_key(
    client: FlaskClient, owner: Tenant, method: str, path: str
) -> None:
    listing = make_listing(owner.id)
    response = client.open(
        endpoints.of(path, owner.id, listing["id"]),
        method=method,
        headers=bearer(new_key(Scope.READ_WRITE)),
    )
    assert response.status_code == 401
    assert response.json == BAD


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer R_short",
        "Bearer R_" + "x" * 300,
        "Bearer R_" + "x" * 39 + "é",
        "Bearer R_" + "x" * 39 + "\\0",
        "Bearer X_" + "x" * 40,
        "Bearer RW" + "x" * 40,
        "Basic eW91OnNlY3JldA==",
        "Token {key}",
        "{key}",
        "Bearer{key}",
        "Bearer {key}x",
        "Bearer {key} x",
        "Bearer {key},Bearer {key}",
        'Bearer "{key}"',
    ],
)
def test_a_malformed_credential_is_401(client: FlaskClient, owner: Tenant, header: str) -> None:
    key = owner.read["Authorization"].removeprefix("Bearer ")
    response = client.get(owner.properties, headers={"Authorization": header.format(key=key)})
    assert response.status_code == 401
    assert response.json == BAD


def test_a_key_is_compared_with_its_case(client: FlaskClient, owner: Tenant) -> None:
    key = owner.read["Authorization"].removeprefix("Bearer R_")
    response = client.get(owner.properties, headers=bearer("R_" + key.swapcase()))
    assert response.status_code == 401


def test_the_schemes_case_does_not_matter(client: FlaskClient, owner: Tenant) -> None:
    header = owner.read["Authorization"].replace("Bearer", "bearer")
    response = client.get(owner.properties, headers={"Authorization": header})
    assert response.status_code == 200


def test_a_key_in_the_query_is_no_credential(client: FlaskClient, owner: Tenant) -> None:
    key = owner.read["Authorization"].removeprefix("Bearer ")
    response = client.get(owner.properties, query_string={"api_key": key, "key": key})
    assert response.status_code == 401


@pytest.mark.parametrize("headers", [{}, bearer("R_" + "x" * 40)])
def test_a_401_asks_for_a_bearer_credential(
    client: FlaskClient, owner: Tenant, headers: dict[str, str]
) -> None:
    response = client.get(owner.properties, headers=headers)
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.both
def test_a_revoked_key_is_refused_from_the_next_request_on(
    client: FlaskClient, owner: Tenant
) -> None:
    assert client.get(owner.properties, headers=owner.read).status_code == 200
    apikeys.revoke_key(_key_row(owner.read).id)
    response = client.get(owner.properties, headers=owner.read)
    assert response.status_code == 401
    assert response.json == BAD


def test_revoking_a_key_leaves_the_owners_others(client: FlaskClient, owner: Tenant) -> None:
    apikeys.revoke_key(_key_row(owner.read).id)
    assert client.get(owner.properties, headers=owner.write).status_code == 200


@pytest.mark.both
def test_the_keys_of_a_disabled_owner_are_refused(client: FlaskClient, owner: Tenant) -> None:
    with transaction():
        session.execute(
            update(Account).where(Account.id == owner.id).values(disabled_at=datetime.now(UTC))
        )
    for headers in (owner.read, owner.write):
        response = client.get(owner.properties, headers=headers)
        assert response.status_code == 401
        assert response.json == BAD


# ── 429: the limit ──────────────────────────────────────────────────────────────────────────


def test_every_answer_to_a_key_tells_its_limit(client: FlaskClient, owner: Tenant) -> None:
    headers = client.get("/v1/amenities/", headers=owner.read).headers
    assert headers["X-RateLimit-Limit"] == "1000000"
    assert headers["X-RateLimit-Remaining"] == "999999"
    assert 1 <= int(headers["X-RateLimit-Reset"]) <= 60
    assert "Retry-After" not in headers


def test_a_key_has_120_requests_a_minute(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key=Settings().ratelimit_key)
    for remaining in reversed(range(120)):
        response = client.get("/v1/tenures/", headers=owner.read)
        assert response.status_code == 200
        assert response.headers["X-RateLimit-Remaining"] == str(remaining)
    assert response.headers["X-RateLimit-Limit"] == "120"
    assert client.get("/v1/tenures/", headers=owner.read).status_code == 429


def test_a_429_says_when_to_come_back(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="1 per minute")
    client.get(owner.properties, headers=owner.read)
    response = client.get(owner.properties, headers=owner.read)
    assert response.status_code == 429
    wait_s = int(response.headers["Retry-After"])
    assert 1 <= wait_s <= 60
    assert response.json == {
        "detail": f"Request was throttled. Expected available in {wait_s} seconds."
    }
    assert response.headers["X-RateLimit-Limit"] == "1"
    assert response.headers["X-RateLimit-Remaining"] == "0"
    assert response.headers["X-RateLimit-Reset"] == str(wait_s)


def test_each_key_has_a_limit_of_its_own(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="1 per minute")
    client.get(owner.properties, headers=owner.read)
    assert client.get(owner.properties, headers=owner.read).status_code == 429
    assert client.get(owner.properties, headers=owner.write).status_code == 200


def test_refused_requests_of_a_key_count(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="3 per minute")
    refused = [
        client.get(f"/v1/{owner.id + 1}/account/", headers=owner.read),
        client.post(owner.properties, headers=owner.read),
        client.get(f"{owner.properties}999999/", headers=owner.read),
    ]
    assert [response.status_code for response in refused] == [403, 403, 404]
    assert client.get(owner.properties, headers=owner.read).status_code == 429


def test_304s_count(client: FlaskClient, owner: Tenant, change_settings: Any) -> None:
    etag = client.get(owner.properties, headers=owner.read).headers["ETag"]
    change_settings(ratelimit_key="2 per minute")
    headers = {**owner.read, "If-None-Match": etag}
    statuses = [client.get(owner.properties, headers=headers).status_code for _ in range(3)]
    assert statuses == [304, 304, 429]


def test_a_preflight_does_not_count(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="1 per minute", ratelimit_anon="1 per minute")
    preflight = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    for _ in range(3):
        response = client.options(owner.properties, headers=preflight)
        assert response.status_code == 200
        assert "X-RateLimit-Limit" not in response.headers
    assert client.get(owner.properties, headers=owner.read).status_code == 200


def test_wrong_keys_count_against_the_address(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_anon="2 per minute")
    answers = [client.get(owner.properties, headers=bearer(new_key(Scope.READ))) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[0].headers["X-RateLimit-Remaining"] == "1"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60


def test_an_address_has_30_wrong_keys_a_minute(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_anon=Settings().ratelimit_anon)
    statuses = [
        client.get(owner.properties, headers=bearer("R_" + "x" * 40)).status_code for _ in range(31)
    ]
    assert statuses == [401] * 30 + [429]


def test_wrong_keys_of_another_address_count_apart(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_anon="1 per minute")
    wrong = bearer("R_" + "x" * 40)
    for address in ("192.0.2.1", "192.0.2.2"):
        response = client.get(
            owner.properties, headers=wrong, environ_overrides={"REMOTE_ADDR": address}
        )
        assert response.status_code == 401


def test_a_forwarded_address_counts_for_nothing_without_a_trusted_proxy(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_anon="1 per minute")
    statuses = [
        client.get(
            owner.properties,
            headers={**bearer("R_" + "x" * 40), "X-Forwarded-For": f"192.0.2.{number}"},
        ).status_code
        for number in range(2)
    ]
    assert statuses == [401, 429]


def test_a_good_key_answers_where_wrong_ones_used_up_the_address(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_anon="1 per minute")
    for _ in range(3):
        client.get(owner.properties, headers=bearer("R_" + "x" * 40))
    assert client.get(owner.properties, headers=owner.read).status_code == 200


# ── 403: the tenant ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "path"), endpoints.OF_A_TENANT)
def test_a_key_reaches_no_other_tenant(
    client: FlaskClient, owner: Tenant, method: str, path: str
) -> None:
    other = make_tenant()
    listing = make_listing(other.id)
    response = client.open(
        endpoints.of(path, other.id, listing["id"]),
        method=method,
        headers=owner.write,
        json=listing_body() if method != "GET" else None,
    )
    assert response.status_code == 403
    assert response.json == NOT_PERMITTED
    assert (
        client.get(f"{other.properties}{listing['id']}/", headers=other.read).json["title"]
        == (listing["title"])
    )


@pytest.mark.both
@pytest.mark.parametrize("user_id", ["0", "999999", "2147483648", "9" * 18])
def test_a_tenant_that_does_not_exist_is_403(
    client: FlaskClient, owner: Tenant, user_id: str
) -> None:
    for path in ("account/", "properties/", "properties/1/", "properties/changes/"):
        response = client.get(f"/v1/{user_id}/{path}", headers=owner.read)
        assert response.status_code == 403
        assert response.json == NOT_PERMITTED


# ── 403: the site ───────────────────────────────────────────────────────────────────────────

SITE_HEADERS = [
    ({"Origin": "https://example.com"}, True),
    ({"Origin": "http://example.com"}, True),
    ({"Origin": "https://EXAMPLE.com"}, True),
    ({"Origin": "https://example.com:8443"}, True),
    ({"Origin": "https://www.example.org"}, True),
    ({"Referer": "https://example.com/houses/1?page=2#top"}, True),
    ({"Referer": "https://example.com"}, True),
    ({"Referer": "https://example.com:8443/"}, True),
    ({"Origin": "https://example.com", "Referer": "https://evil.test/"}, True),
    ({}, False),
    ({"Origin": "https://evil.test"}, False),
    ({"Origin": "https://evil.test", "Referer": "https://example.com/"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "null", "Referer": "https://example.com/"}, False),
    ({"Origin": "https://evil-example.com"}, False),
    ({"Origin": "https://evilexample.com"}, False),
    ({"Origin": "https://example.com.evil.test"}, False),
    ({"Origin": "https://sub.example.com"}, False),
    ({"Origin": "https://example.org"}, False),
    ({"Origin": "https://com"}, False),
    ({"Origin": "example.com"}, False),
    ({"Origin": "https://example.com@evil.test"}, False),
    ({"Origin": "https://evil.test/example.com"}, False),
    ({"Origin": "file://example.com"}, False),
    ({"Origin": "https://[::1"}, False),
    ({"Origin": "https://"}, False),
    ({"Referer": "https://evil.test/?from=https://example.com/"}, False),
    ({"Referer": "https://evil.test/#@example.com/"}, False),
    ({"Referer": "not an address"}, False),
]


@pytest.mark.parametrize(("headers", "is_allowed"), SITE_HEADERS)
def test_a_bound_key_answers_its_sites_only(
    client: FlaskClient, owner: Tenant, headers: dict[str, str], is_allowed: bool
) -> None:
    key = _restricted(owner, "example.com", "www.example.org")
    response = client.get(owner.properties, headers={**key, **headers})
    if is_allowed:
        assert response.status_code == 200
    else:
        assert response.status_code == 403
        assert response.json == WRONG_SITE


@pytest.mark.both
@pytest.mark.parametrize("path", ["/v1/amenities/", "/v1/{user_id}/account/"])
def test_a_bound_key_is_bound_everywhere(client: FlaskClient, owner: Tenant, path: str) -> None:
    key, address = _restricted(owner, "example.com"), endpoints.of(path, owner.id)
    assert client.get(address, headers=key).status_code == 403
    allowed = {**key, "Origin": "https://example.com"}
    assert client.get(address, headers=allowed).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Referer": "https://evil.test/"}])
def test_a_key_without_sites_is_bound_to_none(
    client: FlaskClient, owner: Tenant, headers: dict[str, str]
) -> None:
    response = client.get(owner.properties, headers={**owner.read, **headers})
    assert response.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.test"}])
def test_a_read_and_write_key_is_never_bound(
    client: FlaskClient, owner: Tenant, headers: dict[str, str]
) -> None:
    key = _restricted(owner, "example.com", scope=Scope.READ_WRITE)
    response = client.post(owner.properties, headers={**key, **headers}, json=listing_body())
    assert response.status_code == 201


# ── 403: the scope ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("method", "path"), endpoints.WRITES)
def test_a_read_only_key_writes_nothing(
    client: FlaskClient, owner: Tenant, method: str, path: str
) -> None:
    listing = make_listing(owner.id)
    before = client.get(owner.properties, headers=owner.read).data
    response = client.open(
        endpoints.of(path, owner.id, listing["id"]),
        method=method,
        headers=owner.read,
        json=listing_body(title="Changed"),
    )
    assert response.status_code == 403
    assert response.json == NOT_PERMITTED
    assert client.get(owner.properties, headers=owner.read).data == before


@pytest.mark.parametrize("headers", ["read", "write"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_any_key_of_the_tenant_reads(
    client: FlaskClient, owner: Tenant, headers: str, method: str
) -> None:
    response = client.open(owner.properties, method=method, headers=getattr(owner, headers))
    assert response.status_code == 200


def _set_scope(headers: dict[str, str], scope: Scope) -> None:
    with transaction():
        session.execute(update(ApiKey).where(ApiKey.id == _key_row(headers).id).values(scope=scope))


@pytest.mark.both
def test_a_key_that_reads_rw_cannot_write_where_its_row_says_r(
    client: FlaskClient, owner: Tenant
) -> None:
    _set_scope(owner.write, Scope.READ)
    response = client.post(owner.properties, headers=owner.write, json=listing_body())
    assert response.status_code == 403
    assert response.json == NOT_PERMITTED


@pytest.mark.both
def test_a_key_that_reads_r_can_write_where_its_row_says_rw(
    client: FlaskClient, owner: Tenant
) -> None:
    _set_scope(owner.read, Scope.READ_WRITE)
    response = client.post(owner.properties, headers=owner.read, json=listing_body())
    assert response.status_code == 201


# ── the order of all checks ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/v1/nothing/", "/v1/1/", "/v1/1/nothing/", "/v1/x/account/"])
def test_an_unknown_path_comes_before_the_key(client: FlaskClient, path: str) -> None:
    response = client.post(path)
    assert response.status_code == 404
    assert response.json == {"detail": "No such API endpoint."}


@pytest.mark.parametrize("headers", [{}, bearer("R_" + "x" * 40)])
def test_a_wrong_method_comes_before_the_key(
    client: FlaskClient, app: Flask, headers: dict[str, str]
) -> None:
    response = client.post("/v1/amenities/", headers=headers)
    assert response.status_code == 405


def test_the_key_comes_before_its_limit(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="1 per minute")
    client.get(owner.properties, headers=owner.read)
    assert client.get(owner.properties, headers=owner.read).status_code == 429
    apikeys.revoke_key(_key_row(owner.read).id)
    assert client.get(owner.properties, headers=owner.read).status_code == 401


def test_the_limit_comes_before_the_tenant(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(ratelimit_key="1 per minute")
    client.get(owner.properties, headers=owner.read)
    response = client.get(f"/v1/{owner.id + 1}/account/", headers=owner.read)
    assert response.status_code == 429


def test_the_tenant_comes_before_the_site(client: FlaskClient, owner: Tenant) -> None:
    key = _restricted(owner, "example.com")
    response = client.get(f"/v1/{owner.id + 1}/account/", headers=key)
    assert (response.status_code, response.json) == (403, NOT_PERMITTED)


def test_the_site_comes_before_the_scope(client: FlaskClient, owner: Tenant) -> None:
    key = _restricted(owner, "example.com")
    response = client.post(owner.properties, headers=key, json=listing_body())
    assert (response.status_code, response.json) == (403, WRONG_SITE)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_the_scope_comes_before_the_object(client: FlaskClient, owner: Tenant, method: str) -> None:
    response = client.open(f"{owner.properties}999999/", method=method, headers=owner.read)
    assert (response.status_code, response.json) == (403, NOT_PERMITTED)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    "body",
    [
        {"data": "{", "content_type": "application/json"},
        {"data": "x", "content_type": "text/plain"},
        {"data": "x" * 2_000_000, "content_type": "application/json"},
        {"json": {"nothing": 1}},
    ],
    ids=["malformed", "unsupported", "too large", "unknown field"],
)
def test_the_object_comes_before_the_body(
    client: FlaskClient, owner: Tenant, method: str, body: dict[str, Any]
) -> None:
    response = client.open(f"{owner.properties}999999/", method=method, headers=owner.write, **body)
    assert (response.status_code, response.json) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("query", ["properties/?page_size=0", "properties/changes/?since=x"])
def test_key_and_tenant_come_before_the_query(
    client: FlaskClient, owner: Tenant, query: str
) -> None:
    assert client.get(f"/v1/{owner.id}/{query}").status_code == 401
    assert client.get(f"/v1/{owner.id + 1}/{query}", headers=owner.read).status_code == 403
    assert client.get(f"/v1/{owner.id}/{query}", headers=owner.read).status_code == 400


def test_the_scope_comes_before_the_body(client: FlaskClient, owner: Tenant) -> None:
    response = client.post(owner.properties, headers=owner.read, data="x" * 2_000_000)
    assert response.status_code == 403


# ── the last use ────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_keys_last_use_is_kept_to_the_minute(client: FlaskClient, owner: Tenant) -> None:
    with time_machine.travel(datetime(2031, 5, 1, 12, 34, 56, tzinfo=UTC), tick=False):
        client.get(owner.properties, headers=owner.read)
    apikeys.sweep_last_use()
    assert _key_row(owner.read).last_used_at == datetime(2031, 5, 1, 12, 34, tzinfo=UTC)
    assert _key_row(owner.write).last_used_at is None


def test_the_last_use_moves_with_every_minute_of_use(client: FlaskClient, owner: Tenant) -> None:
    start = datetime(2032, 5, 1, 12, 0, tzinfo=UTC)
    for minutes in (0, 1, 7):
        with time_machine.travel(start + timedelta(minutes=minutes, seconds=3), tick=False):
            client.get("/v1/amenities/", headers=owner.read)
        apikeys.sweep_last_use()
        expected = start + timedelta(minutes=minutes)
        assert _key_row(owner.read).last_used_at == expected


def test_a_refused_request_is_no_use(client: FlaskClient, owner: Tenant) -> None:
    with time_machine.travel(datetime(2033, 5, 1, 12, 0, tzinfo=UTC), tick=False):
        client.get(f"/v1/{owner.id + 1}/account/", headers=owner.read)
        client.post(owner.properties, headers=owner.read)
    apikeys.sweep_last_use()
    assert _key_row(owner.read).last_used_at is None


@pytest.mark.both
def test_no_read_writes_sql(client: FlaskClient, owner: Tenant, statements: list[str]) -> None:
    listing = make_listing(owner.id)
    statements.clear()
    with time_machine.travel(datetime(2034, 5, 1, 12, 0, tzinfo=UTC), tick=False):
        for path in (
            owner.properties,
            f"{owner.properties}?search=kololo&updated_after=2020-01-01T00:00:00Z",
            f"{owner.properties}changes/",
            f"{owner.properties}{listing['id']}/",
            f"{owner.properties}{listing['id']}/images/",
            f"/v1/{owner.id}/account/",
            "/v1/locations/",
        ):
            assert client.get(path, headers=owner.read).status_code == 200
    kinds = {sql.split(maxsplit=1)[0] for sql in statements if sql != "BEGIN"}
    assert kinds == {"SELECT", "WITH"}


def test_a_key_of_somebody_else_may_read_reference_data(client: FlaskClient, owner: Tenant) -> None:
    other = bearer(make_key(make_account()))
    for _, path in endpoints.REFERENCE:
        assert client.get(path, headers=other).status_code == 200
