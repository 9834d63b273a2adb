"""Writes the stays of the browse bench as the services would have written them.

Each stay comes with all that is derived from it: its cards by the registered renderers, its
search terms, its row among the active stays. `check_sample` compares some with what the services
make of them.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select

from app.accounts import service as accounts
from app.accounts.errors import UnknownAccount
from app.accounts.models import Account
from app.catalogue import active_stay_repository as active_stays
from app.catalogue import documents, repository, search_repository
from app.catalogue.documents import ListingDetail, OfferedExtra
from app.catalogue.lifecycle import is_active_stay
from app.catalogue.models import (
    DEFAULT_TIME_ZONE,
    ActiveStay,
    Catalogue,
    Listing,
    ListingDocument,
    ListingExtra,
    ListingImage,
    Night,
    listing_amenity,
)
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import Reader, reading, session, transaction
from app.reference import service as reference
from app.reference.service import Reference
from scripts.bench.browse_data import HOST_STAYS, Made, Stays
from scripts.bench.kit import bulk
from scripts.bench.kit.bulk import Binder, Rows
from scripts.bench.kit.databases import Database

SAMPLE = 60
_BATCH = 500


class WrongRows(Exception):
    """The data is not what the services would have written: this script is out of date."""


def add_hosts(size: int) -> list[int]:
    """Return the ids of the hosts, made where they are not there yet; the last one is disabled.

    The first one has a tenth of all stays.
    """
    found = []
    with transaction():
        for number in range(max(10, size // HOST_STAYS)):
            username = f"host{number}"
            try:
                account = accounts.get_account_by_reference(username)
            except UnknownAccount:
                email = f"{username}@example.com"
                account = accounts.create_account(email=email, username=username)
            found.append(account.id)
        last = session.get(Account, found[-1])
        assert last is not None
        last.disabled_at = last.created_at
    return found


def describe(size: int, owners: Sequence[int]) -> Stays:
    """Return the stays of this size as they are today."""
    now = clock.now()
    return Stays(reference.snapshot(), size, owners, today_in(DEFAULT_TIME_ZONE, now), now)


def fill(database: Database, stays: Stays, advance: Callable[[int], None]) -> None:
    """Write all stays; `advance` is told of every batch how many came in."""
    maker = _Maker(database, reference.snapshot(), stays)
    starts = range(1, stays.total + 1, _BATCH)
    tasks = [range(first, min(first + _BATCH, stays.total + 1)) for first in starts]
    bulk.fill(database, maker.rows, tasks, advance)


# ── making rows ─────────────────────────────────────────────────────────────────────────────

_LISTING: Any = Listing.__table__
_EXTRA: Any = ListingExtra.__table__
_IMAGE: Any = ListingImage.__table__
_DOCUMENT: Any = ListingDocument.__table__
_ACTIVE: Any = ActiveStay.__table__
_NIGHT: Any = Night.__table__
_COUNTER: Any = Catalogue.__table__
_TABLES: tuple[Table, ...] = (
    *(_COUNTER, _LISTING, listing_amenity, _EXTRA, _IMAGE, _DOCUMENT, _ACTIVE, _NIGHT),
)


class _Maker:
    """Makes rows; every process that helps has one by fork."""

    def __init__(self, database: Database, state: Reference, stays: Stays) -> None:
        self._state = state
        self._stays = stays
        self._binder = Binder(database, _TABLES)

    def rows(self, numbers: range) -> Rows:
        """Return the rows of the stays of these numbers, by table, as the driver takes them."""
        made = self._binder.new_rows()
        if numbers.start == 1:
            for owner_id, version in self._stays.versions.items():
                changed_at = self._stays.now - timedelta(days=1)
                counter = {"owner_id": owner_id, "version": version, "changed_at": changed_at}
                self._binder.add(made, _COUNTER, counter)
        for number in numbers:
            self._add(made, self._stays.make(number))
        return made

    def _add(self, made: Rows, stay: Made) -> None:
        add, detail = self._binder.add, self._detail(stay)
        listing = {"listing_id": detail["id"]}
        add(made, _LISTING, stay.row)
        for amenity in stay.amenities:
            add(made, listing_amenity, listing | {"amenity_id": amenity.id})
        for extra in stay.extras:
            add(made, _EXTRA, listing | {"extra_id": extra.id, "price": None})
        for image in stay.images:
            add(made, _IMAGE, image)
        for night in stay.nights:
            add(made, _NIGHT, night)
        for renderer in documents.renderers():
            if renderer.shows(detail):
                document = {
                    "face": renderer.face,
                    "listing_version": detail["version"],
                    "reference_version": self._state.version,
                    "format": renderer.format,
                    "body": renderer.render(detail),
                }
                add(made, _DOCUMENT, listing | document)
        if _is_active(detail):
            add(made, _ACTIVE, active_stays.row_of(detail))
        self._binder.add_terms(made, detail)

    def _detail(self, stay: Made) -> ListingDetail:
        row, state = stay.row, self._state
        return {
            **row,
            "currency": state.currencies_by_id[row["currency_id"]],
            "property_type": state.property_types_by_id[row["property_type_id"]],
            "district": None,
            "region": None,
            "tenure": None,
            "plot_size_unit": None,
            "category": state.categories_by_id[row["category_id"]],
            "amenities": stay.amenities,
            "extras": [OfferedExtra(each, each.price) for each in stay.extras],
            "images": stay.images,
        }


def _is_active(detail: ListingDetail) -> bool:
    return is_active_stay(detail["listing_type"], detail["review_status"], detail["publish_status"])


# ── checking them ───────────────────────────────────────────────────────────────────────────


def check_sample(stays: Stays) -> None:
    """Compare some stays with what the services would have written of them.

    :raises WrongRows: when anything differs.
    """
    state = reference.snapshot()
    ids = [1 + index * (stays.total - 1) // (SAMPLE - 1) for index in range(SAMPLE)]
    with reading() as reader:
        for detail in repository.load_details(ids, state):
            _check_documents(detail, state)
            _check_active(detail)
            _check_search(reader, detail)
    session.rollback()


def _check_documents(detail: ListingDetail, state: Reference) -> None:
    for renderer in documents.renderers():
        stored = session.get(ListingDocument, (renderer.face, detail["id"]))
        found = stored and (
            stored.listing_version,
            stored.reference_version,
            stored.format,
            stored.body,
        )
        rendered = (detail["version"], state.version, renderer.format, renderer.render(detail))
        if found != (rendered if renderer.shows(detail) else None):
            raise WrongRows(f"The {renderer.face} document of {detail['id']} is not as rendered.")


def _check_active(detail: ListingDetail) -> None:
    row = session.execute(select(_ACTIVE).where(_ACTIVE.c.listing_id == detail["id"])).one_or_none()
    found = None if row is None else dict(row._mapping)
    if found != (active_stays.row_of(detail) if _is_active(detail) else None):
        raise WrongRows(f"The active stay {detail['id']} is not as the service writes it.")


def _check_search(reader: Reader, detail: ListingDetail) -> None:
    match = search_repository.make_match(
        reader, search_repository.PUBLIC_SCOPE, f"{detail['title']} {detail['address']}"
    )
    found = match and reader.rows(
        f"SELECT id FROM ({match.ids_sql}) AS found WHERE id = :id",
        {**match.params, "id": detail["id"]},
    )
    if bool(found) != _is_active(detail):
        raise WrongRows(f"Stay {detail['id']} is not found by its words as it should be.")
