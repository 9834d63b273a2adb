"""What belongs to no face: the front door, the documentation and the health of the process."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import ConnectionError as RedisAway

from app.core import health, queue

DESCRIPTIONS = {
    "/docs": "/openapi.json",
    "/docs/tenant": "/openapi/tenant.json",
    "/docs/marketplace": "/openapi/marketplace.json",
    "/docs/rooms": "/openapi/rooms.json",
}
PAGES = [
    *("/", "/docs/start.js", "/docs/style.css", "/healthz", "/readyz", "/metrics"),
    *DESCRIPTIONS,
    *DESCRIPTIONS.values(),
]


def test_the_front_door_leads_to_the_documentation(client: FlaskClient) -> None:
    body = client.get("/").json
    assert body["name"] == "Nafasi"
    faces = body["apis"]
    assert {face: each["base_url"] for face, each in faces.items()} == {
        "marketplace": "http://localhost/api/",
        "tenant": "http://localhost/v1/",
        "rooms": "http://localhost/api/rooms",
    }
    documents = [each["documentation"] for each in faces.values()]
    for address in (body["documentation"], body["openapi"], *documents):
        assert client.get(address.removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_path_answers_with_and_without_its_slash(client: FlaskClient, path: str) -> None:
    for spelling in (path, path.rstrip("/") + "/"):
        assert client.get(spelling).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_only_get_answers(client: FlaskClient, path: str) -> None:
    response = client.post(path)
    assert response.status_code == 405
    assert response.json == {"detail": 'Method "POST" not allowed.'}


# ── the documentation ───────────────────────────────────────────────────────────────────────


def test_openapi_describes_every_documented_path(client: FlaskClient) -> None:
    body = client.get("/openapi.json").json
    assert body["openapi"].startswith("3.1")
    for path in (
        "/v1/",
        "/v1/register/",
        "/v1/register/verify/",
        "/v1/{user_id}/account/",
        "/v1/{user_id}/properties/",
        "/v1/{user_id}/properties/{property_id}/",
        "/v1/{user_id}/properties/{property_id}/images/",
        "/v1/amenities/",
        "/v1/property-types/",
        "/v1/currencies/",
        "/v1/tenures/",
        "/v1/plot-size-units/",
        "/v1/locations/",
        "/v1/filters/",
    ):
        assert path in body["paths"]


def test_openapi_says_where_a_key_is_needed(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").json["paths"]
    public = {"/v1/", "/v1/register/", "/v1/register/verify/"}
    for path, operations in paths.items():
        if not path.startswith("/v1/"):
            continue
        for method, operation in operations.items():
            if method != "parameters":
                assert bool(operation.get("security")) is (path not in public)


@pytest.mark.parametrize("path", DESCRIPTIONS)
def test_a_page_shows_its_description_and_leads_to_the_others(
    client: FlaskClient, path: str
) -> None:
    page = client.get(path).text
    assert f'data-source="{DESCRIPTIONS[path]}"' in page
    assert re.findall(r'<li><a href="(/docs[^"]*)"', page) == list(DESCRIPTIONS)
    assert '<p><a href="/docs">Nafasi</a></p>' in page
    assert re.findall(r'<a href="([^"]*)" aria-current="page"', page) == [path]


def test_each_page_has_a_title_of_its_own(client: FlaskClient) -> None:
    titles = [
        re.findall("<title>(.+) · Nafasi API</title>", client.get(path).text)
        for path in DESCRIPTIONS
    ]
    assert len({title for [title] in titles}) == len(DESCRIPTIONS)


@pytest.mark.parametrize("path", ["/docs/users", "/openapi/users.json"])
def test_there_is_no_description_of_what_is_no_api(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_description_is_for_the_address_that_it_is_asked_at(
    client: FlaskClient, change_settings: Any
) -> None:
    here = client.get("/openapi/rooms.json", base_url="https://nafasi.example:8443").json
    assert here["servers"] == [{"url": "https://nafasi.example:8443"}]
    change_settings(public_url="https://api.nafasi.example/")
    public = client.get("/openapi/rooms.json").json
    assert public["servers"] == [{"url": "https://api.nafasi.example"}]
    # A call that is tried out may go there.
    policy = client.get("/docs").headers["Content-Security-Policy"]
    assert "connect-src 'self' https://api.nafasi.example" in policy


def test_the_documentation_asks_no_other_host(client: FlaskClient) -> None:
    response = client.get("/docs")
    assert response.mimetype == "text/html"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    sources = re.findall(r'(?:src|href)="([^"]+)"', response.text)
    assert sources
    for source in sources:
        assert source.startswith("/")
        assert not source.startswith("//")
        with client.get(source) as asset:
            assert asset.status_code == 200


def test_the_documentation_has_no_inline_script(client: FlaskClient) -> None:
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", client.get("/docs").text, re.DOTALL)
    assert scripts
    assert all("src=" in attributes and not body.strip() for attributes, body in scripts)


@pytest.mark.parametrize(
    "name", ["nothing.js", "../index.js", "..%2findex.js", "%2e%2e/%2e%2e/etc/passwd", ""]
)
def test_only_assets_are_served_as_assets(client: FlaskClient, name: str) -> None:
    assert client.get(f"/docs/assets/{name}").status_code == 404


# ── health ──────────────────────────────────────────────────────────────────────────────────


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}


@pytest.mark.both
def test_a_process_with_all_it_needs_is_ready(client: FlaskClient) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"status": "ok", "failed": []})


def test_without_redis_a_process_lives_but_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise RedisAway

    monkeypatch.setattr(queue, "connection", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"status": "unavailable", "failed": ["redis"]}
    assert client.get("/healthz").status_code == 200


def test_a_database_behind_the_code_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "head_revision", lambda: "9999")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"status": "unavailable", "failed": ["migrations"]}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_not_limited(client: FlaskClient, change_settings: Any, path: str) -> None:
    change_settings(ratelimit_anon="1 per minute")
    for _ in range(5):
        response = client.get(path)
        assert response.status_code == 200
        assert "X-RateLimit-Limit" not in response.headers
