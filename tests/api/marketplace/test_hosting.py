"""A host's stays over HTTP: creating, describing, pricing, equipping, blocking and listing them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.enums import VerificationStage
from app.catalogue import calendar_service as calendar
from app.catalogue import service as catalogue
from app.catalogue.enums import NightState, PublishStatus, ReviewStatus
from app.catalogue.models import Listing, Night
from app.core import clock
from app.core.db import session, transaction
from app.reference import repository as reference_repository
from app.reference.models import Amenity, Category, Extra
from app.reference.service import snapshot
from tests.api.marketplace.conftest import Person, set_stage
from tests.api.marketplace.stays import BODY, HostAtWork, add_photo, refusal, row_of
from tests.factories import make_listing, make_stay

pytestmark = pytest.mark.both

NOW = "2026-08-20T10:00:00Z"


@pytest.fixture
def at_work(client: FlaskClient, host: Person) -> HostAtWork:
    """An approved host's requests."""
    return HostAtWork(client, host)


def _count_listings() -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(Listing)).scalar_one()


def _retire(model: Any, slug: str, *, is_active: bool = False) -> None:
    with transaction():
        reference_repository.lock_version()
        session.execute(
            model.__table__.update().where(model.slug == slug).values(is_active=is_active)
        )
        reference_repository.move_version()


def _extra(slug: str) -> str:
    return next(str(each.uuid) for each in snapshot().extras if each.slug == slug)


# ── creating ────────────────────────────────────────────────────────────────────────────────


def test_the_documents_example_becomes_a_draft(at_work: HostAtWork) -> None:
    response = at_work.ask(method="POST", json=dict(BODY))
    assert response.status_code == 201
    stay = response.json["data"]
    assert {name: stay[name] for name in BODY.keys() - {"property_type", "category"}} == {
        name: BODY[name] for name in BODY.keys() - {"property_type", "category"}
    }
    assert stay["property_type"] == {"name": "Villa", "slug": "villa"}
    assert stay["category"] == {"name": "Beach Villa", "slug": "beach-villa"}
    assert (stay["status"], stay["currency"]) == ("draft", "USD")
    assert (stay["time_zone"], stay["submitted_at"]) == ("Africa/Dar_es_Salaam", None)
    assert stay["photos"] == stay["amenities"] == stay["extras"] == []
    row = row_of(stay)
    assert (row["owner_id"], row["review_status"], row["publish_status"]) == (
        at_work.person.id,
        ReviewStatus.DRAFT,
        PublishStatus.DRAFT,
    )
    assert row["version"] == 1


def test_title_type_and_stay_type_are_enough(at_work: HostAtWork) -> None:
    body = {"title": "Villa", "property_type": "villa", "stay_type": "both"}
    stay = at_work.ask(method="POST", json=body).json["data"]
    assert (stay["price_per_night"], stay["category"], stay["city"]) == (None, None, "")


def test_what_this_api_adds_is_kept(at_work: HostAtWork) -> None:
    more = {
        "standard_guests": 4,
        "latitude": "-6.7924",
        "longitude": 39.2083,
        "currency": "TZS",
        "min_nights": 2,
        "max_nights": 30,
        "time_zone": "Africa/Nairobi",
    }
    stay = at_work.create(**more)
    assert stay["latitude"] == "-6.792400"
    assert stay["longitude"] == "39.208300"
    for name in more.keys() - {"latitude", "longitude"}:
        assert stay[name] == more[name]


def test_the_setting_decides_the_currency_that_nobody_names(
    at_work: HostAtWork, change_settings: Any
) -> None:
    change_settings(default_currency="KES")
    assert at_work.create()["currency"] == "KES"


