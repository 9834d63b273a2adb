"""Creating, replacing, updating and deleting listings."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings.errors import NoSuchStay
from app.bookings.intent_service import WantedStay
from app.bookings.models import BookingIntent
from app.catalogue import service as catalogue
from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.listing_values import REQUIRED as MISSING
from app.catalogue.models import Catalogue
from app.core import clock
from app.core.db import session, transaction
from app.reference import repository as reference
from app.reference.models import Amenity
from app.reference.service import snapshot
from tests.bookings.factories import hold, taken, today, uuid_of
from tests.factories import (
    Tenant,
    listing_body,
    make_account,
    make_image,
    make_listing,
    make_stay,
    make_tenant,
)
from tests.rounds import rounds
from tests.threads import at_once

REQUIRED = ["title", "price", "currency", "property_type", "listing_type", "district"]
DEFAULTS = {
    "description": "",
    "location": "",
    "latitude": None,
    "longitude": None,
    "bedrooms": None,
    "bathrooms": None,
    "floor_size": None,
    "plot_size": None,
    "plot_size_unit": None,
    "tenure": None,
    "furnished": "unfurnished",
    "youtube_video_id": "",
    "publish_status": "draft",
    "availability": "available",
    "external_id": None,
    "amenities": [],
}
# A value of every field but the required ones, none of them the default.
OTHERS = {
    "description": "Two floors.",
    "location": "Ntinda",
    "latitude": "0.300000",
    "longitude": "32.580000",
    "bedrooms": 5,
    "bathrooms": 4,
    "floor_size": "350.50",
    "plot_size": "50.00",
    "plot_size_unit": "decimals",
    "tenure": "mailo",
    "furnished": "semi_furnished",
    "youtube_video_id": "dQw4w9WgXcQ",
    "publish_status": "published",
    "availability": "reserved",
    "external_id": "crm-77",
    "amenities": ["parking", "swimming-pool"],
}


def _minimal(**changes: Any) -> dict[str, Any]:
    return {name: listing_body()[name] for name in REQUIRED} | changes


def _post(client: FlaskClient, owner: Tenant, body: Any) -> Any:
    return client.post(owner.properties, headers=owner.write, json=body)


def _post_text(client: FlaskClient, owner: Tenant, body: str) -> Any:
    headers = {**owner.write, "Content-Type": "application/json"}
    return client.post(owner.properties, headers=headers, data=body)


def _patch(client: FlaskClient, owner: Tenant, listing_id: int, **changes: Any) -> Any:
    return client.patch(f"{owner.properties}{listing_id}/", headers=owner.write, json=changes)


def _put(client: FlaskClient, owner: Tenant, listing_id: int, body: Any) -> Any:
    return client.put(f"{owner.properties}{listing_id}/", headers=owner.write, json=body)


def _read(client: FlaskClient, owner: Tenant, listing_id: int) -> Any:
    return client.get(f"{owner.properties}{listing_id}/", headers=owner.read).json


def _versions(owner: Tenant) -> int:
    """Return how many changes were made to the owner's listings."""
    session.rollback()
    version = select(Catalogue.version).where(Catalogue.owner_id == owner.id)
    return session.scalar(version) or 0


def _everything(client: FlaskClient, owner: Tenant) -> list[Any]:
    """Return the owner's listings of every status."""
    found = []
    for status in PublishStatus:
        query = {"publish_status": status.value, "page_size": 200}
        page = client.get(owner.properties, headers=owner.read, query_string=query)
        found += page.json["results"]
    return found


def _as_written(document: dict[str, Any]) -> dict[str, Any]:
    """Return a listing that was read in the words that it is written in."""
    written = {**document, "currency": document["currency"]["code"]}
    for name in ("property_type", "district"):
        written[name] = document[name] and document[name]["slug"]
    written["amenities"] = [each["slug"] for each in document["amenities"]]
    return written


# ── creating ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_documents_example(client: FlaskClient, owner: Tenant) -> None:
    response = client.post(
        owner.properties,
        headers={**owner.write, "Content-Type": "application/json"},
        data="""{
           "title": "3 bedroom Bungalow in Kololo",
           "description": "Spacious family home.",
           "price": "850000000",
           "currency": "UGX",
           "property_type": "bungalow",
           "listing_type": "sale",
           "location": "Kololo",
           "district": "kampala",
           "bedrooms": 3,
           "bathrooms": 2,
           "amenities": ["parking", "swimming-pool"],
           "publish_status": "published",
           "availability": "available"
         }""",
    )
    assert response.status_code == 201
    listing_id = response.json["id"]
    assert response.json == {
        **DEFAULTS,
        "id": listing_id,
        "title": "3 bedroom Bungalow in Kololo",
        "description": "Spacious family home.",
        "price": "850000000.00",
        "currency": "UGX",
        "property_type": "bungalow",
        "listing_type": "sale",
        "location": "Kololo",
        "district": "kampala",
        "bedrooms": 3,
        "bathrooms": 2,
        "amenities": ["parking", "swimming-pool"],
        "publish_status": "published",
    }
    assert response.headers["Location"] == f"http://localhost{owner.properties}{listing_id}/"
    document = client.get(response.headers["Location"], headers=owner.read).json
    assert document["region"] == {"name": "Central", "slug": "central"}
    assert client.get(owner.properties, headers=owner.read).json["results"] == [document]


@pytest.mark.both
def test_what_is_left_out_gets_its_default(client: FlaskClient, owner: Tenant) -> None:
    response = _post(client, owner, _minimal())
    assert response.status_code == 201
    assert {name: response.json[name] for name in DEFAULTS} == DEFAULTS


