"""The demo's listings: owners make them with pictures, and staff reviews the stays among them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from app.catalogue import calendar_service as calendar
from app.catalogue import hosting_service as hosting
from app.catalogue import image_service as images
from app.catalogue import review_service as reviews
from app.catalogue import service as catalogue
from app.catalogue import stay_status_service as statuses
from app.catalogue.enums import (
    Availability,
    Furnishing,
    ListingType,
    PublishStatus,
    StayStatus,
    StayType,
)
from app.catalogue.extras import WantedExtra
from app.catalogue.image_service import NewImage
from app.core import outbox
from app.demo.people_service import STAFF
from app.demo.shipped import Row
from app.demo.stage import Offer, Stage
from app.reference import service as reference

REJECTION = "The description names two floors, and the photos show three. Which is it?"
FIRST_REJECTION = "Please add the address: guests could not find the place."
_WORDS = {
    "listing_type": ListingType,
    "availability": Availability,
    "furnished": Furnishing,
    "publish_status": PublishStatus,
    "stay_type": StayType,
}
_NO_FIELDS = ("owner", "days_ago", "status", "pictures")
_BESIDE_STAYS = (*_NO_FIELDS, "amenities", "extras")
# Extras are shipped with prices in dollars.
_PER_DOLLAR = {"USD": 1, "KES": 130, "TZS": 2_500, "UGX": 3_700}

Pictures = Mapping[str, Sequence[NewImage]]


def plan_properties(stage: Stage, rows: Sequence[Row], pictures: Pictures) -> None:
    """Have the owners of what is sold or let by the month offer it."""
    for number, row in enumerate(rows):
        when = f"-{row['days_ago']} {9 + number % 9:02}:{number % 60:02}"
        stage.at(when, partial(_add_property, stage, row, pictures[row["external_id"]]))


def plan_stays(stage: Stage, rows: Sequence[Row], pictures: Pictures) -> None:
    """Have hosts make their stays and submit them, and staff decide, as far as each has come."""
    for number, row in enumerate(rows):
        name, day, status = row["external_id"], row["days_ago"], StayStatus(row["status"])
        minute = number % 60
        stage.at(f"-{day} 10:{minute:02}", partial(_add_stay, stage, row, pictures[name]))
        if status is StayStatus.DRAFT:
            continue
        stage.at(f"-{day} 16:{minute:02}", partial(_submit, stage, name))
        if status in (StayStatus.ACTIVE, StayStatus.INACTIVE):
            stage.at(f"-{day - 1} 09:{minute:02}", partial(_approve, stage, name))
        if status is StayStatus.INACTIVE:
            stage.at(f"-{day - 3} 18:{minute:02}", partial(_hide, stage, name))
        if status is StayStatus.REJECTED:
            stage.at(f"-{day - 2} 11:{minute:02}", partial(_reject, stage, name, REJECTION))
        if row.get("is_resubmitted"):
            stage.at(f"-{day - 2} 11:{minute:02}", partial(_reject, stage, name, FIRST_REJECTION))
            stage.at(f"-{day - 4} 08:{minute:02}", partial(_submit, stage, name))


def plan_marks(stage: Stage, rows: Sequence[Row]) -> None:
    """Have staff mark listings that it has looked at, or that are to be seen first."""
    for row in rows:
        marks: dict[str, bool] = {
            name: row[name] for name in ("is_verified", "is_sponsored") if name in row
        }
        stage.at(f"-{row['days_ago']} 15:00", partial(_mark, stage, row["listing"], marks))


def plan_blackouts(stage: Stage, rows: Sequence[Row]) -> None:
    """Have hosts keep nights for themselves, or give them away elsewhere."""
    for row in rows:
        stage.at("-1 18:00", partial(_block, stage, row))


def _add_property(stage: Stage, row: Row, pictures: Sequence[NewImage]) -> None:
    owner_id = stage.people[row["owner"]].id
    saved = catalogue.create_listing(owner_id, _values(row, _NO_FIELDS))
    listing_id: int = saved.row["id"]
    _add_pictures(owner_id, listing_id, pictures)


def _add_stay(stage: Stage, row: Row, pictures: Sequence[NewImage]) -> None:
    owner_id = stage.people[row["owner"]].id
    stay = hosting.create_stay(owner_id, _values(row, _BESIDE_STAYS))
    by_slug = {each.slug: each for each in reference.snapshot().extras_by_id.values()}
    rate = _PER_DOLLAR[row["currency"]]
    extras = [WantedExtra(by_slug[slug].uuid, by_slug[slug].price * rate) for slug in row["extras"]]
    hosting.set_amenities(owner_id, stay["uuid"], amenities=row["amenities"], extras=extras)
    _add_pictures(owner_id, stay["id"], pictures)
    stage.offers[row["external_id"]] = Offer(stay["id"], stay["uuid"], row["owner"])


def _values(row: Row, besides: Sequence[str]) -> Row:
    return {
        name: _WORDS[name](value) if name in _WORDS else value
        for name, value in row.items()
        if name not in besides
    }


def _add_pictures(owner_id: int, listing_id: int, pictures: Sequence[NewImage]) -> None:
    """Add pictures and make them ready, as the worker does for everybody else."""
    with outbox.collecting() as work:
        images.add_images(owner_id, listing_id, pictures)
    for each in work:
        outbox.do(each)


def _submit(stage: Stage, listing: str) -> None:
    statuses.submit_stay(stage.owner_of(listing).id, stage.offers[listing].uuid)


def _hide(stage: Stage, listing: str) -> None:
    statuses.deactivate_stay(stage.owner_of(listing).id, stage.offers[listing].uuid)


def _approve(stage: Stage, listing: str) -> None:
    reviews.approve_listing(stage.people[STAFF].id, stage.offers[listing].uuid)


def _reject(stage: Stage, listing: str, reason: str) -> None:
    reviews.reject_listing(stage.people[STAFF].id, stage.offers[listing].uuid, reason)


def _mark(stage: Stage, listing: str, marks: Mapping[str, bool]) -> None:
    reviews.mark_listing(stage.people[STAFF].id, stage.offers[listing].uuid, marks)


def _block(stage: Stage, row: Row) -> None:
    first, end = (stage.days.day(row[name]) for name in ("first", "end"))
    offer = stage.offers[row["listing"]]
    if row["kind"] == "blackout":
        owner_id = stage.owner_of(row["listing"]).id
        hosting.set_availability(owner_id, offer.uuid, {}, [(first, end)])
    else:
        nights = [first + timedelta(days=each) for each in range((end - first).days)]
        calendar.set_external_nights(offer.id, nights)
