"""The images of a listing: adding them through a job, and keeping the set in order.

The row comes first and the files after it, then a job makes of them what is shown. Whatever
dies in between, every file belongs to a row, and every row comes to an end: ready, failed or
gone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from app.catalogue import image_repository, repository
from app.catalogue.enums import ImageStatus
from app.catalogue.errors import (
    ImageNotFound,
    LastPhoto,
    ListingNotFound,
    MainImageNeeded,
    NotReady,
    TooManyImages,
    UnusableImages,
)
from app.catalogue.image_repository import Row
from app.catalogue.lifecycle import keeps_photos
from app.catalogue.limits import MAX_ID, MAX_IMAGES
from app.catalogue.revision_service import mark_changed
from app.core import clock, outbox, queue, waiting
from app.core.db import transaction
from app.core.errors import Invalid, NotFound, Unavailable
from app.core.settings import current_settings
from app.media import service as media
from app.media.service import Published

PROCESS = "catalogue.process_images"
# The same where something is fetched first, and somebody else decides how long that takes.
FETCH = "catalogue.fetch_images"
DISCARD = "catalogue.discard_files"

# An upload that was not stored by then never will be: its job finds nothing, and says so.
UPLOAD_TIME = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=1)
KEEP_FAILED = timedelta(hours=24)
# Pages that consumers hold show the old names until they look again.
KEEP_OLD_BRAND = timedelta(days=1)
REBRAND_BATCH = 100

SETTLED, AWAY = "settled", "away"
UNAVAILABLE = "Images cannot be stored at the moment. Please try again shortly."
GIVEN_UP = "This image could not be processed. Please send it again."
TOO_SLOW = "This image takes too long to be processed."
SPOILED = "Another image of the same upload could not be used."


@dataclass(frozen=True, slots=True)
class NewImage:
    """An image to add: its bytes or where to fetch them, exactly one of the two."""

    data: bytes | None = None
    url: str | None = None
    alt: str = ""
    is_main: bool = False


# ── adding ──────────────────────────────────────────────────────────────────────────────────


def add_images(owner_id: int, listing_id: int, new: Sequence[NewImage]) -> list[int]:
    """Accept images for a listing, all or none; return their ids. A job makes them ready.

    The first one of a listing becomes its main one, and so does one that asks for it.

    :raises ListingNotFound: when the owner has no such listing.
    :raises TooManyImages: when the listing would have more than 50.
    :raises UnusableImages: when one of them cannot be an image at all.
    :raises Unavailable: when the storage or the queue is away; then nothing is left behind.
    """
    _raise_unless_images(new)
    now = clock.now()
    topic = PROCESS if all(image.url is None for image in new) else FETCH
    names = [str(uuid4()) for _ in new]
    originals = [media.original_path(name) for name in names]
    with transaction():
        repository.lock_listing(owner_id, listing_id)
        count, position = image_repository.count_places(listing_id)
        if count + len(new) > MAX_IMAGES:
            raise TooManyImages(MAX_IMAGES)
        image_ids = image_repository.add_images(
            [
                {
                    "listing_id": listing_id,
                    "status": ImageStatus.PROCESSING,
                    "position": position + number,
                    "wants_main": image.is_main,
                    "alt": image.alt,
                    "path": media.public_path(name),
                    "original": original,
                    "variants": [],
                    "created_at": now,
                }
                for number, (image, name, original) in enumerate(
                    zip(new, names, originals, strict=True)
                )
            ]
        )
        urls = {str(each): image.url for each, image in zip(image_ids, new, strict=True)}
        work = {"owner_id": owner_id, "listing_id": listing_id, "urls": urls}
        work_id = outbox.post(topic, work, after=UPLOAD_TIME)
    try:
        for image, original in zip(new, originals, strict=True):
            if image.data is not None:
                media.keep_original(original, image.data)
        if not outbox.release(topic, work_id):
            raise Unavailable(UNAVAILABLE)
    except Exception:
        _withdraw(owner_id, listing_id, image_ids)
        raise
    return image_ids


def wait_for_images(owner_id: int, listing_id: int, image_ids: Sequence[int]) -> list[Row]:
    """Wait for the job of images that were added together; return their rows.

    They are `ready`, or still `processing` when it takes longer than a request may wait.

    :raises UnusableImages: when one of them cannot be used; then none of them is kept.
    :raises Unavailable: when the storage is away; then none of them is kept.
    """
    outcome = waiting.wait_for(_announced_as(image_ids), current_settings().image_wait_s)
    if outcome == AWAY:
        _withdraw(owner_id, listing_id, image_ids)
        raise Unavailable(UNAVAILABLE)
    rows = image_repository.find_images(listing_id, image_ids)
    failures = {
        image_ids.index(row["id"]): row["failure"]
        for row in rows
        if row["status"] is ImageStatus.FAILED
    }
    if failures:
        with transaction():
            image_repository.delete_images(image_ids)
        told = {place: reason for place, reason in failures.items() if reason != SPOILED}
        raise UnusableImages(told or failures)
    return rows


def _raise_unless_images(new: Sequence[NewImage]) -> None:
    """Refuse at once what the bytes or the URL give away, before anything is stored."""
    failures = {}
    for place, image in enumerate(new):
        try:
            if image.data is not None:
                media.check_upload(image.data)
            elif image.url is not None:
                media.check_url(image.url)
        except Invalid as refusal:
            failures[place] = refusal.message
    if failures:
        raise UnusableImages(failures)


def _withdraw(owner_id: int, listing_id: int, image_ids: Sequence[int]) -> None:
    """Take back images whose upload could not be finished."""
    with transaction():
        rows = [
            row
            for row in image_repository.find_images(listing_id, image_ids)
            if row["status"] is ImageStatus.PROCESSING
        ]
        image_repository.delete_images([row["id"] for row in rows])
        _discard(rows)


# ── the job ─────────────────────────────────────────────────────────────────────────────────


def _give_up(payload: dict[str, Any]) -> None:
    rows = _waiting(payload)
    _fail(rows, dict.fromkeys([row["id"] for row in rows], GIVEN_UP))
    _announce(payload, SETTLED)


@outbox.handler(PROCESS, to=queue.IMAGES, give_up_after=GIVE_UP_AFTER, give_up=_give_up)
@outbox.handler(FETCH, to=queue.FETCHES, give_up_after=GIVE_UP_AFTER, give_up=_give_up)
def process_images(payload: dict[str, Any]) -> None:
    """Fetch, brand and store the images that were added together (the outbox job).

    Done again it makes the same files under the same names.
    """
    made: dict[int, Published] = {}
    failures: dict[int, str] = {}
    rows = _waiting(payload)
    try:
        for row in rows:
            try:
                made[row["id"]] = _make(row, payload["urls"][str(row["id"])])
            except Invalid as refusal:
                failures[row["id"]] = refusal.message
            except queue.JobTimeout:
                failures[row["id"]] = TOO_SLOW
                break
    except Unavailable:
        _announce(payload, AWAY)
        raise
    if failures:
        _fail(rows, failures)
    else:
        _finish(payload["owner_id"], payload["listing_id"], rows, made)
    _announce(payload, SETTLED)


def _waiting(payload: dict[str, Any]) -> list[Row]:
    image_ids = [int(each) for each in payload["urls"]]
    with transaction():
        found = image_repository.find_images(payload["listing_id"], image_ids)
    return [row for row in found if row["status"] is ImageStatus.PROCESSING]


def _make(row: Row, url: str | None) -> Published:
    data = media.read_original(row["original"]) if url is None else media.fetch_picture(url)
    published = media.publish(row["path"], data)
    if url is not None:
        media.keep_original(row["original"], data)
    return published


def _finish(
    owner_id: int, listing_id: int, rows: Sequence[Row], made: Mapping[int, Published]
) -> None:
    """Show the images that are still wanted; what was made of the others goes away."""
    now = clock.now()
    with transaction():
        wanted = _still_waiting(owner_id, listing_id, rows)
        gone = [row for row in rows if row["id"] not in {each["id"] for each in wanted}]
        _discard(gone)
        for row in wanted:
            changes = made[row["id"]].columns() | {"status": ImageStatus.READY}
            image_repository.update_image(row["id"], changes | {"processed_at": now})
        if wanted:
            _choose_main(listing_id, next((row for row in wanted if row["wants_main"]), None))
            _touch(owner_id, listing_id, now)


def _still_waiting(owner_id: int, listing_id: int, rows: Sequence[Row]) -> list[Row]:
    try:
        repository.lock_listing(owner_id, listing_id)
    except ListingNotFound:
        return []
    found = image_repository.find_images(listing_id, [row["id"] for row in rows])
    return [row for row in found if row["status"] is ImageStatus.PROCESSING]


def _fail(rows: Sequence[Row], failures: Mapping[int, str]) -> None:
    now = clock.now()
    with transaction():
        for row in rows:
            reason = failures.get(row["id"], SPOILED)
            image_repository.update_image(
                row["id"],
                {"status": ImageStatus.FAILED, "failure": reason, "processed_at": now},
            )
        _discard(rows)


def _announce(payload: dict[str, Any], outcome: str) -> None:
    waiting.announce(_announced_as([int(each) for each in payload["urls"]]), outcome)


def _announced_as(image_ids: Sequence[int]) -> str:
    return f"images:{','.join(map(str, sorted(image_ids)))}"


# ── reading and changing ────────────────────────────────────────────────────────────────────


def get_image(listing_id: int, image_id: int) -> Row:
    """Return one image of a listing, in whatever status.

    :raises ImageNotFound: when the listing has no such image.
    """
    found = image_repository.find_images(listing_id, [image_id]) if image_id <= MAX_ID else []
    if not found:
        raise ImageNotFound
    return found[0]


def list_images(listing_id: int) -> list[Row]:
    """Return a listing's ready images, the main one first."""
    return image_repository.ready_images([listing_id])[listing_id]


