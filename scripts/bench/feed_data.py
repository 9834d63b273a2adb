"""The catalogue that the feed is measured on: the same rows at every run.

Rows are written in bulk, but they are the ones that the services would have written: every
listing comes with the version of its last change, its document by the registered renderer and
its search terms. `check_sample` compares some with what the services make of them.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.accounts.errors import UnknownAccount
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.models import ApiKey
from app.catalogue import active_stay_repository as active_stays
from app.catalogue import documents, repository, search_repository
from app.catalogue.enums import (
    Availability,
    Furnishing,
    ImageStatus,
    ListingType,
    PublishStatus,
    ReviewStatus,
    StayType,
)
from app.catalogue.lifecycle import is_active_stay
from app.catalogue.limits import TITLE_KEY_BYTES
from app.catalogue.models import (
    DEFAULT_TIME_ZONE,
    ActiveStay,
    Catalogue,
    Listing,
    ListingDocument,
    ListingImage,
    listing_amenity,
)
from app.core.db import Reader, reading, session, transaction
from app.core.text import sort_key
from app.reference import service as reference
from app.reference.service import Reference
from scripts.bench.kit import bulk
from scripts.bench.kit.bulk import Binder, Rows
from scripts.bench.kit.databases import Database

COMMON_WORD = "spacious"  # stands in seven of ten listings
RARE_WORD = "observatory"  # stands in RARE_LISTINGS of each owner's
RARE_LISTINGS = 5
BIG_OWNER_FACTOR = 20
SAMPLE = 60

_BEGIN = datetime(2023, 11, 1, 6, 0, tzinfo=UTC)
_DAYS = 1_095
_BATCH = 1_000

_AREAS = (
    *("Kololo", "Bugolobi", "Ntinda", "Muyenga", "Naguru", "Bukoto", "Kisaasi", "Najjera", "Kira"),
    *("Munyonyo", "Lubowa", "Masaki", "Oysterbay", "Mikocheni", "Mbezi", "Kigamboni", "Upanga"),
    *("Msasani", "Westlands", "Kilimani", "Karen", "Lavington", "Runda", "Muthaiga", "Nyali"),
)
_KINDS = {
    ListingType.RENT: ("apartment", "apartment", "house", "bungalow", "studio", "office", "shop"),
    ListingType.SALE: ("house", "bungalow", "mansion", "land", "plot", "townhouse", "warehouse"),
    ListingType.STAY: ("serviced-apartment", "villa", "cottage", "guest-house", "apartment"),
}
_OPENINGS = (
    "A {common} home on a quiet street, minutes from the main road.",
    "Well kept and {common}, with good light in every room.",
    "Newly finished, {common} and ready to move in.",
    "In a gated compound with a green garden, {common} throughout.",
)
_SENTENCES = (
    "The kitchen has fitted cabinets and a pantry.",
    "All bedrooms are en suite with built-in wardrobes.",
    "Parking for three cars behind an electric fence.",
    "Water comes from a borehole with a reserve tank.",
    "The balcony looks over the lake and the hills.",
    "Schools, a hospital and a supermarket are close by.",
    "Fibre internet and a standby generator are included.",
    "The title is clean and ready for transfer.",
    "Servants' quarters stand apart at the back.",
    "A short walk to restaurants, gyms and the bus stage.",
)


class WrongRows(Exception):
    """The data is not what the services would have written: this script is out of date."""


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner of the data, and a key to read its listings with."""

    id: int
    listings: int
    key: str


