"""Holding, booking, paying and staying, over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.accounts.models import Account
from app.api.tokens import make_access_token
from app.bookings.booking_service import UNLISTED
from app.catalogue.enums import PublishStatus
from app.core import clock
from app.core.db import session, transaction
from app.reference import service as reference
from tests import factories
from tests.api.marketplace.conftest import Inbox
from tests.bookings.factories import PDF, Cast, taken, today, uuid_of
from tests.factories import bearer
from tests.pictures import encoded

NOBODY = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"

pytestmark = pytest.mark.both


class Client:
    """The cast of a booking, each with a token."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self._client = client
        self.cast = cast
        with transaction():
            session.get_one(Account, cast.admin.id).is_superuser = True

    def ask(
        self, who: Account | None, method: str, path: str, body: Any = None, **kwargs: Any
    ) -> Any:
        headers = bearer(make_access_token(who.id, 0)) if who else {}
        return self._client.open(
            f"/api/{path}", method=method, json=body, headers=headers, **kwargs
        )

    def intent(self, who: Account | None = None, **changes: Any) -> Any:
        body = {
            "listing_id": str(uuid_of(self.cast.listing_id)),
            "check_in_date": str(today()),
            "check_out_date": str(today() + timedelta(days=2)),
            "guests": 2,
            "extras": [],
        }
        return self.ask(who or self.cast.guest, "POST", "bookings/intents/", body | changes)

    def book(self) -> str:
        intent = self.intent().json["data"]["id"]
        response = self.ask(self.cast.guest, "POST", "bookings/create/", {"intent_id": intent})
        assert response.status_code == 201, response.json
        return str(response.json["data"]["id"])

    def submit(self, booking: str, proof: bytes = PDF, who: Account | None = None) -> Any:
        return self.ask(
            who or self.cast.guest,
            "PATCH",
            f"bookings/{booking}/submit-payment/",
            data={"payment_proof": (BytesIO(proof), "proof"), "reference": "TX1"},
        )


def _later(days: int) -> dict[str, str]:
    """Return the dates of a stay of one night that begins so many days from today."""
    first = today() + timedelta(days=days)
    return {"check_in_date": str(first), "check_out_date": str(first + timedelta(days=1))}


@pytest.fixture
def stay(app: Flask, client: FlaskClient) -> Client:
    factories.make_noise()
    return Client(client, Cast())


# ── intents ─────────────────────────────────────────────────────────────────────────────────


def test_an_intent_answers_as_documented(app: Flask, client: FlaskClient) -> None:
    with time_machine.travel("2026-06-17T12:15:00Z", tick=False):
        cast = Cast(price=Decimal("350.00"), cleaning_fee=Decimal("50.00"))
        stay = Client(client, cast)
        listing = str(uuid_of(cast.listing_id))
        response = stay.intent(check_in_date="2026-09-01", check_out_date="2026-09-05")
        assert response.status_code == 201
        assert set(response.json) == {"success", "message", "data", "errors"}
        data = response.json["data"]
        snapshot = data["price_snapshot"]
        assert (response.json["success"], response.json["errors"]) == (True, None)
        assert data["expires_at"] == "2026-06-17T12:30:00Z"
        assert snapshot == {
            "nights": 4,
            "price_per_night": "350.00",
            "subtotal": "1400.00",
            "cleaning_fee": "50.00",
            "total": "1450.00",
            "extras": [],
            "security_deposit": "0.00",
            "currency": "USD",
        }
        assert UUID(data["id"])
        assert (data["listing_id"], data["status"], data["guests"]) == (listing, "held", 2)
        assert (data["check_in_date"], data["check_out_date"]) == ("2026-09-01", "2026-09-05")
        shown = stay.ask(cast.guest, "GET", f"bookings/intents/{data['id']}/")
        assert shown.json["data"] == data


