"""What every change entails: documents as fresh ones would be, and words that are found."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from app.catalogue import repository, revision_service, search_repository
from app.catalogue import service as catalogue
from app.catalogue.documents import renderers
from app.catalogue.enums import PublishStatus
from app.catalogue.models import Listing, ListingDocument
from app.core import clock, outbox
from app.core.db import reading, session, transaction
from app.reference import repository as reference_repository
from app.reference import service as reference
from app.reference.models import District
from tests.factories import (
    Tenant,
    listing_values,
    make_image,
    make_listing,
    make_listings,
    make_stay,
)
from tests.threads import at_once

pytestmark = pytest.mark.both


def _stored(owner: Tenant) -> dict[tuple[str, int], ListingDocument]:
    session.rollback()
    rows = session.scalars(
        select(ListingDocument)
        .join(Listing, Listing.id == ListingDocument.listing_id)
        .where(Listing.owner_id == owner.id)
        .execution_options(populate_existing=True)
    )
    return {(row.face, row.listing_id): row for row in rows}


def _assert_all_fit(owner: Tenant) -> None:
    """Check every listing's document of every face against one that is rendered now."""
    stored = _stored(owner)
    state = reference.snapshot()
    versions = dict(
        session.execute(
            select(Listing.id, Listing.version).where(
                Listing.owner_id == owner.id, Listing.deleted_at.is_(None)
            )
        ).all()
    )
    fresh = {
        (each.face, listing_id): body
        for each in renderers()
        for listing_id, body in revision_service.render_details(each.face, list(versions)).items()
    }
    assert {("tenant", listing_id) for listing_id in versions} <= fresh.keys()
    assert set(stored) == set(fresh)
    for each in renderers():
        for listing_id, version in versions.items():
            row = stored.get((each.face, listing_id))
            if row is None:
                continue
            assert bytes(row.body) == fresh[each.face, listing_id]
            assert (row.listing_version, row.format) == (version, each.format)
            assert row.reference_version == state.version


def _finds(owner: Tenant, word: str) -> set[int]:
    return _found(search_repository.feed_scope(owner.id), word)


def _finds_room(owner: Tenant, word: str) -> set[int]:
    return _found(search_repository.rooms_scope(owner.id), word)


def _found(scope: search_repository.SearchScope, word: str) -> set[int]:
    with reading() as reader:
        match = search_repository.make_match(reader, scope, word)
        rows = reader.rows(match.ids_sql, match.params)
    return {row[0] for row in rows}


def _forget(*listing_ids: int) -> None:
    with transaction():
        repository.delete_documents(listing_ids)
        search_repository.remove_listings(listing_ids)


@pytest.fixture
def renamed_district(app: Flask) -> Iterator[Callable[[str], None]]:
    """Rename the district of Kampala until the test ends."""

    def rename(name: str) -> None:
        with transaction():
            reference_repository.lock_version()
            session.execute(update(District).where(District.slug == "kampala").values(name=name))
            reference_repository.move_version()
            outbox.post(reference.CHANGED, {})

    yield rename
    rename("Kampala")


# ── each kind of change ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": 'New "title" \\ 🏠'},
        {"amenities": ["garden"]},
        {"amenities": []},
        {"publish_status": PublishStatus.TRASH},
        {"district": "gulu", "latitude": Decimal(1), "longitude": Decimal(2)},
    ],
)
def test_a_change_stores_what_a_fresh_rendering_gives(
    owner: Tenant, changes: dict[str, Any]
) -> None:
    listing_id = make_listing(owner.id)["id"]
    make_stay(owner.id)
    catalogue.update_listing(owner.id, listing_id, changes)
    _assert_all_fit(owner)


def test_an_image_stores_what_a_fresh_rendering_gives(owner: Tenant) -> None:
    listing_id = make_listing(owner.id)["id"]
    for is_main in (False, True):
        make_image(owner.id, listing_id, is_main=is_main)
    _assert_all_fit(owner)


def test_any_row_of_changes_stores_what_a_fresh_rendering_gives(owner: Tenant) -> None:
    random = Random(3)
    ids = make_listings(owner.id, 5)
    for _ in range(30):
        listing_id = random.choice(ids)
        kind = random.randrange(6)
        if kind == 0:
            ids.append(make_listing(owner.id, title=f"{random.random()}")["id"])
        elif kind == 1:
            make_image(owner.id, listing_id, alt=f"{random.random()}")
        elif kind == 2 and len(ids) > 2:
            ids.remove(listing_id)
            catalogue.delete_listing(owner.id, listing_id)
        elif kind == 3:
            chosen = random.sample(["parking", "garden", "swimming-pool"], random.randrange(4))
            catalogue.update_listing(owner.id, listing_id, {"amenities": chosen})
        else:
            values = listing_values(title=f"{random.random()}")
            catalogue.update_listing(owner.id, listing_id, values)
    _assert_all_fit(owner)


def test_a_deletion_leaves_neither_document_nor_words(owner: Tenant) -> None:
    listing_id = make_listing(owner.id)["id"]
    assert _finds(owner, "bungalow") == {listing_id}
    catalogue.delete_listing(owner.id, listing_id)
    assert _stored(owner) == {}
    column = "rowid" if session.get_bind().dialect.name == "sqlite" else "listing_id"
    rows = session.execute(
        text(f"SELECT count(*) FROM listing_search WHERE {column} = :id"), {"id": listing_id}
    )
    assert rows.scalar_one() == 0