@pytest.mark.both
@pytest.mark.parametrize("name", OTHERS)
def test_each_field_is_kept(client: FlaskClient, owner: Tenant, name: str) -> None:
    body = _minimal(**{name: OTHERS[name]})
    if name in ("latitude", "longitude"):
        body |= {place: OTHERS[place] for place in ("latitude", "longitude")}
    response = _post(client, owner, body)
    assert (response.status_code, response.json[name]) == (201, OTHERS[name])
    document = _read(client, owner, response.json["id"])
    assert _as_written(document)[name] == OTHERS[name]


@pytest.mark.parametrize("name", REQUIRED)
def test_the_required_fields_are_required(client: FlaskClient, owner: Tenant, name: str) -> None:
    body = _minimal()
    del body[name]
    response = _post(client, owner, body)
    assert (response.status_code, response.json) == (400, {name: ["This field is required."]})


@pytest.mark.parametrize("name", REQUIRED)
def test_the_required_fields_are_never_null(client: FlaskClient, owner: Tenant, name: str) -> None:
    response = _post(client, owner, _minimal(**{name: None}))
    assert (response.status_code, list(response.json)) == (400, [name])


def test_everything_that_is_missing_is_named(client: FlaskClient, owner: Tenant) -> None:
    response = _post(client, owner, {})
    assert response.status_code == 400
    # A district is missed only by a listing that is known to be no stay.
    assert set(response.json) | {"district"} == set(REQUIRED)


def test_the_owner_is_the_keys_tenant(client: FlaskClient, owner: Tenant) -> None:
    other = make_tenant()
    for name in ("owner", "owner_id", "user_id", "user"):
        response = _post(client, owner, _minimal(**{name: other.id}))
        assert (response.status_code, list(response.json)) == (400, [name])
    assert _everything(client, other) == []


READ_ONLY = {
    "id": 1,
    "region": "western",
    "images": [{"id": 1, "url": "https://example.com/x.jpg"}],
    "is_verified": True,
    "is_sponsored": True,
    "created_at": "2001-01-01T00:00:00Z",
    "updated_at": "2001-01-01T00:00:00Z",
}


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_only_we_set_is_ignored(client: FlaskClient, owner: Tenant, name: str) -> None:
    response = _post(client, owner, _minimal(**{name: READ_ONLY[name]}))
    assert response.status_code == 201
    document = _read(client, owner, response.json["id"])
    assert document[name] != READ_ONLY[name]
    _patch(client, owner, document["id"], **{name: READ_ONLY[name]})
    assert _read(client, owner, document["id"]) == document


@pytest.mark.parametrize(
    "name", ["status", "city", "address", "max_guests", "Title", "title ", "version", "uuid", ""]
)
@pytest.mark.parametrize("write", ["post", "put", "patch"])
def test_a_name_of_neither_shape_is_400(
    client: FlaskClient, owner: Tenant, name: str, write: str
) -> None:
    listing = make_listing(owner.id)
    address = owner.properties if write == "post" else f"{owner.properties}{listing['id']}/"
    response = client.open(address, method=write, headers=owner.write, json=_minimal(**{name: "x"}))
    assert (response.status_code, response.json) == (400, {name: ["Unknown field."]})


@pytest.mark.both
def test_two_listings_may_be_the_same(client: FlaskClient, owner: Tenant) -> None:
    first, second = (_post(client, owner, listing_body()).json for _ in range(2))
    assert first["id"] != second["id"]


@pytest.mark.both
def test_ids_are_never_reused(client: FlaskClient, owner: Tenant) -> None:
    first = _post(client, owner, listing_body()).json["id"]
    client.delete(f"{owner.properties}{first}/", headers=owner.write)
    assert _post(client, owner, listing_body()).json["id"] > first


# ── the values of fields ────────────────────────────────────────────────────────────────────

PLOT = {"latitude": 0, "longitude": 0}
KEPT = [
    ("title", "x", "x"),
    ("title", "x" * 200, "x" * 200),
    ("title", "  Kololo \n", "Kololo"),
    ("title", "🏠" * 200, "🏠" * 200),
    ("description", "", ""),
    ("description", " two\nlines ", " two\nlines "),
    ("description", "é" * 20_000, "é" * 20_000),
    ("location", "", ""),
    ("location", "x" * 200, "x" * 200),
    ("youtube_video_id", "x" * 20, "x" * 20),
    ("external_id", "x" * 100, "x" * 100),
    ("external_id", "ä/ß?&=#", "ä/ß?&=#"),
    ("price", "0", "0.00"),
    ("price", 0, "0.00"),
    ("price", "-0", "0.00"),
    ("price", -0.0, "0.00"),
    ("price", "850000000", "850000000.00"),
    ("price", 850000000, "850000000.00"),
    ("price", "1.5", "1.50"),
    ("price", 1.5, "1.50"),
    ("price", 0.1, "0.10"),
    ("price", 1.10, "1.10"),
    ("price", "0.01", "0.01"),
    ("price", "+1", "1.00"),
    ("price", "007", "7.00"),
    ("price", "1.500", "1.50"),
    ("price", "99999999999999.99", "99999999999999.99"),
    ("price", 99999999999999, "99999999999999.00"),
    ("bedrooms", 0, 0),
    ("bedrooms", 1000, 1000),
    ("bathrooms", 0, 0),
    ("bathrooms", 1000, 1000),
    ("floor_size", 350, "350.00"),
    ("floor_size", "0", "0.00"),
    ("floor_size", "99999999999999.99", "99999999999999.99"),
    ("plot_size", 0.25, "0.25"),
    ("plot_size_unit", "acres", "acres"),
    ("tenure", "freehold", "freehold"),
    ("furnished", "furnished", "furnished"),
    ("furnished", "semi_furnished", "semi_furnished"),
    ("furnished", "unfurnished", "unfurnished"),
    ("availability", "sold", "sold"),
    ("availability", "rented_out", "rented_out"),
    ("availability", "reserved", "reserved"),
    ("publish_status", "draft", "draft"),
    ("publish_status", "published", "published"),
    ("publish_status", "trash", "trash"),
    ("listing_type", "rent", "rent"),
    ("listing_type", "sale", "sale"),
    ("currency", "KES", "KES"),
    ("amenities", [], []),
    ("amenities", ["swimming-pool", "parking", "parking"], ["parking", "swimming-pool"]),
]