@pytest.mark.parametrize(
    "stage", [stage for stage in VerificationStage if stage is not VerificationStage.APPROVED]
)
def test_only_an_approved_host_creates_stays(at_work: HostAtWork, stage: VerificationStage) -> None:
    set_stage(at_work.person.id, stage)
    before = _count_listings()
    response = at_work.ask(method="POST", json=dict(BODY))
    assert refusal(response) == (403, ["non_field_errors"])
    assert _count_listings() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        *[({name: None}, name) for name in ("title", "property_type", "stay_type", "time_zone")],
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0"}, "title"),
        ({"title": 5}, "title"),
        ({"description": "x" * 20_001}, "description"),
        *[({name: "x" * 201}, name) for name in ("address", "city", "country")],
        ({"property_type": "castle"}, "property_type"),
        ({"category": "castle"}, "category"),
        ({"stay_type": "weekend"}, "stay_type"),
        *[
            ({"price_per_night": price}, "price_per_night")
            for price in ("-1", "1.999", "x", True, [], "100000000000000")
        ],
        ({"currency": "XXX"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"currency": None}, "currency"),
        *[({"max_guests": count}, "max_guests") for count in (0, 1001, "6", 1.5, True, 2**40)],
        ({"standard_guests": 7}, "standard_guests"),
        ({"bedrooms": -1}, "bedrooms"),
        ({"bathrooms": 1001}, "bathrooms"),
        ({"latitude": "91", "longitude": "0"}, "latitude"),
        ({"latitude": "1"}, "longitude"),
        ({"min_nights": 0}, "min_nights"),
        ({"min_nights": 5, "max_nights": 4}, "min_nights"),
        ({"max_nights": 32_768}, "max_nights"),
        *[({"time_zone": zone}, "time_zone") for zone in ("Mars/Base", "../UTC", "", "x" * 41)],
        *[
            ({"time_zone": name}, "time_zone")
            for name in ("localtime", "Factory", "posixrules", "right/UTC")
        ],
        ({"price": "1.00"}, "price"),
        ({"status": "active"}, "status"),
        ({"cleaning_fee": "1.00"}, "cleaning_fee"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    at_work: HostAtWork, changes: dict[str, Any], field: str
) -> None:
    before = _count_listings()
    response = at_work.ask(method="POST", json={**BODY, **changes})
    assert refusal(response) == (400, [field])
    assert _count_listings() == before


def test_everything_that_is_required_is_named(at_work: HostAtWork) -> None:
    response = at_work.ask(method="POST", json={})
    assert refusal(response) == (400, ["property_type", "stay_type", "title"])


def test_the_document_names_the_method_that_creates(at_work: HostAtWork) -> None:
    for method in ("PUT", "PATCH"):
        assert at_work.ask(method=method, json=dict(BODY)).status_code == 405


def test_a_retired_category_is_given_to_nobody(at_work: HostAtWork) -> None:
    _retire(Category, "villa")
    try:
        response = at_work.ask(method="POST", json=dict(BODY))
    finally:
        _retire(Category, "villa", is_active=True)
    assert refusal(response) == (400, ["category"])


# ── describing ──────────────────────────────────────────────────────────────────────────────


def test_what_is_absent_stays_and_null_clears(at_work: HostAtWork) -> None:
    stay = at_work.create(min_nights=2, latitude="1", longitude="2")
    cleared = ("description", "city", "category", "max_guests", "min_nights", "latitude")
    changed = at_work.patch(
        stay, "basic-info", title="Villa", longitude=None, **dict.fromkeys(cleared)
    )
    assert (changed["title"], changed["country"]) == ("Villa", "Tanzania")
    assert [changed[name] for name in cleared] == ["", "", None, None, None, None]


def test_a_change_shows_in_every_face_at_once(client: FlaskClient, at_work: HostAtWork) -> None:
    listing_id = make_stay(at_work.person.id)
    stay = {"id": str(_uuid(listing_id))}
    before = row_of(stay)
    at_work.patch(stay, "basic-info", title="Sea view")
    after = row_of(stay)
    assert (after["title"], after["review_status"]) == ("Sea view", ReviewStatus.ACCEPTED)
    assert after["version"] > before["version"]
    assert after["updated_at"] > before["updated_at"]


def test_a_change_of_nothing_moves_nothing(at_work: HostAtWork) -> None:
    stay = at_work.create()
    before = row_of(stay)
    at_work.patch(stay, "basic-info", **{k: v for k, v in BODY.items() if k != "price_per_night"})
    at_work.patch(stay, "basic-info")
    at_work.patch(stay, "pricing", price_per_night=350, currency="USD", cleaning_fee=None)
    at_work.patch(stay, "amenities", amenities=[], extras=[])
    at_work.patch(stay, "availability", check_in_time=None, blackout_dates=[])
    assert row_of(stay) == before