def test_extras_are_paid_for_the_stay_and_the_deposit_is_in_no_total(
    app: Flask, client: FlaskClient
) -> None:
    cast = Cast(security_deposit=Decimal("200.00"), price=Decimal("100.10"))
    first, second, *_ = reference.snapshot().extras
    factories.make_offer(cast.listing_id, first.id, Decimal("7.25"))
    factories.make_offer(cast.listing_id, second.id, None)
    extras = [{"id": str(first.uuid), "quantity": 3}, {"id": str(second.uuid)}]
    data = Client(client, cast).intent(extras=extras).json["data"]["price_snapshot"]
    assert data["extras"] == [
        {
            "id": str(first.uuid),
            "name": first.name,
            "price": "7.25",
            "quantity": 3,
            "subtotal": "21.75",
        },
        {
            "id": str(second.uuid),
            "name": second.name,
            "price": f"{second.price:.2f}",
            "quantity": 1,
            "subtotal": f"{second.price:.2f}",
        },
    ]
    assert Decimal(data["total"]) == Decimal("200.20") + Decimal("21.75") + second.price
    assert data["security_deposit"] == "200.00"


@pytest.mark.parametrize("listing_id", ["abc-123", NOBODY, ""])
def test_an_unknown_listing_is_not_found(stay: Client, listing_id: str) -> None:
    response = stay.intent(listing_id=listing_id)
    assert response.status_code == 404
    assert response.json["errors"] == {"listing_id": ["There is no such stay to book."]}


def test_an_inactive_listing_is_not_found(stay: Client) -> None:
    hidden = factories.make_stay(stay.cast.host.id, publish_status=PublishStatus.DRAFT)
    assert stay.intent(listing_id=str(uuid_of(hidden))).status_code == 404


def test_nobody_books_what_is_theirs(stay: Client) -> None:
    response = stay.intent(stay.cast.host)
    assert response.status_code == 403
    assert response.json["message"] == "This listing is your own."


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"check_in_date": "2020-01-01"}, {"check_in_date"}),
        ({"check_out_date": "2020-01-01"}, {"check_out_date"}),
        ({"check_in_date": "9999-12-30", "check_out_date": "9999-12-31"}, None),
        ({"check_in_date": "2026-13-01"}, {"check_in_date"}),
        ({"check_in_date": 20260901}, {"check_in_date"}),
        ({"check_in_date": None}, {"check_in_date"}),
        ({"guests": 0}, {"guests"}),
        ({"guests": 5}, {"guests"}),
        ({"guests": True}, {"guests"}),
        ({"guests": 2**40}, {"guests"}),
        ({"extras": [{"id": "spa"}]}, {"extras"}),
        ({"extras": [{"id": NOBODY, "quantity": 0}]}, {"extras"}),
        ({"extras": [{"id": NOBODY, "quantity": 101}]}, {"extras"}),
        ({"extras": {}}, {"extras"}),
        ({"listing_id": 5}, {"listing_id"}),
        ({"listing_id": "\0"}, {"listing_id"}),
        ({"surplus": 1}, {"surplus"}),
    ],
    ids=str,
)
def test_a_wish_that_does_not_fit_is_refused_by_field(
    stay: Client, changes: dict[str, Any], fields: set[str] | None
) -> None:
    response = stay.intent(**changes)
    assert response.status_code == 400
    assert set(response.json["errors"]) == (fields or {"check_in_date", "check_out_date"})


def test_an_extra_that_the_listing_does_not_offer_is_refused(stay: Client) -> None:
    extra = reference.snapshot().extras[0]
    other = factories.make_stay(stay.cast.host.id)
    factories.make_offer(other, extra.id, None)
    response = stay.intent(extras=[{"id": str(extra.uuid)}])
    assert set(response.json["errors"]) == {"extras"}
    factories.make_offer(stay.cast.listing_id, extra.id, None)
    twice = stay.intent(extras=[{"id": str(extra.uuid)}, {"id": str(extra.uuid)}])
    assert set(twice.json["errors"]) == {"extras"}