@pytest.mark.both
@pytest.mark.parametrize(("name", "given_value", "kept"), KEPT, ids=lambda value: repr(value)[:30])
def test_a_value_is_kept(
    client: FlaskClient, owner: Tenant, name: str, given_value: object, kept: object
) -> None:
    response = _post(client, owner, _minimal(**{name: given_value}))
    assert response.status_code == 201, response.json
    assert response.json[name] == kept
    assert _as_written(_read(client, owner, response.json["id"]))[name] == kept


TEXTS = ["title", "description", "location", "youtube_video_id", "external_id"]
SLUGS = ["currency", "property_type", "district", "tenure", "plot_size_unit"]
NUMBERS = ["bedrooms", "bathrooms"]
DECIMALS = ["price", "floor_size", "plot_size", "latitude", "longitude"]
CHOICES = ["listing_type", "furnished", "publish_status", "availability"]
REFUSED: list[tuple[str, object]] = [
    ("title", ""),
    ("title", " \t\n"),
    ("title", "x" * 201),
    ("description", "x" * 20_001),
    ("location", "x" * 201),
    ("youtube_video_id", "x" * 21),
    ("external_id", "x" * 101),
    ("external_id", ""),
    *[(name, value) for name in TEXTS for value in (1, True, 1.5, [], ["x"], {}, "a\0b")],
    *[(name, value) for name in SLUGS for value in (1, True, [], {}, "", "\0", "x" * 101)],
    *[(name, "no-such-thing") for name in SLUGS],
    ("currency", "ugx"),
    ("currency", {"code": "UGX", "symbol": "USh"}),
    ("district", "Kampala"),
    ("district", "central"),
    *[(name, value) for name in NUMBERS for value in ("3", 3.0, 3.5, True, [], -1, 1001)],
    *[(name, 2**63) for name in NUMBERS],
    *[(name, 10**40) for name in NUMBERS],
    *[
        (name, value)
        for name in DECIMALS
        for value in ("", " 1", "1 ", "x", "1e2", "1_0", "1,0", "NaN", "Infinity", ".5", "5.")
    ],
    *[(name, value) for name in DECIMALS for value in (True, [], {}, 1e300, 10**40, "9" * 400)],
    *[(name, "１") for name in DECIMALS],
    ("price", "-0.01"),
    ("price", -1),
    ("price", "1.001"),
    ("price", 1.001),
    ("price", "12345678901234.00000000000000000001"),
    ("price", "100000000000000"),
    ("price", 1e14),
    *[
        (name, f"a{control}b")
        for name in ("title", "location", "external_id", "youtube_video_id")
        for control in ("\n", "\x01", "\u202e")
    ],
    ("floor_size", "-1"),
    ("floor_size", "0.001"),
    ("plot_size", "100000000000000"),
    ("latitude", "90.000001"),
    ("latitude", -91),
    ("longitude", "180.000001"),
    ("longitude", -180.5),
    *[(name, value) for name in CHOICES for value in ("", "x", 1, True, [], "\0", " sale")],
    ("listing_type", "stay"),
    ("listing_type", "SALE"),
    ("amenities", "parking"),
    ("amenities", {"parking": True}),
    ("amenities", 1),
    ("amenities", [1]),
    ("amenities", [None]),
    ("amenities", [["parking"]]),
    ("amenities", [{"slug": "parking"}]),
    ("amenities", ["parking", "no-such-thing"]),
    ("amenities", [""]),
    ("amenities", ["parking"] * 201),
]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=lambda value: repr(value)[:30])
def test_a_value_is_refused(client: FlaskClient, owner: Tenant, name: str, value: object) -> None:
    body = _minimal(**PLOT) if name in PLOT else _minimal()
    # By the standard library, since ours writes no integers of any size.
    response = _post_text(client, owner, json.dumps(body | {name: value}))
    assert response.status_code == 400, response.json
    assert list(response.json) == [name]
    for sentence in response.json[name]:
        assert sentence.endswith(".")
    assert _versions(owner) == 0


@pytest.mark.parametrize("name", SLUGS)
def test_an_unknown_slug_is_named_word_for_word(
    client: FlaskClient, owner: Tenant, name: str
) -> None:
    response = _post(client, owner, _minimal(**{name: "no-such-thing"}))
    key = "code" if name == "currency" else "slug"
    assert response.json == {name: [f"Object with {key}=no-such-thing does not exist."]}


def test_every_unknown_amenity_is_named(client: FlaskClient, owner: Tenant) -> None:
    response = _post(client, owner, _minimal(amenities=["moat", "parking", "drawbridge"]))
    assert response.json == {
        "amenities": [
            "Object with slug=moat does not exist.",
            "Object with slug=drawbridge does not exist.",
        ]
    }