@pytest.mark.parametrize(
    ("name", "empty"),
    [
        ("description", ""),
        ("description", None),
        *[(name, None) for name in ("address", "city", "country", "max_guests", "category")],
    ],
)
def test_what_was_submitted_keeps_what_that_required(
    at_work: HostAtWork, name: str, empty: Any
) -> None:
    stay = at_work.create_pending()
    before = row_of(stay)
    response = at_work.ask(f"{stay['id']}/basic-info/", "PATCH", json={name: empty, "bedrooms": 9})
    assert refusal(response) == (400, [name])
    price = at_work.ask(f"{stay['id']}/pricing/", "PATCH", json={"price_per_night": None})
    assert refusal(price) == (400, ["price_per_night"])
    assert row_of(stay) == before
    assert at_work.patch(stay, "basic-info", bedrooms=None)["bedrooms"] is None


def test_a_stay_that_never_had_a_category_can_be_changed(at_work: HostAtWork) -> None:
    stay = {"id": str(_uuid(make_stay(at_work.person.id)))}
    assert at_work.patch(stay, "basic-info", title="Other")["title"] == "Other"


def test_a_stay_keeps_its_category_when_that_is_retired(at_work: HostAtWork) -> None:
    stay = at_work.create()
    _retire(Category, "beach-villa")
    try:
        kept = at_work.patch(stay, "basic-info", category="beach-villa", title="Other")
    finally:
        _retire(Category, "beach-villa", is_active=True)
    assert (kept["category"]["slug"], kept["title"]) == ("beach-villa", "Other")


@pytest.mark.parametrize("field", ["price_per_night", "currency", "owner_id", "amenities"])
def test_basic_info_takes_no_other_fields(at_work: HostAtWork, field: str) -> None:
    stay = at_work.create()
    response = at_work.ask(f"{stay['id']}/basic-info/", "PATCH", json={field: "USD"})
    assert refusal(response) == (400, [field])


# ── prices ──────────────────────────────────────────────────────────────────────────────────


def test_prices_are_set_and_cleared(at_work: HostAtWork) -> None:
    stay = at_work.create()
    priced = at_work.patch(
        stay,
        "pricing",
        price_per_night="400",
        cleaning_fee=50,
        security_deposit="100.50",
        currency="KES",
    )
    assert priced["pricing"] == {
        "price_per_night": "400.00",
        "cleaning_fee": "50.00",
        "security_deposit": "100.50",
        "currency": "KES",
    }
    cleared = at_work.patch(stay, "pricing", price_per_night=None, cleaning_fee=None)
    assert (cleared["price_per_night"], cleared["cleaning_fee"]) == (None, "0.00")
    assert cleared["security_deposit"] == "100.50"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"price_per_night": "-1"}, "price_per_night"),
        ({"cleaning_fee": "0.001"}, "cleaning_fee"),
        ({"security_deposit": "x"}, "security_deposit"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": None}, "currency"),
        ({"title": "x"}, "title"),
    ],
)
def test_a_price_that_is_none_is_refused(
    at_work: HostAtWork, body: dict[str, Any], field: str
) -> None:
    stay = at_work.create()
    response = at_work.ask(f"{stay['id']}/pricing/", "PATCH", json=body)
    assert refusal(response) == (400, [field])


# ── amenities and extras ────────────────────────────────────────────────────────────────────


def test_each_part_replaces_its_set_and_leaves_the_other(at_work: HostAtWork) -> None:
    stay = at_work.create()
    extras = [{"id": _extra("breakfast"), "price": "12.5"}, {"id": _extra("laundry")}]
    both = at_work.patch(stay, "amenities", amenities=["parking", "garden"], extras=extras)
    assert {each["slug"] for each in both["amenities"]} == {"parking", "garden"}
    assert [(each["slug"], each["price"]) for each in both["extras"]] == [
        ("breakfast", "12.50"),
        ("laundry", "7.50"),
    ]
    fewer = at_work.patch(stay, "amenities", amenities=["garden", "garden"])
    assert [each["slug"] for each in fewer["amenities"]] == ["garden"]
    assert fewer["extras"] == both["extras"]
    none = at_work.patch(stay, "amenities", extras=None)
    assert (none["extras"], len(none["amenities"])) == ([], 1)


