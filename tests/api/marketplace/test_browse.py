"""What anybody asks of stays over HTTP: which parameters lists take, and what one stay shows."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.catalogue.models import Listing
from app.catalogue.rating_service import set_rating
from app.core.db import session
from tests.api.marketplace.conftest import Person
from tests.api.marketplace.stays import HostAtWork, add_photo
from tests.factories import bearer, make_account, make_stay

URL = "/api/listings/"
NOW = "2026-08-20T10:30:00Z"
TODAY = date(2026, 8, 20)
TOO_FAR = ["Stays can be booked up to 730 nights ahead."]


def _uuid(listing_id: int) -> UUID:
    session.rollback()
    return session.execute(select(Listing.uuid).where(Listing.id == listing_id)).scalar_one()


def _list(client: FlaskClient, query: str) -> Any:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200, response.json
    return response.json["data"]


def _errors(client: FlaskClient, query: str, path: str = URL) -> Any:
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400
    return response.json["errors"]


# ── dates ───────────────────────────────────────────────────────────────────────────────────


def _dates(check_in: date, check_out: date) -> str:
    return f"check_in={check_in}&check_out={check_out}"


@pytest.mark.both
@pytest.mark.parametrize("path", [URL, f"{URL}nearby/"])
def test_dates_beyond_all_calendars_are_refused_as_a_hold_would_be(
    client: FlaskClient, path: str
) -> None:
    place = "lat=-6.79&lng=39.2&"
    last = TODAY + timedelta(days=731)
    ahead = place * (path != URL)
    with time_machine.travel(NOW, tick=False):
        far = _dates(last, last + timedelta(days=3))
        assert _errors(client, ahead + far, path) == {"check_in": TOO_FAR, "check_out": TOO_FAR}
        longer = _dates(TODAY, last + timedelta(days=1))
        assert _errors(client, ahead + longer, path) == {"check_out": TOO_FAR}


@pytest.mark.both
def test_the_last_night_that_can_be_held_anywhere_can_be_looked_for(
    client: FlaskClient, john: Person
) -> None:
    # There it is the 21st of August.
    stay = make_stay(make_account().id, time_zone="Pacific/Kiritimati")
    last = TODAY + timedelta(days=731)
    check_in = last - timedelta(days=1)
    body = {
        "listing_id": str(_uuid(stay)),
        "check_in_date": check_in.isoformat(),
        "check_out_date": last.isoformat(),
        "guests": 1,
    }
    with time_machine.travel(NOW, tick=False):
        assert _list(client, _dates(check_in, last))["count"] == 1
        headers = HostAtWork(client, john).token
        held = client.post("/api/bookings/intents/", headers=headers, json=body)
        assert held.status_code == 201, held.json


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("check_in=2026-09-01", {"check_out": ["check_in and check_out go together."]}),
        ("check_out=2026-09-01", {"check_in": ["check_in and check_out go together."]}),
        ("check_in=2026-08-19&check_out=2026-09-01", {"check_in": ["This day has passed."]}),
        ("check_in=2026-09-01&check_out=2026-09-01", {"check_out": ["Must be after check_in."]}),
        ("min_price=2&max_price=1", {"max_price": ["Must not be below min_price."]}),
        (
            "min_price=2&max_price=1&category=castle&check_in=2026-09-01",
            {
                "max_price": ["Must not be below min_price."],
                "check_out": ["check_in and check_out go together."],
                "category": ["Object with slug=castle does not exist."],
            },
        ),
    ],
)
def test_what_no_stay_can_be_is_refused(
    client: FlaskClient, query: str, errors: dict[str, list[str]]
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert _errors(client, query) == errors


# ── parameters ──────────────────────────────────────────────────────────────────────────────

LISTS = [
    URL,
    f"{URL}host/",
    "/api/bookings/",
    "/api/admin/api-keys/",
    "/api/admin/audit/",
    "/api/admin/bookings/",
    "/api/admin/feedback/",
    "/api/admin/listings/",
    "/api/admin/reviews/",
    "/api/admin/users/",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_refuses_a_parameter_that_it_does_not_know(
    client: FlaskClient, boss: Person, path: str
) -> None:
    response = client.get(f"{path}?stauts=active", headers=boss.headers)
    assert response.status_code == 400
    assert response.json["errors"] == {"stauts": ["Unknown field."]}


def test_reviews_and_calendars_refuse_a_parameter_that_they_do_not_know(
    client: FlaskClient, host: Person
) -> None:
    stay = _uuid(make_stay(host.id))
    for path in (f"/api/reviews/listings/{stay}/", f"{URL}{stay}/calendar/"):
        assert _errors(client, "form=2026-09-01", path) == {"form": ["Unknown field."]}


@pytest.mark.parametrize("path", LISTS)
def test_a_blank_parameter_counts_as_absent(client: FlaskClient, boss: Person, path: str) -> None:
    for name in ("page", "page_size", "status", "search", "city"):
        response = client.get(f"{path}?{name}=%20%09", headers=boss.headers)
        assert response.status_code == 200, (name, response.json)


@pytest.mark.both
@pytest.mark.parametrize(
    "name",
    ["category", "city", "search", "amenities", "guests", "min_price", "stay_type", "check_in"],
)
def test_a_blank_filter_leaves_nothing_out(client: FlaskClient, name: str) -> None:
    make_stay(make_account().id, city="Dar es Salaam")
    for blank in ("", "%20", "+%09"):
        assert _list(client, f"{name}={blank}")["count"] == 1


# ── one stay ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def at_work(client: FlaskClient, host: Person) -> HostAtWork:
    """An approved host's requests."""
    return HostAtWork(client, host)


