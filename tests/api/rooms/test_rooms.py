"""The list of rooms as the document has it, what it leaves out, its pages, and one room whole."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue import room_repository
from app.catalogue import service as catalogue
from app.catalogue.enums import ImageStatus, PublishStatus, ReviewStatus
from app.core.db import transaction
from config import Settings
from tests.api.rooms.conftest import Ask, Host, ids, make_host
from tests.api.rooms.oracle import WORDS, expected_rooms
from tests.factories import make_image, make_listing, make_stay

pytestmark = pytest.mark.both

DRAFT, PUBLISHED = PublishStatus.DRAFT, PublishStatus.PUBLISHED
KEYS = [
    "id",
    "name",
    "num_bedrooms",
    "num_bathrooms",
    "standard_guests",
    "maximum_guests",
    "status",
    "submit_status",
]


def _make(host: Host, count: int, **changes: Any) -> list[int]:
    with transaction():
        return [make_stay(host.id, **changes) for _ in range(count)]


# ── the document's requests ─────────────────────────────────────────────────────────────────


def test_the_list_is_shaped_as_documented(host: Host, ask: Ask) -> None:
    room = make_stay(
        host.id, title="Apartment 1", bedrooms=3, bathrooms=4, standard_guests=3, max_guests=5
    )
    body = ask()
    assert list(body) == ["data", "meta"]
    assert list(body["data"][0].items()) == [
        ("id", room),
        ("name", "Apartment 1"),
        ("num_bedrooms", 3),
        ("num_bathrooms", 4),
        ("standard_guests", 3),
        ("maximum_guests", 5),
        ("status", "Listed"),
        ("submit_status", "Accept"),
    ]
    assert list(body["meta"]) == ["pagination"]
    assert list(body["meta"]["pagination"].items()) == [
        ("total", 1),
        ("count", 1),
        ("per_page", 15),
        ("current_page", 1),
        ("total_pages", 1),
        ("links", []),
    ]


def test_without_parameters_there_are_fifteen_newest_first(host: Host, ask: Ask) -> None:
    made = _make(host, 17)
    body = ask()
    assert ids(body) == made[:1:-1]
    assert body["meta"]["pagination"] == {
        "total": 17,
        "count": 15,
        "per_page": 15,
        "current_page": 1,
        "total_pages": 2,
        "links": {"next": "http://localhost/api/rooms?page=2"},
    }


def test_limit_says_how_many_a_page(host: Host, ask: Ask) -> None:
    made = _make(host, 5)
    body = ask(limit=2)
    assert ids(body) == [made[4], made[3]]
    assert body["meta"]["pagination"] == {
        "total": 5,
        "count": 2,
        "per_page": 2,
        "current_page": 1,
        "total_pages": 3,
        "links": {"next": "http://localhost/api/rooms?limit=2&page=2"},
    }


@pytest.mark.parametrize(("status", "publish"), [("Listed", PUBLISHED), ("Unlisted", DRAFT)])
def test_rooms_of_a_status(host: Host, ask: Ask, status: str, publish: PublishStatus) -> None:
    made = {each: _make(host, 3, publish_status=each) for each in (PUBLISHED, DRAFT)}
    body = ask(limit=2, status=status)
    assert ids(body) == made[publish][:0:-1]
    assert {room["status"] for room in body["data"]} == {status}
    assert body["meta"]["pagination"]["total"] == 3
    assert body["meta"]["pagination"]["links"] == {
        "next": f"http://localhost/api/rooms?limit=2&status={status}&page=2"
    }


def test_one_room_by_its_id(host: Host, ask: Ask) -> None:
    wanted, _ = _make(host, 2)
    body = ask(room_id=wanted)
    assert ids(body) == [wanted]
    assert body["meta"]["pagination"]["links"] == []


@pytest.mark.parametrize(("stored", "words"), WORDS.items())
def test_rooms_of_a_submit_status(
    host: Host, ask: Ask, stored: tuple[ReviewStatus, PublishStatus], words: tuple[str, str]
) -> None:
    made = {
        each: make_stay(host.id, review_status=each[0], publish_status=each[1]) for each in WORDS
    }
    status, submit_status = words
    body = ask(submit_status=submit_status, status=status)
    assert ids(body) == [made[stored]]
    assert body["data"][0]["status"] == status
    assert body["data"][0]["submit_status"] == submit_status
    expected = [made[each] for each, found in WORDS.items() if found[1] == submit_status]
    assert sorted(ids(ask(submit_status=submit_status))) == sorted(expected)


def test_no_room_is_listed_before_it_is_accepted(host: Host, ask: Ask) -> None:
    _make(host, 1)
    body = ask(status="Listed", submit_status="Draft")
    assert body["data"] == []
    assert body["meta"]["pagination"]["total"] == 0


def test_rooms_with_a_word(host: Host, ask: Ask) -> None:
    first = make_stay(host.id, title="Awesome Apartment 22")
    make_stay(host.id, title="Apartment 24")
    second = make_stay(host.id, title="Apartment awesome 23")
    assert ids(ask(search="awesome")) == [second, first]


@pytest.mark.parametrize(
    ("ordering", "names"), [("asc", ["ABC", "DEF", "XYZ"]), ("DESC", ["XYZ", "DEF", "ABC"])]
)
def test_rooms_by_name(host: Host, ask: Ask, ordering: str, names: list[str]) -> None:
    for name in ("DEF", "XYZ", "ABC"):
        make_stay(host.id, title=name)
    body = ask(limit=3, sort="name", ordering=ordering)
    assert [room["name"] for room in body["data"]] == names


# ── what is a room ──────────────────────────────────────────────────────────────────────────


def test_what_is_no_room_of_the_caller_is_never_seen(
    client: FlaskClient, host: Host, ask: Ask
) -> None:
    other = make_host()
    rooms = {
        "somebody else's": make_stay(other.id, title="Seen"),
        "for sale": make_listing(host.id, title="Seen")["id"],
        "in the trash": make_stay(host.id, title="Seen", publish_status=PublishStatus.TRASH),
        "deleted": make_stay(host.id, title="Seen"),
    }
    catalogue.delete_listing(host.id, rooms["deleted"])
    assert ask()["data"] == []
    assert ask(search="seen")["data"] == []
    for room_id in rooms.values():
        assert ask(room_id=room_id)["data"] == []
        response = client.get(f"/api/rooms/{room_id}", headers=host.headers)
        assert (response.status_code, response.json) == (404, {"message": "Not Found."})


def test_a_number_that_was_never_given_is_0(host: Host, ask: Ask) -> None:
    make_stay(host.id, review_status=ReviewStatus.DRAFT, publish_status=DRAFT, max_guests=None)
    [room] = ask()["data"]
    assert [room[name] for name in KEYS[2:6]] == [0, 0, 0, 0]


def test_as_many_as_may_come_are_expected_unless_somebody_says_less(host: Host, ask: Ask) -> None:
    make_stay(host.id, max_guests=6)
    make_stay(host.id, max_guests=6, standard_guests=4)
    assert [room["standard_guests"] for room in ask()["data"]] == [4, 6]


# ── pages ───────────────────────────────────────────────────────────────────────────────────


def test_an_empty_list_has_one_page(host: Host, ask: Ask) -> None:
    assert ask()["meta"]["pagination"] == {
        "total": 0,
        "count": 0,
        "per_page": 15,
        "current_page": 1,
        "total_pages": 1,
        "links": [],
    }


@pytest.mark.parametrize(
    ("page", "count", "links"),
    [
        (1, 2, {"next": 2}),
        (2, 2, {"next": 3, "previous": 1}),
        (3, 1, {"previous": 2}),
        (4, 0, {"previous": 3}),
        (50, 0, {"previous": 3}),
        (2**31 - 1, 0, {"previous": 3}),
    ],
)
def test_links_lead_to_the_pages_beside(
    host: Host, ask: Ask, page: int, count: int, links: dict[str, int]
) -> None:
    _make(host, 5)
    pagination = ask(limit=2, page=page)["meta"]["pagination"]
    assert pagination == {
        "total": 5,
        "count": count,
        "per_page": 2,
        "current_page": page,
        "total_pages": 3,
        "links": {
            name: f"http://localhost/api/rooms?limit=2&page={number}"
            for name, number in links.items()
        },
    }


def test_past_the_end_of_a_single_page_there_are_no_links(host: Host, ask: Ask) -> None:
    _make(host, 1)
    body = ask(page=2)
    assert body["data"] == []
    assert body["meta"]["pagination"]["links"] == []


def test_links_keep_every_other_parameter(host: Host, ask: Ask) -> None:
    _make(host, 3, title="Café & bar")
    query = {
        "search": "café & bar",
        "status": "Listed",
        "sort": "name",
        "ordering": "asc",
        "per_page": "1",
        "utm": "x=y",
    }
    links = ask(**query, page=2)["meta"]["pagination"]["links"]
    assert list(links) == ["next", "previous"]
    for name, page in (("next", "3"), ("previous", "1")):
        parts = urlsplit(links[name])
        assert (parts.netloc, parts.path) == ("localhost", "/api/rooms")
        found = {key: values[0] for key, values in parse_qs(parts.query).items()}
        assert found == {**query, "page": page}


def test_links_name_the_host_that_clients_see(
    host: Host, ask: Ask, change_settings: Callable[..., None]
) -> None:
    change_settings(public_url="https://api.example.com/")
    _make(host, 2)
    links = ask(limit=1)["meta"]["pagination"]["links"]
    assert links == {"next": "https://api.example.com/api/rooms?limit=1&page=2"}


@pytest.mark.parametrize("ordering", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["id", "name", "status"])
def test_ties_are_neither_repeated_nor_skipped(
    host: Host, ask: Ask, sort: str, ordering: str
) -> None:
    made = _make(host, 4, title="Villa") + _make(host, 3, title="VÍLLA", publish_status=DRAFT)
    pages = [ask(sort=sort, ordering=ordering, limit=2, page=page) for page in (1, 2, 3, 4)]
    found = [room_id for body in pages for room_id in ids(body)]
    assert found == (made if ordering == "asc" else made[::-1])


def test_the_default_size_of_a_page_is_a_setting(
    host: Host, ask: Ask, change_settings: Callable[..., None]
) -> None:
    assert Settings().pagination_per_page == 15
    change_settings(pagination_per_page=2)
    _make(host, 3)
    assert len(ask()["data"]) == 2
    assert len(ask(limit=3)["data"]) == 3


# ── searching and sorting ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        ("château", True),
        ("CHATEAU", True),
        ("quiet", True),
        ("beach road", True),
        ("road beach", True),
        ("diani", True),
        ("dia swim", True),
        ("galu", False),
        ("kenya", False),
        ("hateau", False),
        ("diani inland", False),
        ("!!!", False),
    ],
)
def test_name_description_and_address_are_searched(
    host: Host, ask: Ask, search: str, is_found: bool
) -> None:
    make_stay(
        host.id,
        title="Château",
        description="Quiet, with a swimming-pool.",
        address="12 Beach Road",
        city="Diani",
        location="Galu",
    )
    assert len(ask(search=search)["data"]) == is_found


@pytest.mark.parametrize("narrow_rows", [0, room_repository.MAX_NARROW_ROWS])
@pytest.mark.parametrize("sort", ["id", "name", "status"])
def test_a_common_word_finds_the_same_as_a_rare_one(
    host: Host, ask: Ask, monkeypatch: pytest.MonkeyPatch, sort: str, narrow_rows: int
) -> None:
    monkeypatch.setattr(room_repository, "MAX_NARROW_ROWS", narrow_rows)
    made = _make(host, 3, title="Sea view")
    _make(host, 1, title="Inland", description="")
    other = _make(host, 2, title="Sea view", publish_status=DRAFT)
    assert ids(ask(search="sea", sort=sort, ordering="asc")) == made + other
    body = ask(search="sea vie", sort=sort, ordering="asc", status="Listed", limit=2, page=2)
    assert ids(body) == made[2:]
    assert body["meta"]["pagination"]["total"] == 3


def test_names_are_sorted_without_case_and_accents(host: Host, ask: Ask) -> None:
    names = ["Zoo", "Élan", "apple", "ångström", "éclair", "Banana", "1 bed", "Ñandú"]
    for name in names:
        make_stay(host.id, title=name)
    found = [room["name"] for room in ask(sort="name", ordering="asc")["data"]]
    assert found == ["1 bed", "ångström", "apple", "Banana", "éclair", "Élan", "Ñandú", "Zoo"]


def test_a_new_name_moves_a_room(host: Host, ask: Ask) -> None:
    first, second = make_stay(host.id, title="A"), make_stay(host.id, title="B")
    catalogue.update_listing(host.id, first, {"title": "C"})
    assert ids(ask(sort="name", ordering="asc")) == [second, first]


TITLES = st.sampled_from(["Villa", "villa", "VÍLLA", "Villa 2", "Sea house", "sea-view", "Ñandú"])
STAYS = st.lists(
    st.fixed_dictionaries(
        {
            "title": TITLES,
            "description": st.sampled_from(["", "By the sea", "Quiet garden"]),
            "address": st.sampled_from(["1 Beach Road", "Hill"]),
            "city": st.sampled_from(["Diani", "Kigali"]),
            "life": st.sampled_from([*WORDS, (ReviewStatus.ACCEPTED, PublishStatus.TRASH)]),
        }
    ),
    max_size=9,
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "limit": st.integers(1, 4).map(str),
        "status": st.sampled_from(["Listed", "Unlisted"]),
        "submit_status": st.sampled_from(["Draft", "Pending", "Accept", "Reject", "Resubmit"]),
        "search": st.sampled_from(["villa", "SEA", "sea vil", "beach roa", "kig", "quiet dia"]),
        "sort": st.sampled_from(["id", "name", "status"]),
        "ordering": st.sampled_from(["asc", "desc", "ASC", "Desc"]),
        "room_id": st.integers(0, 9),
    },
)


@pytest.mark.parametrize("narrow_rows", [0, room_repository.MAX_NARROW_ROWS])
def test_every_combination_is_what_plain_python_finds(
    client: FlaskClient, host: Host, monkeypatch: pytest.MonkeyPatch, narrow_rows: int
) -> None:
    monkeypatch.setattr(room_repository, "MAX_NARROW_ROWS", narrow_rows)

    @given(STAYS, st.lists(QUERIES, min_size=1, max_size=6))
    def check(stays: list[dict[str, Any]], queries: list[dict[str, Any]]) -> None:
        with transaction():
            owner = make_host()
            made = []
            for stay in stays:
                values = {name: value for name, value in stay.items() if name != "life"}
                values["review_status"], values["publish_status"] = stay["life"]
                made.append({**values, "id": make_stay(owner.id, **values)})
        for query in queries:
            if "room_id" in query:
                at = query["room_id"]
                query["room_id"] = str(made[at]["id"] if at < len(made) else 2**40)
            expected = expected_rooms(made, query)
            assert _all_pages(client, owner, query, len(expected)) == expected

    check()


def _all_pages(client: FlaskClient, owner: Host, query: dict[str, str], total: int) -> list[int]:
    """Follow the links to the end; return the ids of all pages."""
    found: list[int] = []
    size = int(query.get("limit", 15))
    address = f"/api/rooms?{urlencode(query)}"
    for page in range(1, max(1, -(-total // size)) + 1):
        body = client.get(address, headers=owner.headers).json
        pagination = body["meta"]["pagination"]
        links = pagination.pop("links") or {}
        assert pagination == {
            "total": total,
            "count": len(body["data"]),
            "per_page": size,
            "current_page": page,
            "total_pages": max(1, -(-total // size)),
        }
        found += ids(body)
        address = links.get("next", "").removeprefix("http://localhost")
    assert not address
    return found


def test_a_page_costs_four_statements_at_most(host: Host, ask: Ask, statements: list[str]) -> None:
    _make(host, 20)
    statements.clear()
    ask(limit=20)
    assert len(statements) == 3
    statements.clear()
    ask(limit=20, search="beach", sort="name")
    assert len(statements) == 4


# ── one room ────────────────────────────────────────────────────────────────────────────────


def test_a_room_comes_with_everything(client: FlaskClient, host: Host) -> None:
    room_id = make_stay(
        host.id,
        title="Beach house",
        bedrooms=2,
        bathrooms=1,
        standard_guests=3,
        latitude=Decimal("-4.3000"),
        longitude=Decimal("39.580000"),
        min_nights=2,
        max_nights=30,
        created_at=datetime(2026, 6, 1, 8, 30, 5, 999, tzinfo=UTC),
        updated_at=datetime(2026, 6, 2, 8, 30, 5, 999, tzinfo=UTC),
    )
    catalogue.update_listing(host.id, room_id, {"amenities": ["wifi", "parking"]})
    image_id = make_image(host.id, room_id, is_main=True)
    make_image(host.id, room_id, status=ImageStatus.PROCESSING)
    response = client.get(f"/api/rooms/{room_id}", headers=host.headers)
    assert response.status_code == 200
    room = response.json["data"]
    assert list(room)[:8] == KEYS
    updated_at = room.pop("updated_at")
    assert updated_at > "2026-06-02T08:30:05Z"
    assert room == {
        "id": room_id,
        "name": "Beach house",
        "num_bedrooms": 2,
        "num_bathrooms": 1,
        "standard_guests": 3,
        "maximum_guests": 4,
        "status": "Listed",
        "submit_status": "Accept",
        "description": "Ten steps from the sea.",
        "address": "1 Beach Road",
        "city": "Diani",
        "country": "Kenya",
        "latitude": "-4.300000",
        "longitude": "39.580000",
        "property_type": {"slug": "villa", "name": "Villa"},
        "stay_type": "short_stay",
        "price": "120.00",
        "currency": "USD",
        "min_nights": 2,
        "max_nights": 30,
        "amenities": room["amenities"],
        "images": [
            {
                "id": image_id,
                "url": "http://localhost/media/ug/property_images/photo.webp",
                "alt": "Front view",
                "is_main": True,
                "width": 1920,
                "height": 1080,
                "variants": [
                    {
                        "width": 640,
                        "url": "http://localhost/media/ug/property_images/photo-640.webp",
                    }
                ],
                "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            }
        ],
        "created_at": "2026-06-01T08:30:05Z",
    }
    assert [amenity["slug"] for amenity in room["amenities"]] == ["parking", "wifi"]
    assert [list(amenity) for amenity in room["amenities"]] == [["slug", "name", "icon"]] * 2


def test_a_draft_shows_what_it_has(client: FlaskClient, host: Host) -> None:
    room_id = make_stay(
        host.id,
        review_status=ReviewStatus.DRAFT,
        publish_status=DRAFT,
        price=None,
        max_guests=None,
        address="",
    )
    room = client.get(f"/api/rooms/{room_id}", headers=host.headers).json["data"]
    assert (room["status"], room["submit_status"]) == ("Unlisted", "Draft")
    assert (room["price"], room["latitude"], room["address"], room["images"]) == (
        None,
        None,
        "",
        [],
    )


@pytest.mark.parametrize("room_id", [0, 2**31, 10**17])
def test_a_number_of_no_room_is_404(client: FlaskClient, host: Host, room_id: int) -> None:
    response = client.get(f"/api/rooms/{room_id}", headers=host.headers)
    assert (response.status_code, response.json) == (404, {"message": "Not Found."})
