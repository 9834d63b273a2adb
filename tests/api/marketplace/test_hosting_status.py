"""The life of a stay over HTTP: submitted, decided about, shown, hidden and deleted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.apikeys.enums import Scope
from app.catalogue import calendar_service as calendar
from app.catalogue import image_service, photo_service, review_service, stay_status_service
from app.catalogue.enums import ImageStatus, PublishStatus, ReviewStatus
from app.catalogue.errors import LastPhoto, WrongState
from app.catalogue.models import Listing
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import session, transaction
from app.core.errors import InvalidFields
from tests.api.marketplace.conftest import Person, set_stage
from tests.api.marketplace.stays import HostAtWork, add_photo, refusal, row_of
from tests.factories import bearer, make_key, make_listing, make_stay
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both

DEEDS = {
    "submit": "POST",
    "activate": "POST",
    "deactivate": "POST",
    "delete": "DELETE",
}


@pytest.fixture
def at_work(client: FlaskClient, host: Person) -> HostAtWork:
    """An approved host's requests."""
    return HostAtWork(client, host)


def _put(stay: Any, **columns: Any) -> None:
    with transaction():
        session.execute(update(Listing).where(Listing.id == row_of(stay)["id"]).values(**columns))


def _state(stay: Any) -> tuple[Any, Any]:
    row = row_of(stay)
    return row["review_status"], row["publish_status"]


# ── one life in three faces ─────────────────────────────────────────────────────────────────


def test_every_face_tells_a_stays_life_in_its_own_words(
    client: FlaskClient, at_work: HostAtWork, boss: Person
) -> None:
    key = bearer(make_key(accounts.get_account(at_work.person.id), Scope.READ_WRITE))
    stay = at_work.create_complete()
    listing_id = row_of(stay)["id"]
    tenant_url = f"/v1/{at_work.person.id}/properties/{listing_id}/"

    def words() -> tuple[Any, ...]:
        [listed] = at_work.ask("host/").json["data"]["results"]
        assert at_work.ask(stay["id"]).json["data"]["status"] == listed["status"]
        is_public = client.get(f"/api/listings/{stay['id']}/").status_code == 200
        assert is_public is (listed["status"] == "active")
        [room] = client.get("/api/rooms", headers=at_work.person.headers).json["data"]
        tenant = client.get(tenant_url, headers=key).json
        return listed["status"], room["status"], room["submit_status"], tenant["publish_status"]

    def decide(deed: str, **body: Any) -> None:
        url = f"/api/admin/listings/{stay['id']}/{deed}/"
        assert client.post(url, headers=boss.headers, json=body).status_code == 200

    def publish(status: str) -> None:
        answer = client.patch(tenant_url, headers=key, json={"publish_status": status})
        assert answer.status_code == 200

    assert words() == ("draft", "Unlisted", "Draft", "draft")
    at_work.do(stay, "submit")
    assert words() == ("pending_review", "Unlisted", "Pending", "draft")
    decide("reject", rejection_reason="Photos too low quality.")
    assert words() == ("rejected", "Unlisted", "Reject", "draft")
    at_work.do(stay, "submit")
    assert words() == ("pending_review", "Unlisted", "Resubmit", "draft")
    decide("approve")
    assert words() == ("active", "Listed", "Accept", "published")
    at_work.do(stay, "deactivate")
    assert words() == ("inactive", "Unlisted", "Accept", "draft")
    at_work.do(stay, "activate")
    assert words() == ("active", "Listed", "Accept", "published")
    publish("draft")
    assert words() == ("inactive", "Unlisted", "Accept", "draft")
    publish("published")
    assert words() == ("active", "Listed", "Accept", "published")
    at_work.do(stay, "deactivate")
    assert at_work.ask(f"{stay['id']}/delete/", "DELETE").json["data"] is None
    assert at_work.ask("host/").json["data"]["results"] == []
    assert client.get(tenant_url, headers=key).status_code == 404
    assert client.get("/api/rooms", headers=at_work.person.headers).json["data"] == []


# ── submitting ──────────────────────────────────────────────────────────────────────────────


def test_a_submitted_stay_waits_and_remembers_since_when(at_work: HostAtWork) -> None:
    stay = at_work.create_complete()
    before = row_of(stay)
    submitted = at_work.do(stay, "submit")
    assert (submitted["status"], submitted["rejection_reason"]) == ("pending_review", "")
    after = row_of(stay)
    assert after["submitted_at"] >= before["updated_at"]
    assert after["version"] > before["version"]