def test_a_new_price_of_an_extra_is_a_change(at_work: HostAtWork) -> None:
    stay = at_work.create()
    at_work.patch(stay, "amenities", extras=[{"id": _extra("breakfast")}])
    before = row_of(stay)
    at_work.patch(stay, "amenities", extras=[{"id": _extra("breakfast"), "price": "8.00"}])
    assert row_of(stay)["version"] > before["version"]


def test_what_is_retired_may_be_kept_and_not_added(at_work: HostAtWork) -> None:
    stay, other = at_work.create(), at_work.create()
    body = {"amenities": ["gym"], "extras": [{"id": _extra("breakfast")}]}
    at_work.patch(stay, "amenities", **body)
    _retire(Amenity, "gym")
    _retire(Extra, "breakfast")
    try:
        kept = at_work.patch(stay, "amenities", **body)
        added = at_work.ask(f"{other['id']}/amenities/", "PATCH", json=body)
    finally:
        _retire(Amenity, "gym", is_active=True)
        _retire(Extra, "breakfast", is_active=True)
    assert (len(kept["amenities"]), len(kept["extras"])) == (1, 1)
    assert refusal(added) == (400, ["amenities", "extras"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amenities": ["moat"]}, "amenities"),
        ({"amenities": "parking"}, "amenities"),
        ({"amenities": [5]}, "amenities"),
        ({"amenities": ["x"] * 201}, "amenities"),
        ({"extras": [str(uuid4())]}, "extras"),
        ({"extras": [{"id": str(uuid4())}]}, "extras"),
        ({"extras": [{"id": "breakfast"}]}, "extras"),
        ({"extras": [{"id": 5}]}, "extras"),
        ({"extras": [{"price": "1"}]}, "extras"),
        ({"extras": [{"id": str(uuid4()), "name": "x"}]}, "extras"),
        ({"extra": []}, "extra"),
    ],
)
def test_what_is_no_amenity_and_no_extra_is_refused(
    at_work: HostAtWork, body: dict[str, Any], field: str
) -> None:
    stay = at_work.create()
    response = at_work.ask(f"{stay['id']}/amenities/", "PATCH", json=body)
    assert refusal(response) == (400, [field])


def test_a_refused_part_leaves_the_other_as_it_was(at_work: HostAtWork) -> None:
    stay = at_work.create()
    twice = [{"id": _extra("breakfast")}, {"id": _extra("breakfast"), "price": "-1"}]
    for extras in (twice, [twice[0], twice[0]]):
        body = {"amenities": ["garden"], "extras": extras}
        response = at_work.ask(f"{stay['id']}/amenities/", "PATCH", json=body)
        assert refusal(response) == (400, ["extras"])
    shown = at_work.patch(stay, "amenities")
    assert (shown["amenities"], shown["extras"]) == ([], [])


# ── availability ────────────────────────────────────────────────────────────────────────────


def _nights(stay: Any) -> dict[str, str]:
    session.rollback()
    found = session.execute(
        select(Night.night, Night.state)
        .where(Night.listing_id == row_of(stay)["id"])
        .order_by(Night.night)
    )
    return {night.isoformat(): state.value for night, state in found.all()}


def _hold(stay: Any, first: date, end: date, **changes: Any) -> None:
    now = clock.now()
    with transaction():
        calendar.hold_nights(
            row_of(stay)["id"],
            first,
            end,
            intent_id=1,
            now=now,
            expires_at=changes.get("expires_at", now + timedelta(minutes=15)),
        )


