"""The images of a listing: added by a job, all or none, and always in order."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalogue import image_service as images
from app.catalogue import service as catalogue
from app.catalogue.enums import ImageStatus
from app.catalogue.errors import (
    ImageNotFound,
    ListingNotFound,
    MainImageNeeded,
    NotReady,
    TooManyImages,
    UnusableImages,
)
from app.catalogue.image_service import NewImage
from app.catalogue.models import Catalogue, Listing, ListingImage
from app.core import clock, outbox, queue
from app.core.db import session
from app.core.errors import Unavailable
from app.core.outbox import OutboxItem
from app.media import service as media
from tests.factories import Tenant, make_image, make_listing, make_tenant
from tests.pictures import draw, encoded
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both

RunJobs = Callable[[], None]
PICTURE = encoded()


@pytest.fixture
def listing_id(owner: Tenant) -> int:
    make_image(owner.id, make_listing(owner.id)["id"], is_main=True)
    listing_id: int = make_listing(owner.id)["id"]
    return listing_id


def _add(owner: Tenant, listing_id: int, *new: NewImage) -> list[int]:
    return images.add_images(owner.id, listing_id, new or [NewImage(PICTURE)])


def _rows(listing_id: int) -> list[ListingImage]:
    session.rollback()
    session.expire_all()
    return list(
        session.scalars(
            select(ListingImage)
            .where(ListingImage.listing_id == listing_id)
            .order_by(ListingImage.id)
        )
    )


def _main(listing_id: int) -> list[int]:
    return [row.id for row in _rows(listing_id) if row.is_main]


def _version(owner: Tenant) -> int:
    session.rollback()
    return session.scalars(select(Catalogue.version).where(Catalogue.owner_id == owner.id)).one()


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# ── adding ──────────────────────────────────────────────────────────────────────────────────


def test_an_upload_becomes_branded_files_and_the_main_image(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    version = _version(owner)
    [image_id] = _add(owner, listing_id, NewImage(PICTURE, alt="Front view"))
    [row] = _rows(listing_id)
    assert (row.status, row.is_main) == (ImageStatus.PROCESSING, False)
    assert _version(owner) == version

    run_jobs()

    [row] = _rows(listing_id)
    assert (row.id, row.status, row.is_main) == (image_id, ImageStatus.READY, True)
    assert (row.width, row.height, row.alt) == (800, 600, "Front view")
    assert [each["width"] for each in row.variants] == [320, 640, 800]
    assert row.variants[-1]["path"] == row.path
    assert len(row.blurhash) == 28
    assert _files(media_folder / "public") == {each["path"] for each in row.variants}
    assert media.read_original(row.original) == PICTURE
    assert _version(owner) == version + 1


def test_a_change_of_the_images_moves_the_listing(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    before = session.get(Listing, listing_id).updated_at  # type: ignore[union-attr]
    _add(owner, listing_id)
    run_jobs()
    session.rollback()
    session.expire_all()
    assert session.get(Listing, listing_id).updated_at > before  # type: ignore[union-attr]


def test_images_that_are_added_together_keep_their_order(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    first = _add(owner, listing_id)
    more = _add(owner, listing_id, *[NewImage(PICTURE) for _ in range(3)])
    run_jobs()
    assert [row["id"] for row in images.list_images(listing_id)] == [*first, *more]


def test_one_that_asks_for_it_becomes_main_in_place_of_the_other(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    _add(owner, listing_id)
    run_jobs()
    [second] = _add(owner, listing_id, NewImage(PICTURE, is_main=True))
    assert _main(listing_id) != [second]
    run_jobs()
    assert _main(listing_id) == [second]


def test_what_is_no_image_is_refused_before_anything_is_stored(
    owner: Tenant, listing_id: int, media_folder: Path
) -> None:
    with pytest.raises(UnusableImages) as refusal:
        _add(owner, listing_id, NewImage(PICTURE), NewImage(b"<?php echo 1;"))
    assert list(refusal.value.failures) == [1]
    assert _rows(listing_id) == []
    assert _files(media_folder) == set()


def test_an_address_that_is_never_fetched_is_refused_before_there_is_a_job(
    owner: Tenant, listing_id: int, media_folder: Path
) -> None:
    with pytest.raises(UnusableImages, match="public domain name"):
        _add(owner, listing_id, NewImage(url="http://127.0.0.1/photo.jpg"))
    assert _rows(listing_id) == []
    assert [queue.queue(name).job_ids for name in queue.QUEUES] == [[]] * len(queue.QUEUES)


def test_an_upload_waits_for_nobodys_server(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready: list[set[int]] = []

    def fetch(_url: str) -> bytes:
        ready.append({row.id for row in _rows(other_id) if row.status is ImageStatus.READY})
        return PICTURE

    monkeypatch.setattr(media, "fetch_picture", fetch)
    other = make_tenant()
    other_id = make_listing(other.id)["id"]
    fetched = [_add(owner, listing_id, NewImage(url="http://slow.com/a.jpg")) for _ in range(3)]
    [uploaded] = _add(other, other_id)
    run_jobs()
    # Before the first of them is asked for, the upload that came last is done.
    assert ready == [{uploaded}] * len(fetched)
    assert len(images.list_images(listing_id)) == len(fetched)


def test_one_bad_image_spoils_what_was_added_with_it(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    version = _version(owner)
    ids = _add(owner, listing_id, NewImage(PICTURE), NewImage(PICTURE[: len(PICTURE) // 2]))
    run_jobs()

    assert [row.status for row in _rows(listing_id)] == [ImageStatus.FAILED] * 2
    with pytest.raises(UnusableImages) as refusal:
        images.wait_for_images(owner.id, listing_id, ids)
    assert list(refusal.value.failures) == [1]
    run_jobs()
    assert _rows(listing_id) == []
    assert _files(media_folder) == set()
    assert _version(owner) == version


def test_an_owner_has_no_images_to_add_to_somebody_elses_listing(
    owner: Tenant, listing_id: int, media_folder: Path
) -> None:
    with pytest.raises(ListingNotFound):
        images.add_images(owner.id + 1, listing_id, [NewImage(PICTURE)])
    assert _files(media_folder) == set()


def test_fifty_images_and_no_more(owner: Tenant, listing_id: int, media_folder: Path) -> None:
    for position in range(48):
        make_image(owner.id, listing_id, position=position)
    make_image(owner.id, listing_id, status=ImageStatus.FAILED)
    with pytest.raises(TooManyImages):
        _add(owner, listing_id, *[NewImage(PICTURE)] * 3)
    _add(owner, listing_id, *[NewImage(PICTURE)] * 2)
    with pytest.raises(TooManyImages):
        _add(owner, listing_id)


def test_the_cap_holds_when_many_come_at_once(
    app: Flask, owner: Tenant, media_folder: Path
) -> None:
    for _ in rounds():
        listing_id = make_listing(owner.id)["id"]
        for position in range(47):
            make_image(owner.id, listing_id, position=position)

        def add(listing_id: int = listing_id) -> bool:
            with app.app_context():
                try:
                    _add(owner, listing_id)
                except TooManyImages:
                    return False
                return True

        assert sum(at_once([add] * 8)) == 3
        assert len(_rows(listing_id)) == 50


# ── when something is away ──────────────────────────────────────────────────────────────────


def test_without_storage_nothing_is_left_behind(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path, without_storage: Any
) -> None:
    with without_storage(), pytest.raises(Unavailable):
        _add(owner, listing_id)
    assert _rows(listing_id) == []
    run_jobs()
    [image_id] = _add(owner, listing_id)
    run_jobs()
    assert _main(listing_id) == [image_id]


def test_without_redis_nothing_is_left_behind(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    without_redis: Callable[[], AbstractContextManager[None]],
) -> None:
    with without_redis(), pytest.raises(Unavailable):
        _add(owner, listing_id)
    assert _rows(listing_id) == []
    _do_later(timedelta(minutes=1))
    run_jobs()
    assert _files(media_folder) == set()


def test_a_storage_that_goes_away_during_the_job_withdraws_what_somebody_waits_for(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path, without_storage: Any
) -> None:
    ids = _add(owner, listing_id)
    with without_storage():
        run_jobs()
    with pytest.raises(Unavailable):
        images.wait_for_images(owner.id, listing_id, ids)
    assert _rows(listing_id) == []
    run_jobs()
    assert _files(media_folder) == set()


def test_a_storage_that_goes_away_during_the_job_only_delays_what_nobody_waits_for(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path, without_storage: Any
) -> None:
    [image_id] = _add(owner, listing_id)
    with without_storage():
        run_jobs()
    assert [row.status for row in _rows(listing_id)] == [ImageStatus.PROCESSING]
    _do_later(timedelta(minutes=1))
    run_jobs()
    assert _main(listing_id) == [image_id]


def test_an_upload_that_was_interrupted_fails_in_the_end(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: object) -> None:
        raise Killed

    monkeypatch.setattr(media, "keep_original", die)
    with pytest.raises(Killed):
        _add(owner, listing_id)
    assert [row.status for row in _rows(listing_id)] == [ImageStatus.PROCESSING]

    _do_later(images.UPLOAD_TIME + timedelta(minutes=1))
    run_jobs()
    [row] = _rows(listing_id)
    assert (row.status, row.failure) == (ImageStatus.FAILED, media.INCOMPLETE)


def _do_later(wait: timedelta) -> None:
    """Do the work that is due so much later."""
    with pytest.MonkeyPatch.context() as patch:
        later = clock.now() + wait
        patch.setattr(clock, "now", lambda: later)
        session.rollback()
        due = session.scalars(select(OutboxItem.id).where(OutboxItem.due_at <= later)).all()
        for row_id in due:
            outbox.deliver(row_id)


# ── the job ─────────────────────────────────────────────────────────────────────────────────


def test_a_job_that_died_and_runs_again_makes_the_same_files(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _add(owner, listing_id)
    with monkeypatch.context() as patch:
        # All files are made, and the row is not changed.
        patch.setattr(images, "_finish", lambda *_args: (_ for _ in ()).throw(MemoryError()))
        run_jobs()
    made = _files(media_folder)
    assert [row.status for row in _rows(listing_id)] == [ImageStatus.PROCESSING]

    _do_later(timedelta(minutes=1))
    [row] = _rows(listing_id)
    assert row.status is ImageStatus.READY
    assert _files(media_folder) == made


def test_an_image_that_was_deleted_meanwhile_leaves_no_file(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [image_id] = _add(owner, listing_id)
    publish = media.publish

    def publish_late(path: str, data: bytes) -> media.Published:
        images.delete_image(owner.id, listing_id, image_id)
        run_discards()
        return publish(path, data)

    def run_discards() -> None:
        for item in session.scalars(select(OutboxItem.id)).all():
            session.rollback()
            outbox.deliver(item)

    monkeypatch.setattr(media, "publish", publish_late)
    run_jobs()
    run_jobs()
    assert _rows(listing_id) == []
    assert _files(media_folder) == set()


def test_an_image_of_a_listing_that_was_deleted_meanwhile_leaves_no_file(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    _add(owner, listing_id)
    catalogue.delete_listing(owner.id, listing_id)
    run_jobs()
    assert _rows(listing_id) == []
    assert _files(media_folder) == set()


def test_what_never_succeeds_fails_after_an_hour(
    owner: Tenant, listing_id: int, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(owner, listing_id)
    monkeypatch.setattr(media, "publish", lambda *_args: (_ for _ in ()).throw(OSError()))
    _do_later(timedelta(minutes=1))
    assert [row.status for row in _rows(listing_id)] == [ImageStatus.PROCESSING]
    _do_later(timedelta(hours=2))
    [row] = _rows(listing_id)
    assert (row.status, row.failure) == (ImageStatus.FAILED, images.GIVEN_UP)


def test_an_image_that_takes_too_long_is_refused(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = _add(owner, listing_id)
    monkeypatch.setattr(media, "publish", lambda *_: (_ for _ in ()).throw(queue.JobTimeout()))
    run_jobs()
    with pytest.raises(UnusableImages, match="too long"):
        images.wait_for_images(owner.id, listing_id, ids)


def test_ten_at_once_are_all_branded_and_one_is_main(
    app: Flask, owner: Tenant, media_folder: Path
) -> None:
    for _ in rounds():
        listing_id = make_listing(owner.id)["id"]
        new: Sequence[NewImage] = [NewImage(encoded(draw(40, 30)), is_main=True)] * 10

        def add(image: NewImage, listing_id: int = listing_id) -> None:
            with app.app_context():
                _add(owner, listing_id, image)

        at_once([lambda image=image: add(image) for image in new])  # type: ignore[misc]
        jobs = [job.args[0] for job in queue.queue(queue.IMAGES).jobs]

        def deliver(row_id: int) -> None:
            with app.app_context():
                outbox.deliver(row_id)

        at_once([lambda row_id=row_id: deliver(row_id) for row_id in jobs])  # type: ignore[misc]
        queue.queue(queue.IMAGES).empty()
        rows = _rows(listing_id)
        assert [row.status for row in rows] == [ImageStatus.READY] * 10
        assert len(_main(listing_id)) == 1
        assert sorted(row.position for row in rows) == list(range(10))


# ── changing ────────────────────────────────────────────────────────────────────────────────


def test_setting_the_main_image_demotes_the_other(owner: Tenant, listing_id: int) -> None:
    make_image(owner.id, listing_id, is_main=True)
    second = make_image(owner.id, listing_id)
    version = _version(owner)
    assert images.update_image(owner.id, listing_id, second, {"is_main": True})["is_main"]
    assert _main(listing_id) == [second]
    assert _version(owner) == version + 1


def test_a_change_of_nothing_moves_nothing(owner: Tenant, listing_id: int) -> None:
    image_id = make_image(owner.id, listing_id, is_main=True, alt="Front")
    version = _version(owner)
    images.update_image(owner.id, listing_id, image_id, {"is_main": True, "alt": "Front"})
    images.update_image(owner.id, listing_id, image_id, {})
    assert _version(owner) == version
    images.update_image(owner.id, listing_id, image_id, {"alt": "Back"})
    assert _version(owner) == version + 1


def test_the_main_image_can_only_be_replaced(owner: Tenant, listing_id: int) -> None:
    image_id = make_image(owner.id, listing_id, is_main=True)
    other = make_image(owner.id, listing_id)
    with pytest.raises(MainImageNeeded):
        images.update_image(owner.id, listing_id, image_id, {"is_main": False, "alt": "x"})
    assert not images.update_image(owner.id, listing_id, other, {"is_main": False})["is_main"]
    assert [row.alt for row in _rows(listing_id)] == ["Front view"] * 2


@pytest.mark.parametrize("status", [ImageStatus.PROCESSING, ImageStatus.FAILED])
def test_only_a_ready_image_can_be_main(
    owner: Tenant, listing_id: int, status: ImageStatus
) -> None:
    image_id = make_image(owner.id, listing_id, status=status)
    version = _version(owner)
    with pytest.raises(NotReady):
        images.update_image(owner.id, listing_id, image_id, {"is_main": True})
    images.update_image(owner.id, listing_id, image_id, {"alt": "Back"})
    assert _rows(listing_id)[0].alt == "Back"
    assert _version(owner) == version


def test_one_image_stays_main_under_concurrent_changes(app: Flask, owner: Tenant) -> None:
    for _ in rounds():
        listing_id = make_listing(owner.id)["id"]
        ids = [make_image(owner.id, listing_id, is_main=number == 0) for number in range(6)]

        def promote(image_id: int, listing_id: int = listing_id) -> None:
            with app.app_context():
                images.update_image(owner.id, listing_id, image_id, {"is_main": True})

        def delete(image_id: int, listing_id: int = listing_id) -> None:
            with app.app_context():
                images.delete_image(owner.id, listing_id, image_id)

        at_once(
            [lambda each=each: promote(each) for each in ids[3:]]  # type: ignore[misc]
            + [lambda each=each: delete(each) for each in ids[:3]]  # type: ignore[misc]
        )
        assert len(_main(listing_id)) == 1
        assert [row.id for row in _rows(listing_id)] == ids[3:]


# ── deleting ────────────────────────────────────────────────────────────────────────────────


def test_deleting_the_main_image_promotes_the_next(owner: Tenant, listing_id: int) -> None:
    main = make_image(owner.id, listing_id, is_main=True)
    last = make_image(owner.id, listing_id, position=2)
    make_image(owner.id, listing_id, position=0, status=ImageStatus.PROCESSING)
    following = make_image(owner.id, listing_id, position=1)
    images.delete_image(owner.id, listing_id, last)
    assert _main(listing_id) == [main]
    images.delete_image(owner.id, listing_id, main)
    assert _main(listing_id) == [following]
    images.delete_image(owner.id, listing_id, following)
    assert _main(listing_id) == []


def test_files_go_after_the_row_and_only_then(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    [image_id] = _add(owner, listing_id)
    run_jobs()
    version = _version(owner)
    images.delete_image(owner.id, listing_id, image_id)
    assert _version(owner) == version + 1
    assert len(_files(media_folder)) == 4
    run_jobs()
    assert _files(media_folder) == set()


def test_a_deleted_listing_takes_its_images_along(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    _add(owner, listing_id)
    run_jobs()
    catalogue.delete_listing(owner.id, listing_id)
    run_jobs()
    assert _rows(listing_id) == []
    assert _files(media_folder) == set()


def test_somebody_elses_image_is_unknown(owner: Tenant, listing_id: int) -> None:
    image_id = make_image(owner.id, listing_id, is_main=True)
    other_listing = make_listing(owner.id)["id"]
    with pytest.raises(ImageNotFound):
        images.get_image(other_listing, image_id)
    with pytest.raises(ImageNotFound):
        images.update_image(owner.id, other_listing, image_id, {"alt": "x"})
    with pytest.raises(ImageNotFound):
        images.delete_image(owner.id, other_listing, image_id)
    with pytest.raises(ListingNotFound):
        images.delete_image(owner.id + 1, listing_id, image_id)
    with pytest.raises(ImageNotFound):
        images.get_image(listing_id, 10**17)
    assert _main(listing_id) == [image_id]


def test_a_failed_image_is_forgotten_after_a_day(
    owner: Tenant, listing_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    old = make_image(owner.id, listing_id, status=ImageStatus.FAILED, processed_at=now)
    ready = make_image(owner.id, listing_id, processed_at=now - timedelta(days=30))
    images.sweep_failed_images()
    assert [row.id for row in _rows(listing_id)] == [old, ready]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=24, seconds=1))
    images.sweep_failed_images()
    assert [row.id for row in _rows(listing_id)] == [ready]


# ── branding everything anew ────────────────────────────────────────────────────────────────


def _rebrand() -> tuple[int, list[images.Rebranded]]:
    started_at, left = images.begin_rebranding()
    return left, list(images.rebrand_images(started_at))


def test_every_image_is_made_anew_under_a_new_name(
    owner: Tenant,
    listing_id: int,
    run_jobs: RunJobs,
    media_folder: Path,
    change_settings: Callable[..., None],
) -> None:
    ids = _add(owner, listing_id, NewImage(PICTURE), NewImage(encoded(draw(400, 300))))
    run_jobs()
    before = [(row.path, row.original) for row in _rows(listing_id)]
    files = _files(media_folder / "public")
    version = _version(owner)
    change_settings(watermark_text="Another brand")

    left, done = _rebrand()

    assert left == 2
    assert done == [images.Rebranded(each) for each in ids]
    after = _rows(listing_id)
    assert {path for path, _ in before}.isdisjoint(row.path for row in after)
    assert [original for _, original in before] == [row.original for row in after]
    assert [row.is_main for row in after] == [True, False]
    assert _version(owner) == version + 2
    assert files < _files(media_folder / "public")
    _do_later(images.KEEP_OLD_BRAND + timedelta(minutes=1))
    assert files.isdisjoint(_files(media_folder / "public"))
    assert {each["path"] for row in after for each in row.variants} == _files(
        media_folder / "public"
    )


def test_an_interrupted_run_goes_on_where_it_ended(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    ids = _add(owner, listing_id, *[NewImage(PICTURE)] * 3)
    run_jobs()
    started_at, left = images.begin_rebranding()
    assert left == 3
    assert next(images.rebrand_images(started_at)).image_id == ids[0]

    left, done = _rebrand()
    assert left == 2
    assert [each.image_id for each in done] == ids[1:]
    # And the next run is one of its own.
    assert _rebrand()[0] == 3


def test_an_image_whose_original_is_gone_stays_as_it_is(
    owner: Tenant, listing_id: int, run_jobs: RunJobs, media_folder: Path
) -> None:
    [image_id] = _add(owner, listing_id)
    run_jobs()
    [row] = _rows(listing_id)
    path = row.path
    media.discard_original(row.original)
    _, [done] = _rebrand()
    assert (done.image_id, done.problem) == (image_id, media.INCOMPLETE)
    assert _rows(listing_id)[0].path == path
