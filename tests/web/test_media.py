"""Public files over HTTP: kept for ever by whoever got them, and nothing but what is public."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.adapters import storage
from tests import s3

ID = "11111111-2222-3333-4444-555555555555"
URL = f"/media/property_images/{ID}.webp"
DATA = b"RIFF" + bytes(range(256)) * 2000


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with s3.running_bucket() as url:
        yield url


@pytest.fixture(params=["folder", "bucket"], autouse=True)
def _stored(
    request: pytest.FixtureRequest, media_folder: Path, change_settings: Callable[..., None]
) -> None:
    if request.param == "bucket":
        change_settings(storage_url=request.getfixturevalue("bucket"))
    storage.public().put(f"property_images/{ID}.webp", DATA, "image/webp")
    storage.public().put(f"property_images/{ID}-640.webp", b"small", "image/webp")
    storage.private().put(f"originals/{ID}", b"secret", "image/webp")


def test_a_file_is_sent_to_be_kept_for_ever(client: FlaskClient) -> None:
    response = client.get(URL, buffered=True)
    assert (response.status_code, response.data) == (200, DATA)
    assert response.content_length == len(DATA)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["ETag"] == f'"{ID}"'
    assert client.get(URL.replace(".webp", "-640.webp"), buffered=True).data == b"small"


def test_a_head_request_is_answered_without_the_body(client: FlaskClient) -> None:
    response = client.head(URL, buffered=True)
    assert (response.status_code, response.data) == (200, b"")
    assert response.content_length == len(DATA)


def test_who_holds_it_gets_nothing(client: FlaskClient) -> None:
    response = client.get(URL, buffered=True, headers={"If-None-Match": f'"{ID}"'})
    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(URL, buffered=True, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        f"property_images/{ID[:-1]}6.webp",
        f"property_images/{ID}-321.webp",
        f"property_images/{ID}.webp/",
        f"property_images/{ID}.png",
        f"property_images/{ID.upper().replace('1', 'A')}.webp",
        f"originals/{ID}",
        f"../private/originals/{ID}",
        f"..%2fprivate%2foriginals%2f{ID}",
        f"property_images/..%2f..%2fprivate/originals/{ID}",
        f"property_images/%2e%2e/%2e%2e/private/originals/{ID}",
        f"property_images/{ID}.webp%00.png",
        f"property_images/{ID}.webp%0a",
        "property_images/",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "",
    ],
)
def test_nothing_else_is_found(client: FlaskClient, path: str) -> None:
    response = client.get(f"/media/{path}")
    assert response.status_code == 404
    assert list(response.json) == ["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_files_are_only_read(client: FlaskClient, method: str) -> None:
    response = client.open(URL, method=method)
    assert (response.status_code, list(response.json)) == (405, ["detail"])


def test_a_storage_that_is_away_is_a_503(
    client: FlaskClient, without_storage: Callable[[], AbstractContextManager[None]]
) -> None:
    with without_storage():
        response = client.get(URL, buffered=True)
        assert (response.status_code, list(response.json)) == (503, ["detail"])
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json["failed"]) == (503, ["storage"])
    assert client.get("/readyz").status_code == 200