def test_house_times_and_limits_are_set_and_cleared(at_work: HostAtWork) -> None:
    stay = at_work.create()
    shown = at_work.patch(
        stay,
        "availability",
        check_in_time="14:00",
        check_out_time="09:30",
        min_nights=2,
        max_nights=14,
    )
    assert (shown["check_in_time"], shown["check_out_time"]) == ("14:00", "09:30")
    assert (shown["min_nights"], shown["max_nights"], shown["blackout_dates"]) == (2, 14, [])
    cleared = at_work.patch(stay, "availability", check_in_time=None, max_nights=None)
    assert (cleared["check_in_time"], cleared["check_out_time"]) == (None, "09:30")
    assert (cleared["min_nights"], cleared["max_nights"]) == (2, None)


def test_blackouts_are_half_open_merged_and_replaced(at_work: HostAtWork) -> None:
    with time_machine.travel(NOW, tick=False):
        stay = at_work.create()
        before = row_of(stay)
        shown = at_work.patch(
            stay,
            "availability",
            blackout_dates=[
                {"start": "2026-09-10", "end": "2026-09-11"},
                {"start": "2026-09-01", "end": "2026-09-04"},
                {"start": "2026-09-03", "end": "2026-09-05"},
            ],
        )
        assert shown["blackout_dates"] == [
            {"start": "2026-09-01", "end": "2026-09-05"},
            {"start": "2026-09-10", "end": "2026-09-11"},
        ]
        assert at_work.patch(stay, "availability", min_nights=None)["blackout_dates"] != []
        assert row_of(stay) == before, "the calendar is no part of the listing"
        assert list(_nights(stay)) == [f"2026-09-0{day}" for day in range(1, 5)] + ["2026-09-10"]
        at_work.patch(
            stay, "availability", blackout_dates=[{"start": "2026-09-02", "end": "2026-09-03"}]
        )
        assert _nights(stay) == {"2026-09-02": "blackout"}
        assert at_work.patch(stay, "availability", blackout_dates=None)["blackout_dates"] == []


@pytest.mark.parametrize(
    ("time_zone", "first"),
    [("Pacific/Kiritimati", "2026-08-21"), ("Pacific/Pago_Pago", "2026-08-19")],
)
def test_blackouts_count_from_today_where_the_stay_is(
    at_work: HostAtWork, time_zone: str, first: str
) -> None:
    with time_machine.travel("2026-08-20T10:30:00Z", tick=False):
        stay = at_work.create(time_zone=time_zone)
        shown = at_work.patch(
            stay, "availability", blackout_dates=[{"start": "2020-01-01", "end": "2026-08-22"}]
        )
    assert shown["blackout_dates"] == [{"start": first, "end": "2026-08-22"}]


def test_blackouts_reach_as_far_as_the_calendar_and_no_further(at_work: HostAtWork) -> None:
    with time_machine.travel(NOW, tick=False):
        stay = at_work.create()
        last = date(2026, 8, 20) + timedelta(days=730)
        body = {"start": "2026-08-20", "end": last.isoformat()}
        assert at_work.patch(stay, "availability", blackout_dates=[body])["blackout_dates"] == [
            body
        ]
        body["end"] = (last + timedelta(days=1)).isoformat()
        response = at_work.ask(
            f"{stay['id']}/availability/",
            "PATCH",
            json={"min_nights": 9, "blackout_dates": [body]},
        )
    assert refusal(response) == (400, ["blackout_dates"])
    assert (len(_nights(stay)), row_of(stay)["min_nights"]) == (730, None)


def test_a_night_that_guests_have_cannot_be_blocked(at_work: HostAtWork) -> None:
    with time_machine.travel(NOW, tick=False):
        stay = at_work.create()
        at_work.patch(
            stay, "availability", blackout_dates=[{"start": "2026-09-20", "end": "2026-09-21"}]
        )
        _hold(stay, date(2026, 9, 2), date(2026, 9, 4))
        body = {
            "check_in_time": "15:00",
            "blackout_dates": [{"start": "2026-09-01", "end": "2026-09-04"}],
        }
        response = at_work.ask(f"{stay['id']}/availability/", "PATCH", json=body)
    assert refusal(response) == (409, ["non_field_errors"])
    assert "2026-09-02, 2026-09-03" in response.json["message"]
    assert row_of(stay)["check_in_time"] is None
    assert _nights(stay) == {
        "2026-09-02": NightState.HOLD,
        "2026-09-03": NightState.HOLD,
        "2026-09-20": NightState.BLACKOUT,
    }