def test_everything_that_is_missing_is_named_at_once(at_work: HostAtWork) -> None:
    stay = at_work.ask(
        method="POST", json={"title": "Villa", "property_type": "villa", "stay_type": "both"}
    ).json["data"]
    response = at_work.ask(f"{stay['id']}/submit/", "POST")
    assert refusal(response) == (
        400,
        [
            "address",
            "category",
            "city",
            "country",
            "description",
            "max_guests",
            "photos",
            "price_per_night",
        ],
    )
    assert response.json["errors"]["photos"] == ["At least one photo is required."]
    assert _state(stay) == (ReviewStatus.DRAFT, PublishStatus.DRAFT)


@pytest.mark.parametrize("status", [ImageStatus.PROCESSING, ImageStatus.FAILED])
def test_a_photo_counts_once_it_is_ready(at_work: HostAtWork, status: ImageStatus) -> None:
    stay = at_work.create()
    add_photo(stay, status=status, is_main=False)
    assert refusal(at_work.ask(f"{stay['id']}/submit/", "POST")) == (400, ["photos"])


def test_a_price_of_nothing_is_a_price(at_work: HostAtWork) -> None:
    assert at_work.create_pending(price_per_night="0")["price_per_night"] == "0.00"


# ── what the status allows ──────────────────────────────────────────────────────────────────