def test_taken_nights_are_a_conflict_that_names_them(stay: Client) -> None:
    assert stay.intent().status_code == 201
    response = stay.intent(stay.cast.admin)
    assert response.status_code == 409
    assert str(today()) in response.json["message"]
    assert response.json["errors"] == {"non_field_errors": [response.json["message"]]}


def test_a_released_intent_holds_nothing(stay: Client) -> None:
    intent = stay.intent().json["data"]["id"]
    path = f"bookings/intents/{intent}/"
    for _ in range(2):
        response = stay.ask(stay.cast.guest, "DELETE", path)
        assert (response.status_code, response.json["data"]) == (200, None)
    assert stay.ask(stay.cast.guest, "GET", path).json["data"]["status"] == "released"
    assert stay.intent(stay.cast.admin).status_code == 201
    booked = stay.ask(stay.cast.guest, "POST", "bookings/create/", {"intent_id": intent})
    assert booked.status_code == 409


def test_another_guests_intent_is_not_found(stay: Client) -> None:
    intent = stay.intent().json["data"]["id"]
    stranger = stay.cast.host
    for method in ("GET", "DELETE"):
        assert stay.ask(stranger, method, f"bookings/intents/{intent}/").status_code == 404
    for unknown in (intent, NOBODY, "intent-uuid"):
        response = stay.ask(stranger, "POST", "bookings/create/", {"intent_id": unknown})
        assert response.status_code == 404
        assert response.json["errors"] == {"intent_id": ["You have no such intent."]}


# ── bookings ────────────────────────────────────────────────────────────────────────────────


def test_the_whole_way_of_the_document(stay: Client, inbox: Inbox, media_folder: Path) -> None:
    cast = stay.cast
    intent = stay.intent().json["data"]
    body = {"intent_id": intent["id"], "special_requests": "Late check-in at 6pm please."}
    created = stay.ask(cast.guest, "POST", "bookings/create/", body)
    assert created.status_code == 201
    booking = created.json["data"]
    assert booking["price_snapshot"] == intent["price_snapshot"]
    assert booking["special_requests"] == body["special_requests"]
    assert (booking["status"], booking["payment_status"]) == ("confirmed", "unpaid")

    again = stay.ask(cast.guest, "POST", "bookings/create/", body)
    assert (again.status_code, again.json["data"]) == (200, booking)
    assert again.json["message"] == "This intent was booked already."
    path = f"bookings/{booking['id']}/"

    submitted = stay.submit(booking["id"])
    assert submitted.status_code == 200, submitted.json
    assert submitted.json["data"]["status"] == "payment_submitted"
    waiting = stay.ask(cast.admin, "GET", "admin/bookings/?status=payment_submitted")
    assert [each["id"] for each in waiting.json["data"]["results"]] == [booking["id"]]

    confirmed = stay.ask(cast.admin, "POST", f"admin/{path}confirm-payment/")
    data = confirmed.json["data"]
    assert (data["status"], data["payment_status"]) == ("confirmed", "confirmed")
    checked_in = stay.ask(cast.host, "PATCH", f"{path}check-in/")
    assert checked_in.json["data"]["status"] == "checked_in"
    checked_out = stay.ask(cast.host, "PATCH", f"{path}check-out/")
    assert checked_out.json["data"]["status"] == "completed"

    shown = stay.ask(cast.guest, "GET", path).json["data"]
    assert [(each["by"], each["from"], each["to"]) for each in shown["timeline"]] == [
        ("guest", None, "confirmed"),
        ("guest", "confirmed", "payment_submitted"),
        ("admin", "payment_submitted", "confirmed"),
        ("host", "confirmed", "checked_in"),
        ("host", "checked_in", "completed"),
    ]
    mails = inbox.mails()
    assert len(mails) == 10
    to_guest = [str(each["Subject"]) for each in mails if cast.guest.email in str(each["To"])]
    assert sorted(to_guest) == sorted(
        [
            "Your booking is confirmed: please pay",
            "We have your payment proof",
            "Your payment is confirmed",
            "You are checked in",
            "How was your stay?",
        ]
    )


