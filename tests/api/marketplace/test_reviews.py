"""Reviews over the API: guests write them, everybody reads them, hosts reply."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.catalogue import service as catalogue
from app.core.db import session
from app.reviews import staff_service as staff
from app.reviews.models import Review
from app.support.models import AppFeedback
from tests import factories
from tests.api.marketplace.conftest import Person
from tests.reviews import stays
from tests.reviews.stays import make_booking, make_guest, review, uuid_of

EXAMPLE = {
    "rating": 5,
    "cleanliness": 5,
    "communication": 5,
    "location": 4,
    "value": 4,
    "accuracy": 5,
    "comment": "Absolutely stunning villa. Would book again!",
}
REPLY = {"host_reply": "Thank you so much! Come back anytime!"}
FEEDBACK = {"rating": 5, "comment": "Seamless booking experience!", "platform": "web"}
FEEDBACK_URL = "/api/reviews/app/"


@pytest.fixture
def stay(owner: factories.Tenant) -> int:
    """A stay that nobody has reviewed; another one of the same owner's has a review."""
    review(factories.make_stay(owner.id), 1)
    return factories.make_stay(owner.id)


@pytest.fixture
def booking(stay: int, john: Person) -> str:
    """The id of John's booking of the stay, which is over."""
    return str(make_booking(stay, john.id).uuid)


def _url(listing_id: int) -> str:
    return f"/api/reviews/listings/{uuid_of(listing_id)}/"


def _post(client: FlaskClient, person: Person, url: str, body: Any) -> Any:
    return client.post(url, headers=person.headers, json=body)


def _count(table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


# ── submitting ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_guest_reviews_a_stay_as_documented(
    client: FlaskClient, john: Person, stay: int, booking: str
) -> None:
    response = _post(client, john, _url(stay), {"booking_id": booking, **EXAMPLE})
    assert response.status_code == 201, response.json
    assert response.json["message"] == "Review submitted successfully."
    shown = response.json["data"]
    assert shown == EXAMPLE | {
        "id": shown["id"],
        "booking_id": booking,
        "listing_id": str(uuid_of(stay)),
        "author": {"first_name": ""},
        "created_at": shown["created_at"],
        "host_reply": None,
        "replied_at": None,
    }
    listed = client.get(_url(stay)).json["data"]
    assert listed == {
        "count": 1,
        "next": None,
        "previous": None,
        # Which booking it was is nobody else's business.
        "results": [{name: shown[name] for name in shown if name != "booking_id"}],
    }