STATES = {
    "draft": (ReviewStatus.DRAFT, PublishStatus.DRAFT),
    "pending": (ReviewStatus.PENDING, PublishStatus.DRAFT),
    "resubmitted": (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT),
    "rejected": (ReviewStatus.REJECTED, PublishStatus.DRAFT),
    "active": (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED),
    "inactive": (ReviewStatus.ACCEPTED, PublishStatus.DRAFT),
}
ALLOWED = {
    "submit": {"draft", "rejected"},
    "activate": {"inactive"},
    "deactivate": {"active"},
    "delete": {"draft", "rejected", "inactive"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("deed", DEEDS)
def test_a_step_is_allowed_where_the_table_says(at_work: HostAtWork, deed: str, state: str) -> None:
    stay = at_work.create_complete()
    review, publish = STATES[state]
    _put(stay, review_status=review, publish_status=publish)
    before = row_of(stay)
    response = at_work.ask(f"{stay['id']}/{deed}/", DEEDS[deed])
    if state in ALLOWED[deed]:
        assert response.status_code == 200
        assert row_of(stay)["version"] > before["version"]
    else:
        assert refusal(response) == (409, ["non_field_errors"])
        assert response.json["message"].startswith("Only a")
        assert row_of(stay) == before


def test_a_stay_that_lost_its_photos_is_not_shown_again(at_work: HostAtWork) -> None:
    stay = at_work.create_complete()
    review, publish = STATES["inactive"]
    _put(stay, review_status=review, publish_status=publish)
    [photo] = at_work.ask(f"{stay['id']}/media/").json["data"]
    assert at_work.ask(f"{stay['id']}/media/{photo['id']}/", "DELETE").status_code == 200
    before = row_of(stay)
    response = at_work.ask(f"{stay['id']}/activate/", "POST")
    assert refusal(response) == (409, ["non_field_errors"])
    assert response.json["message"] == "This listing is not complete: it lacks photos."
    assert row_of(stay) == before
    add_photo(stay)
    assert at_work.do(stay, "activate")["status"] == "active"


def test_a_rejected_stay_forgets_the_reason_when_it_is_submitted_again(
    at_work: HostAtWork,
) -> None:
    stay = at_work.create_complete()
    _put(stay, review_status=ReviewStatus.REJECTED, rejection_reason="Too dark.")
    assert at_work.ask("host/").json["data"]["results"][0]["rejection_reason"] == "Too dark."
    assert at_work.do(stay, "submit")["rejection_reason"] == ""
    assert _state(stay) == (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT)


# ── deleting ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_deleted_stay_is_gone_with_its_photos_and_leaves_a_tombstone(
    at_work: HostAtWork, verb: str
) -> None:
    stay = at_work.create_complete()
    response = at_work.ask(f"{stay['id']}/delete", verb)
    assert (response.status_code, response.json["data"]) == (200, None)
    row = row_of(stay)
    assert row["deleted_at"] == row["updated_at"]
    assert image_service.list_images(row["id"]) == []
    assert at_work.ask(f"{stay['id']}/delete/", "DELETE").status_code == 404


@pytest.mark.parametrize("is_booked", [True, False])
def test_a_stay_that_guests_have_a_claim_on_cannot_be_deleted(
    at_work: HostAtWork, is_booked: bool
) -> None:
    stay = at_work.create_complete()
    row, now = row_of(stay), clock.now()
    today = today_in(row["time_zone"], now)
    with transaction():
        calendar.hold_nights(
            row["id"],
            today,
            today + timedelta(days=1),
            intent_id=1,
            now=now,
            expires_at=now + timedelta(minutes=15),
        )
        if is_booked:
            calendar.book_nights(1, 1, now)
    assert refusal(at_work.ask(f"{stay['id']}/delete/", "DELETE")) == (409, ["non_field_errors"])
    assert row_of(stay) == row
    with transaction():
        calendar.release_nights(1)
    assert at_work.ask(f"{stay['id']}/delete/", "DELETE").status_code == 200


def test_a_blackout_keeps_no_stay_from_being_deleted(at_work: HostAtWork) -> None:
    stay = at_work.create()
    row = row_of(stay)
    today = today_in(row["time_zone"], clock.now())
    calendar.set_blackouts(row["id"], [(today, today + timedelta(days=9))])
    assert at_work.ask(f"{stay['id']}/delete/", "DELETE").status_code == 200


# ── whose ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_no_stay_of_the_caller_is_not_found(at_work: HostAtWork, deed: str) -> None:
    ids = [
        make_stay(make_listing(at_work.person.id)["owner_id"] - 1),
        make_stay(at_work.person.id, publish_status=PublishStatus.TRASH),
        make_listing(at_work.person.id, publish_status=PublishStatus.DRAFT)["id"],
    ]
    session.rollback()
    uuids = [session.get_one(Listing, each).uuid for each in ids]
    for each in (*uuids, uuid4(), "x"):
        response = at_work.ask(f"{each}/{deed}/", DEEDS[deed])
        assert refusal(response) == (404, ["non_field_errors"])


@pytest.mark.parametrize("deed", DEEDS)
def test_a_host_who_is_none_any_more_does_nothing(at_work: HostAtWork, deed: str) -> None:
    stay = at_work.create_complete()
    set_stage(at_work.person.id, VerificationStage.REJECTED)
    before = row_of(stay)
    response = at_work.ask(f"{stay['id']}/{deed}/", DEEDS[deed])
    assert refusal(response) == (403, ["non_field_errors"])
    assert row_of(stay) == before


# ── at once ─────────────────────────────────────────────────────────────────────────────────


def _outcome(app: Flask, deed: Callable[[], Any]) -> bool:
    with app.app_context():
        try:
            deed()
        except (WrongState, LastPhoto, InvalidFields):
            return False
        return True


def test_of_two_submissions_at_once_one_wins(app: Flask, at_work: HostAtWork) -> None:
    for _ in rounds():
        uuid = row_of(at_work.create_complete())["uuid"]

        def submit(uuid: Any = uuid) -> bool:
            return _outcome(app, lambda: stay_status_service.submit_stay(at_work.person.id, uuid))

        assert sorted(at_once([submit] * 4)) == [False, False, False, True]


def test_an_approval_and_a_rejection_at_once_never_both_win(
    app: Flask, at_work: HostAtWork, boss: Person
) -> None:
    for _ in rounds():
        stay = at_work.create_pending()
        uuid = row_of(stay)["uuid"]

        def approve(uuid: Any = uuid) -> bool:
            return _outcome(app, lambda: review_service.approve_listing(boss.id, uuid))

        def reject(uuid: Any = uuid) -> bool:
            return _outcome(app, lambda: review_service.reject_listing(boss.id, uuid, "No."))

        results = at_once([approve, reject, approve, reject])
        assert sum(results) == 1
        is_approved = results[0] or results[2]
        assert _state(stay)[0] is (ReviewStatus.ACCEPTED if is_approved else ReviewStatus.REJECTED)


def test_a_photo_cannot_go_while_the_stay_is_submitted(app: Flask, at_work: HostAtWork) -> None:
    for _ in rounds():
        uuid = row_of(at_work.create_complete())["uuid"]
        [photo] = photo_service.list_photos(at_work.person.id, uuid)

        def submit(uuid: Any = uuid) -> bool:
            return _outcome(app, lambda: stay_status_service.submit_stay(at_work.person.id, uuid))

        def delete(uuid: Any = uuid, photo_uuid: Any = photo["uuid"]) -> bool:
            return _outcome(
                app, lambda: photo_service.delete_photo(at_work.person.id, uuid, photo_uuid)
            )

        assert sum(at_once([submit, delete])) == 1