def test_a_booking_is_for_guest_host_and_staff(stay: Client) -> None:
    booking = stay.book()
    roles = {}
    for who in ("guest", "host", "admin"):
        response = stay.ask(getattr(stay.cast, who), "GET", f"bookings/{booking}/")
        roles[who] = response.json["data"]["role"]
    assert roles == {each: each for each in roles}
    stranger = factories.make_account()
    for method, path in (
        ("GET", ""),
        ("GET", "payment-proof/"),
        ("PATCH", "cancel/"),
        ("PATCH", "check-in/"),
        ("PATCH", "check-out/"),
    ):
        assert stay.ask(stranger, method, f"bookings/{booking}/{path}").status_code == 404
    assert stay.submit(booking, who=stranger).status_code == 404


def test_nothing_of_a_booking_names_an_address(stay: Client) -> None:
    booking = stay.book()
    stay.submit(booking)
    stay.ask(stay.cast.admin, "POST", f"admin/bookings/{booking}/confirm-payment/")
    for who in (stay.cast.guest, stay.cast.host):
        assert "@" not in stay.ask(who, "GET", f"bookings/{booking}/").text


def test_hosts_do_not_see_how_a_booking_was_paid(stay: Client) -> None:
    booking = stay.book()
    path = f"bookings/{booking}/"
    before = stay.ask(stay.cast.guest, "GET", path).json["data"]
    assert before["has_payment_proof"] is False
    assert stay.submit(booking).json["data"]["has_payment_proof"] is True
    of_guest = stay.ask(stay.cast.guest, "GET", path).json["data"]
    of_host = stay.ask(stay.cast.host, "GET", path).json["data"]
    assert of_guest["payment_reference"] == "TX1"
    hidden = ("payment_reference", "payment_method", "has_payment_proof", "rejection_reason")
    assert [of_host[name] for name in hidden] == [None] * 4


def test_hosts_do_not_read_why_a_payment_was_rejected(stay: Client) -> None:
    cast, reason = stay.cast, {"rejection_reason": "The name is another."}
    booking = stay.book()
    path, reject = f"bookings/{booking}/", f"admin/bookings/{booking}/reject-payment/"
    stay.submit(booking)
    stay.ask(cast.admin, "POST", reject, reason)
    stay.submit(booking)
    stay.ask(cast.guest, "PATCH", f"{path}cancel/", {"reason": "Other plans."})
    stay.ask(cast.admin, "POST", reject, reason)
    shown = {
        who: stay.ask(getattr(cast, who), "GET", path).json["data"]
        for who in ("guest", "host", "admin")
    }
    told = {who: [each["note"] for each in data["timeline"]] for who, data in shown.items()}
    why = reason["rejection_reason"]
    assert told["guest"] == told["admin"] == ["", "", why, "", "Other plans.", why]
    assert told["host"] == ["", "", "", "", "Other plans.", ""]
    assert shown["guest"]["rejection_reason"] == why
    assert why not in str(shown["host"])


def test_why_a_booking_was_cancelled_is_for_the_host_too(stay: Client) -> None:
    booking = stay.book()
    stay.submit(booking)
    reject = f"admin/bookings/{booking}/reject-payment/"
    stay.ask(stay.cast.admin, "POST", reject, {"rejection_reason": "Nothing came."})
    stay.ask(stay.cast.guest, "PATCH", f"bookings/{booking}/cancel/", {"reason": "Other plans."})
    shown = stay.ask(stay.cast.host, "GET", f"bookings/{booking}/").json["data"]
    assert shown["timeline"][-1]["note"] == shown["cancellation_reason"] == "Other plans."