def test_a_lapsed_hold_is_in_nobodys_way(at_work: HostAtWork) -> None:
    with time_machine.travel(NOW, tick=False):
        stay = at_work.create()
        _hold(stay, date(2026, 9, 2), date(2026, 9, 3), expires_at=clock.now())
        at_work.patch(
            stay, "availability", blackout_dates=[{"start": "2026-09-02", "end": "2026-09-03"}]
        )
    assert _nights(stay) == {"2026-09-02": "blackout"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        *[({"check_in_time": value}, "check_in_time") for value in ("24:00", "9:00", "x", 14, "")],
        ({"check_out_time": "10:00:00"}, "check_out_time"),
        ({"min_nights": 0}, "min_nights"),
        ({"min_nights": 3, "max_nights": 2}, "min_nights"),
        ({"blackout_dates": "2026-09-01"}, "blackout_dates"),
        ({"blackout_dates": ["2026-09-01"]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-09-01"}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-09-02", "end": "2026-09-02"}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-09-02", "end": "2026-09-01"}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-9-1", "end": "2026-09-05"}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-02-30", "end": "2026-09-05"}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": 5, "end": None}]}, "blackout_dates"),
        ({"blackout_dates": [{"start": "2026-09-01", "end": "9999-12-31"}]}, "blackout_dates"),
        ({"time_zone": "UTC"}, "time_zone"),
    ],
)
def test_what_is_no_availability_is_refused(
    at_work: HostAtWork, body: dict[str, Any], field: str
) -> None:
    stay = at_work.create()
    response = at_work.ask(f"{stay['id']}/availability/", "PATCH", json=body)
    assert refusal(response) == (400, [field])


def test_a_period_that_is_none_says_which_and_what_of_it(at_work: HostAtWork) -> None:
    stay = at_work.create()
    body = {"blackout_dates": [{"start": "2026-11-26"}, {"start": "2026-09-02", "end": "soon"}]}
    response = at_work.ask(f"{stay['id']}/availability/", "PATCH", json=body)
    assert response.json["errors"] == {
        "blackout_dates": [
            "Item 1, end: This field is required.",
            "Item 2, end: Must be a date, such as 2026-09-01.",
        ]
    }


@pytest.mark.parametrize(
    ("part", "before", "body", "errors"),
    [
        (
            "availability",
            {"min_nights": 3},
            {"max_nights": 1},
            {"max_nights": ["Must not be less than min_nights."]},
        ),
        (
            "availability",
            {"max_nights": 3},
            {"min_nights": 4},
            {"min_nights": ["Must not be greater than max_nights."]},
        ),
        (
            "basic-info",
            {"standard_guests": 4},
            {"max_guests": 2},
            {"max_guests": ["Must not be less than standard_guests."]},
        ),
    ],
)
def test_limits_in_the_wrong_order_name_the_one_that_was_sent(
    at_work: HostAtWork,
    part: str,
    before: dict[str, int],
    body: dict[str, int],
    errors: dict[str, list[str]],
) -> None:
    stay = at_work.create(**before)
    response = at_work.ask(f"{stay['id']}/{part}/", "PATCH", json=body)
    assert (response.status_code, response.json["errors"]) == (400, errors)


# ── whose ───────────────────────────────────────────────────────────────────────────────────

PARTS = {
    "basic-info": {"title": "Mine"},
    "pricing": {"price_per_night": "1.00"},
    "amenities": {"amenities": []},
    "availability": {"min_nights": 1},
}


def _uuid(listing_id: int) -> Any:
    session.rollback()
    return session.scalar(select(Listing.uuid).where(Listing.id == listing_id))


