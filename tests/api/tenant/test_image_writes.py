"""Adding, changing and removing images over the tenant API."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from werkzeug.test import TestResponse

from app.api.tenant.images import NOT_A_FILE, ONE_AT_A_TIME, ONE_NEEDED, ONLY_ONE
from app.catalogue.enums import ImageStatus, ListingType, PublishStatus, ReviewStatus
from app.catalogue.errors import LastPhoto
from app.core import waiting
from tests.factories import Tenant, make_image, make_listing, make_stay
from tests.pictures import draw, encoded

PHOTO = encoded(draw(1000, 500))


@pytest.fixture
def listing_id(owner: Tenant) -> int:
    make_image(owner.id, make_listing(owner.id)["id"], is_main=True)
    listing_id: int = make_listing(owner.id)["id"]
    return listing_id


@pytest.fixture
def images_url(owner: Tenant, listing_id: int) -> str:
    return f"{owner.properties}{listing_id}/images/"


@pytest.fixture
def working(run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the queued jobs done by the time that a request begins to wait for them."""
    wait_for = waiting.wait_for

    def wait(key: str, timeout_s: float) -> str | None:
        run_jobs()
        return wait_for(key, timeout_s)

    monkeypatch.setattr(waiting, "wait_for", wait)


def _upload(
    client: FlaskClient, url: str, headers: dict[str, str], data: bytes = PHOTO, **form: str
) -> TestResponse:
    # By hand: the client would put a large body into a file that it leaves open.
    parts = [f'name="{name}"\r\n\r\n{text}'.encode() for name, text in form.items()]
    parts.append(b'name="image"; filename="photo.jpg"\r\n\r\n' + data)
    body = b"".join(
        b"--boundary\r\nContent-Disposition: form-data; %s\r\n" % part for part in parts
    )
    return client.post(
        url,
        headers=headers,
        data=body + b"--boundary--\r\n",
        content_type="multipart/form-data; boundary=boundary",
    )


# ── adding ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_an_upload_answers_with_the_branded_image(
    client: FlaskClient, owner: Tenant, images_url: str, working: None, media_folder: Path
) -> None:
    response = _upload(client, images_url, owner.write, is_main="true", alt="Front view")
    assert response.status_code == 201
    image = response.json
    assert set(image) == {
        "id",
        "url",
        "is_main",
        "alt",
        "width",
        "height",
        "variants",
        "blurhash",
    }
    assert (image["is_main"], image["alt"]) == (True, "Front view")
    assert (image["width"], image["height"]) == (1000, 500)
    assert [each["width"] for each in image["variants"]] == [320, 640, 1000]
    assert image["variants"][-1]["url"] == image["url"]
    assert response.headers["Location"] == f"http://localhost{images_url}{image['id']}/"

    read = client.get(f"{images_url}{image['id']}/", headers=owner.read)
    assert read.json == image
    assert client.get(images_url, headers=owner.read).json == [image]
    for variant in image["variants"]:
        served = client.get(variant["url"], buffered=True)
        assert served.mimetype == "image/webp"
        with Image.open(BytesIO(served.data)) as picture:
            assert (picture.format, picture.width) == ("WEBP", variant["width"])


@pytest.mark.both
def test_an_image_by_url_is_fetched_and_hosted(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    working: None,
    media_folder: Path,
    photo_server: Callable[[bytes], str],
) -> None:
    response = client.post(
        images_url,
        headers=owner.write,
        json={"external_url": photo_server(PHOTO), "is_main": True, "alt": "Front view"},
    )
    assert response.status_code == 201
    assert response.json["url"].startswith("http://localhost/media/property_images/")
    assert client.get(response.json["url"], buffered=True).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/photo.jpg",
        "http://localhost/photo.jpg",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://example.com/photo.jpg",
        "file:///etc/passwd",
        "not a url",
    ],
)
def test_an_address_that_is_not_safe_is_refused(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    working: None,
    media_folder: Path,
    url: str,
) -> None:
    response = client.post(images_url, headers=owner.write, json={"external_url": url})
    assert response.status_code == 400
    [(field, [sentence])] = response.json.items()
    assert field == "external_url"
    assert sentence.endswith(".")
    assert client.get(images_url, headers=owner.read).json == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?php system($_GET['c']); ?>",
        b"\xff\xd8\xff\xe0<script>",
        PHOTO[:200],
        PHOTO[: len(PHOTO) // 2],
        b"GIF89a\xff\xff\x00\x09" + bytes(40),
        PHOTO + b"<?php system($_GET['c']); ?>",
        bytes(15 * 1024 * 1024 + 1),
    ],
    ids=["empty", "text", "svg", "php", "script", "head", "half", "bomb", "polyglot", "large"],
)
def test_what_is_no_usable_picture_is_refused_and_nothing_is_kept(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    working: None,
    media_folder: Path,
    run_jobs: Callable[[], None],
    data: bytes,
) -> None:
    response = _upload(client, images_url, owner.write, data)
    assert response.status_code == 400
    [(field, [sentence])] = response.json.items()
    assert field == "image"
    assert sentence.endswith(".")
    run_jobs()
    assert client.get(images_url, headers=owner.read).json == []
    assert [path for path in media_folder.rglob("*") if path.is_file()] == []