def update_image(owner_id: int, listing_id: int, image_id: int, changes: dict[str, Any]) -> Row:
    """Set `alt`, `is_main` or `position` of an image; return its row.

    A position is a place among the listing's images, from 0: the others make room, and past the
    end is the end. A change of nothing moves no version.

    :raises ListingNotFound, ImageNotFound: when the owner has no such listing or image.
    :raises MainImageNeeded: when the main image shall not be it any more.
    :raises NotReady: when an image that is not ready shall be the main one, or a failed one moved.
    """
    with transaction():
        repository.lock_listing(owner_id, listing_id)
        row = get_image(listing_id, image_id)
        becomes_main = changes.get("is_main", row["is_main"])
        if row["is_main"] and not becomes_main:
            raise MainImageNeeded
        if becomes_main and row["status"] is not ImageStatus.READY:
            raise NotReady
        if changes.get("alt", row["alt"]) != row["alt"]:
            image_repository.update_image(image_id, {"alt": changes["alt"]})
        if becomes_main and not row["is_main"]:
            image_repository.set_main(listing_id, image_id)
        has_moved = "position" in changes and _move(row, changes["position"])
        changed = get_image(listing_id, image_id)
        if has_moved or (changed != row and row["status"] is ImageStatus.READY):
            _touch(owner_id, listing_id, clock.now())
    return changed