def test_staff_settles_a_paid_stay_that_is_over(stay: Client) -> None:
    cast, booking = stay.cast, stay.book()
    stay.submit(booking)
    stay.ask(cast.admin, "POST", f"admin/bookings/{booking}/confirm-payment/")
    waiting = "admin/bookings/?status=confirmed&payment_status=confirmed&is_over=true"
    complete = f"admin/bookings/{booking}/complete/"
    assert stay.ask(cast.admin, "GET", waiting).json["data"]["count"] == 0
    assert stay.ask(cast.admin, "POST", complete).status_code == 409
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert stay.ask(cast.admin, "GET", waiting).json["data"]["count"] == 1
        refused = stay.ask(cast.guest, "PATCH", f"bookings/{booking}/cancel/")
        assert refused.status_code == 409
        assert "its dates have passed" in refused.json["message"]
        assert stay.ask(cast.guest, "POST", complete).status_code == 403
        done = stay.ask(cast.admin, "POST", complete)
        assert (done.status_code, done.json["data"]["status"]) == (200, "completed")
        assert stay.ask(cast.admin, "GET", waiting).json["data"]["count"] == 0


def test_staff_does_not_confirm_a_payment_of_its_own(stay: Client) -> None:
    cast = stay.cast
    intent = stay.intent(cast.admin).json["data"]["id"]
    created = stay.ask(cast.admin, "POST", "bookings/create/", {"intent_id": intent})
    booking = created.json["data"]["id"]
    assert stay.submit(booking, who=cast.admin).status_code == 200
    for deed, body in (
        ("confirm-payment", None),
        ("reject-payment", {"rejection_reason": "No."}),
        ("refund", None),
    ):
        refused = stay.ask(cast.admin, "POST", f"admin/bookings/{booking}/{deed}/", body)
        assert refused.status_code == 403
        assert "a colleague decides" in refused.json["message"]


def test_lists_hold_the_callers_bookings_newest_first(stay: Client) -> None:
    cast = stay.cast
    mine = [str(cast.book(today() + timedelta(days=3 * number), 2)) for number in range(3)]
    other = Cast()
    elsewhere = str(other.book())

    def listed(who: Account, query: str = "") -> list[str]:
        data = stay.ask(who, "GET", f"bookings/{query}").json["data"]
        assert data["count"] == len(data["results"])
        return [each["id"] for each in data["results"]]

    newest = list(reversed(mine))
    assert listed(cast.guest) == listed(cast.host) == newest
    assert listed(cast.guest, "?role=guest") == newest
    assert listed(cast.guest, "?role=host") == []
    assert listed(cast.host, "?role=host") == newest
    cast.cancel(UUID(mine[0]))
    assert listed(cast.guest, "?status=cancelled") == [mine[0]]
    assert listed(cast.guest, f"?listing_id={uuid_of(cast.listing_id)}") == newest
    assert listed(cast.guest, f"?listing_id={uuid_of(other.listing_id)}") == []
    assert listed(cast.admin) == []
    assert elsewhere in listed(other.host)


def test_the_list_of_a_host_who_is_a_guest_too_has_both(stay: Client) -> None:
    own = factories.make_stay(stay.cast.guest.id)
    as_host = stay.intent(stay.cast.host, listing_id=str(uuid_of(own))).json["data"]["id"]
    first = stay.book()
    response = stay.ask(stay.cast.host, "POST", "bookings/create/", {"intent_id": as_host})
    second = response.json["data"]["id"]
    data = stay.ask(stay.cast.guest, "GET", "bookings/?page_size=1").json["data"]
    assert data["count"] == 2
    assert [(each["id"], each["role"]) for each in data["results"]] == [(second, "host")]
    page = stay.ask(stay.cast.guest, "GET", "bookings/?page_size=1&page=2").json["data"]
    assert [(each["id"], each["role"]) for each in page["results"]] == [(first, "guest")]
    assert stay.ask(stay.cast.guest, "GET", "bookings/?page_size=1&page=3").status_code == 404


