"""The queues of payments and refunds, and what staff decides about each."""

from datetime import date
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.accounts import service as accounts
from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.bookings import payment_service as payments
from app.bookings.limits import REASON_CHARS
from app.bookings.models import Booking
from app.core.db import session, transaction
from tests.bookings.factories import PDF, Cast, book, caller
from tests.factories import make_stay
from tests.pictures import draw, encoded
from tests.web.browser import Visitor, text_of
from tests.web.staff.scenery import REASON, fresh, make_payment

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]

PAYMENTS, REFUNDS = "/staff/queues/payments/", "/staff/queues/refunds/"
STAYS = "/staff/queues/stays/"


def _path(booking: UUID, deed: str = "") -> str:
    return f"/staff/bookings/{booking}/{deed}"


def _states(booking: UUID) -> tuple[str, str]:
    fresh()
    row = session.scalars(select(Booking).where(Booking.uuid == booking)).one()
    return str(row.status), str(row.payment_status)


def _deeds() -> list[str]:
    fresh()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize(
    ("queue", "sentence"),
    [
        (PAYMENTS, "No payment waits to be checked."),
        (REFUNDS, "No refund is due."),
        (STAYS, "No stay is to be settled."),
    ],
)
def test_an_empty_queue_says_so(staff: Visitor, queue: str, sentence: str) -> None:
    Cast().book()
    assert sentence in text_of(staff.open(queue))


def test_those_that_wait_longest_come_first(staff: Visitor) -> None:
    casts = [Cast(title=title) for title in ("Acacia house", "Zuri flat")]
    made = [(cast, cast.book()) for cast in casts]
    for cast, booking in reversed(made):
        cast.submit(booking)
    text = text_of(staff.open(PAYMENTS))
    assert text.index("Zuri flat") < text.index("Acacia house")
    assert "M-Pesa, TX1" in text
    for cast, booking in made:
        cast.confirm(booking)
    for cast, booking in reversed(made):
        cast.cancel(booking)
    text = text_of(staff.open(REFUNDS))
    assert text.index("Zuri flat") < text.index("Acacia house")


def test_its_page_leads_back_to_the_queue_while_it_waits(staff: Visitor) -> None:
    booking = make_payment(Cast())
    assert "← Payments" in text_of(staff.open(_path(booking)))
    staff.send(_path(booking, "confirm-payment/"))
    assert "← All bookings" in text_of(staff.open(_path(booking)))