@pytest.mark.both
@pytest.mark.parametrize(
    ("latitude", "longitude", "kept"),
    [
        (90, 180, ("90.000000", "180.000000")),
        (-90, -180, ("-90.000000", "-180.000000")),
        (0, 0, ("0.000000", "0.000000")),
        ("0.3", "32.58", ("0.300000", "32.580000")),
        (0.3476, 32.5825, ("0.347600", "32.582500")),
        ("0.34760012345", 32.58250098765, ("0.347600", "32.582501")),
        ("-0.0000001", 1e-9, ("0.000000", "0.000000")),
        ("89.9999999", "-179.9999999", ("90.000000", "-180.000000")),
    ],
)
def test_a_position_is_kept_to_six_places(
    client: FlaskClient, owner: Tenant, latitude: Any, longitude: Any, kept: tuple[str, str]
) -> None:
    response = _post(client, owner, _minimal(latitude=latitude, longitude=longitude))
    assert response.status_code == 201
    document = _read(client, owner, response.json["id"])
    assert (response.json["latitude"], response.json["longitude"]) == kept
    assert (document["latitude"], document["longitude"]) == kept


@pytest.mark.parametrize(
    "body", [{"latitude": 1}, {"longitude": 1}, {"latitude": 1, "longitude": None}]
)
def test_half_a_position_is_400(client: FlaskClient, owner: Tenant, body: dict[str, Any]) -> None:
    response = _post(client, owner, _minimal(**body))
    assert response.status_code == 400
    assert set(response.json) <= {"latitude", "longitude"}
    assert len(response.json) == 1


def test_half_a_position_is_enough_where_the_other_is_there(
    client: FlaskClient, owner: Tenant
) -> None:
    listing_id = _post(client, owner, _minimal(latitude=1, longitude=2)).json["id"]
    assert _patch(client, owner, listing_id, latitude=3).json["latitude"] == "3.000000"
    assert _patch(client, owner, listing_id, longitude=None).status_code == 400
    cleared = _patch(client, owner, listing_id, latitude=None, longitude=None)
    assert (cleared.status_code, cleared.json["latitude"]) == (200, None)


NASTY = ["\0", "\ud800", "1e5", "NaN", "１２", " 5 ", "-1", "0x10", "9" * 50, "null", "\u2028"]
NASTY += ["x" * 300, "<script>", "'; DROP TABLE listing; --", "%00", "\ufffe", "🏠"]
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
    | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def _check_any_value(client: FlaskClient, owner: Tenant, name: str, value: Any) -> None:
    """Write one field of a listing; check that it is kept, or refused under its name."""
    # As escapes, since a lone surrogate has no other spelling.
    body = json.dumps(_minimal(**{name: value}), ensure_ascii=True)
    before = _versions(owner)
    response = _post_text(client, owner, body)
    if response.status_code == 201:
        document = _as_written(_read(client, owner, response.json["id"]))
        assert {each: document[each] for each in response.json} == response.json
        client.delete(f"{owner.properties}{document['id']}/", headers=owner.write)
        return
    assert response.status_code == 400
    if list(response.json) == ["detail"]:
        assert "\\ud" in body
    else:
        assert name in response.json or {name, *response.json} == {"latitude", "longitude"}
    assert _versions(owner) == before


@pytest.mark.parametrize("name", [*REQUIRED, *OTHERS])
def test_whatever_a_field_is_given_is_kept_or_refused_by_its_name(
    client: FlaskClient, owner: Tenant, name: str
) -> None:
    @given(JSON_VALUES)
    def check(value: Any) -> None:
        _check_any_value(client, owner, name, value)

    check()


@pytest.mark.both
def test_whatever_any_field_is_given_is_kept_or_refused_by_its_name(
    client: FlaskClient, owner: Tenant
) -> None:
    @given(st.sampled_from([*REQUIRED, *OTHERS]), JSON_VALUES)
    def check(name: str, value: Any) -> None:
        _check_any_value(client, owner, name, value)

    check()


# ── external ids ────────────────────────────────────────────────────────────────────────────

TAKEN = {"external_id": ["Another listing has this external_id already."]}


@pytest.mark.both
def test_an_external_id_is_one_listings_only(client: FlaskClient, owner: Tenant) -> None:
    assert _post(client, owner, _minimal(external_id="A")).status_code == 201
    response = _post(client, owner, _minimal(external_id="A"))
    assert (response.status_code, response.json) == (400, TAKEN)
    assert len(_everything(client, owner)) == 1


@pytest.mark.both
@pytest.mark.parametrize("write", ["put", "patch"])
def test_an_update_cannot_take_anothers_external_id(
    client: FlaskClient, owner: Tenant, write: str
) -> None:
    _post(client, owner, _minimal(external_id="A"))
    listing_id = _post(client, owner, _minimal(external_id="B")).json["id"]
    response = client.open(
        f"{owner.properties}{listing_id}/",
        method=write,
        headers=owner.write,
        json=_minimal(external_id="A"),
    )
    assert (response.status_code, response.json) == (400, TAKEN)
    assert _read(client, owner, listing_id)["external_id"] == "B"


@pytest.mark.both
def test_an_external_id_in_the_trash_is_taken(client: FlaskClient, owner: Tenant) -> None:
    _post(client, owner, _minimal(external_id="A", publish_status="trash"))
    assert _post(client, owner, _minimal(external_id="A")).json == TAKEN


@pytest.mark.both
def test_an_external_id_is_free_after_deletion(client: FlaskClient, owner: Tenant) -> None:
    for _ in range(3):
        response = _post(client, owner, _minimal(external_id="A"))
        assert response.status_code == 201
        client.delete(f"{owner.properties}{response.json['id']}/", headers=owner.write)