def test_the_type_is_found_from_the_bytes(
    client: FlaskClient, owner: Tenant, images_url: str, working: None, media_folder: Path
) -> None:
    body = {"image": (BytesIO(encoded(kind="PNG")), "photo.exe", "application/pdf")}
    assert client.post(images_url, headers=owner.write, data=body).status_code == 201


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({}, {"image": [ONE_NEEDED]}),
        ({"image": "photo.jpg"}, {"image": [NOT_A_FILE]}),
        ({"external_url": ""}, {"external_url": ["This field may not be blank."]}),
    ],
)
def test_a_form_without_an_image(
    client: FlaskClient, owner: Tenant, images_url: str, form: dict[str, str], errors: Any
) -> None:
    response = client.post(
        images_url, headers=owner.write, data=form, content_type="multipart/form-data"
    )
    assert (response.status_code, response.json) == (400, errors)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "image"),
        ({"image": "abc"}, "image"),
        ({"image": None}, "image"),
        ({"image": None, "external_url": None}, "image"),
        ({"image": None, "external_url": "ftp://example.com/a.jpg"}, "external_url"),
        ({"external_url": 5}, "external_url"),
        ({"external_url": "http://example.com/" + "a" * 2000}, "external_url"),
        ({"external_url": "http://example.com/a.jpg", "is_main": "true"}, "is_main"),
        ({"external_url": "http://example.com/a.jpg", "is_main": 1}, "is_main"),
        ({"external_url": "http://example.com/a.jpg", "alt": "a" * 301}, "alt"),
        ({"external_url": "http://example.com/a.jpg", "alt": "a\0"}, "alt"),
        ({"external_url": "http://example.com/a.jpg", "alt": "a\nb"}, "alt"),
        ({"external_url": "http://example.com/a.jpg", "color": "red"}, "color"),
    ],
)
def test_each_field_is_checked(
    client: FlaskClient, owner: Tenant, images_url: str, body: dict[str, Any], field: str
) -> None:
    response = client.post(images_url, headers=owner.write, json=body)
    assert response.status_code == 400
    assert list(response.json) == [field]


def test_a_file_and_a_url_are_one_too_many(
    client: FlaskClient, owner: Tenant, images_url: str, media_folder: Path
) -> None:
    response = _upload(client, images_url, owner.write, external_url="http://example.com/photo.jpg")
    assert (response.status_code, response.json) == (400, {"external_url": [ONLY_ONE]})


def test_two_files_are_one_too_many(
    client: FlaskClient, owner: Tenant, images_url: str, media_folder: Path
) -> None:
    body = {"image": [(BytesIO(PHOTO), "a.jpg"), (BytesIO(PHOTO), "b.jpg")]}
    response = client.post(images_url, headers=owner.write, data=body)
    assert (response.status_code, response.json) == (400, {"image": [ONE_AT_A_TIME]})


@pytest.mark.parametrize(
    ("word", "is_main"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("0", False)],
)
def test_a_forms_words_for_a_boolean(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    listing_id: int,
    working: None,
    media_folder: Path,
    word: str,
    is_main: bool,
) -> None:
    make_image(owner.id, listing_id, is_main=True)
    response = _upload(client, images_url, owner.write, is_main=word)
    assert response.json["is_main"] is is_main


def test_a_word_that_is_no_boolean(client: FlaskClient, owner: Tenant, images_url: str) -> None:
    response = _upload(client, images_url, owner.write, is_main="yes")
    assert (response.status_code, response.json) == (400, {"is_main": ["Must be a valid boolean."]})


def test_fifty_images_are_enough(
    client: FlaskClient, owner: Tenant, images_url: str, listing_id: int, media_folder: Path
) -> None:
    for position in range(50):
        make_image(owner.id, listing_id, position=position)
    response = _upload(client, images_url, owner.write)
    assert response.status_code == 400
    assert response.json == {"detail": "A listing has at most 50 images."}


