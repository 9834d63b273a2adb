"""The list of a listing's images."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue.enums import ImageStatus, PublishStatus
from tests.factories import Tenant, make_image, make_listing


def _images(client: FlaskClient, owner: Tenant, listing_id: int) -> Any:
    return client.get(f"{owner.properties}{listing_id}/images/", headers=owner.read)


@pytest.fixture
def listing_id(owner: Tenant) -> int:
    make_image(owner.id, make_listing(owner.id)["id"])
    return make_listing(owner.id)["id"]


def test_a_listing_without_images_has_an_empty_array(
    client: FlaskClient, owner: Tenant, listing_id: int
) -> None:
    response = _images(client, owner, listing_id)
    assert (response.status_code, response.json) == (200, [])


@pytest.mark.both
def test_an_image_is_shown_with_its_address(
    client: FlaskClient, owner: Tenant, listing_id: int
) -> None:
    image_id = make_image(owner.id, listing_id, is_main=True)
    assert _images(client, owner, listing_id).json == [
        {
            "id": image_id,
            "url": "http://localhost/media/ug/property_images/photo.webp",
            "is_main": True,
            "alt": "Front view",
            "width": 1920,
            "height": 1080,
            "variants": [
                {"width": 640, "url": "http://localhost/media/ug/property_images/photo-640.webp"}
            ],
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        }
    ]


@pytest.mark.both
def test_the_main_image_comes_first_and_the_rest_by_position(
    client: FlaskClient, owner: Tenant, listing_id: int
) -> None:
    last = make_image(owner.id, listing_id, position=2)
    second = make_image(owner.id, listing_id, position=1)
    third = make_image(owner.id, listing_id, position=1)
    main = make_image(owner.id, listing_id, position=9, is_main=True)
    expected = [main, second, third, last]
    assert [image["id"] for image in _images(client, owner, listing_id).json] == expected
    listing = client.get(f"{owner.properties}{listing_id}/", headers=owner.read).json
    assert [image["id"] for image in listing["images"]] == expected


@pytest.mark.both
@pytest.mark.parametrize("status", [ImageStatus.PROCESSING, ImageStatus.FAILED])
def test_only_ready_images_are_shown(
    client: FlaskClient, owner: Tenant, listing_id: int, status: ImageStatus
) -> None:
    make_image(owner.id, listing_id, status=status)
    assert _images(client, owner, listing_id).json == []
    listing = client.get(f"{owner.properties}{listing_id}/", headers=owner.read).json
    assert listing["images"] == []


@pytest.mark.parametrize("status", list(PublishStatus))
def test_images_are_shown_whatever_the_listings_status(
    client: FlaskClient, owner: Tenant, status: PublishStatus
) -> None:
    listing_id = make_listing(owner.id, publish_status=status)["id"]
    make_image(owner.id, listing_id)
    assert len(_images(client, owner, listing_id).json) == 1


def test_the_images_are_those_of_the_listing(
    client: FlaskClient, owner: Tenant, listing_id: int
) -> None:
    make_image(owner.id, listing_id, alt='"Front" \\ \x01 view')
    listing = client.get(f"{owner.properties}{listing_id}/", headers=owner.read).json
    assert _images(client, owner, listing_id).json == listing["images"]
    assert listing["images"][0]["alt"] == '"Front" \\ \x01 view'


def test_an_image_that_was_never_measured_is_shown(
    client: FlaskClient, owner: Tenant, listing_id: int
) -> None:
    make_image(owner.id, listing_id, width=None, height=None, variants=[], blurhash="")
    [image] = _images(client, owner, listing_id).json
    assert (image["width"], image["variants"], image["blurhash"]) == (None, [], "")


def test_the_address_follows_the_host(client: FlaskClient, owner: Tenant, listing_id: int) -> None:
    make_image(owner.id, listing_id)
    response = client.get(
        f"{owner.properties}{listing_id}/images/",
        headers=owner.read,
        base_url="https://api.example",
    )
    assert response.json[0]["url"].startswith("https://api.example/media/")