@pytest.mark.both
def test_another_owner_may_use_the_same_external_id(client: FlaskClient, owner: Tenant) -> None:
    for tenant in (owner, make_tenant()):
        assert _post(client, tenant, _minimal(external_id="A")).status_code == 201


def test_many_listings_may_have_no_external_id(client: FlaskClient, owner: Tenant) -> None:
    for _ in range(2):
        assert _post(client, owner, _minimal(external_id=None)).status_code == 201


def test_a_listing_may_be_given_its_own_external_id(client: FlaskClient, owner: Tenant) -> None:
    listing_id = _post(client, owner, _minimal(external_id="A")).json["id"]
    assert _patch(client, owner, listing_id, external_id="A", bedrooms=1).status_code == 200


@pytest.mark.both
def test_of_many_that_want_an_external_id_at_once_one_gets_it(
    client: FlaskClient, owner: Tenant
) -> None:
    answers = at_once([partial(_post, client, owner, _minimal(external_id="A"))] * 8)
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    assert [answer.json for answer in answers if answer.status_code == 400] == [TAKEN] * 7
    assert len(_everything(client, owner)) == 1


@pytest.mark.both
def test_of_many_updates_to_one_external_id_one_wins(client: FlaskClient, owner: Tenant) -> None:
    ids = [_post(client, owner, _minimal()).json["id"] for _ in range(8)]
    answers = at_once([partial(_patch, client, owner, each, external_id="A") for each in ids])
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
    assert [each["external_id"] for each in _everything(client, owner)].count("A") == 1


# ── updating ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def full(client: FlaskClient, owner: Tenant) -> Any:
    """A listing in which no field has its default, as it was saved."""
    with time_machine.travel(datetime(2026, 5, 10, tzinfo=UTC), tick=False):
        response = _post(client, owner, _minimal(**OTHERS))
    assert response.status_code == 201
    return response.json


@pytest.mark.both
@pytest.mark.parametrize("name", [*REQUIRED, *OTHERS])
def test_a_patch_changes_what_it_names_only(
    client: FlaskClient, owner: Tenant, full: Any, name: str
) -> None:
    new = {
        **DEFAULTS,
        "title": "New",
        "price": "1.00",
        "currency": "USD",
        "property_type": "villa",
        "listing_type": "rent",
        "district": "gulu",
        "latitude": "1.000000",
        "longitude": "1.000000",
    }[name]
    assert new != full[name]
    response = _patch(client, owner, full["id"], **{name: new})
    assert (response.status_code, response.json) == (200, {**full, name: new})
    document = _as_written(_read(client, owner, full["id"]))
    for each, value in response.json.items():
        assert document[each] == value


def test_an_empty_patch_changes_nothing(client: FlaskClient, owner: Tenant, full: Any) -> None:
    response = _patch(client, owner, full["id"])
    assert (response.status_code, response.json) == (200, full)


@pytest.mark.both
@pytest.mark.parametrize("name", sorted(set(OTHERS) - set(CHOICES) - set(PLOT)))
def test_null_clears_what_may_be_empty(
    client: FlaskClient, owner: Tenant, full: Any, name: str
) -> None:
    response = _patch(client, owner, full["id"], **{name: None})
    assert (response.status_code, response.json) == (200, {**full, name: DEFAULTS[name]})


@pytest.mark.parametrize("name", [*REQUIRED, *CHOICES])
def test_null_is_refused_where_something_must_be(
    client: FlaskClient, owner: Tenant, full: Any, name: str
) -> None:
    response = _patch(client, owner, full["id"], **{name: None})
    assert (response.status_code, list(response.json)) == (400, [name])
    assert _patch(client, owner, full["id"]).json == full


@pytest.mark.both
def test_a_new_district_brings_its_region(client: FlaskClient, owner: Tenant, full: Any) -> None:
    _patch(client, owner, full["id"], district="gulu", region="central")
    document = _read(client, owner, full["id"])
    assert document["district"] == {"name": "Gulu", "slug": "gulu"}
    assert document["region"] == {"name": "Northern", "slug": "northern"}


@pytest.mark.both
def test_a_change_moves_updated_at_only(client: FlaskClient, owner: Tenant, full: Any) -> None:
    before = _read(client, owner, full["id"])
    with time_machine.travel(datetime(2026, 5, 11, tzinfo=UTC), tick=False):
        _patch(client, owner, full["id"], bedrooms=1)
    after = _read(client, owner, full["id"])
    assert after == {**before, "bedrooms": 1, "updated_at": "2026-05-11T00:00:00Z"}


@pytest.mark.both
def test_a_change_of_amenities_moves_updated_at(
    client: FlaskClient, owner: Tenant, full: Any
) -> None:
    with time_machine.travel(datetime(2026, 5, 11, tzinfo=UTC), tick=False):
        _patch(client, owner, full["id"], amenities=["parking", "garden"])
    document = _read(client, owner, full["id"])
    assert document["updated_at"] == "2026-05-11T00:00:00Z"
    assert [each["slug"] for each in document["amenities"]] == ["garden", "parking"]


@pytest.mark.both
def test_a_put_puts_back_what_it_leaves_out(client: FlaskClient, owner: Tenant, full: Any) -> None:
    response = _put(client, owner, full["id"], _minimal())
    expected = {**full, **DEFAULTS}
    assert (response.status_code, response.json) == (200, expected)
    document = _as_written(_read(client, owner, full["id"]))
    for name, value in expected.items():
        assert document[name] == value


