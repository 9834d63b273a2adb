"""Loading the demo, and the key that `scripts/run` prints."""

from dataclasses import dataclass

from app.accounts import service as accounts
from app.accounts.errors import UnknownAccount
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.service import IssuedKey
from app.catalogue.image_service import NewImage
from app.core import clock, outbox
from app.core.db import transaction
from app.core.errors import Conflict, Forbidden
from app.core.settings import current_settings
from app.demo import booking_service as bookings
from app.demo import listing_service as listings
from app.demo import people_service as people
from app.demo import shipped
from app.demo.booking_plans import draw_lots, thought_up
from app.demo.days import Days
from app.demo.gallery import paint_pictures
from app.demo.people_service import PASSWORD as PASSWORD
from app.demo.shipped import Row
from app.demo.stage import Stage

USERNAME = "demo"
KEY_NAME = "scripts/run"
# Who can be tried out, and as what, beside the owner of the tenant feed.
_SHOWN = {"staff": "staff", "neema": "a host", "baraka": "a guest"}


class DemoRefused(Forbidden):
    """The demo has a password that everybody can read: production does not take it."""

    def __init__(self) -> None:
        super().__init__("The demo is refused when APP_ENV is production: its password is public.")


class NamesTaken(Conflict):
    """Somebody has a name of the demo's people."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"There is an account {username!r} already that is none of the demo's: "
            "the demo needs a database without it."
        )


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """The demo's owner, and how many listings and bookings were added just now."""

    account: Account
    listings: int = 0
    bookings: int = 0


def load_demo() -> LoadedDemo:
    """Make the demo, unless it is there.

    It is one transaction: whatever dies in between, there is nothing of it, or all. Its people
    have done everything at the time that suits them, through the services of everybody else, and
    nothing that they would be told by mail or SMS goes into the outbox.

    :raises DemoRefused: in production.
    :raises NamesTaken: when somebody else has one of its people's names.
    """
    if current_settings().is_production:
        raise DemoRefused
    account = _find(USERNAME)
    if account is not None:
        return LoadedDemo(account)
    everybody = shipped.list_people()
    for person in everybody:
        if _find(person["username"]) or _find(people.address_of(person["username"])):
            raise NamesTaken(person["username"])
    properties, stays = shipped.list_properties(), shipped.list_stays()
    pictures = {row["external_id"]: _images(row) for row in properties + stays}
    plans = thought_up(shipped.list_bookings())
    bookable = [row for row in stays if row["status"] == "active"]
    guests = [row for row in everybody if row["part"] == "guest"]
    plans += draw_lots(bookable, guests, plans)

    stage = Stage(Days(clock.now()))
    people.plan_people(stage, everybody)
    people.plan_doings(stage, *map(shipped.list_doings, ("feedback", "searches", "keys")))
    listings.plan_properties(stage, properties, pictures)
    listings.plan_stays(stage, stays, pictures)
    listings.plan_marks(stage, shipped.list_doings("marks"))
    listings.plan_blackouts(stage, shipped.list_doings("blackouts"))
    bookings.plan_bookings(stage, plans, shipped.list_reviews())
    bookings.plan_intents(stage, shipped.list_doings("intents"))
    with transaction(), outbox.collecting():
        for instant, deed in stage.in_order():
            with clock.stopped_at(instant):
                deed()
        account = accounts.get_account_by_reference(USERNAME)
    return LoadedDemo(account, len(properties + stays), len(plans))


def list_accounts() -> list[tuple[str, Account]]:
    """Return whom to try the demo as, and what they are: as far as they are there."""
    return [(part, found) for name, part in _SHOWN.items() if (found := _find(name))]


def renew_key() -> IssuedKey:
    """Give the demo account a fresh read-only key, in place of the one it had from here.

    :raises DemoRefused: in production.
    :raises UnknownAccount: when the demo is not loaded.
    """
    if current_settings().is_production:
        raise DemoRefused
    with transaction():
        account = accounts.get_account_by_reference(USERNAME)
        for key in apikeys.list_live_keys(account.id):
            if key.name == KEY_NAME:
                apikeys.revoke_key(key.id)
        return apikeys.issue_key(account, scope=Scope.READ, name=KEY_NAME)


def _find(reference: str) -> Account | None:
    try:
        return accounts.get_account_by_reference(reference)
    except UnknownAccount:
        return None


def _images(listing: Row) -> list[NewImage]:
    return [NewImage(data=each.data, alt=each.alt) for each in paint_pictures(listing)]
