"""Staff and everybody's reviews, over the API."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import session
from tests import factories
from tests.api.marketplace.conftest import Person
from tests.reviews.stays import make_guest, rating_of, review, uuid_of

URL = "/api/admin/reviews/"


@pytest.fixture
def stay(owner: factories.Tenant) -> int:
    """A stay of somebody's."""
    return factories.make_stay(owner.id)


def _act(client: FlaskClient, person: Person, review_id: UUID | str, deed: str, **kw: Any) -> Any:
    return client.post(f"{URL}{review_id}/{deed}/", headers=person.headers, **kw)


def _list(client: FlaskClient, person: Person, query: str = "") -> Any:
    return client.get(f"{URL}{query}", headers=person.headers)


@pytest.mark.both
def test_staff_hides_a_review_without_a_word(client: FlaskClient, boss: Person, stay: int) -> None:
    shown = review(stay, 2)
    response = _act(client, boss, shown, "unpublish")
    assert response.status_code == 200, response.json
    assert response.json["data"]["is_published"] is False
    assert rating_of(stay) == (0, None, {})
    assert client.get(f"/api/reviews/listings/{uuid_of(stay)}/").json["data"]["results"] == []
    assert _act(client, boss, shown, "unpublish").status_code == 409


@pytest.mark.both
def test_staff_hides_a_review_with_a_reason_and_shows_it_again(
    client: FlaskClient, boss: Person, stay: int
) -> None:
    shown = review(stay, 2)
    hidden = _act(client, boss, shown, "unpublish", json={"reason": " It names a neighbour. "})
    assert hidden.json["data"]["unpublished_reason"] == "It names a neighbour."
    assert hidden.json["data"]["unpublished_at"].endswith("Z")
    again = _act(client, boss, shown, "republish")
    assert again.status_code == 200
    assert again.json["data"]["is_published"] is True
    assert again.json["data"]["unpublished_at"] is None
    assert rating_of(stay)[0] == 1
    assert _act(client, boss, shown, "republish").status_code == 409
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(each.actor_id, each.action) for each in entries] == [
        (boss.id, "review.unpublished"),
        (boss.id, "review.republished"),
    ]


def test_an_unknown_review_is_not_found(client: FlaskClient, boss: Person, stay: int) -> None:
    for review_id in (uuid4(), "abc-123"):
        for deed in ("unpublish", "republish"):
            assert _act(client, boss, review_id, deed).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [({"reason": 5}, "reason"), ({"reason": "a" * 5_001}, "reason"), ({"why": "x"}, "why")],
)
def test_a_reason_that_cannot_be_is_refused(
    client: FlaskClient, boss: Person, stay: int, body: dict[str, Any], field: str
) -> None:
    response = _act(client, boss, review(stay), "unpublish", json=body)
    assert (response.status_code, list(response.json["errors"])) == (400, [field])
    assert rating_of(stay)[0] == 1


def test_who_is_not_of_staff_is_refused(client: FlaskClient, john: Person, stay: int) -> None:
    shown = review(stay)
    for deed in ("unpublish", "republish"):
        assert _act(client, john, shown, deed).status_code == 403
    assert _list(client, john).status_code == 403
    assert client.get(URL).status_code == 401
    assert rating_of(stay)[0] == 1


def test_staff_sees_everything_of_a_review(client: FlaskClient, boss: Person, stay: int) -> None:
    guest = make_guest("Asha")
    shown = review(stay, 4, guest=guest, value=3, comment="A quiet place.")
    [found] = _list(client, boss).json["data"]["results"]
    assert found == {
        "id": str(shown),
        "booking_id": found["booking_id"],
        "listing_id": str(uuid_of(stay)),
        "listing": {"id": str(uuid_of(stay)), "title": "Beach house"},
        "author": {
            "id": str(guest.uuid),
            "first_name": "Asha",
            "last_name": "",
            "email": guest.email,
        },
        "rating": 4,
        "cleanliness": None,
        "communication": None,
        "location": None,
        "value": 3,
        "accuracy": None,
        "comment": "A quiet place.",
        "created_at": found["created_at"],
        "host_reply": None,
        "replied_at": None,
        "is_published": True,
        "unpublished_at": None,
        "unpublished_reason": "",
    }


@pytest.mark.both
def test_staff_filters_and_pages(
    client: FlaskClient, boss: Person, owner: factories.Tenant, stay: int
) -> None:
    bad = review(stay, 1, comment="Loud")
    good = review(stay, 5, comment="Quiet")
    other = review(factories.make_stay(owner.id), 5)
    _act(client, boss, bad, "unpublish")

    def found(query: str) -> list[str]:
        data = _list(client, boss, query).json["data"]
        return [each["id"] for each in data["results"]]

    assert found("") == [str(other), str(good), str(bad)]
    assert found(f"?listing_id={uuid_of(stay)}") == [str(good), str(bad)]
    assert found("?is_published=false") == [str(bad)]
    assert found("?is_published=true&rating=5") == [str(other), str(good)]
    assert found("?search=QUIET") == [str(good)]
    assert found("?is_published=&rating=&search=&listing_id=") == found("")
    page = _list(client, boss, "?page=2&page_size=2").json["data"]
    assert (page["count"], [each["id"] for each in page["results"]]) == (3, [str(bad)])
    assert _list(client, boss, "?page=3&page_size=2").status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("listing_id=abc", "listing_id"),
        ("is_published=maybe", "is_published"),
        ("rating=6", "rating"),
        ("rating=x", "rating"),
        ("search=" + "a" * 101, "search"),
        ("search=%00", "search"),
        ("page=0", "page"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(
    client: FlaskClient, boss: Person, query: str, field: str
) -> None:
    response = _list(client, boss, f"?{query}")
    assert (response.status_code, list(response.json["errors"])) == (400, [field])
