"""rebrand-images: everything anew, with a report."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.catalogue import image_service as images
from app.catalogue.image_service import NewImage
from app.media import service as media
from tests.factories import Tenant, make_listing
from tests.pictures import encoded


def test_every_image_is_made_anew(
    app: Flask, owner: Tenant, run_jobs: Callable[[], None], media_folder: Path
) -> None:
    listing_id = make_listing(owner.id)["id"]
    images.add_images(owner.id, listing_id, [NewImage(encoded())] * 2)
    run_jobs()
    before = {row["path"] for row in images.list_images(listing_id)}

    done = app.test_cli_runner().invoke(args=["rebrand-images"])

    assert done.exit_code == 0, done.output
    assert "2 images branded anew, 0 left as they are." in done.output
    assert before.isdisjoint(row["path"] for row in images.list_images(listing_id))


def test_what_cannot_be_made_anew_is_reported(
    app: Flask, owner: Tenant, run_jobs: Callable[[], None], media_folder: Path
) -> None:
    listing_id = make_listing(owner.id)["id"]
    images.add_images(owner.id, listing_id, [NewImage(encoded())] * 2)
    run_jobs()
    first, _ = images.list_images(listing_id)
    media.discard_original(first["original"])

    done = app.test_cli_runner().invoke(args=["rebrand-images"])

    assert done.exit_code == 2
    assert f"Image {first['id']} stays as it is: {media.INCOMPLETE}" in done.output
    assert "1 images branded anew, 1 left as they are." in done.output


def test_a_storage_that_is_away_is_a_sentence(
    app: Flask,
    owner: Tenant,
    run_jobs: Callable[[], None],
    media_folder: Path,
    change_settings: Callable[..., None],
) -> None:
    listing_id = make_listing(owner.id)["id"]
    images.add_images(owner.id, listing_id, [NewImage(encoded())])
    run_jobs()
    change_settings(storage_url="file:/nowhere/at/all")
    done = app.test_cli_runner().invoke(args=["rebrand-images"])
    assert done.exit_code == 1
    assert "Error: Files are not available at the moment." in done.output


def test_a_watermark_that_is_no_picture_stops_the_worker_with_a_sentence(
    app: Flask, tmp_path: Path, change_settings: Callable[..., None]
) -> None:
    (tmp_path / "logo.png").write_bytes(b"not a picture")
    change_settings(watermark_image=str(tmp_path / "logo.png"))
    done = app.test_cli_runner().invoke(args=["worker", "images"])
    assert done.exit_code == 1
    assert "Error: WATERMARK_IMAGE cannot be used:" in done.output