def delete_image(owner_id: int, listing_id: int, image_id: int) -> None:
    """Take an image off its listing; of the others the next one becomes main.

    Its files go once the row is gone.

    :raises ListingNotFound, ImageNotFound: when the owner has no such listing or image.
    :raises LastPhoto: when guests or staff would look at a stay without any.
    """
    with transaction():
        listing = repository.lock_listing(owner_id, listing_id)
        row = get_image(listing_id, image_id)
        is_last = [each["id"] for each in list_images(listing_id)] == [image_id]
        if is_last and keeps_photos((listing["review_status"], listing["publish_status"])):
            raise LastPhoto
        image_repository.delete_images([image_id])
        _discard([row])
        if row["status"] is ImageStatus.READY:
            _choose_main(listing_id)
            _touch(owner_id, listing_id, clock.now())


def remove_images(listing_id: int) -> None:
    """Delete every image of a listing that is being deleted, and with them their files."""
    with transaction():
        rows = image_repository.list_all(listing_id)
        image_repository.delete_images([row["id"] for row in rows])
        _discard(rows)


def sweep_failed_images() -> None:
    """Forget failed images that nobody needs to ask about any more."""
    with transaction():
        image_repository.delete_failed_before(clock.now() - KEEP_FAILED)


@outbox.handler(DISCARD, to=queue.IMAGES)
def discard_files(payload: dict[str, Any]) -> None:
    """Delete files that no row names any more (the outbox job)."""
    for path in payload["public"]:
        media.discard_public(path)
    for path in payload["originals"]:
        media.discard_original(path)