@dataclass(frozen=True, slots=True)
class _Task:
    """Listings to make: those of every owner that came in a stretch of time."""

    first_step: int
    steps: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What happened to a listing at one time: it was made, changed or deleted."""

    at: datetime
    index: int
    deletes: bool = False


def add_owners(owners: int, listings: int) -> list[Owner]:
    """Return the owners with fresh keys, making them where they are not there yet.

    Owner 1 has `BIG_OWNER_FACTOR` times as many listings as each of the others.
    """
    with transaction():
        session.query(ApiKey).delete()
    made = []
    for number in range(owners + 1):
        username = f"owner{number}"
        try:
            account = accounts.get_account_by_reference(username)
        except UnknownAccount:
            account = accounts.create_account(email=f"{username}@example.com", username=username)
        key = apikeys.issue_key(account, scope=Scope.READ, name="Bench").key
        count = listings * BIG_OWNER_FACTOR if number == 0 else listings
        made.append(Owner(account.id, count, key))
    return made


def fill(database: Database, owners: Sequence[Owner], advance: Callable[[int], None]) -> None:
    """Write all owners' listings; `advance` is told of every batch how many came in."""
    maker = _Maker(database, reference.snapshot(), owners)
    steps = owners[-1].listings
    size = max(1, _BATCH // maker.step_ids)
    tasks = [_Task(first, min(size, steps - first)) for first in range(0, steps, size)]
    bulk.fill(database, maker.rows, tasks, advance)


def check_sample() -> None:
    """Compare some listings with what the services would have written of them.

    :raises WrongRows: when anything differs.
    """
    state = reference.snapshot()
    last = session.query(Listing.id).order_by(Listing.id.desc()).limit(1).scalar()
    ids = [1 + index * (last - 1) // (SAMPLE - 1) for index in range(SAMPLE)]
    with reading() as reader:
        for detail in repository.load_details(ids, state):
            counter = session.get(Catalogue, detail["owner_id"])
            if counter is None or detail["version"] > counter.version:
                raise WrongRows(f"Listing {detail['id']} is newer than its owner's catalogue.")
            _check_documents(detail, state)
            _check_search(reader, detail)
    session.rollback()


def _check_documents(detail: Mapping[str, Any], state: Reference) -> None:
    for renderer in documents.renderers():
        stored = session.get(ListingDocument, (renderer.face, detail["id"]))
        found = stored and (
            stored.listing_version,
            stored.reference_version,
            stored.format,
            stored.body,
        )
        wanted = (detail["version"], state.version, renderer.format, renderer.render(detail))
        if found != (wanted if renderer.shows(detail) else None):
            raise WrongRows(f"The document of listing {detail['id']} is not what is rendered.")


def _check_search(reader: Reader, detail: Mapping[str, Any]) -> None:
    scope = search_repository.feed_scope(detail["owner_id"])
    match = search_repository.make_match(reader, scope, detail["title"])
    found = match and reader.rows(
        f"SELECT id FROM ({match.ids_sql}) AS found WHERE id = :id",
        {**match.params, "id": detail["id"]},
    )
    if not found:
        raise WrongRows(f"Listing {detail['id']} is not found by its title.")


# ── making rows ─────────────────────────────────────────────────────────────────────────────

_LISTING: Any = Listing.__table__
_IMAGE: Any = ListingImage.__table__
_DOCUMENT: Any = ListingDocument.__table__
_ACTIVE: Any = ActiveStay.__table__
_COUNTER: Any = Catalogue.__table__
_TABLES = (_COUNTER, _LISTING, listing_amenity, _IMAGE, _DOCUMENT, _ACTIVE)


class _Catalogue:
    """One owner's life so far: when each listing was made, and what happened to it last."""

    def __init__(self, owner: Owner) -> None:
        chance = random.Random(owner.id)
        self.owner = owner
        self.changes = _changes(owner.listings, chance)
        self.made_at = {change.index: change.at for change in reversed(self.changes)}
        numbered = enumerate(self.changes, 1)
        self.last = {change.index: (number, change) for number, change in numbered}
        self.rare = set(range(0, owner.listings, max(1, owner.listings // RARE_LISTINGS)))
        self.home_seed = chance.random()


class _Maker:
    """Makes rows; every process that helps has one by fork.

    Ids follow the time of making, over all owners, as they do where many owners write: an
    owner's rows lie scattered among everybody's.
    """

    def __init__(self, database: Database, state: Reference, owners: Sequence[Owner]) -> None:
        self.state = state
        self.binder = Binder(database, _TABLES)
        self.amenities = [each for each in state.amenities if each.is_active]
        self.catalogues = [_Catalogue(owner) for owner in owners]
        self.homes = [
            random.Random(each.home_seed).sample(state.districts, 8) for each in self.catalogues
        ]
        self.step_ids = BIG_OWNER_FACTOR + len(owners) - 1

    def rows(self, task: _Task) -> Rows:
        """Return the rows of a stretch of time, by table, as the driver takes them."""
        made = self.binder.new_rows()
        if task.first_step == 0:
            self._add_counters(made)
        listing_id = task.first_step * self.step_ids
        for step in range(task.first_step, task.first_step + task.steps):
            for catalogue, home in zip(self.catalogues, self.homes, strict=True):
                share = catalogue.owner.listings // self.catalogues[-1].owner.listings
                for index in range(step * share, (step + 1) * share):
                    listing_id += 1
                    self._add_listing(made, listing_id, catalogue, home, index)
        return made

    def _add_counters(self, made: Rows) -> None:
        for each in self.catalogues:
            counter = {
                "owner_id": each.owner.id,
                "version": len(each.changes),
                "changed_at": each.changes[-1].at + timedelta(milliseconds=2),
            }
            self.binder.add(made, _COUNTER, counter)

    def _listing(self, chance: random.Random, home: Sequence[Any], *, has_rare: bool) -> Any:
        state = self.state
        kind = chance.choices(list(_KINDS), weights=[5, 3, 2])[0]
        slug = chance.choice(_KINDS[kind])
        district = chance.choices(home, weights=[8, 5, 3, 2, 1, 1, 1, 1])[0]
        area = chance.choice(_AREAS)
        is_stay = kind is ListingType.STAY
        is_land = slug in ("land", "plot")
        bedrooms = None if is_land else chance.randint(1, 6)
        name = state.property_types_by_slug[slug].name
        common = COMMON_WORD if chance.random() < 0.7 else "comfortable"
        sentences = [chance.choice(_OPENINGS).format(common=common)]
        sentences += chance.sample(_SENTENCES, 4)
        if has_rare:
            sentences.append(f"The roof carries a small {RARE_WORD}.")
        return {
            "external_id": f"CRM-{chance.getrandbits(40):010x}" if chance.random() < 0.6 else None,
            "listing_type": kind,
            "review_status": ReviewStatus.ACCEPTED if is_stay else None,
            "publish_status": chance.choices(
                [PublishStatus.PUBLISHED, PublishStatus.DRAFT, PublishStatus.TRASH], [93, 5, 2]
            )[0],
            "availability": chance.choices(list(Availability), [85, 5, 6, 4])[0],
            "title": f"{bedrooms} bedroom {name} in {area}" if bedrooms else f"{name} in {area}",
            "description": " ".join(sentences),
            "price": Decimal(chance.randint(10, 4000) * 25_000),
            "currency_id": state.currencies_by_code[chance.choice(["UGX", "TZS", "KES"])].id,
            "property_type_id": state.property_types_by_slug[slug].id,
            "district_id": district.id,
            "location": area,
            "address": f"{chance.randint(1, 90)} {area} Road" if is_stay else "",
            "city": district.name if is_stay else "",
            "country": "UG" if is_stay else "",
            "latitude": Decimal(chance.randint(-4_000_000, 2_000_000)).scaleb(-6),
            "longitude": Decimal(chance.randint(30_000_000, 40_000_000)).scaleb(-6),
            "bedrooms": bedrooms,
            "bathrooms": bedrooms and max(1, bedrooms - 1),
            "floor_size": None if is_land else Decimal(chance.randint(40, 600)),
            "plot_size": Decimal(chance.randint(1, 400)) / 4,
            "plot_size_unit_id": state.plot_size_units[0].id,
            "tenure_id": chance.choice(state.tenures).id,
            "furnished": chance.choice(list(Furnishing)),
            "youtube_video_id": "",
            "stay_type": StayType.BOTH if is_stay else None,
            "max_guests": chance.randint(2, 12) if is_stay else None,
            "standard_guests": None,
            "min_nights": None,
            "max_nights": None,
            "category_id": None,
            "cleaning_fee": Decimal(0),
            "security_deposit": Decimal(0),
            "check_in_time": None,
            "check_out_time": None,
            "time_zone": DEFAULT_TIME_ZONE,
            "submitted_at": None,
            "rejection_reason": "",
            "review_count": 0,
            "rating": None,
            "sub_ratings": {},
            "is_verified": chance.random() < 0.5,
            "is_sponsored": chance.random() < 0.05,
        }

    def _add_listing(
        self, made: Rows, listing_id: int, catalogue: _Catalogue, home: Sequence[Any], index: int
    ) -> None:
        chance = random.Random(listing_id)
        version, change = catalogue.last[index]
        row = self._listing(chance, home, has_rare=index in catalogue.rare)
        row |= {
            "id": listing_id,
            "uuid": UUID(int=chance.getrandbits(128), version=4),
            "owner_id": catalogue.owner.id,
            "version": version,
            "title_key": sort_key(row["title"], TITLE_KEY_BYTES),
            "created_at": catalogue.made_at[index],
            "updated_at": change.at,
            "deleted_at": change.at if change.deletes else None,
        }
        # They are shown in the order of their list.
        chosen = sorted(chance.sample(range(len(self.amenities)), chance.randint(4, 8)))
        amenities = [self.amenities[number] for number in chosen]
        images = list(_images(row, chance))
        add = self.binder.add
        add(made, _LISTING, row)
        for amenity in amenities:
            pair = {"listing_id": row["id"], "amenity_id": amenity.id}
            add(made, listing_amenity, pair)
        for image in images:
            add(made, _IMAGE, image)
        if row["deleted_at"] is not None:
            return
        detail = self._detail(row, amenities, images)
        for renderer in documents.renderers():
            if renderer.shows(detail):
                document = {
                    "face": renderer.face,
                    "listing_id": row["id"],
                    "listing_version": row["version"],
                    "reference_version": self.state.version,
                    "format": renderer.format,
                    "body": renderer.render(detail),
                }
                add(made, _DOCUMENT, document)
        life = row["listing_type"], row["review_status"], row["publish_status"]
        if is_active_stay(*life):
            add(made, _ACTIVE, active_stays.row_of(detail))
        self.binder.add_terms(made, detail)

    def _detail(self, row: dict[str, Any], amenities: list[Any], images: list[Any]) -> Any:
        state = self.state
        district = state.districts_by_id[row["district_id"]]
        return {
            **row,
            "currency": state.currencies_by_id[row["currency_id"]],
            "property_type": state.property_types_by_id[row["property_type_id"]],
            "district": district,
            "region": district.region,
            "tenure": state.tenures_by_id[row["tenure_id"]],
            "plot_size_unit": state.plot_size_units_by_id[row["plot_size_unit_id"]],
            "category": None,
            "amenities": amenities,
            "extras": [],
            "images": images,
        }


def _changes(count: int, chance: random.Random) -> list[_Change]:
    """Return an owner's changes in order of time: the number of each is its version.

    A third of the listings changed after they were made, and one in a hundred was deleted.
    """
    step = timedelta(days=_DAYS) / count
    changes = []
    for index in range(count):
        made_at = _BEGIN + step * index + step * chance.random()
        changes.append(_Change(made_at, index))
        rest = _BEGIN + timedelta(days=_DAYS + 1) - made_at
        kind = chance.random()
        if kind < 0.34:
            changes.append(_Change(made_at + rest * chance.random(), index, kind < 0.01))
    return sorted(changes, key=lambda change: (change.at, change.index))


def _images(row: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    for position in range(chance.randint(3, 7)):
        yield {
            # An owner's listings have ids of their own, so these are nobody else's.
            "id": row["id"] * 10 + position,
            "uuid": UUID(int=chance.getrandbits(128), version=4),
            "listing_id": row["id"],
            "status": ImageStatus.READY,
            "position": position,
            "is_main": position == 0,
            "wants_main": False,
            "alt": "",
            "original": "",
            "failure": "",
            "path": f"{chance.getrandbits(64):016x}.webp",
            "width": 1920,
            "height": 1280,
            "variants": [],
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "created_at": row["created_at"],
            "processed_at": row["created_at"],
        }