def test_a_rollback_leaves_nothing(owner: Tenant) -> None:
    listing_id = make_listing(owner.id)["id"]
    before = {key: bytes(row.body) for key, row in _stored(owner).items()}

    def fail() -> None:
        with transaction():
            catalogue.update_listing(owner.id, listing_id, {"title": "Penthouse"})
            make_listing(owner.id, title="Penthouse")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert {key: bytes(row.body) for key, row in _stored(owner).items()} == before
    assert _finds(owner, "penthouse") == set()


def test_a_change_outside_a_transaction_is_an_error(owner: Tenant) -> None:
    with pytest.raises(RuntimeError):
        revision_service.mark_changed(owner.id, 1)


# ── the job ─────────────────────────────────────────────────────────────────────────────────


def test_the_job_stores_what_is_missing_and_moves_no_version(owner: Tenant) -> None:
    ids = make_listings(owner.id, 3)
    before = {key: (row.listing_version, bytes(row.body)) for key, row in _stored(owner).items()}
    _forget(*ids)
    assert _stored(owner) == {}
    revision_service.store_fresh_documents(ids)
    after = {key: (row.listing_version, bytes(row.body)) for key, row in _stored(owner).items()}
    assert after == before
    assert _finds(owner, "bungalow") == set(ids)


def test_the_job_bears_listings_that_are_gone(owner: Tenant) -> None:
    gone, kept = make_listings(owner.id, 2)
    catalogue.delete_listing(owner.id, gone)
    revision_service.store_fresh_documents([gone, kept, 999_999])
    assert {listing_id for _, listing_id in _stored(owner)} == {kept}
    assert _finds(owner, "bungalow") == {kept}


def test_a_change_while_the_job_runs_wins(
    app: Flask, owner: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has read the listing when its owner renames it, and writes after that."""
    listing_id = make_listing(owner.id, title="Bungalow")["id"]

    def rename() -> None:
        with app.app_context():
            catalogue.update_listing(owner.id, listing_id, {"title": "Penthouse"})

    renaming = Thread(target=rename)
    load_details = repository.load_details

    def load_and_let_rename(*args: Any) -> Any:
        details = load_details(*args)
        if not renaming.ident:
            renaming.start()
            # It ends where it may write meanwhile, and else waits for the job.
            renaming.join(0.3)
        return details

    monkeypatch.setattr(repository, "load_details", load_and_let_rename)
    with app.app_context():
        revision_service.store_fresh_documents([listing_id])
    renaming.join(20)
    assert not renaming.is_alive()
    assert _finds(owner, "penthouse") == {listing_id}
    assert _finds(owner, "bungalow") == set()
    _assert_all_fit(owner)


def test_the_job_leaves_a_listing_to_whoever_is_changing_it(app: Flask, owner: Tenant) -> None:
    """Where others may write meanwhile, the job neither waits for them nor makes them wait."""
    busy, idle = make_listings(owner.id, 2)
    _forget(busy, idle)
    is_changing, job_done = Event(), Event()
    waited: list[bool] = []

    def change() -> None:
        with app.app_context(), transaction():
            catalogue.update_listing(owner.id, busy, {"title": "Penthouse"})
            session.flush()
            is_changing.set()
            waited.append(not job_done.wait(0.5))

    def store() -> None:
        is_changing.wait(10)
        with app.app_context():
            revision_service.store_fresh_documents([busy, idle])
        job_done.set()

    at_once([change, store])
    # SQLite has one writer at a time: there the job comes after.
    assert waited == [session.get_bind().dialect.name == "sqlite"]
    _assert_all_fit(owner)
    assert _finds(owner, "penthouse") == {busy}
    assert _finds(owner, "bungalow") == {idle}


def test_what_a_migration_leaves_to_do_fills_the_index_of_stays(
    owner: Tenant, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revision_service, "RERENDER_BATCH", 2)
    ids = [make_stay(owner.id) for _ in range(3)]
    now = clock.now() - timedelta(minutes=1)
    row = {"topic": revision_service.REINDEX, "created_at": now, "due_at": now, "attempts": 0}
    with transaction():
        session.execute(text("DELETE FROM stay_search"))
        session.execute(update(Listing).values(title_key=b""))
        session.execute(insert(outbox.OutboxItem), row)
    assert _finds_room(owner, "beach") == set()
    outbox.sweep()
    run_jobs()
    assert _finds_room(owner, "beach") == set(ids)
    session.rollback()
    assert set(session.scalars(select(Listing.title_key).where(Listing.id.in_(ids)))) == {
        b"beach house"
    }


# ── reference data ──────────────────────────────────────────────────────────────────────────


def test_a_renaming_renders_and_indexes_everything_anew(
    owner: Tenant,
    renamed_district: Callable[[str], None],
    run_jobs: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revision_service, "RERENDER_BATCH", 2)
    ids = make_listings(owner.id, 5)
    renamed_district("Capital City")
    run_jobs()
    _assert_all_fit(owner)
    assert _finds(owner, "capital") == set(ids)
    assert _finds(owner, "kampala") == set()


def test_a_renaming_moves_no_version(
    owner: Tenant, renamed_district: Callable[[str], None], run_jobs: Callable[[], None]
) -> None:
    make_listings(owner.id, 2)
    before = {key: row.listing_version for key, row in _stored(owner).items()}
    renamed_district("Capital City")
    run_jobs()
    assert {key: row.listing_version for key, row in _stored(owner).items()} == before