def test_a_body_past_its_limit(client: FlaskClient, owner: Tenant, images_url: str) -> None:
    response = client.post(
        images_url,
        headers=owner.write,
        environ_overrides={"CONTENT_LENGTH": str(65 * 1024 * 1024)},
        input_stream=BytesIO(b"--x\r\n"),
        content_type="multipart/form-data; boundary=x",
    )
    assert response.status_code == 413
    assert list(response.json) == ["detail"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_another_kind_of_body(
    client: FlaskClient, owner: Tenant, images_url: str, content_type: str
) -> None:
    response = client.post(images_url, headers=owner.write, data=b"a=b", content_type=content_type)
    assert response.status_code == 415


@given(body=st.binary(max_size=300), boundary=st.sampled_from(["x", "", "y"]))
def test_a_broken_form_is_a_400(
    client: FlaskClient, owner: Tenant, images_url: str, body: bytes, boundary: str
) -> None:
    content_type = f"multipart/form-data; boundary={boundary}"
    framed = b"--x\r\nContent-Disposition: form-data; name=" + body + b"\r\n--x--\r\n"
    for each in (body, framed):
        response = client.post(
            images_url, headers=owner.write, data=each, content_type=content_type
        )
        assert response.status_code == 400


# ── when it takes longer ────────────────────────────────────────────────────────────────────


def test_a_client_that_asks_for_it_is_answered_at_once(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    run_jobs: Callable[[], None],
    media_folder: Path,
) -> None:
    response = _upload(client, images_url, {**owner.write, "Prefer": "respond-async"})
    assert response.status_code == 202
    assert response.headers["Preference-Applied"] == "respond-async"
    image_id = response.json["id"]
    assert response.json == {"id": image_id, "status": "processing"}
    location = response.headers["Location"]
    assert location == f"http://localhost{images_url}{image_id}/"
    assert client.get(location, headers=owner.read).json == response.json
    assert client.get(images_url, headers=owner.read).json == []

    run_jobs()
    assert client.get(location, headers=owner.read).json["is_main"] is True


def test_a_failure_can_be_asked_for_later(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    run_jobs: Callable[[], None],
    media_folder: Path,
) -> None:
    headers = {**owner.write, "Prefer": "respond-async"}
    location = _upload(client, images_url, headers, PHOTO[: len(PHOTO) // 2]).headers["Location"]
    run_jobs()
    failed = client.get(location, headers=owner.read)
    assert failed.status_code == 200
    assert set(failed.json) == {"id", "status", "detail"}
    assert failed.json["status"] == "failed"


def test_a_job_that_takes_longer_than_a_request_waits(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "wait_for", lambda *_: None)
    response = _upload(client, images_url, owner.write)
    assert response.status_code == 202
    assert response.json["status"] == "processing"
    assert "Preference-Applied" not in response.headers


def test_without_storage_it_is_a_503_and_then_works_again(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    working: None,
    media_folder: Path,
    without_storage: Any,
) -> None:
    with without_storage():
        response = _upload(client, images_url, owner.write)
    assert response.status_code == 503
    assert list(response.json) == ["detail"]
    assert _upload(client, images_url, owner.write).json["is_main"] is True


def test_without_redis_it_is_a_503_and_then_works_again(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    working: None,
    media_folder: Path,
    without_redis: Callable[[], AbstractContextManager[None]],
) -> None:
    with without_redis():
        response = _upload(client, images_url, owner.write)
    assert response.status_code == 503
    assert list(response.json) == ["detail"]
    assert _upload(client, images_url, owner.write).json["is_main"] is True


# ── changing and removing ───────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_another_image_becomes_main(
    client: FlaskClient, owner: Tenant, images_url: str, listing_id: int
) -> None:
    first = make_image(owner.id, listing_id, is_main=True)
    second = make_image(owner.id, listing_id)
    response = client.patch(f"{images_url}{second}/", headers=owner.write, json={"is_main": True})
    assert (response.status_code, response.json["is_main"]) == (200, True)
    shown = client.get(images_url, headers=owner.read).json
    assert [(each["id"], each["is_main"]) for each in shown] == [(second, True), (first, False)]


def test_alt_changes_and_null_clears_it(
    client: FlaskClient, owner: Tenant, images_url: str, listing_id: int
) -> None:
    url = f"{images_url}{make_image(owner.id, listing_id)}/"
    assert client.patch(url, headers=owner.write, json={"alt": "Back"}).json["alt"] == "Back"
    assert client.patch(url, headers=owner.write, json={}).json["alt"] == "Back"
    assert client.patch(url, headers=owner.write, json={"alt": None}).json["alt"] == ""
    assert client.get(url, headers=owner.read).json["alt"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"is_main": False}, "is_main"),
        ({"is_main": None}, "is_main"),
        ({"is_main": "true"}, "is_main"),
        ({"alt": 5}, "alt"),
        ({"alt": "a" * 301}, "alt"),
        ({"external_url": "http://example.com/a.jpg"}, "external_url"),
        ({"color": "red"}, "color"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    client: FlaskClient,
    owner: Tenant,
    images_url: str,
    listing_id: int,
    body: dict[str, Any],
    field: str,
) -> None:
    url = f"{images_url}{make_image(owner.id, listing_id, is_main=True)}/"
    before = client.get(url, headers=owner.read).json
    response = client.patch(url, headers=owner.write, json=body | {"id": 5})
    assert response.status_code == 400
    assert list(response.json) == [field]
    assert client.get(url, headers=owner.read).json == before


@pytest.mark.both
def test_a_removed_image_is_gone_and_the_next_is_main(
    client: FlaskClient, owner: Tenant, images_url: str, listing_id: int
) -> None:
    first = make_image(owner.id, listing_id, is_main=True)
    second = make_image(owner.id, listing_id, position=1)
    response = client.delete(f"{images_url}{first}/", headers=owner.write)
    assert (response.status_code, response.data) == (204, b"")
    assert client.delete(f"{images_url}{first}/", headers=owner.write).status_code == 404
    [left] = client.get(images_url, headers=owner.read).json
    assert (left["id"], left["is_main"]) == (second, True)


@pytest.mark.both
@pytest.mark.parametrize(
    ("review", "publish", "status"),
    [
        (ReviewStatus.DRAFT, PublishStatus.DRAFT, 204),
        (ReviewStatus.REJECTED, PublishStatus.DRAFT, 204),
        (ReviewStatus.ACCEPTED, PublishStatus.DRAFT, 204),
        (ReviewStatus.ACCEPTED, PublishStatus.TRASH, 204),
        (ReviewStatus.PENDING, PublishStatus.DRAFT, 409),
        (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT, 409),
        (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED, 409),
    ],
)
def test_a_stay_keeps_its_last_photo_while_somebody_looks_at_it(
    client: FlaskClient, owner: Tenant, review: ReviewStatus, publish: PublishStatus, status: int
) -> None:
    stay_id = make_stay(owner.id, review_status=review, publish_status=publish)
    url = f"{owner.properties}{stay_id}/images/"
    last = make_image(owner.id, stay_id, is_main=True)
    pending = make_image(owner.id, stay_id, status=ImageStatus.PROCESSING, position=1)
    assert client.delete(f"{url}{pending}/", headers=owner.write).status_code == 204
    response = client.delete(f"{url}{last}/", headers=owner.write)
    assert response.status_code == status
    if status == 409:
        assert response.json == {"detail": LastPhoto().message}
    assert len(client.get(url, headers=owner.read).json) == (status == 409)


@pytest.mark.parametrize("kind", [ListingType.RENT, ListingType.SALE])
def test_a_property_may_lose_its_last_image(
    client: FlaskClient, owner: Tenant, kind: ListingType
) -> None:
    listing_id = make_listing(owner.id, listing_type=kind)["id"]
    last = make_image(owner.id, listing_id, is_main=True)
    url = f"{owner.properties}{listing_id}/images/"
    assert client.delete(f"{url}{last}/", headers=owner.write).status_code == 204
    assert client.get(url, headers=owner.read).json == []


def test_an_image_is_only_found_at_its_own_listing(
    client: FlaskClient, owner: Tenant, images_url: str
) -> None:
    elsewhere = make_image(owner.id, make_listing(owner.id)["id"], is_main=True)
    for image_id in (elsewhere, 10**17, 0):
        url = f"{images_url}{image_id}/"
        assert client.get(url, headers=owner.read).status_code == 404
        assert client.patch(url, headers=owner.write, json={"alt": "x"}).status_code == 404
        assert client.delete(url, headers=owner.write).status_code == 404


def test_writes_need_a_key_that_may_write_and_a_listing_of_ones_own(
    client: FlaskClient, owner: Tenant, images_url: str, listing_id: int, media_folder: Path
) -> None:
    image_url = f"{images_url}{make_image(owner.id, listing_id, status=ImageStatus.READY)}/"
    for headers, status in (({}, 401), (owner.read, 403)):
        assert _upload(client, images_url, headers).status_code == status
        assert client.patch(image_url, headers=headers, json={}).status_code == status
        assert client.delete(image_url, headers=headers).status_code == status
    unknown = f"{owner.properties}999999/images/"
    assert _upload(client, unknown, owner.write).status_code == 404
    assert client.put(image_url, headers=owner.write, json={}).status_code == 405