@pytest.mark.parametrize("query", ["role=admin", "status=unknown", "listing_id=5", "page=0"])
def test_a_malformed_filter_is_refused(stay: Client, query: str) -> None:
    response = stay.ask(stay.cast.guest, "GET", f"bookings/?{query}")
    assert (response.status_code, set(response.json["errors"])) == (400, {query.split("=")[0]})


@pytest.mark.parametrize("until", ["2027-01-22", "2027-01-26"])
def test_dates_with_no_night_between_them_are_refused(stay: Client, until: str) -> None:
    path = f"admin/bookings/?from=2027-01-26&to={until}"
    response = stay.ask(stay.cast.admin, "GET", path)
    assert response.status_code == 400
    assert response.json["errors"] == {"to": ["Must be after from."]}


def test_cancelling_frees_the_nights_at_once_and_again_is_no_error(stay: Client) -> None:
    booking = stay.book()
    path = f"bookings/{booking}/cancel/"
    cancelled = stay.ask(stay.cast.host, "PATCH", path, {"reason": "The roof leaks."})
    assert cancelled.json["data"]["cancellation_reason"] == "The roof leaks."
    assert stay.intent(stay.cast.admin).status_code == 201
    # Nothing needs to be said.
    again = stay.ask(stay.cast.guest, "PATCH", path)
    assert again.status_code == 200
    assert again.json["data"]["timeline"] == cancelled.json["data"]["timeline"]


def test_a_refusal_says_what_is_possible(stay: Client) -> None:
    booking = stay.book()
    early = stay.ask(stay.cast.host, "PATCH", f"bookings/{booking}/check-in/")
    assert (early.status_code, early.json["message"]) == (
        409,
        "This booking is confirmed and not paid yet, so you cannot check in now. You can cancel.",
    )
    by_guest = stay.ask(stay.cast.guest, "PATCH", f"bookings/{booking}/check-in/")
    assert (by_guest.status_code, by_guest.json["message"]) == (
        403,
        "Only the host may check in here.",
    )


# ── proofs ──────────────────────────────────────────────────────────────────────────────────


def test_a_picture_is_kept_drawn_anew_and_shown_to_guest_and_staff(stay: Client) -> None:
    booking = stay.book()
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    assert stay.submit(booking, encoded(exif=exif)).status_code == 200
    for who in (stay.cast.guest, stay.cast.admin):
        response = stay.ask(who, "GET", f"bookings/{booking}/payment-proof/")
        assert response.status_code == 200
        assert response.mimetype == "image/jpeg"
        assert b"secret" not in response.data
        assert Image.open(BytesIO(response.data)).size == (800, 600)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "sandbox"
    assert stay.ask(stay.cast.host, "GET", f"bookings/{booking}/payment-proof/").status_code == 403


def test_a_pdf_comes_as_an_attachment(stay: Client) -> None:
    booking = stay.book()
    stay.submit(booking)
    response = stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/payment-proof/")
    assert (response.mimetype, response.data) == ("application/pdf", PDF)
    assert response.headers["Content-Disposition"].startswith("attachment;")


def test_a_booking_without_a_proof_has_none_to_show(stay: Client) -> None:
    booking = stay.book()
    response = stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/payment-proof/")
    assert response.status_code == 404


@pytest.mark.parametrize(
    "proof",
    [b"", b"MZ\x90\x00", b"<svg xmlns='x'/>", b"GIF89a" + bytes(50), encoded()[:200]],
    ids=["empty", "program", "svg", "gif", "cut off"],
)
def test_what_is_no_proof_is_refused(stay: Client, proof: bytes) -> None:
    booking = stay.book()
    response = stay.submit(booking, proof)
    assert (response.status_code, set(response.json["errors"])) == (400, {"payment_proof"})
    shown = stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/").json["data"]
    assert shown["status"] == "confirmed"