def test_a_put_leaves_what_only_we_set(client: FlaskClient, owner: Tenant, full: Any) -> None:
    image_id = make_image(owner.id, full["id"])
    _put(client, owner, full["id"], _minimal())
    document = _read(client, owner, full["id"])
    assert [image["id"] for image in document["images"]] == [image_id]
    assert document["created_at"] == "2026-05-10T00:00:00Z"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_put_needs_what_a_post_needs(
    client: FlaskClient, owner: Tenant, full: Any, name: str
) -> None:
    body = _minimal()
    del body[name]
    response = _put(client, owner, full["id"], body)
    assert (response.status_code, response.json) == (400, {name: ["This field is required."]})


def test_what_was_saved_can_be_put_back(client: FlaskClient, owner: Tenant, full: Any) -> None:
    response = _put(client, owner, full["id"], full)
    assert (response.status_code, response.json) == (200, full)


@pytest.mark.both
@pytest.mark.parametrize("write", ["put", "patch"])
def test_a_refused_update_changes_nothing(
    client: FlaskClient, owner: Tenant, full: Any, write: str
) -> None:
    before = _read(client, owner, full["id"])
    for wrong in ({"district": "nowhere"}, {"bedrooms": -1}, {"amenities": ["moat"]}):
        response = client.open(
            f"{owner.properties}{full['id']}/",
            method=write,
            headers=owner.write,
            json=_minimal(title="Changed", **wrong),
        )
        assert (response.status_code, list(response.json)) == (400, list(wrong))
    assert _read(client, owner, full["id"]) == before


@pytest.mark.parametrize("write", ["put", "patch"])
def test_a_listing_cannot_become_a_stay(
    client: FlaskClient, owner: Tenant, full: Any, write: str
) -> None:
    response = client.open(
        f"{owner.properties}{full['id']}/",
        method=write,
        headers=owner.write,
        json=_minimal(listing_type="stay"),
    )
    assert (response.status_code, list(response.json)) == (400, ["listing_type"])


@pytest.mark.both
def test_an_amenity_that_was_taken_off_the_list_stays_where_it_is(
    client: FlaskClient, owner: Tenant, full: Any, deactivated_amenity: str
) -> None:
    document = _read(client, owner, full["id"])
    assert deactivated_amenity in [each["slug"] for each in document["amenities"]]
    response = _patch(client, owner, full["id"], bedrooms=1)
    assert deactivated_amenity in response.json["amenities"]
    assert deactivated_amenity in [
        each["slug"] for each in _read(client, owner, full["id"])["amenities"]
    ]


def test_an_amenity_that_was_taken_off_the_list_is_refused_in_new_writes(
    client: FlaskClient, owner: Tenant, deactivated_amenity: str
) -> None:
    response = _post(client, owner, _minimal(amenities=[deactivated_amenity]))
    assert response.json == {
        "amenities": [f"Object with slug={deactivated_amenity} does not exist."]
    }


@pytest.fixture
def deactivated_amenity(full: Any) -> Any:
    """The slug of an amenity that was deactivated after a listing was given it."""
    _set_active("parking", is_active=False)
    yield "parking"
    _set_active("parking", is_active=True)


def _set_active(slug: str, *, is_active: bool) -> None:
    with transaction():
        reference.lock_version()
        session.execute(update(Amenity).where(Amenity.slug == slug).values(is_active=is_active))
        reference.move_version()


# ── deleting ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_deleted_listing_is_gone_everywhere(
    client: FlaskClient, owner: Tenant, full: Any
) -> None:
    address = f"{owner.properties}{full['id']}/"
    response = client.delete(address, headers=owner.write)
    assert (response.status_code, response.data) == (204, b"")
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = client.open(address, method=method, headers=owner.write, json=_minimal())
        assert answer.status_code == 404
    assert client.get(f"{address}images/", headers=owner.read).status_code == 404
    assert _everything(client, owner) == []


