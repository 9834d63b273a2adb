"""Holding nights for a guest while they make up their mind, at a price that is promised.

Most who want taken nights are refused without waiting for anybody: one statement looks at the stay
and its nights without a lock, and everything is looked at once more under the locks, where it
counts.

Guests who ask anew for nights that they hold already, perhaps with others or fewer guests, give the
earlier hold up in the same transaction: nobody is in their own way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.bookings import intent_repository as repository
from app.bookings.errors import (
    IntentNotFound,
    IntentOver,
    NoSuchStay,
    OwnListing,
    TooManyIntents,
    UnusableExtras,
)
from app.bookings.intents import status_of
from app.bookings.limits import MAX_OPEN_INTENTS
from app.bookings.models import BookingIntent
from app.bookings.pricing import ChosenExtra, StayPrice, TooExpensive, price_stay
from app.bookings.stays import HouseRules, stay_problems
from app.catalogue import calendar_service as calendar
from app.catalogue import offer_service as offers
from app.catalogue.errors import ListingNotFound, NightsTaken
from app.catalogue.nights import Spared, in_words, today_in
from app.core import clock
from app.core.db import transaction
from app.core.errors import Invalid, InvalidFields
from app.core.settings import current_settings
from app.reference import service as reference

BOOKED = "This stay is booked. Cancel the booking instead."
TOO_EXPENSIVE = "This costs more than a booking can hold."
UNKNOWN_EXTRA = "This listing does not offer every extra that you chose."
TWICE = "Choose each extra once, with a quantity."


@dataclass(frozen=True, slots=True)
class WantedExtra:
    """An extra that a guest wants; `uuid` is None where what they sent is no id of anything."""

    uuid: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True)
class WantedStay:
    """What a guest wants to hold; `listing` is None where what they sent is no id of anything."""

    listing: UUID | None
    check_in: date
    check_out: date
    guests: int
    extras: Sequence[WantedExtra] = ()

    @property
    def nights(self) -> int:
        return (self.check_out - self.check_in).days


def create_intent(guest_id: int, wanted: WantedStay) -> dict[str, Any]:
    """Hold the nights of a stay for a while, and promise its price; return what is shown of it.

    The guest's holds of the same listing that overlap them end with it.

    :raises NoSuchStay: when there is no such stay that can be booked.
    :raises OwnListing: when it is the guest's own.
    :raises InvalidFields, Invalid: when dates, guests or extras do not fit the listing.
    :raises NightsTaken: when somebody else has one of the nights.
    :raises TooManyIntents: when the guest holds as many as anybody may.
    """
    if wanted.listing is None:
        raise NoSuchStay
    try:
        return _hold(guest_id, wanted.listing, wanted)
    except ListingNotFound:
        raise NoSuchStay from None


def _hold(guest_id: int, listing_uuid: UUID, wanted: WantedStay) -> dict[str, Any]:
    """Do so for a listing that there may be.

    :raises ListingNotFound: when there is none that can be booked.
    """
    own = Spared(repository.OPEN_IDS, {"guest": guest_id})
    seen, taken = calendar.find_bookable(
        listing_uuid, wanted.check_in, wanted.check_out, spared=own
    )
    _require_fit(guest_id, wanted, seen, clock.now())
    if taken:
        raise NightsTaken(in_words(taken))
    with transaction():
        accounts.lock_account(guest_id)
        listing = calendar.lock_bookable(listing_uuid)
        now = clock.now()
        held = repository.list_open(guest_id, now)
        replaced = [each for each in held if _overlaps(wanted, listing["id"], each)]
        if len(held) - len(replaced) >= MAX_OPEN_INTENTS:
            raise TooManyIntents(MAX_OPEN_INTENTS)
        _require_fit(guest_id, wanted, listing, now)
        price = _price(wanted, listing)
        for each in replaced:
            _release(each["id"], now)
        intent = repository.add_intent(
            listing_id=listing["id"],
            guest_id=guest_id,
            check_in=wanted.check_in,
            check_out=wanted.check_out,
            guests=wanted.guests,
            snapshot=price.as_json(),
            created_at=now,
            expires_at=now + timedelta(seconds=current_settings().hold_ttl_s),
        )
        calendar.hold_nights(
            listing["id"],
            wanted.check_in,
            wanted.check_out,
            intent_id=intent.id,
            now=now,
            expires_at=intent.expires_at,
        )
    columns = {each.name: getattr(intent, each.name) for each in BookingIntent.__table__.c}
    return _shown(columns | {"listing_uuid": listing_uuid}, now)


def get_intent(guest_id: int, intent_uuid: UUID) -> dict[str, Any]:
    """Return what is shown of a guest's intent.

    :raises IntentNotFound: when the guest has none of this id.
    """
    return _shown(find_own(guest_id, intent_uuid), clock.now())


def release_intent(guest_id: int, intent_uuid: UUID) -> None:
    """Free the nights that an intent holds. Doing so again changes nothing.

    :raises IntentNotFound: when the guest has none of this id.
    :raises IntentOver: when the stay has been booked meanwhile.
    """
    row = find_own(guest_id, intent_uuid)
    with transaction():
        calendar.lock_listing(row["listing_id"])
        intent = repository.lock_intent(row["id"])
        if intent is None:
            raise IntentNotFound
        if intent.booked_at is not None:
            raise IntentOver(BOOKED)
        if intent.released_at is None:
            _release(intent.id, clock.now())


def _release(intent_id: int, now: datetime) -> None:
    """End an intent that holds nights of a listing that is locked."""
    calendar.release_nights(intent_id)
    repository.set_ended(intent_id, released_at=now)


def _overlaps(wanted: WantedStay, listing_id: int, held: Mapping[str, Any]) -> bool:
    """Tell whether a hold has nights of the listing that are wanted now."""
    first, end = max(held["check_in"], wanted.check_in), min(held["check_out"], wanted.check_out)
    return bool(held["listing_id"] == listing_id and first < end)


def find_own(guest_id: int, intent_uuid: UUID | None) -> dict[str, Any]:
    """Return the columns of a guest's intent, and `listing_uuid`.

    :raises IntentNotFound: when the guest has none of this id.
    """
    row = None if intent_uuid is None else repository.find_own(guest_id, intent_uuid)
    if row is None:
        raise IntentNotFound
    return row


def _require_fit(
    guest_id: int, wanted: WantedStay, listing: Mapping[str, Any], now: datetime
) -> None:
    """Refuse whoever cannot stay there, and dates and guests that do not fit."""
    if listing["owner_id"] == guest_id:
        raise OwnListing
    rules = HouseRules(listing["max_guests"], listing["min_nights"], listing["max_nights"])
    today = today_in(listing["time_zone"], now)
    problems = stay_problems(
        wanted.check_in, wanted.check_out, wanted.guests, rules=rules, today=today
    )
    if problems:
        raise InvalidFields(problems)


def _price(wanted: WantedStay, listing: Mapping[str, Any]) -> StayPrice:
    """Return what a stay costs, once all extras that it asks for can be had."""
    try:
        return price_stay(
            wanted.nights,
            price_per_night=listing["price"],
            cleaning_fee=listing["cleaning_fee"],
            security_deposit=listing["security_deposit"],
            currency=reference.snapshot().currencies_by_id[listing["currency_id"]].code,
            extras=_chosen(listing["id"], wanted.extras),
        )
    except TooExpensive:
        field = "extras" if wanted.extras else "check_out_date"
        raise Invalid(TOO_EXPENSIVE, field) from None


def _chosen(listing_id: int, wanted: Sequence[WantedExtra]) -> list[ChosenExtra]:
    if not wanted:
        return []
    offered = {each.extra.uuid: each for each in offers.list_offered_extras(listing_id)}
    if len({each.uuid for each in wanted}) < len(wanted):
        raise UnusableExtras(TWICE)
    chosen = []
    for each in wanted:
        found = None if each.uuid is None else offered.get(each.uuid)
        if found is None:
            raise UnusableExtras(UNKNOWN_EXTRA)
        chosen.append(ChosenExtra(found.extra.uuid, found.extra.name, found.price, each.quantity))
    return chosen


def _shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    ended = {name: row[name] for name in ("expires_at", "released_at", "booked_at")}
    return {**row, "status": status_of(**ended, now=now)}
