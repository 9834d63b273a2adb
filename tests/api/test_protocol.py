"""What holds for every answer: slashes, request ids, CORS and the limit of a body."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.api.conditional import BAD_HOST
from app.core.db import db
from app.core.settings import current_settings
from tests.api.conftest import IsolatedClient
from tests.api.tenant import endpoints
from tests.factories import Tenant, listing_body, make_image, make_listing

PREFLIGHT = {
    "Origin": "https://agency.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
}
EXPOSED = {
    "etag",
    "location",
    "preference-applied",
    "retry-after",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
}


def _words(header: str | None) -> set[str]:
    return {word.strip().lower() for word in (header or "").split(",")}


def _address(owner: Tenant, path: str) -> str:
    """Return a path of an endpoint to something that is there."""
    listing_id = make_listing(owner.id)["id"]
    return endpoints.of(path, owner.id, listing_id, make_image(owner.id, listing_id))


# ── slashes ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    ["/v1/"] + [path for method, path in endpoints.WITH_KEY if method == "GET"],
)
def test_a_path_reads_the_same_without_its_slash(
    client: FlaskClient, owner: Tenant, path: str
) -> None:
    address = _address(owner, path)
    with_slash = client.get(address, headers=owner.read)
    without = client.get(address.rstrip("/"), headers=owner.read)
    assert with_slash.status_code == without.status_code == 200
    assert with_slash.data == without.data


def test_a_post_without_the_slash_keeps_its_body(client: FlaskClient, owner: Tenant) -> None:
    response = client.post(
        owner.properties.rstrip("/"), headers=owner.write, json=listing_body(title="Kept")
    )
    assert response.status_code == 201
    assert response.json["title"] == "Kept"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_an_update_without_the_slash_keeps_its_body(
    client: FlaskClient, owner: Tenant, method: str
) -> None:
    listing = make_listing(owner.id)
    response = client.open(
        f"{owner.properties}{listing['id']}",
        method=method,
        headers=owner.write,
        json=listing_body(title="Kept"),
    )
    assert response.status_code == 200
    assert response.json["title"] == "Kept"


def test_a_delete_without_the_slash_deletes(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    address = f"{owner.properties}{listing['id']}"
    assert client.delete(address, headers=owner.write).status_code == 204
    assert client.get(address, headers=owner.read).status_code == 404


def test_registration_without_the_slash_keeps_its_body(client: FlaskClient) -> None:
    assert client.post("/v1/register", json={"username": "you"}).status_code == 200
    body = {"username": "you", "api_key_name": "Site", "code": "123456"}
    response = client.post("/v1/register/verify", json=body)
    assert (response.status_code, list(response.json)) == (400, ["detail"])


# ── HEAD ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["/v1/"] + [path for method, path in endpoints.WITH_KEY if method == "GET"]
)
def test_head_is_get_without_the_body(client: FlaskClient, owner: Tenant, path: str) -> None:
    address = _address(owner, path)
    got = client.get(address, headers=owner.read)
    head = client.head(address, headers=owner.read)
    assert head.status_code == 200
    assert head.data == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        assert head.headers.get(name) == got.headers.get(name)


def test_head_needs_a_key_too(client: FlaskClient, owner: Tenant) -> None:
    assert client.head(owner.properties).status_code == 401


# ── request ids ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing/", "/v1/amenities/", "/", "/healthz"])
def test_every_answer_has_an_id(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)
    for response in (first, second):
        assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


@pytest.mark.parametrize("given", ["a", "req-1.2_3:4", "x" * 128])
def test_a_sane_id_of_the_callers_is_kept(client: FlaskClient, given: str) -> None:
    response = client.get("/v1/", headers={"X-Request-ID": given})
    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "-x", "x" * 129, "a b", "a,b", '"', "é", "{}"])
def test_another_id_is_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/v1/", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_refusals_carry_the_callers_id(client: FlaskClient, method: str) -> None:
    response = client.open("/v1/amenities/", method=method, headers={"X-Request-ID": "mine"})
    assert response.headers["X-Request-ID"] == "mine"


@pytest.mark.parametrize("path", ["/v1/amenities/", "/api/listings/", "/api/rooms", "/healthz"])
def test_options_tell_the_methods_and_nothing_else(client: FlaskClient, path: str) -> None:
    response = client.options(path)
    assert (response.status_code, response.data) == (200, b"")
    assert "Content-Type" not in response.headers
    assert "GET" in response.headers["Allow"].split(", ")


# ── CORS ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/v1/1/properties/", "/v1/1/properties/1/", "/v1/register/"])
def test_a_browser_may_ask_for_every_method(client: FlaskClient, path: str, method: str) -> None:
    headers = {**PREFLIGHT, "Access-Control-Request-Method": method}
    response = client.options(path, headers=headers)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert method.lower() in _words(response.headers["Access-Control-Allow-Methods"])


@pytest.mark.parametrize(
    "header", ["Authorization", "Content-Type", "If-None-Match", "Prefer", "X-Request-ID"]
)
def test_a_browser_may_send_the_headers_it_needs(client: FlaskClient, header: str) -> None:
    response = client.options(
        "/v1/1/properties/", headers={**PREFLIGHT, "Access-Control-Request-Headers": header}
    )
    assert header.lower() in _words(response.headers["Access-Control-Allow-Headers"])


def test_a_preflight_asks_for_no_key(client: FlaskClient, owner: Tenant) -> None:
    response = client.options(owner.properties, headers=PREFLIGHT)
    assert response.status_code == 200
    assert int(response.headers["Access-Control-Max-Age"]) > 0


def _answers(client: FlaskClient, owner: Tenant) -> dict[int, Any]:
    """Return an answer of each status to a browser of some origin."""
    origin = {"Origin": "https://agency.example"}
    etag = client.get(owner.properties, headers=owner.read).headers["ETag"]
    answers = [
        client.get(owner.properties, headers=owner.read | origin),
        client.post(owner.properties, headers=owner.write | origin, json=listing_body()),
        client.get(owner.properties, headers=owner.read | origin | {"If-None-Match": etag}),
        client.get(owner.properties, headers=origin),
        client.post(owner.properties, headers=owner.read | origin),
        client.get("/v1/nothing/", headers=origin),
        client.post("/v1/amenities/", headers=origin),
        client.post("/v1/register/", headers=origin, data="x"),
    ]
    return {answer.status_code: answer for answer in answers}


@pytest.mark.parametrize("status", [200, 201, 401, 403, 404, 405, 415])
def test_browsers_may_read_every_answer(client: FlaskClient, owner: Tenant, status: int) -> None:
    headers = _answers(client, owner)[status].headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert _words(headers["Access-Control-Expose-Headers"]) >= EXPOSED
    assert "Access-Control-Allow-Credentials" not in headers


def test_no_answer_sets_a_cookie(client: FlaskClient, owner: Tenant) -> None:
    for answer in _answers(client, owner).values():
        assert "Set-Cookie" not in answer.headers


def test_browsers_may_read_a_304(client: FlaskClient, owner: Tenant) -> None:
    headers = {**owner.read, "Origin": "https://agency.example"}
    etag = client.get(owner.properties, headers=headers).headers["ETag"]
    response = client.get(owner.properties, headers={**headers, "If-None-Match": etag})
    assert response.status_code == 304
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_browsers_may_read_a_429(client: FlaskClient, owner: Tenant, change_settings: Any) -> None:
    change_settings(ratelimit_key="1 per minute")
    headers = {**owner.read, "Origin": "https://agency.example"}
    client.get(owner.properties, headers=headers)
    response = client.get(owner.properties, headers=headers)
    assert response.status_code == 429
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1", "/v1/"])
def test_the_root_answers_browsers(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://agency.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.fixture
def make_client(app: Flask) -> Iterator[Callable[..., FlaskClient]]:
    """Make clients of the same service with other settings, which it reads at its start."""
    made: list[Flask] = []

    def make(**changes: Any) -> FlaskClient:
        made.append(create_app(replace(current_settings(), **changes)))
        return IsolatedClient(made[-1], made[-1].response_class)

    yield make
    for other in made:
        other.extensions["nafasi.read_engine"].dispose()
        with other.app_context():
            db.engine.dispose()


@pytest.fixture
def choosy_client(make_client: Callable[..., FlaskClient]) -> FlaskClient:
    """A client of a service whose operator names the origins of browsers."""
    return make_client(cors_origins="https://agency.example,https://other.example")


def test_an_operator_may_name_the_origins(choosy_client: FlaskClient) -> None:
    response = choosy_client.get("/v1/", headers={"Origin": "https://agency.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://agency.example"
    assert "origin" in _words(response.headers["Vary"])


def test_an_origin_that_the_operator_left_out_gets_no_leave(choosy_client: FlaskClient) -> None:
    response = choosy_client.get("/v1/", headers={"Origin": "https://evil.test"})
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers


# ── the limit of a body ─────────────────────────────────────────────────────────────────────

LIMIT_BYTES = 1024 * 1024


def _body_of(size: int) -> bytes:
    """Return JSON of exactly `size` bytes."""
    start, end = b'{"username": "you"', b"}"
    return start + b" " * (size - len(start) - len(end)) + end


def _register(client: FlaskClient, body: bytes, **kwargs: Any) -> Any:
    return client.post("/v1/register/", data=body, content_type="application/json", **kwargs)


def test_a_body_of_the_limit_is_read(client: FlaskClient) -> None:
    assert _register(client, _body_of(LIMIT_BYTES)).status_code == 200


def test_a_body_past_the_limit_is_413(client: FlaskClient) -> None:
    response = _register(client, _body_of(LIMIT_BYTES + 1))
    assert response.status_code == 413
    assert response.json == {"detail": "The request body is too large."}


def test_a_body_of_undeclared_length_past_the_limit_is_413(client: FlaskClient) -> None:
    response = client.post(
        "/v1/register/",
        input_stream=BytesIO(_body_of(LIMIT_BYTES + 1)),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert response.status_code == 413


def test_a_listing_past_the_limit_is_413_and_stores_nothing(
    client: FlaskClient, owner: Tenant
) -> None:
    response = client.post(
        owner.properties,
        headers=owner.write,
        json=listing_body(description="x" * LIMIT_BYTES),
    )
    assert response.status_code == 413
    assert client.get(owner.properties, headers=owner.read).json["results"] == []


def test_a_name_that_needs_utf_8_goes_there_and_back(client: FlaskClient, owner: Tenant) -> None:
    title = "Nyumba — 家 🏠 Ñ"
    created = client.post(owner.properties, headers=owner.write, json=listing_body(title=title))
    assert created.json["title"] == title
    assert title.encode() in client.get(owner.properties, headers=owner.read).data


# ── the host that links are made from ───────────────────────────────────────────────────────

BAD_HOSTS = ['a"b', "a b", "<script>", "", "a/b", "a@b"]


@pytest.mark.parametrize("host", BAD_HOSTS)
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v1/", "detail"),
        ("/v1/nothing/", "detail"),
        ("/api/categories/", "message"),
        ("/api/rooms", "message"),
        ("/", "detail"),
    ],
)
def test_a_host_that_is_none_is_400(client: FlaskClient, path: str, key: str, host: str) -> None:
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert response.json[key] == BAD_HOST


def test_a_write_to_a_host_that_is_none_writes_nothing(client: FlaskClient, owner: Tenant) -> None:
    headers = {**owner.write, "Host": BAD_HOSTS[0]}
    assert (
        client.post(
            owner.properties, headers=headers, json=listing_body(publish_status="published")
        ).status_code
        == 400
    )
    assert client.get(owner.properties, headers=owner.read).json["results"] == []


def test_the_host_does_not_matter_where_the_operator_names_the_address(
    client: FlaskClient, change_settings: Any
) -> None:
    change_settings(public_url="https://nafasi.example")
    root = client.get("/v1/", headers={"Host": BAD_HOSTS[0]}).json
    assert root["endpoints"]["filters"] == "https://nafasi.example/v1/filters/"


# ── behind a proxy ──────────────────────────────────────────────────────────────────────────

FORWARDED = {
    "X-Forwarded-For": "192.0.2.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "api.nafasi.example",
}


def test_a_trusted_proxy_tells_the_address_that_clients_see(
    make_client: Callable[..., FlaskClient],
) -> None:
    root = make_client(trusted_proxies=1).get("/v1/", headers=FORWARDED).json
    assert root["endpoints"]["filters"] == "https://api.nafasi.example/v1/filters/"


def test_without_a_trusted_proxy_nobody_tells_it(client: FlaskClient) -> None:
    root = client.get("/v1/", headers=FORWARDED).json
    assert root["endpoints"]["filters"] == "http://localhost/v1/filters/"


def test_a_client_behind_a_proxy_is_counted_by_the_proxys_word(
    make_client: Callable[..., FlaskClient],
) -> None:
    proxied = make_client(trusted_proxies=1, ratelimit_register="1 per hour")
    statuses = [
        proxied.post(
            "/v1/register/", json={"username": "you"}, headers={"X-Forwarded-For": forwarded}
        ).status_code
        for forwarded in ("192.0.2.9", "192.0.2.10", "made-up, 192.0.2.9", "192.0.2.9")
    ]
    assert statuses == [200, 200, 429, 429]