def _discard(rows: Sequence[Row]) -> None:
    if rows:
        outbox.post(
            DISCARD,
            {
                "public": [row["path"] for row in rows],
                "originals": [row["original"] for row in rows],
            },
        )


def _move(row: Row, position: int) -> bool:
    if row["status"] is ImageStatus.FAILED:
        raise NotReady("position")
    return image_repository.move_image(row["listing_id"], row["id"], position)


def _choose_main(listing_id: int, wanted: Row | None = None) -> None:
    """See to it that one of the ready images is the main one: the wanted one, if there is one."""
    ready = image_repository.ready_images([listing_id])[listing_id]
    if wanted is not None:
        image_repository.set_main(listing_id, wanted["id"])
    elif ready and not ready[0]["is_main"]:
        image_repository.set_main(listing_id, ready[0]["id"])


def _touch(owner_id: int, listing_id: int, now: datetime) -> None:
    repository.update_listing(listing_id, {"updated_at": now})
    mark_changed(owner_id, listing_id)


# ── branding everything anew ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rebranded:
    """One image of a run; `problem` says why it keeps its old files, where it does."""

    image_id: int
    problem: str | None = None


def begin_rebranding() -> tuple[datetime, int]:
    """Begin a run that makes every image anew from its original, or resume the unfinished one.

    Return when it began, and how many images it still has to do.
    """
    with transaction():
        started_at = image_repository.rebranding_started_at(clock.now())
        return started_at, image_repository.count_branded_before(started_at)


def rebrand_images(started_at: datetime) -> Iterator[Rebranded]:
    """Make the images anew that the run which began at `started_at` has not done yet.

    Each gets a new name and moves its listing's version. Old files stay for a day, for pages
    that consumers hold.

    :raises Unavailable: when the storage is away; the run can be resumed.
    """
    after_id = 0
    while rows := image_repository.list_branded_before(started_at, after_id, REBRAND_BATCH):
        for row in rows:
            yield Rebranded(row["id"], _rebrand(row, started_at))
        after_id = rows[-1]["id"]
    with transaction():
        image_repository.end_rebranding()


def _rebrand(row: Row, started_at: datetime) -> str | None:
    # The same name each time that a run is resumed, so that no file is left behind.
    name = uuid5(NAMESPACE_URL, f"{row['path']} {started_at.isoformat()}")
    path = media.public_path(str(name))
    try:
        published = media.publish(path, media.read_original(row["original"]))
    except (Invalid, NotFound) as refusal:
        return refusal.message
    now = clock.now()
    with transaction():
        if not _is_unchanged(row):
            outbox.post(DISCARD, {"public": [path], "originals": []})
            return None
        changes = published.columns() | {"path": path, "processed_at": now}
        image_repository.update_image(row["id"], changes)
        outbox.post(DISCARD, {"public": [row["path"]], "originals": []}, after=KEEP_OLD_BRAND)
        _touch(row["owner_id"], row["listing_id"], now)
    return None


def _is_unchanged(row: Row) -> bool:
    """Hold the image's listing, and tell whether the image is still the one that was read."""
    try:
        repository.lock_listing(row["owner_id"], row["listing_id"])
    except ListingNotFound:
        return False
    found = image_repository.find_images(row["listing_id"], [row["id"]])
    return [each["path"] for each in found] == [row["path"]]
