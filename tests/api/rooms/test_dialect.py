"""The rooms face's shapes: slashes, HEAD, and every failure in its own dialect."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue import room_repository
from tests.api.rooms.conftest import Host
from tests.factories import make_stay


@pytest.mark.parametrize("query", ["", "?limit=1", "?status=x"])
def test_the_list_reads_the_same_with_a_slash(client: FlaskClient, host: Host, query: str) -> None:
    for _ in range(2):
        make_stay(host.id)
    without = client.get(f"/api/rooms{query}", headers=host.headers)
    with_slash = client.get(f"/api/rooms/{query}", headers=host.headers)
    assert without.status_code == with_slash.status_code
    assert without.data == with_slash.data


def test_a_room_reads_the_same_with_a_slash(client: FlaskClient, host: Host) -> None:
    room_id = make_stay(host.id)
    without = client.get(f"/api/rooms/{room_id}", headers=host.headers)
    with_slash = client.get(f"/api/rooms/{room_id}/", headers=host.headers)
    assert without.status_code == with_slash.status_code == 200
    assert without.data == with_slash.data


@pytest.mark.parametrize("path", ["/api/rooms", "/api/rooms/{}"])
def test_head_is_get_without_the_body(client: FlaskClient, host: Host, path: str) -> None:
    address = path.format(make_stay(host.id))
    got = client.get(address, headers=host.headers)
    head = client.head(address, headers=host.headers)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", ""])
@pytest.mark.parametrize("path", ["/api/rooms", "/api/rooms/x", "/api/rooms?limit=x"])
def test_answers_are_json_whatever_the_client_accepts(
    client: FlaskClient, host: Host, path: str, accept: str
) -> None:
    response = client.get(path, headers={**host.headers, "Accept": accept})
    assert response.mimetype == "application/json"
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-ID"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/rooms/x",
        "/api/rooms/1.5",
        "/api/rooms/-1",
        "/api/rooms/01",
        "/api/rooms/1/images",
        "/api/rooms//",
        "/api/rooms/%00",
        "/api/rooms/99999999999999999999999",
        "/api/rooms/11111111-2222-4333-8444-555555555555",
    ],
)
def test_what_is_not_there_is_404_in_this_dialect(
    client: FlaskClient, host: Host, path: str
) -> None:
    for headers in ({}, host.headers):
        response = client.get(path, headers=headers)
        assert (response.status_code, response.json) == (404, {"message": "Not Found."})


@pytest.mark.parametrize("path", ["/api/roomsx", "/api/room", "/api/roomsx/1", "/api/Rooms"])
def test_a_neighbour_s_404_is_an_envelope(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert list(response.json) == ["success", "message", "data", "errors"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/api/rooms", "/api/rooms/", "/api/rooms/1"])
def test_another_method_is_405(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method)
    assert response.status_code == 405
    assert response.json == {"message": f'Method "{method}" not allowed.'}
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_failure_of_ours_says_nothing_of_its_cause(
    client: FlaskClient, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(room_repository, "list_rooms", fail)
    response = client.get("/api/rooms", headers=host.headers)
    assert response.status_code == 500
    assert response.json == {"message": "Something went wrong on our side. Please try again later."}
