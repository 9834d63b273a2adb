"""Who books what: one host's stays, and guests with tokens. The holds of a round do not stay."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import flask_migrate
from sqlalchemy import delete, select

from app.accounts import service as accounts
from app.api.tokens import make_access_token
from app.bookings.models import BookingIntent
from app.catalogue.enums import ListingType, NightState, PublishStatus, StayType
from app.catalogue.imports import service as imports
from app.catalogue.imports.service import ImportReport, ImportRow
from app.catalogue.models import Listing, Night
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import session, transaction
from app.reference import service as reference
from scripts.bench.kit.measure import WrongAnswer

NIGHTS = 4
# Stays that begin on one of so many days have a night in common: of those who want one each, one
# gets it.
STARTS = NIGHTS
_DAYS_AHEAD = 30
_ZONE = "Africa/Dar_es_Salaam"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who wants nights."""

    id: int
    token: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The stays, by id and as the API names them, and the guests; the first stay is the hot one."""

    stays: list[tuple[int, UUID]]
    guests: list[Guest]


def make_scene(stays: int, guests: int) -> Scene:
    """Make the data in an empty database.

    :raises WrongAnswer: when the import refuses what it is given.
    """
    flask_migrate.upgrade()
    reference.load_reference()
    host = accounts.create_account(email="host@example.com", username="host")
    report = ImportReport()
    imports.import_listings(host.id, _rows(stays), on_batch=report.add, accepts=True)
    if report.accepted != stays:
        raise WrongAnswer(f"The import refused stays: {report.rejections[:3]}")
    found = session.execute(select(Listing.id, Listing.uuid).order_by(Listing.id)).all()
    session.rollback()
    people = [
        accounts.create_account(email=f"guest{n}@example.com", username=f"guest{n}").id
        for n in range(guests)
    ]
    return Scene(
        [(row.id, row.uuid) for row in found],
        [Guest(each, make_access_token(each, 0)) for each in people],
    )


def first_night() -> date:
    """Return the first night that anybody wants."""
    return today_in(_ZONE, clock.now()) + timedelta(days=_DAYS_AHEAD)


def check_holds(stays: int, winners: int) -> None:
    """Check that so many winners hold all their nights, nobody else any, and no night two have.

    :raises WrongAnswer: when that is not so.
    """
    held: dict[int, list[tuple[int, date]]] = {}
    for row in session.execute(select(Night.listing_id, Night.night, Night.intent_id, Night.state)):
        if row.state is not NightState.HOLD or row.intent_id is None:
            raise WrongAnswer(f"A night is {row.state} that nobody has booked.")
        held.setdefault(row.intent_id, []).append((row.listing_id, row.night))
    intents = session.execute(select(BookingIntent)).scalars().all()
    session.rollback()
    for intent in intents:
        nights = [intent.check_in + timedelta(days=n) for n in range(NIGHTS)]
        if sorted(held.pop(intent.id, [])) != [(intent.listing_id, each) for each in nights]:
            raise WrongAnswer("A winner does not hold all nights, or a loser has left an intent.")
    if held or len(intents) != winners or len({each.listing_id for each in intents}) != stays:
        raise WrongAnswer(f"{len(intents)} stays are held after {winners} were promised.")


def release_all() -> None:
    """Make every night free again."""
    with transaction():
        session.execute(delete(Night))
        session.execute(delete(BookingIntent))


def _rows(stays: int) -> Iterator[ImportRow]:
    for number in range(stays):
        yield ImportRow(
            number,
            {
                "external_id": f"stay-{number}",
                "title": f"Beach house {number}",
                "listing_type": ListingType.STAY,
                "publish_status": PublishStatus.PUBLISHED,
                "stay_type": StayType.SHORT,
                "description": "Ten steps from the sea.",
                "price": Decimal(120),
                "currency": "USD",
                "property_type": "villa",
                "address": "1 Beach Road",
                "city": "Diani",
                "country": "Kenya",
                "max_guests": 4,
                "category": "beach-villa",
            },
        )