@pytest.mark.both
@pytest.mark.parametrize(
    "path", [f"{URL}{{}}/", f"{URL}{{}}/calendar/", "/api/reviews/listings/{}/"]
)
def test_a_token_that_is_over_is_told_where_it_would_have_shown_more(
    client: FlaskClient, at_work: HostAtWork, path: str
) -> None:
    draft = path.format(at_work.create()["id"])
    person = at_work.person
    assert client.get(draft, headers=person.headers).status_code == 200
    assert client.get(draft).status_code == 404
    for token in ("x", person.refresh, person.access + "x"):
        for address in (draft, path.format(uuid4())):
            refused = client.get(address, headers=bearer(token))
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == "Bearer"
            assert refused.json["message"] == "The token is invalid or has expired."
    assert client.get(path.format(uuid4()), headers=person.headers).status_code == 404


@pytest.mark.both
def test_a_bad_token_keeps_nobody_from_an_active_stay(client: FlaskClient, host: Person) -> None:
    stay = _uuid(make_stay(host.id))
    for path in (f"{URL}{stay}/", f"{URL}{stay}/calendar/", f"/api/reviews/listings/{stay}/"):
        assert client.get(path, headers=bearer("x")).status_code == 200


@pytest.mark.both
def test_the_owner_reads_what_is_blocked_and_nobody_else_does(
    client: FlaskClient, at_work: HostAtWork, john: Person
) -> None:
    stay = str(_uuid(make_stay(at_work.person.id)))
    address = f"{URL}{stay}/"
    with time_machine.travel(NOW, tick=False):
        owner = at_work.token
        assert client.get(address, headers=owner).json["data"]["blackout_dates"] == []
        blocked = [
            {"start": "2026-09-01", "end": "2026-09-05"},
            {"start": "2026-09-10", "end": "2026-09-11"},
        ]
        at_work.patch({"id": stay}, "availability", blackout_dates=blocked)
        assert client.get(address, headers=owner).json["data"]["blackout_dates"] == blocked
        for headers in ({}, HostAtWork(client, john).token):
            assert "blackout_dates" not in client.get(address, headers=headers).json["data"]


@pytest.mark.both
def test_staff_reads_what_is_blocked(
    client: FlaskClient, at_work: HostAtWork, staff: Person
) -> None:
    address = f"{URL}{at_work.create()['id']}/"
    assert client.get(address, headers=staff.headers).json["data"]["blackout_dates"] == []


@pytest.mark.both
def test_whatever_changes_shows_at_the_next_read(
    client: FlaskClient, at_work: HostAtWork, staff: Person, shipped_again: None
) -> None:
    host = at_work.person
    listing_id = make_stay(host.id)
    stay = {"id": str(_uuid(listing_id))}
    add_photo(stay)
    [photo] = at_work.ask(f"{stay['id']}/media/").json["data"]
    extras = client.get("/api/amenities/extras/").json["data"]
    amenities = client.get("/api/amenities/").json["data"]
    [parking] = [each for each in amenities if each["slug"] == "parking"]
    admin = f"/api/admin/listings/{stay['id']}/"

    def read() -> Any:
        response = client.get(f"{URL}{stay['id']}/")
        assert response.status_code == 200
        assert client.get(f"{URL}{stay['id']}/").json == response.json
        return response.json["data"]

    def ask(method: str, path: str, person: Person, body: Any) -> None:
        response = client.open(path, method=method, headers=person.headers, json=body)
        assert response.status_code == 200, response.json

    deeds: list[tuple[Callable[[], object], str]] = [
        (lambda: at_work.patch(stay, "basic-info", description="By the sea."), "description"),
        (lambda: at_work.patch(stay, "pricing", cleaning_fee="7.00"), "cleaning_fee"),
        (lambda: at_work.patch(stay, "availability", check_in_time="15:30"), "check_in_time"),
        (lambda: at_work.patch(stay, "amenities", amenities=["parking"]), "amenities"),
        (lambda: at_work.patch(stay, "amenities", extras=[{"id": extras[0]["id"]}]), "extras"),
        (
            lambda: at_work.patch(stay, f"media/{photo['id']}", alt="From the sea"),
            "photos",
        ),
        (lambda: set_rating(listing_id, 1, Decimal("4.50"), {}), "reviews_summary"),
        (lambda: ask("PATCH", admin, staff, {"is_verified": True}), "is_verified"),
        (
            lambda: ask("PATCH", "/api/auth/update-profile/", host, {"first_name": "Neema"}),
            "host",
        ),
        (
            lambda: ask("PATCH", f"/api/amenities/{parking['id']}/", staff, {"name": "Garage"}),
            "amenities",
        ),
    ]
    for deed, part in deeds:
        before = read()
        deed()
        after = read()
        assert after[part] != before[part], part
    at_work.do(stay, "deactivate")
    assert client.get(f"{URL}{stay['id']}/").status_code == 404


@pytest.mark.both
def test_a_stay_that_was_read_before_costs_two_statements(
    client: FlaskClient, host: Person, statements: list[str]
) -> None:
    address = f"{URL}{_uuid(make_stay(host.id))}/"
    client.get(address)
    statements.clear()
    client.get(address)
    assert len(statements) == 2