def test_a_payment_of_a_cancelled_booking_waits_as_well(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    cast.cancel(booking)
    assert "Beach house Cancelled" in text_of(staff.open(PAYMENTS))
    assert "1 payment to check" in text_of(staff.open("/staff/"))
    text = text_of(staff.open(_path(booking)))
    assert "The booking is cancelled" in text
    assert "may send another proof" not in text
    answer = staff.send(_path(booking, "confirm-payment/"))
    assert (answer.status_code, _states(booking)) == (303, ("cancelled", "refund_due"))


def test_a_booking_is_found_by_what_mails_and_payments_say(staff: Visitor) -> None:
    booking = make_payment(Cast(title="Zuri flat"))
    other = Cast().book()
    for search in (str(booking), "tx1", "zuri"):
        page = staff.open(f"/staff/bookings/?search={search}").text
        assert str(booking) in page
        assert str(other) not in page


def test_guest_and_host_are_a_click_away(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    for path in (PAYMENTS, _path(booking)):
        assert f'href="/staff/users/{cast.guest.uuid}/"' in staff.open(path).text
    assert f'href="/staff/users/{cast.host.uuid}/"' in staff.open(PAYMENTS).text
    cast.confirm(booking)
    cast.cancel(booking)
    for person in (cast.guest, cast.host):
        assert f'href="/staff/users/{person.uuid}/"' in staff.open(REFUNDS).text


def test_what_happened_is_told_in_words_of_people(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    cast.confirm(booking)
    text = text_of(staff.open(_path(booking)))
    assert "Confirmed , payment unpaid: by the guest" in text
    assert "Payment submitted : by the guest" in text
    assert "Confirmed , payment confirmed: by staff" in text


def test_a_picture_is_shown_in_its_place(staff: Visitor) -> None:
    booking = make_payment(proof=encoded(draw(300, 400)))
    link = f'<img src="{_path(booking, "payment-proof/")}" alt="Payment proof">'
    assert link in staff.open(_path(booking)).text
    proof = staff.open(_path(booking, "payment-proof/"))
    assert proof.headers["Content-Type"] == "image/jpeg"
    assert proof.headers["Content-Security-Policy"] == "sandbox"
    assert proof.headers["Cache-Control"] == "no-store"


def test_a_pdf_is_shown_in_a_frame_of_ours_alone(staff: Visitor) -> None:
    booking = make_payment(proof=PDF)
    page = staff.open(_path(booking))
    assert f'<iframe class="paper" src="{_path(booking, "payment-proof/")}"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    proof = staff.open(_path(booking, "payment-proof/"))
    assert proof.data == PDF
    assert proof.headers["Content-Type"] == "application/pdf"
    assert proof.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert proof.headers["X-Content-Type-Options"] == "nosniff"
    assert proof.headers["Cache-Control"] == "no-store"


def test_a_confirmed_payment_leads_to_the_next_one(staff: Visitor) -> None:
    first, second = make_payment(), make_payment()
    staff.open(_path(first))
    answer = staff.send(_path(first, "confirm-payment/"))
    assert (answer.status_code, answer.location) == (303, _path(second))
    assert _states(first) == ("confirmed", "confirmed")
    assert _deeds() == ["booking.payment_confirmed"]
    assert "The payment of “Beach house” is confirmed" in text_of(staff.open(answer.location))


def test_a_rejected_payment_has_its_reason(staff: Visitor) -> None:
    booking = make_payment()
    staff.open(_path(booking))
    answer = staff.send(_path(booking, "reject-payment/"), rejection_reason=REASON)
    assert (answer.status_code, answer.location) == (303, PAYMENTS)
    assert _states(booking) == ("confirmed", "rejected")
    assert f"Why the payment was rejected {REASON}" in text_of(staff.open(_path(booking)))


@pytest.mark.parametrize("reason", ["", " ", "x" * (REASON_CHARS + 1)])
def test_a_rejection_needs_a_reason(staff: Visitor, reason: str) -> None:
    booking = make_payment()
    staff.open(_path(booking))
    answer = staff.send(_path(booking, "reject-payment/"), rejection_reason=reason)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    is_missing = not reason.strip()
    assert ("Please give a reason" in text_of(answer)) is is_missing
    assert _states(booking) == ("payment_submitted", "submitted")


def test_a_refund_is_written_down(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    cast.confirm(booking)
    cast.cancel(booking)
    assert "Beach house" in text_of(staff.open(REFUNDS))
    assert "Why it was cancelled Other plans." in text_of(staff.open(_path(booking)))
    answer = staff.send(_path(booking, "refund/"))
    assert (answer.status_code, answer.location) == (303, REFUNDS)
    assert _states(booking) == ("cancelled", "refunded")


@pytest.fixture
def overdue() -> UUID:
    """A paid stay that is over, and that nobody was checked into."""
    cast = Cast()
    booking = make_payment(cast)
    cast.confirm(booking)
    with transaction():
        session.execute(
            update(Booking).values(check_in=date(2026, 1, 5), check_out=date(2026, 1, 7))
        )
    return booking


def test_a_stay_that_is_over_is_completed(staff: Visitor, overdue: UUID) -> None:
    assert "1 stay to settle" in text_of(staff.open("/staff/"))
    queue = staff.open(STAYS)
    assert "Beach house" in text_of(queue)
    fresh()
    booking = session.scalars(select(Booking).where(Booking.uuid == overdue)).one()
    for account_id in (booking.guest_id, booking.host_id):
        person = accounts.get_account(account_id)
        assert f'href="/staff/users/{person.uuid}/"' in queue.text
    assert "← Stays to settle" in text_of(staff.open(_path(overdue)))
    answer = staff.send(_path(overdue, "complete/"))
    assert (answer.status_code, answer.location) == (303, STAYS)
    assert _states(overdue) == ("completed", "confirmed")
    assert "← All bookings" in text_of(staff.open(_path(overdue)))


def test_a_stay_that_is_over_is_cancelled_with_a_reason(staff: Visitor, overdue: UUID) -> None:
    staff.open(_path(overdue))
    assert staff.send(_path(overdue, "cancel/"), rejection_reason="").status_code == 400
    answer = staff.send(_path(overdue, "cancel/"), rejection_reason="Nobody let the guest in.")
    assert (answer.status_code, answer.location) == (303, STAYS)
    assert _states(overdue) == ("cancelled", "refund_due")


def test_a_stay_to_come_is_not_settled(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    cast.confirm(booking)
    assert "Complete the stay" not in text_of(staff.open(_path(booking)))
    answer = staff.send(_path(booking, "complete/"))
    assert (answer.status_code, _states(booking)) == (409, ("confirmed", "confirmed"))


def test_a_colleague_decides_about_what_is_ones_own(staff: Visitor, amina: Account) -> None:
    cast = Cast()
    booking = book(amina.id, cast.listing_id)
    payments.submit_payment(caller(amina), booking, PDF, reference="", method="")
    page = text_of(staff.open(_path(booking)))
    assert "You are the guest of this booking yourself." in page
    assert "Confirm the payment" not in page
    for deed in ("confirm-payment/", "reject-payment/", "refund/", "complete/"):
        answer = staff.send(_path(booking, deed), rejection_reason=REASON)
        assert answer.status_code == 403
        assert "a colleague decides about it" in text_of(answer)
    assert _states(booking) == ("payment_submitted", "submitted")


def test_a_colleague_who_was_faster_is_told_of(staff: Visitor) -> None:
    cast = Cast()
    booking = make_payment(cast)
    staff.open(_path(booking))
    cast.confirm(booking)
    for deed in ("confirm-payment/", "reject-payment/", "refund/"):
        answer = staff.send(_path(booking, deed), rejection_reason=REASON)
        assert answer.status_code == 409
        assert "This booking is confirmed and paid" in text_of(answer)
    assert _states(booking) == ("confirmed", "confirmed")


def test_a_host_of_staff_does_not_see_what_guests_send_them(staff: Visitor, amina: Account) -> None:
    cast = Cast()
    booking = book(cast.guest.id, make_stay(amina.id))
    cast.submit(booking)
    page = staff.open(_path(booking))
    assert "You let this place yourself" in text_of(page)
    assert "TX1" not in page.text
    assert staff.open(_path(booking, "payment-proof/")).status_code == 403


def test_a_booking_without_a_proof_has_a_page_too(staff: Visitor) -> None:
    booking = Cast().book()
    text = text_of(staff.open(_path(booking)))
    assert "The guest has sent no proof." in text
    assert "Confirm the payment" not in text
    assert staff.open(_path(booking, "payment-proof/")).status_code == 404


def test_markup_is_text_wherever_it_stands(staff: Visitor) -> None:
    markup = "<script>alert(1)</script>"
    booking = make_payment(Cast(title=markup))
    make_payment()
    pages = [staff.open(PAYMENTS), staff.open(_path(booking))]
    pages.append(staff.open(staff.send(_path(booking, "confirm-payment/")).location))
    for page in pages:
        assert markup not in page.text
        assert markup in unescape(page.text)


def test_what_is_not_there_is_not_found(staff: Visitor) -> None:
    staff.open("/staff/")
    nothing = "/staff/bookings/00000000-0000-4000-8000-000000000000/"
    assert staff.open(nothing).status_code == 404
    assert staff.open(f"{nothing}payment-proof/").status_code == 404
    for deed in ("confirm-payment", "refund"):
        assert staff.send(f"{nothing}{deed}/").status_code == 404