@pytest.mark.both
@pytest.mark.parametrize("write", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("listing_id", ["0", "999999", "2147483647", "2147483648", "9" * 30])
def test_a_listing_that_is_not_there_is_404(
    client: FlaskClient, owner: Tenant, write: str, listing_id: str
) -> None:
    address = f"{owner.properties}{listing_id}/"
    answer = client.open(address, method=write, headers=owner.write, json=_minimal())
    assert answer.status_code == 404
    assert list(answer.json) == ["detail"]


@pytest.mark.both
@pytest.mark.parametrize("write", ["PUT", "PATCH", "DELETE"])
def test_another_owners_listing_is_404_and_stays(
    client: FlaskClient, owner: Tenant, write: str
) -> None:
    other = make_tenant()
    listing = make_listing(other.id)
    before = _read(client, other, listing["id"])
    address = f"{owner.properties}{listing['id']}/"
    answer = client.open(address, method=write, headers=owner.write, json=_minimal())
    assert (answer.status_code, answer.json) == (404, {"detail": "Not found."})
    assert _read(client, other, listing["id"]) == before


def test_a_delete_leaves_the_others(client: FlaskClient, owner: Tenant, full: Any) -> None:
    kept = make_listing(owner.id)["id"]
    client.delete(f"{owner.properties}{full['id']}/", headers=owner.write)
    assert [each["id"] for each in _everything(client, owner)] == [kept]


@pytest.mark.both
def test_of_many_deletes_at_once_one_deletes(client: FlaskClient, owner: Tenant, full: Any) -> None:
    address = f"{owner.properties}{full['id']}/"
    answers = at_once([partial(client.delete, address, headers=owner.write)] * 6)
    assert sorted(answer.status_code for answer in answers) == [204] + [404] * 5


# ── stays ───────────────────────────────────────────────────────────────────────────────────

UNACCEPTED = [
    ReviewStatus.DRAFT,
    ReviewStatus.PENDING,
    ReviewStatus.REJECTED,
    ReviewStatus.RESUBMITTED,
]


@pytest.mark.both
@pytest.mark.parametrize("review_status", UNACCEPTED)
def test_an_unaccepted_stay_cannot_be_published(
    client: FlaskClient, owner: Tenant, review_status: ReviewStatus
) -> None:
    stay_id = make_stay(owner.id, review_status=review_status, publish_status=PublishStatus.DRAFT)
    response = _patch(client, owner, stay_id, publish_status="published")
    assert (response.status_code, list(response.json)) == (400, ["publish_status"])
    assert _read(client, owner, stay_id)["publish_status"] == "draft"


@pytest.mark.both
@pytest.mark.parametrize("status", ["draft", "trash"])
def test_an_accepted_stay_is_taken_off_and_published_again(
    client: FlaskClient, owner: Tenant, status: str
) -> None:
    stay_id = make_stay(owner.id, category_id=_any_category())
    make_image(owner.id, stay_id, is_main=True)
    for each in (status, "published"):
        response = _patch(client, owner, stay_id, publish_status=each)
        assert (response.status_code, response.json["publish_status"]) == (200, each)
    assert _read(client, owner, stay_id)["publish_status"] == "published"


@pytest.mark.both
@pytest.mark.parametrize("write", ["put", "patch"])
@pytest.mark.parametrize("status", [PublishStatus.DRAFT, PublishStatus.TRASH])
def test_a_stay_without_a_photo_is_not_published_again(
    client: FlaskClient, owner: Tenant, status: PublishStatus, write: str
) -> None:
    stay_id = make_stay(owner.id, category_id=_any_category(), publish_status=status)
    body = _minimal(listing_type="stay", publish_status="published", description="By the sea.")
    address, version = f"{owner.properties}{stay_id}/", _versions(owner)
    response = client.open(address, method=write, headers=owner.write, json=body)
    assert (response.status_code, response.json) == (
        409,
        {"detail": "This listing is not complete: it lacks photos."},
    )
    assert _versions(owner) == version


@pytest.mark.both
def test_a_stay_that_an_import_published_without_a_photo_is_updated_like_any(
    client: FlaskClient, owner: Tenant
) -> None:
    stay_id = make_stay(owner.id, category_id=_any_category())
    response = _patch(client, owner, stay_id, price="99", publish_status="published")
    assert (response.status_code, response.json["price"]) == (200, "99.00")


def _any_category() -> int:
    return snapshot().categories_by_slug["beach-villa"].id


@pytest.mark.both
@pytest.mark.parametrize("review_status", list(ReviewStatus))
def test_any_stay_may_be_trashed(
    client: FlaskClient, owner: Tenant, review_status: ReviewStatus
) -> None:
    stay_id = make_stay(owner.id, review_status=review_status, publish_status=PublishStatus.DRAFT)
    assert _patch(client, owner, stay_id, publish_status="trash").status_code == 200


@pytest.mark.both
@pytest.mark.parametrize("review_status", list(ReviewStatus))
def test_any_stay_may_be_deleted(
    client: FlaskClient, owner: Tenant, review_status: ReviewStatus
) -> None:
    stay_id = make_stay(owner.id, review_status=review_status, publish_status=PublishStatus.DRAFT)
    response = client.delete(f"{owner.properties}{stay_id}/", headers=owner.write)
    assert response.status_code == 204


GONE = {"method": "DELETE"}
TRASHED = {"method": "PATCH", "json": {"publish_status": "trash"}}
REPLACED = {
    "method": "PUT",
    "json": _minimal(listing_type="stay", publish_status="trash", description="By the sea."),
}


@pytest.mark.both
@pytest.mark.parametrize("removal", [GONE, TRASHED, REPLACED], ids=["DELETE", "PATCH", "PUT"])
@pytest.mark.parametrize("is_booked", [True, False])
def test_a_stay_that_guests_have_a_claim_on_cannot_be_removed(
    client: FlaskClient, owner: Tenant, removal: Any, is_booked: bool
) -> None:
    stay_id, guest = make_stay(owner.id), make_account()
    intent = hold(guest.id, stay_id)
    if is_booked:
        bookings.create_booking(guest.id, intent["uuid"], "")
    address, version = f"{owner.properties}{stay_id}/", _versions(owner)
    before, nights = _read(client, owner, stay_id), taken(stay_id)
    response = client.open(address, headers=owner.write, **removal)
    assert (response.status_code, response.json) == (
        409,
        {
            "detail": "This listing cannot be removed: "
            "guests are staying, have booked, or are booking now."
        },
    )
    assert (_read(client, owner, stay_id), taken(stay_id)) == (before, nights)
    assert _versions(owner) == version
    # Hiding it is another thing; and so is removing it once the last guest has left.
    assert _patch(client, owner, stay_id, publish_status="draft").status_code == 200
    assert taken(stay_id) == nights
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3)):
        response = client.open(address, headers=owner.write, **removal)
    assert response.status_code == (204 if removal is GONE else 200)


