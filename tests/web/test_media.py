"""The public files: from a folder and from a bucket alike, and nothing but them."""

from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.adapters import storage
from app.adapters.storage.s3 import PIECE_BYTES
from tests.stores import Place

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
NAME = f"property_images/{UUID}.webp"
SMALL = f"property_images/{UUID}-480.webp"
NOT_FOUND = {"detail": "There is no such file."}


@pytest.fixture
def picture(storage_place: Place) -> bytes:
    """The content of the public file NAME, of three pieces."""
    data = bytes(number % 251 for number in range(2 * PIECE_BYTES + 1000))
    storage.public().put(NAME, data, "image/webp")
    return data


def test_a_file_is_sent_to_keep_for_ever(client: FlaskClient, picture: bytes) -> None:
    with client.get(f"/media/{NAME}") as answer:
        assert answer.status_code == 200
        assert answer.data == picture
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Content-Length"] == str(len(picture))
        assert answer.headers["ETag"] == f'"{UUID}"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_any_site_may_show_a_file_that_can_do_nothing(client: FlaskClient, picture: bytes) -> None:
    with client.get(f"/media/{NAME}", headers={"Origin": "https://agency.example"}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "Set-Cookie" not in answer.headers


def test_a_width_of_a_file_is_a_file_of_its_own(client: FlaskClient, picture: bytes) -> None:
    storage.public().put(SMALL, b"small", "image/webp")
    with client.get(f"/media/{SMALL}") as answer:
        assert answer.data == b"small"
        assert answer.headers["ETag"] == f'"{UUID}-480"'


def test_head_tells_all_but_the_content(client: FlaskClient, picture: bytes) -> None:
    with client.get(f"/media/{NAME}") as whole, client.head(f"/media/{NAME}") as head:
        assert head.status_code == 200
        assert head.data == b""
        differing = {"X-Request-ID"}
        assert {item for item in head.headers if item[0] not in differing} == {
            item for item in whole.headers if item[0] not in differing
        }


@pytest.mark.parametrize("tag", [f'"{UUID}"', f'W/"{UUID}"', f'"other", "{UUID}"', "*"])
def test_who_has_a_file_is_not_sent_it_again(client: FlaskClient, picture: bytes, tag: str) -> None:
    with client.get(f"/media/{NAME}", headers={"If-None-Match": tag}) as answer:
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == f'"{UUID}"'
        assert "immutable" in answer.headers["Cache-Control"]


def test_who_has_another_file_is_sent_this_one(client: FlaskClient, picture: bytes) -> None:
    with client.get(f"/media/{NAME}", headers={"If-None-Match": '"other"'}) as answer:
        assert (answer.status_code, answer.data) == (200, picture)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        (f"bytes={PIECE_BYTES - 5}-{PIECE_BYTES + 4}", slice(PIECE_BYTES - 5, PIECE_BYTES + 5)),
        ("bytes=500000-", slice(500_000, None)),
        ("bytes=-7", slice(-7, None)),
    ],
)
def test_a_part_is_sent_where_a_part_is_asked_for(
    client: FlaskClient, picture: bytes, asked: str, part: slice
) -> None:
    with client.get(f"/media/{NAME}", headers={"Range": asked}) as answer:
        assert (answer.status_code, answer.data) == (206, picture[part])
        assert answer.headers["Content-Length"] == str(len(picture[part]))
        start = range(len(picture))[part][0]
        end = range(len(picture))[part][-1]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(picture)}"


def test_a_part_of_another_file_is_not_mixed_with_this_one(
    client: FlaskClient, picture: bytes
) -> None:
    headers = {"Range": "bytes=5-", "If-Range": '"other"'}
    with client.get(f"/media/{NAME}", headers=headers) as answer:
        assert (answer.status_code, answer.data) == (200, picture)


def test_a_part_past_the_end_is_none(client: FlaskClient, picture: bytes) -> None:
    answer = client.get(f"/media/{NAME}", headers={"Range": "bytes=9000000-"})
    assert answer.status_code == 416
    assert answer.json == {"detail": "Requested Range Not Satisfiable."}


def test_a_file_is_never_whole_in_memory(client: FlaskClient, picture: bytes) -> None:
    with client.get(f"/media/{NAME}") as answer:
        pieces = list(answer.iter_encoded())
    assert b"".join(pieces) == picture
    assert max(len(piece) for piece in pieces) == PIECE_BYTES


