"""The rooms document's requests as it prints them, and what it says that comes back."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.walks.service import Service
from tests.walks.stranger import Stranger, agrees

PASSWORD = "a room with a view"
ROOM = {
    "id": 10001,
    "name": "Apartment 1",
    "num_bedrooms": 3,
    "num_bathrooms": 4,
    "standard_guests": 3,
    "maximum_guests": 5,
    "status": "Listed",
    "submit_status": "Accept",
}
PAGE = {
    "data": [ROOM],
    "meta": {
        "pagination": {
            "total": 231,
            "count": 15,
            "per_page": 15,
            "current_page": 1,
            "total_pages": 16,
            "links": {"next": "https://api.luxstay.com/api/rooms?page=2"},
        }
    },
}
# A host's rooms: those that staff has accepted, and those that nobody has submitted.
ACCEPTED, DRAFTS = 20, 3
COMMON = {
    "listing_type": "stay",
    "title": "",
    "description": "Quiet, and near the sea.",
    "property_type": "apartment",
    "category": "beach-villa",
    "stay_type": "short_stay",
    "address": "Msasani Peninsula",
    "city": "Dar es Salaam",
    "country": "Tanzania",
    "price": "100.00",
    "currency": "USD",
    "bedrooms": "3",
    "bathrooms": "4",
    "standard_guests": "3",
    "max_guests": "5",
}


@pytest.fixture
def host(service: Service, stranger: Callable[[], Stranger], tmp_path: Path) -> Stranger:
    """A host with rooms, who has logged in and read the document."""
    email = "rooms@example.com"
    service.command("create-account", "--email", email, "--password-stdin", typed=PASSWORD)
    path = tmp_path / "rooms.csv"
    _write_rooms(path, 1, ACCEPTED)
    service.command("import-listings", str(path), "--user", email, "--accept")
    _write_rooms(path, ACCEPTED + 1, ACCEPTED + DRAFTS)
    service.command("import-listings", str(path), "--user", email)
    host = stranger()
    host.log_in(email, PASSWORD)
    host.put("https://api.luxstay.com", service.address)
    host.put("<token>", host.token)
    return host


def _write_rooms(path: Path, first: int, last: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(COMMON))
        writer.writeheader()
        for number in range(first, last + 1):
            awesome = "Awesome " if number % 5 == 0 else ""
            writer.writerow(COMMON | {"title": f"{awesome}Apartment {number}"})


def _meta(body: Any) -> dict[str, Any]:
    found: dict[str, Any] = body["meta"]["pagination"]
    return found


def test_the_document_from_its_first_example_to_its_last(host: Stranger, service: Service) -> None:
    # ── all rooms, newest first ──
    answer = host.curl("""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""")
    assert answer.status == 200
    assert agrees(PAGE, answer.body)
    assert set(answer.body["data"][0]) == set(ROOM)
    assert _meta(answer.body) == {
        "total": ACCEPTED + DRAFTS,
        "count": 15,
        "per_page": 15,
        "current_page": 1,
        "total_pages": 2,
        "links": {"next": f"{service.address}/api/rooms?page=2"},
    }
    ids = [room["id"] for room in answer.body["data"]]
    assert ids == sorted(ids, reverse=True)
    host.put("10140", str(ids[-1]))

    # ── a page of another size ──
    body = host.curl("""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?limit=2' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
    assert (_meta(body)["count"], _meta(body)["per_page"], _meta(body)["total_pages"]) == (2, 2, 12)

    # ── by status ──
    for status, total in (("Listed", ACCEPTED), ("Unlisted", DRAFTS)):
        body = host.curl(f"""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?limit=2&status={status}' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
        assert {room["status"] for room in body["data"]} == {status}
        assert _meta(body)["total"] == total

    # ── one of them ──
    body = host.curl("""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?room_id=10140' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
    assert [room["id"] for room in body["data"]] == [ids[-1]]
    assert (_meta(body)["total"], _meta(body)["links"]) == (1, [])

    # ── by submit status ──
    for status, total in (("Accept", ACCEPTED), ("Pending", 0), ("Draft", DRAFTS)):
        body = host.curl(f"""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?limit=2&submit_status={status}' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
        assert _meta(body)["total"] == total
        assert {room["submit_status"] for room in body["data"]} <= {status}

    # ── by words ──
    body = host.curl("""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?search=awesome' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
    assert _meta(body)["total"] == 4
    assert all("Awesome" in room["name"] for room in body["data"])

    # ── in another order ──
    body = host.curl("""curl \\
--request GET \\
--url 'https://api.luxstay.com/api/rooms?limit=3&sort=name&ordering=asc' \\
--header 'Accept: application/json' \\
--header 'Authorization: Bearer <token>'""").body
    names = [room["name"] for room in body["data"]]
    assert names == ["Apartment 1", "Apartment 11", "Apartment 12"]

    # ── what is refused ──
    host.put("<bad>", "Bearer nonsense")
    answer = host.curl("curl 'https://api.luxstay.com/api/rooms' --header 'Authorization: <bad>'")
    assert (answer.status, answer.body) == (401, {"message": "Unauthenticated."})
    for query, errors in {
        "ordering=up": {"ordering": ["The selected ordering is invalid."]},
        "room_id=one": {"room_id": ["The room id must be an integer."]},
        "status=Hidden": {"status": ["The selected status is invalid."]},
    }.items():
        answer = host.curl(
            f"curl 'https://api.luxstay.com/api/rooms?{query}' "
            "--header 'Authorization: Bearer <token>'"
        )
        assert answer.status == 422
        assert answer.body == {"message": "The given data was invalid.", "errors": errors}