@pytest.mark.parametrize("part", PARTS)
def test_what_is_no_stay_of_the_caller_is_not_found(at_work: HostAtWork, part: str) -> None:
    other = make_stay(make_listing(at_work.person.id)["owner_id"] - 1)
    deleted, trashed = make_stay(at_work.person.id), make_stay(at_work.person.id)
    catalogue.delete_listing(at_work.person.id, deleted)
    catalogue.update_listing(at_work.person.id, trashed, {"publish_status": PublishStatus.TRASH})
    rented = make_listing(at_work.person.id)["id"]
    listings = [str(_uuid(each)) for each in (other, deleted, trashed, rented)]
    for listing in [*listings, str(uuid4()), "1", "x"]:
        response = at_work.ask(f"{listing}/{part}/", "PATCH", json=PARTS[part])
        assert refusal(response) == (404, ["non_field_errors"])


@pytest.mark.parametrize("part", PARTS)
def test_a_host_who_is_none_any_more_changes_nothing(at_work: HostAtWork, part: str) -> None:
    stay = at_work.create()
    before = row_of(stay)
    set_stage(at_work.person.id, VerificationStage.REJECTED)
    response = at_work.ask(f"{stay['id']}/{part}/", "PATCH", json=PARTS[part])
    assert refusal(response) == (403, ["non_field_errors"])
    assert row_of(stay) == before


# ── the list ────────────────────────────────────────────────────────────────────────────────


def _listed(at_work: HostAtWork, query: str = "") -> Any:
    response = at_work.ask(f"host/{query}")
    assert response.status_code == 200, response.json
    return response.json["data"]


def test_own_stays_are_listed_in_every_status_newest_first(at_work: HostAtWork) -> None:
    draft = at_work.create(title="Draft")
    pending = at_work.create_pending(title="Pending")
    make_stay(at_work.person.id, title="Active")
    make_stay(at_work.person.id, title="Inactive", publish_status=PublishStatus.DRAFT)
    make_stay(at_work.person.id, title="Trash", publish_status=PublishStatus.TRASH)
    make_listing(at_work.person.id, title="To let")
    page = _listed(at_work)
    assert [(row["title"], row["status"]) for row in page["results"]] == [
        ("Inactive", "inactive"),
        ("Active", "active"),
        ("Pending", "pending_review"),
        ("Draft", "draft"),
    ]
    assert page["count"] == 4
    row = page["results"][2]
    assert (row["id"], row["submitted_at"]) == (pending["id"], pending["submitted_at"])
    assert (row["rejection_reason"], row["photo"]["alt"]) == ("", "Front view")
    assert [row["id"] for row in _listed(at_work, "?status=draft")["results"]] == [draft["id"]]
    assert _listed(at_work, "?status=rejected")["results"] == []
    assert _listed(at_work, "?status=")["count"] == 4


def test_somebody_without_stays_has_an_empty_list(client: FlaskClient, john: Person) -> None:
    make_stay(make_listing(john.id)["owner_id"] - 1)
    response = client.get("/api/listings/host/", headers=john.headers)
    assert response.json["data"] == {"count": 0, "next": None, "previous": None, "results": []}


def test_pages_follow_each_other(at_work: HostAtWork) -> None:
    for number in range(3):
        at_work.create(title=f"Villa {number}")
    first = _listed(at_work, "?page_size=2&status=draft")
    assert [row["title"] for row in first["results"]] == ["Villa 2", "Villa 1"]
    assert first["next"].endswith("/api/listings/host/?page_size=2&status=draft&page=2")
    second = _listed(at_work, "?page_size=2&status=draft&page=2")
    assert [row["title"] for row in second["results"]] == ["Villa 0"]
    assert (second["count"], second["next"]) == (3, None)
    assert at_work.ask("host/?page_size=2&page=3").status_code == 404


@pytest.mark.parametrize("query", ["status=listed", "status=published", "page=0", "page_size=101"])
def test_what_the_list_cannot_be_asked_is_refused(at_work: HostAtWork, query: str) -> None:
    response = at_work.ask(f"host/?{query}")
    assert refusal(response) == (400, [query.partition("=")[0]])


def test_money_is_exact(at_work: HostAtWork) -> None:
    stay = at_work.create(price_per_night=0.1)
    assert row_of(stay)["price"] == Decimal("0.10")
    add_photo(stay)
    assert at_work.do(stay, "submit")["price_per_night"] == "0.10"
