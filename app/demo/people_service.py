"""The demo's people: they register, some become hosts, and staff decides about them."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from app.accounts import host_review_service as host_reviews
from app.accounts import host_service as hosts
from app.accounts import operator_service as operators
from app.accounts import profile_service as profiles
from app.accounts import registration_service as registrations
from app.accounts import service as accounts
from app.accounts import staff_service as staff
from app.accounts.caller import Caller
from app.accounts.enums import Gender, Mode, Role, Tier, VerificationStage
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.demo.papers import draw_identity_card
from app.demo.shipped import Row
from app.demo.stage import Person, Stage
from app.support import feedback_service as feedback
from app.support import search_service as searches
from app.support.enums import Platform

STAFF = "staff"
DOMAIN = "nafasi.example"
# Known to everybody who reads this, which is why the demo is refused in production.
PASSWORD = "a demo for everybody"  # nosec B105
REJECTION = "The photo of the identity card is blurred: the number cannot be read."
_MINUTES_BETWEEN = 13
_OPENING_HOUR, _OPEN_MINUTES = 8, 600


def caller_of(person: Person, role: Role = Role.USER) -> Caller:
    """Return somebody as the services know who asks."""
    return Caller(person.id, role, False, VerificationStage.NOT_STARTED)


def address_of(username: str) -> str:
    """Return somebody's e-mail address: its domain is one that can never be (RFC 2606)."""
    return f"{username}@{DOMAIN}"


def plan_people(stage: Stage, people: Sequence[Row]) -> None:
    """Have everybody register, in their order on each day, and the hosts be looked at."""
    for number, person in enumerate(people):
        minutes = number * _MINUTES_BETWEEN % _OPEN_MINUTES
        hour, minute = _OPENING_HOUR + minutes // 60, minutes % 60
        day = person["days_ago"]
        stage.at(f"-{day} {hour:02}:{minute:02}", partial(_register, stage, person))
        if person["part"] == "host":
            # A card of nobody's: the digits behind the birthday are no numbers that are given.
            number_on_card = person["date_of_birth"].replace("-", "") + f"-00000-{number:05}-01"
            stage.at(f"-{day} 19:10", partial(_apply, stage, person, number_on_card))
            if person["stage"] != "pending":
                stage.at(f"-{day - 1} 07:{number % 60:02}", partial(_decide, stage, person))
        if person["part"] == "disabled":
            stage.at(f"-{day - 3} 11:00", partial(_disable, stage, person["username"]))
        if "tier" in person:
            stage.at(f"-{day - 2} 12:30", partial(_raise_tier, stage, person))


def plan_doings(
    stage: Stage, given: Sequence[Row], looked_for: Sequence[Row], keys: Sequence[Row]
) -> None:
    """Have people say what they think of the platform, save searches, and make API keys."""
    for each in given:
        stage.at(f"-{each['days_ago']} 20:15", partial(_give_feedback, stage, each))
    for each in looked_for:
        stage.at(f"-{each['days_ago']} 21:30", partial(_save_search, stage, each))
    for each in keys:
        stage.at(f"-{each['days_ago']} 09:45", partial(_issue_key, stage, each))
        if "revoked" in each:
            stage.at(each["revoked"], partial(_revoke_key, stage, each["name"]))


def _register(stage: Stage, person: Row) -> None:
    username, part = person["username"], person["part"]
    names = {name: person[name] for name in ("first_name", "last_name")}
    about: dict[str, Any] = {"email": address_of(username), "username": username}
    if part == "unverified":
        account = registrations.register(password=PASSWORD, **about, **names)
    elif part == "staff":
        account = operators.create_account(password=PASSWORD, is_admin=True, **about)
    else:
        # Each password takes a while to hash: most guests never sign in.
        signs_in = part == "host" or person.get("signs_in")
        account = accounts.create_account(password=PASSWORD if signs_in else None, **about)
    profiles.update_profile(account.id, names | {"bio": person.get("bio", "")})
    stage.people[username] = Person(account.id, account.uuid)


def _apply(stage: Stage, person: Row, number_on_card: str) -> None:
    """Give what a host has to give. The phone number stays unverified, so it gets no messages:
    unlike the address it could be somebody's."""
    account_id = stage.people[person["username"]].id
    born = date.fromisoformat(person["date_of_birth"])
    personal = {name: person[name] for name in ("first_name", "last_name", "phone_number")}
    about = {"date_of_birth": born, "gender": Gender(person["gender"])}
    hosts.save_personal(account_id, personal | about)
    name = f"{person['first_name']} {person['last_name']}"
    hosts.save_identity(account_id, number_on_card, draw_identity_card(name, born, number_on_card))
    hosts.submit_profile(account_id)
    profiles.set_mode(account_id, Mode.HOSTING)


def _decide(stage: Stage, person: Row) -> None:
    staff_id, uuid = stage.people[STAFF].id, stage.people[person["username"]].uuid
    if person["stage"] == "approved":
        host_reviews.approve_host(staff_id, uuid)
    else:
        host_reviews.reject_host(staff_id, uuid, REJECTION)


def _disable(stage: Stage, username: str) -> None:
    actor = caller_of(stage.people[STAFF], Role.ADMIN)
    staff.disable_account(actor, stage.people[username].uuid)


def _raise_tier(stage: Stage, person: Row) -> None:
    actor = caller_of(stage.people[STAFF], Role.ADMIN)
    changes = {"subscription_tier": Tier(person["tier"])}
    staff.update_account(actor, stage.people[person["username"]].uuid, changes)


def _give_feedback(stage: Stage, given: Row) -> None:
    feedback.give_feedback(
        stage.people[given["by"]].id,
        rating=given["rating"],
        comment=given.get("comment"),
        platform=Platform(given["platform"]),
    )


def _save_search(stage: Stage, wanted: Row) -> None:
    searches.save_search(stage.people[wanted["by"]].id, wanted["name"], wanted["criteria"])


def _issue_key(stage: Stage, wanted: Row) -> None:
    """Make a key that nobody knows, and write down when it was used last."""
    owner = accounts.get_account(stage.people[wanted["owner"]].id)
    scope, origins = Scope(wanted["scope"]), wanted["allowed_origins"]
    issued = apikeys.issue_key(owner, scope=scope, name=wanted["name"], allowed_origins=origins)
    stage.keys[wanted["name"]] = issued.row.id
    if "last_used" in wanted:
        apikeys.write_last_use([(issued.row.id, stage.days.instant(wanted["last_used"]))])


def _revoke_key(stage: Stage, name: str) -> None:
    apikeys.revoke_key(stage.keys[name])
