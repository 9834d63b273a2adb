"""Storage: the same behaviour from a folder and from a bucket."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import obstore
import pytest
from flask import Flask
from obstore.store import S3Store

from app.adapters import storage
from app.adapters.storage import FileMissing, StorageAway, StoredFile
from tests import s3
from tests.threads import at_once

NAME = "property_images/11111111-2222-3333-4444-555555555555.webp"
TYPE = "image/webp"


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with s3.running_bucket() as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def stored(
    request: pytest.FixtureRequest,
    app: Flask,
    media_folder: Path,
    change_settings: Callable[..., None],
) -> None:
    """Keep files in a folder, and then in a bucket."""
    if request.param == "bucket":
        change_settings(storage_url=request.getfixturevalue("bucket"))


def _content(file: StoredFile) -> bytes:
    return file.local_path.read_bytes() if file.local_path else file.content


def test_what_is_put_is_read_and_opened(stored: None) -> None:
    data = os.urandom(700_000)
    storage.public().put(NAME, data, TYPE)
    assert storage.public().read(NAME) == data
    assert _content(storage.public().open(NAME)) == data


def test_the_last_content_counts(stored: None) -> None:
    storage.public().put(NAME, b"first", TYPE)
    storage.public().put(NAME, b"second", TYPE)
    assert storage.public().read(NAME) == b"second"


def test_what_is_not_there_is_missing(stored: None) -> None:
    for call in (storage.private().read, storage.private().open):
        with pytest.raises(FileMissing):
            call("originals/nobody")


def test_the_areas_know_nothing_of_each_other(stored: None) -> None:
    storage.private().put("originals/a", b"private", TYPE)
    with pytest.raises(FileMissing):
        storage.public().read("originals/a")
    storage.public().delete("originals/a")
    assert storage.private().read("originals/a") == b"private"


def test_what_is_deleted_is_missing_and_deleting_it_again_is_no_error(stored: None) -> None:
    storage.public().put(NAME, b"data", TYPE)
    storage.public().delete(NAME, "property_images/other.webp")
    storage.public().delete(NAME)
    with pytest.raises(FileMissing):
        storage.public().read(NAME)


@pytest.mark.parametrize(
    "path",
    ["../private/a", "a/../../private/a", "/etc/passwd", "a//b", "", ".", "a\0", "a\nb", "ä", "a/"],
)
def test_no_name_leads_out_of_its_area(stored: None, path: str) -> None:
    storage.private().put("a", b"private", TYPE)
    for call in (storage.public().read, storage.public().open, storage.public().delete):
        with pytest.raises(FileMissing):
            call(path)
    with pytest.raises(FileMissing):
        storage.public().put(path, b"", TYPE)


def test_many_writers_of_one_name_leave_one_whole_file(app: Flask, stored: None) -> None:
    contents = [bytes([number]) * 100_000 for number in range(6)]

    def put(data: bytes) -> None:
        with app.app_context():
            storage.public().put(NAME, data, TYPE)

    at_once([lambda data=data: put(data) for data in contents])  # type: ignore[misc]
    assert storage.public().read(NAME) in contents


# ── folders ─────────────────────────────────────────────────────────────────────────────────


def test_files_are_nobody_elses_business(app: Flask, media_folder: Path) -> None:
    storage.private().put("originals/a", b"data", TYPE)
    file = media_folder / "private" / "originals" / "a"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


@pytest.fixture(params=["unnamed", "named"])
def _drafts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write as systems do that know unnamed files, and as the others do."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)


@pytest.mark.usefixtures("_drafts")
def test_a_file_takes_the_place_of_another(app: Flask, media_folder: Path) -> None:
    for data in (b"first", b"second"):
        storage.public().put(NAME, data, TYPE)
    [file] = [path for path in media_folder.rglob("*") if path.is_file()]
    assert file.read_bytes() == b"second"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("_drafts")
def test_a_file_that_could_not_be_written_leaves_nothing(
    app: Flask, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageAway):
        storage.public().put(NAME, b"data", TYPE)
    assert [path for path in media_folder.rglob("*") if path.is_file()] == []


def test_a_folder_that_is_not_mounted_is_not_made(
    app: Flask, tmp_path: Path, change_settings: Callable[..., None]
) -> None:
    change_settings(storage_url=f"file:{tmp_path / 'not mounted'}")
    with pytest.raises(StorageAway):
        storage.public().put(NAME, b"data", TYPE)
    with pytest.raises(StorageAway):
        storage.public().open(NAME)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "not mounted").mkdir()
    storage.public().put(NAME, b"data", TYPE)
    assert storage.public().read(NAME) == b"data"


def test_a_folder_that_is_away_and_back(
    app: Flask, media_folder: Path, without_storage: Callable[[], AbstractContextManager[None]]
) -> None:
    storage.public().put(NAME, b"data", TYPE)
    with without_storage():
        store = storage.public()
        for call in (store.read, store.open, store.delete):
            with pytest.raises(StorageAway):
                call(NAME)
        with pytest.raises(StorageAway):
            store.put(NAME, b"data", TYPE)
        assert storage.check() == "The storage takes no files; look at STORAGE_URL."
    assert storage.public().read(NAME) == b"data"
    assert storage.check() is None


# ── buckets ─────────────────────────────────────────────────────────────────────────────────


def test_objects_stand_below_the_prefix_and_say_what_they_are(
    app: Flask, bucket: str, change_settings: Callable[..., None]
) -> None:
    change_settings(storage_url=bucket)
    storage.public().put(NAME, b"data", TYPE)
    url = urlsplit(bucket)
    plain = S3Store(
        url.hostname or "",
        config={
            "endpoint": url.query.removeprefix("endpoint="),
            "access_key_id": "key",
            "secret_access_key": "secret/key",
        },
        client_options={"allow_http": True},
    )
    found = obstore.get(plain, f"some/prefix/public/{NAME}")
    assert bytes(found.bytes()) == b"data"
    assert found.attributes["Content-Type"] == TYPE
    assert found.attributes["Cache-Control"] == storage.FOREVER


def test_a_bucket_that_is_away(app: Flask, change_settings: Callable[..., None]) -> None:
    with s3.running_bucket() as url:
        change_settings(storage_url=url)
        storage.public().put(NAME, b"data", TYPE)
        assert storage.check() is None
    store = storage.public()
    for call in (store.read, store.open, store.delete):
        with pytest.raises(StorageAway):
            call(NAME)
    with pytest.raises(StorageAway):
        store.put(NAME, b"data", TYPE)
    assert storage.check() is not None


def test_a_bucket_that_does_not_exist(
    app: Flask, bucket: str, change_settings: Callable[..., None]
) -> None:
    change_settings(storage_url=bucket.replace("@bucket-", "@nobodys-"))
    with pytest.raises(StorageAway):
        storage.public().put(NAME, b"data", TYPE)
