"""What every change of a listing entails: its version, documents, search terms and sort key.

A service that changes a listing calls `mark_changed`; everything else happens once, as the
last thing of the transaction. Rendering comes first and the owner's counter after it, because
the counter's row is what one owner's writers queue for.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from app.catalogue import active_stay_repository as active_stays
from app.catalogue import documents, repository, search_repository
from app.catalogue.documents import ListingDetail
from app.catalogue.enums import PublishStatus
from app.catalogue.limits import TITLE_KEY_BYTES
from app.core import clock, outbox, queue
from app.core.db import before_commit, transaction
from app.core.text import sort_key
from app.reference import service as reference

# Posted by migrations: what is derived from listings is to be made anew.
REINDEX = "catalogue.reindex"
STORE_DOCUMENTS = queue.job("app.catalogue.jobs.store_documents")
# Readers of the same page find the same documents missing, until the job has run.
STORE_ONCE_S = 30
# One job re-renders this many listings, and hands the rest to the next.
RERENDER_BATCH = 2_000


def mark_changed(owner_id: int, *listing_ids: int) -> None:
    """Give these listings of an owner new versions when the current transaction commits."""
    before_commit("catalogue", _Revision).changed[owner_id].update(listing_ids)


class _Revision:
    def __init__(self) -> None:
        self.changed: dict[int, set[int]] = defaultdict(set)

    def __call__(self) -> None:
        everything = sorted({each for ids in self.changed.values() for each in ids})
        state = reference.snapshot()
        details = repository.load_details(everything, state)
        bodies = _render(details)
        gone = sorted(set(everything) - {detail["id"] for detail in details})
        if gone:
            repository.delete_documents(gone)
            search_repository.remove_listings(gone)
            active_stays.remove_listings(gone)
        search_repository.index_listings(details)
        active_stays.put_listings(details)
        versions = self._take_versions()
        repository.set_versions(versions, _title_keys(details))
        repository.store_documents(
            [
                {**body, "listing_version": versions[body["listing_id"]]}
                | {"reference_version": state.version}
                for body in bodies
            ]
        )

    def _take_versions(self) -> dict[int, int]:
        """Number the changed listings, owner by owner in order of id so that nobody deadlocks."""
        now = clock.now()
        versions: dict[int, int] = {}
        for owner_id in sorted(self.changed):
            ids = sorted(self.changed[owner_id])
            last = repository.take_versions(owner_id, len(ids), now)
            versions |= zip(ids, range(last - len(ids) + 1, last + 1), strict=True)
        return versions


def render_details(
    face: str, listing_ids: Sequence[int], publish_status: PublishStatus | None = None
) -> dict[int, bytes]:
    """Render listings for one answer, by id, without storing anything.

    Those that have another publish status by now are left out, where None takes them all, and
    those that the face shows in no list.
    """
    details = repository.load_details(listing_ids, reference.snapshot())
    renderer = documents.renderer(face)
    return {
        detail["id"]: renderer.render(detail)
        for detail in details
        if publish_status in (None, detail["publish_status"]) and renderer.shows(detail)
    }


def render_missing(
    face: str, listing_ids: list[int], publish_status: PublishStatus | None
) -> dict[int, bytes]:
    """Render for one answer what no fitting document is stored of, and have a job store it.

    What is left out, and by what, is as with `render_details`.
    """
    if not listing_ids:
        return {}
    queue.try_enqueue(STORE_DOCUMENTS, listing_ids, once_s=STORE_ONCE_S)
    return render_details(face, listing_ids, publish_status)


def store_fresh_documents(listing_ids: Sequence[int]) -> None:
    """Store anew what is derived from listings, their documents above all. Versions stay.

    A listing that is being changed at the moment is left to whoever changes it.
    """
    with transaction():
        state = reference.snapshot()
        details = repository.load_details(repository.lock_idle(listing_ids), state)
        versions = {detail["id"]: detail["version"] for detail in details}
        search_repository.index_listings(details)
        repository.set_title_keys(_title_keys(details))
        active_stays.put_listings(details)
        repository.store_documents(
            [
                {**body, "listing_version": versions[body["listing_id"]]}
                | {"reference_version": state.version}
                for body in _render(details)
            ]
        )


@outbox.handler(reference.CHANGED)
def rerender_all(payload: dict[str, Any]) -> None:
    """Render everything anew after reference data changed, a batch a job (the outbox job)."""
    _renew_batch(reference.CHANGED, payload)


@outbox.handler(REINDEX)
def reindex_all(payload: dict[str, Any]) -> None:
    """Index every listing anew after a migration, a batch a job (the outbox job)."""
    _renew_batch(REINDEX, payload)


def _renew_batch(topic: str, payload: dict[str, Any]) -> None:
    listing_ids = repository.listing_ids_after(payload.get("after_id", 0), RERENDER_BATCH)
    if not listing_ids:
        return
    with transaction():
        store_fresh_documents(listing_ids)
        outbox.post(topic, {"after_id": listing_ids[-1]})


def _title_keys(details: Sequence[ListingDetail]) -> dict[int, bytes]:
    return {detail["id"]: sort_key(detail["title"], TITLE_KEY_BYTES) for detail in details}


def _render(details: Sequence[ListingDetail]) -> list[dict[str, Any]]:
    return [
        {
            "face": renderer.face,
            "listing_id": detail["id"],
            "format": renderer.format,
            "body": renderer.render(detail),
        }
        for renderer in documents.renderers()
        for detail in details
        if renderer.shows(detail)
    ]