@pytest.mark.both
def test_of_a_hold_and_a_deletion_at_once_one_wins(
    app: Flask, client: FlaskClient, owner: Tenant
) -> None:
    guest_id = make_account().id
    properties = owner.properties

    def try_to_hold(wanted: WantedStay) -> bool:
        with app.app_context():
            try:
                intents.create_intent(guest_id, wanted)
            except NoSuchStay:
                return False
            return True

    for _ in rounds():
        stay_id = make_stay(owner.id)
        wanted = WantedStay(uuid_of(stay_id), today(), today() + timedelta(days=1), 1)
        delete = partial(client.delete, f"{properties}{stay_id}/", headers=owner.write)
        is_held, answer = at_once([partial(try_to_hold, wanted), delete])
        assert answer.status_code == (409 if is_held else 204)
        assert bool(taken(stay_id)) is is_held
        with transaction():
            session.execute(update(BookingIntent).values(released_at=clock.now()))


@pytest.mark.parametrize("kind", ["rent", "sale"])
@pytest.mark.parametrize("write", ["put", "patch"])
def test_a_stay_stays_a_stay(client: FlaskClient, owner: Tenant, kind: str, write: str) -> None:
    stay_id = make_stay(owner.id)
    response = client.open(
        f"{owner.properties}{stay_id}/",
        method=write,
        headers=owner.write,
        json=_minimal(listing_type=kind),
    )
    assert (response.status_code, list(response.json)) == (400, ["listing_type"])


@pytest.mark.both
def test_a_stay_may_have_a_district_and_lose_it(client: FlaskClient, owner: Tenant) -> None:
    stay_id = make_stay(owner.id)
    assert _patch(client, owner, stay_id, district="kampala").json["district"] == "kampala"
    assert _read(client, owner, stay_id)["region"]["slug"] == "central"
    assert _patch(client, owner, stay_id, district=None).json["district"] is None
    document = _read(client, owner, stay_id)
    assert (document["district"], document["region"]) == (None, None)


@pytest.mark.both
def test_a_stay_is_updated_like_any_listing(client: FlaskClient, owner: Tenant) -> None:
    stay_id = make_stay(owner.id)
    response = _patch(client, owner, stay_id, title="Reef house", price="99", bedrooms=2)
    assert response.status_code == 200
    document = _read(client, owner, stay_id)
    assert (document["title"], document["price"], document["bedrooms"]) == (
        "Reef house",
        "99.00",
        2,
    )
    assert document["location"] == "Diani"


@pytest.mark.both
def test_a_stay_is_replaced_without_a_district(client: FlaskClient, owner: Tenant) -> None:
    stay_id = make_stay(owner.id, location="Galu")
    body = _minimal(listing_type="stay", publish_status="published", description="By the sea.")
    del body["district"]
    response = _put(client, owner, stay_id, body)
    assert (response.status_code, response.json["district"]) == (200, None)
    assert _read(client, owner, stay_id)["location"] == "Diani"


@pytest.mark.both
@pytest.mark.parametrize("review_status", [each for each in ReviewStatus if each != "draft"])
def test_a_stay_that_was_submitted_keeps_what_that_required(
    client: FlaskClient, owner: Tenant, review_status: ReviewStatus
) -> None:
    is_accepted = review_status is ReviewStatus.ACCEPTED
    status = PublishStatus.PUBLISHED if is_accepted else PublishStatus.DRAFT
    stay_id = make_stay(owner.id, review_status=review_status, publish_status=status)
    before = _read(client, owner, stay_id)
    replaced = _minimal(listing_type="stay", publish_status=status)
    for response in (
        _patch(client, owner, stay_id, description=""),
        _patch(client, owner, stay_id, description=None),
        _put(client, owner, stay_id, replaced),
    ):
        assert (response.status_code, response.json) == (400, {"description": [MISSING]})
    assert _read(client, owner, stay_id) == before
    # What a submission does not ask for may go.
    replaced["description"] = "By the sea."
    assert _put(client, owner, stay_id, replaced).status_code == 200


@pytest.mark.both
def test_a_stay_that_was_never_submitted_may_lose_its_description(
    client: FlaskClient, owner: Tenant
) -> None:
    draft = {"review_status": ReviewStatus.DRAFT, "publish_status": PublishStatus.DRAFT}
    response = _patch(client, owner, make_stay(owner.id, **draft), description="")
    assert (response.status_code, response.json["description"]) == (200, "")


@pytest.mark.both
def test_a_draft_stay_without_a_price_is_read_and_patched(
    client: FlaskClient, owner: Tenant
) -> None:
    stay_id = make_stay(
        owner.id,
        review_status=ReviewStatus.DRAFT,
        publish_status=PublishStatus.DRAFT,
        price=None,
    )
    response = _patch(client, owner, stay_id, title="Later")
    assert (response.status_code, response.json["price"]) == (200, None)
    assert _read(client, owner, stay_id)["price"] is None


def test_nothing_of_a_stays_other_faces_is_written_here(client: FlaskClient, owner: Tenant) -> None:
    stay_id = make_stay(owner.id)
    for name in ("city", "address", "country", "max_guests", "review_status", "stay_type"):
        response = _patch(client, owner, stay_id, **{name: "x"})
        assert (response.status_code, response.json) == (400, {name: ["Unknown field."]})


# ── order and time ──────────────────────────────────────────────────────────────────────────


def test_a_new_listing_is_first_in_the_feed(client: FlaskClient, owner: Tenant) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1), tick=False):
        make_listing(owner.id, listing_type=ListingType.RENT)
    listing_id = _post(client, owner, listing_body()).json["id"]
    page = client.get(owner.properties, headers=owner.read).json
    assert page["results"][0]["id"] == listing_id


def test_a_write_is_seen_by_the_next_read(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    for number in range(5):
        catalogue.update_listing(owner.id, listing["id"], {"bedrooms": number})
        page = client.get(owner.properties, headers=owner.read).json
        assert page["results"][0]["bedrooms"] == number