def test_the_server_is_handed_the_file_itself(client: FlaskClient, picture: bytes) -> None:
    handed: list[BinaryIO] = []

    def file_wrapper(file: BinaryIO, size: int) -> Any:
        handed.append(file)
        return iter(lambda: file.read(size), b"")

    with client.get(f"/media/{NAME}", environ_overrides={"wsgi.file_wrapper": file_wrapper}) as got:
        assert got.data == picture
    [file] = handed
    file.close()


def test_a_file_that_is_not_there(client: FlaskClient, storage_place: Place) -> None:
    answer = client.get(f"/media/{NAME}")
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)
    assert "Cache-Control" not in answer.headers
    assert client.head(f"/media/{NAME}").status_code == 404


def test_a_deleted_file_is_gone_even_for_who_has_it(client: FlaskClient, picture: bytes) -> None:
    storage.public().delete(NAME)
    answer = client.get(f"/media/{NAME}", headers={"If-None-Match": f'"{UUID}"'})
    assert (answer.status_code, answer.json) == (404, NOT_FOUND)


def test_no_private_file_is_served(client: FlaskClient, storage_place: Place) -> None:
    storage.private().put(NAME, b"secret", "image/webp")
    for path in (NAME, f"private/{NAME}", f"../private/{NAME}", f"%2e%2e/private/{NAME}"):
        answer = client.get(f"/media/{path}")
        assert answer.status_code == 404
        assert b"secret" not in answer.data


@pytest.mark.parametrize(
    "path",
    [
        "",
        "property_images",
        "property_images/",
        f"{NAME}/",
        f"{NAME}//",
        f"/{NAME}",
        f"./{NAME}",
        f"property_images//{UUID}.webp",
        f"property_images/./{UUID}.webp",
        f"property_images/x/../{UUID}.webp",
        f"public/{NAME}",
        f"../public/{NAME}",
        f"..%2fpublic/{NAME}",
        f"%2e%2e/public/{NAME}",
        f"%252e%252e/public/{NAME}",
        f"..\\public\\{NAME}",
        f"property_images/{UUID}",
        f"property_images/{UUID}.WEBP",
        f"property_images/{UUID}.webp%00",
        f"property_images/{UUID}.webp%0a",
        f"property_images/{UUID}.webp%20",
        f"property_images/%00{UUID}.webp",
        f"property_images/{UUID}.png",
        f"property_images/{UUID}.webp.webp",
        f"property_images/{UUID}-0.webp",
        f"property_images/{UUID}-0480.webp",
        f"property_images/{UUID}-.webp",
        f"property_images/{UUID}--480.webp",
        f"property_images/{UUID}-480px.webp",
        f"property_images/{UUID}-123456.webp",
        f"property_images/{UUID}-%d9%a1.webp",
        f"property_images/{UUID.upper()}.webp",
        f"property_images/{UUID.replace('-', '')}.webp",
        f"property_images/{{{UUID}}}.webp",
        f"Property_Images/{UUID}.webp",
        f"property_images/{'0' * 5000}.webp",
        "originals/one",
        "%ff%fe",
        "etc/passwd",
        "/etc/passwd",
    ],
)
def test_no_other_name_is_looked_for(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def look() -> Any:
        raise AssertionError("the store was asked")

    monkeypatch.setattr(storage, "public", look)
    answer = client.get(f"/media/{path}")
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json.keys() == {"detail"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_files_are_only_read(client: FlaskClient, picture: bytes, method: str) -> None:
    answer = client.open(f"/media/{NAME}", method=method)
    assert answer.status_code == 405
    assert answer.json == {"detail": f'Method "{method}" not allowed.'}
    assert storage.public().read(NAME) == picture


def test_without_its_store_a_file_is_not_available_for_now(
    client: FlaskClient, picture: bytes, storage_place: Place
) -> None:
    with storage_place.away():
        answer = client.get(f"/media/{NAME}")
        assert answer.status_code == 503
        assert answer.json == {
            "detail": "Files are not available at the moment. Please try again shortly."
        }
        assert "Cache-Control" not in answer.headers
    with client.get(f"/media/{NAME}") as answer:
        assert (answer.status_code, answer.data) == (200, picture)


def test_files_are_not_counted(
    app: Flask, client: FlaskClient, picture: bytes, change_settings: Callable[..., None]
) -> None:
    change_settings(ratelimit_anon="1 per minute", ratelimit_key="1 per minute")
    for _ in range(5):
        with client.get(f"/media/{NAME}", headers={"Authorization": "Bearer wrong"}) as answer:
            assert answer.status_code == 200
            assert "X-RateLimit-Limit" not in answer.headers