def test_a_proof_that_is_too_large_is_refused(stay: Client) -> None:
    # By hand: the client would put a large body into a file that it leaves open.
    head = b'--x\r\nContent-Disposition: form-data; name="payment_proof"; filename="proof"\r\n\r\n'
    response = stay.ask(
        stay.cast.guest,
        "PATCH",
        f"bookings/{stay.book()}/submit-payment/",
        data=head + PDF + bytes(10 * 1024 * 1024) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert response.json["errors"] == {"payment_proof": ["The file is larger than 10 MB."]}


def test_a_proof_comes_in_a_form(stay: Client) -> None:
    path = f"bookings/{stay.book()}/submit-payment/"
    assert stay.ask(stay.cast.guest, "PATCH", path, {}).status_code == 415
    form = {"data": {"reference": "TX1"}, "content_type": "multipart/form-data"}
    empty = stay.ask(stay.cast.guest, "PATCH", path, **form)
    assert empty.json["errors"] == {"payment_proof": ["This field is required."]}
    assert stay.ask(stay.cast.guest, "POST", path, {}).status_code == 405


def test_without_storage_a_proof_is_not_lost_silently(
    stay: Client, without_storage: Callable[[], Any]
) -> None:
    booking = stay.book()
    with without_storage():
        assert stay.submit(booking).status_code == 503
    shown = stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/").json["data"]
    assert (shown["status"], len(shown["timeline"])) == ("confirmed", 1)


def test_the_bookings_of_a_disabled_host_stand(stay: Client) -> None:
    booking, held = stay.book(), stay.intent(**_later(2)).json["data"]["id"]
    nights = taken(stay.cast.listing_id)
    host = f"admin/users/{stay.cast.host.uuid}"
    assert stay.ask(stay.cast.admin, "POST", f"{host}/disable/").status_code == 200
    assert taken(stay.cast.listing_id) == nights
    shown = stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/")
    assert (shown.status_code, shown.json["data"]["status"]) == (200, "confirmed")
    # What is booked goes on; nothing new begins.
    assert stay.intent(**_later(4)).status_code == 404
    refused = stay.ask(stay.cast.guest, "POST", "bookings/create/", {"intent_id": held})
    assert (refused.status_code, refused.json["message"]) == (409, UNLISTED)
    assert stay.submit(booking).status_code == 200
    confirmed = stay.ask(stay.cast.admin, "POST", f"admin/bookings/{booking}/confirm-payment/")
    assert confirmed.status_code == 200
    check_in = f"bookings/{booking}/check-in/"
    assert stay.ask(stay.cast.host, "PATCH", check_in).status_code == 401
    assert stay.ask(stay.cast.admin, "POST", f"{host}/enable/").status_code == 200
    assert stay.ask(stay.cast.host, "PATCH", check_in).status_code == 200


def test_a_disabled_guests_bookings_stand(stay: Client) -> None:
    booking = stay.book()
    guest = f"admin/users/{stay.cast.guest.uuid}"
    assert stay.ask(stay.cast.admin, "POST", f"{guest}/disable/").status_code == 200
    assert stay.ask(stay.cast.guest, "GET", f"bookings/{booking}/").status_code == 401
    shown = stay.ask(stay.cast.host, "GET", f"bookings/{booking}/")
    assert (shown.status_code, shown.json["data"]["status"]) == (200, "confirmed")
    assert len(taken(stay.cast.listing_id)) == 2


def test_times_are_shown_to_the_second(stay: Client) -> None:
    shown = stay.ask(stay.cast.guest, "GET", f"bookings/{stay.book()}/").json["data"]
    due = clock.now() + timedelta(days=1)
    assert shown["payment_due_at"][:13] == f"{due:%Y-%m-%dT%H}"
    assert shown["payment_due_at"].endswith("Z")