def test_only_one_rating_is_needed(
    client: FlaskClient, john: Person, stay: int, booking: str
) -> None:
    body = {"booking_id": booking, "rating": 3, "value": None, "comment": None}
    shown = _post(client, john, _url(stay), body).json["data"]
    assert (shown["rating"], shown["value"], shown["cleanliness"]) == (3, None, None)
    assert shown["comment"] == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"booking_id": None}, "booking_id"),
        ({"booking_id": 5}, "booking_id"),
        ({"rating": None}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": 2**40}, "rating"),
        ({"rating": 4.5}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": True}, "rating"),
        ({"cleanliness": 0}, "cleanliness"),
        ({"communication": 6}, "communication"),
        ({"location": "good"}, "location"),
        ({"value": 1.0}, "value"),
        ({"accuracy": []}, "accuracy"),
        ({"comment": 5}, "comment"),
        ({"comment": "a" * 5_001}, "comment"),
        ({"comment": "a\0"}, "comment"),
        ({"is_published": True}, "is_published"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient,
    john: Person,
    stay: int,
    booking: str,
    change: dict[str, Any],
    field: str,
) -> None:
    before = _count(Review)
    response = _post(client, john, _url(stay), {"booking_id": booking, **EXAMPLE, **change})
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    assert _count(Review) == before


@pytest.mark.parametrize("missing", ["booking_id", "rating"])
def test_what_is_required_is_asked_for(
    client: FlaskClient, john: Person, stay: int, booking: str, missing: str
) -> None:
    body = {"booking_id": booking, **EXAMPLE}
    del body[missing]
    response = _post(client, john, _url(stay), body)
    assert (response.status_code, list(response.json["errors"])) == (400, [missing])


def test_the_longest_comment_is_taken(
    client: FlaskClient, john: Person, stay: int, booking: str
) -> None:
    body = {"booking_id": booking, "rating": 5, "comment": "é" * 5_000}
    assert _post(client, john, _url(stay), body).json["data"]["comment"] == "é" * 5_000


@pytest.mark.both
def test_a_second_review_of_a_booking_is_a_conflict(
    client: FlaskClient, john: Person, stay: int, booking: str
) -> None:
    body = {"booking_id": booking, **EXAMPLE}
    assert _post(client, john, _url(stay), body).status_code == 201
    again = _post(client, john, _url(stay), body)
    assert again.status_code == 409
    assert again.json["message"] == "This booking has been reviewed already."


def test_a_stay_that_is_not_over_is_a_conflict(
    client: FlaskClient, john: Person, stay: int
) -> None:
    booking = make_booking(stay, john.id, **stays.CHECKED_IN).uuid
    response = _post(client, john, _url(stay), {"booking_id": str(booking), **EXAMPLE})
    assert response.status_code == 409


def test_what_is_not_the_callers_is_unknown(
    client: FlaskClient, john: Person, owner: factories.Tenant, stay: int, booking: str
) -> None:
    other = factories.make_stay(owner.id)
    theirs = str(make_booking(stay, make_guest().id).uuid)
    for url, booking_id in (
        (_url(stay), theirs),
        (_url(stay), str(uuid4())),
        (_url(stay), "booking-uuid"),
        (_url(other), booking),
        (f"/api/reviews/listings/{uuid4()}/", booking),
        ("/api/reviews/listings/abc-123/", booking),
    ):
        body = {"booking_id": booking_id, **EXAMPLE}
        assert _post(client, john, url, body).status_code == 404, url


# ── reading ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_reviews_are_paged_newest_first_also_where_their_moments_tie(
    client: FlaskClient, stay: int
) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    made = [review(stay, at=at) for at in (noon, noon, noon, noon.replace(hour=11))]
    seen, url = [], f"{_url(stay)}?page_size=2"
    while url:
        page = client.get(url).json["data"]
        assert page["count"] == 4
        seen += [each["id"] for each in page["results"]]
        url = page["next"]
    assert seen == [str(made[each]) for each in (2, 1, 0, 3)]
    assert client.get(f"{_url(stay)}?page=2&page_size=4").status_code == 404
    assert client.get(f"{_url(stay)}?page_size=101").status_code == 400


def test_a_listing_without_reviews_has_an_empty_page(client: FlaskClient, stay: int) -> None:
    assert client.get(_url(stay)).json["data"]["results"] == []


def test_a_review_shows_its_author_by_first_name_alone(client: FlaskClient, stay: int) -> None:
    review(stay, guest=make_guest("Asha"))
    [shown] = client.get(_url(stay)).json["data"]["results"]
    assert shown["author"] == {"first_name": "Asha"}


def test_hidden_reviews_are_not_shown(
    client: FlaskClient, owner: factories.Tenant, stay: int
) -> None:
    hidden, shown = review(stay), review(stay)
    staff.unpublish_review(owner.id, hidden, None)
    page = client.get(_url(stay)).json["data"]
    assert (page["count"], [each["id"] for each in page["results"]]) == (1, [str(shown)])


def test_a_bad_token_reads_what_everybody_reads(client: FlaskClient, stay: int) -> None:
    review(stay)
    response = client.get(_url(stay), headers=factories.bearer("x"))
    assert (response.status_code, response.json["data"]["count"]) == (200, 1)


def test_reviews_of_no_listing_are_not_found(
    client: FlaskClient, owner: factories.Tenant, stay: int
) -> None:
    url = _url(stay)
    catalogue.delete_listing(owner.id, stay)
    for each in (url, f"/api/reviews/listings/{uuid4()}/", "/api/reviews/listings/abc-123/"):
        assert client.get(each).status_code == 404


# ── replying ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hosted(john: Person) -> str:
    """The address to reply to a review of John's own stay."""
    return f"/api/reviews/{review(factories.make_stay(john.id))}/reply/"


@pytest.mark.both
def test_the_host_replies_once(client: FlaskClient, john: Person, hosted: str) -> None:
    response = _post(client, john, hosted, REPLY)
    assert response.status_code == 200, response.json
    shown = response.json["data"]
    assert shown["host_reply"] == REPLY["host_reply"]
    assert shown["replied_at"].endswith("Z")
    assert "booking_id" not in shown
    assert _post(client, john, hosted, REPLY).status_code == 409
    [listed] = client.get(f"/api/reviews/listings/{shown['listing_id']}/").json["data"]["results"]
    assert listed == shown


def test_another_host_may_not_reply(client: FlaskClient, john: Person, stay: int) -> None:
    url = f"/api/reviews/{review(stay)}/reply/"
    assert _post(client, john, url, REPLY).status_code == 403


def test_a_review_that_nobody_sees_gets_no_reply(
    client: FlaskClient, john: Person, owner: factories.Tenant
) -> None:
    hidden = review(factories.make_stay(john.id))
    staff.unpublish_review(owner.id, hidden, None)
    for review_id in (hidden, uuid4(), "app", "abc-123"):
        url = f"/api/reviews/{review_id}/reply/"
        assert _post(client, john, url, REPLY).status_code == 404


@pytest.mark.parametrize("reply", [None, "", "  ", 5, "a" * 5_001, "a\0"])
def test_a_reply_is_some_words(client: FlaskClient, john: Person, hosted: str, reply: Any) -> None:
    response = _post(client, john, hosted, {"host_reply": reply})
    assert (response.status_code, list(response.json["errors"])) == (400, ["host_reply"])


# ── feedback ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_feedback_is_given_as_documented(client: FlaskClient, john: Person) -> None:
    response = _post(client, john, FEEDBACK_URL, FEEDBACK)
    assert response.status_code == 201
    shown = response.json["data"]
    assert shown == FEEDBACK | {"id": shown["id"], "created_at": shown["created_at"]}
    session.rollback()
    [row] = session.scalars(select(AppFeedback))
    assert row.account_id == john.id


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rating"),
        ({"rating": 0}, "rating"),
        ({"rating": 6}, "rating"),
        ({"rating": "5"}, "rating"),
        ({"rating": 5, "comment": 5}, "comment"),
        ({"rating": 5, "comment": "a" * 5_001}, "comment"),
        ({"rating": 5, "platform": "fax"}, "platform"),
        ({"rating": 5, "platform": 1}, "platform"),
        ({"rating": 5, "stars": 5}, "stars"),
    ],
)
def test_feedback_refuses_what_it_cannot_be(
    client: FlaskClient, john: Person, body: dict[str, Any], field: str
) -> None:
    response = _post(client, john, FEEDBACK_URL, body)
    assert (response.status_code, list(response.json["errors"])) == (400, [field])
    assert _count(AppFeedback) == 0


def test_feedback_is_no_review_and_not_public(client: FlaskClient, john: Person) -> None:
    _post(client, john, FEEDBACK_URL, FEEDBACK)
    assert client.get(FEEDBACK_URL).status_code == 405
    assert _count(Review) == 0
