"""Bookings: payments that wait to be checked, refunds that are due, and each with its proof."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts import service as accounts
from app.accounts.caller import Caller
from app.api.private_files import private_file
from app.bookings import booking_service as bookings
from app.bookings import payment_service as payments
from app.bookings import staff_service as staff
from app.bookings.enums import Action, PaymentStatus, Role
from app.bookings.errors import NotYours
from app.bookings.limits import REASON_CHARS
from app.core.errors import Conflict, Invalid
from app.media.proofs import PDF_TYPE
from app.web import lists, pages
from app.web.staff.decisions import go_on, read_reason, reason_schema
from app.web.staff.frame import show, staff_blueprint, staff_page

blp = staff_blueprint("staff_bookings")

_ALL = "staff_all_bookings.list_bookings"


@dataclass(frozen=True, slots=True)
class _Queue:
    """What waits for one kind of decision: its page, and how its bookings are found."""

    endpoint: str
    find: Callable[..., tuple[list[staff.Shown], int]]


_PAYMENTS = _Queue(
    "staff_bookings.list_payments", partial(staff.list_waiting, PaymentStatus.SUBMITTED)
)
_REFUNDS = _Queue(
    "staff_bookings.list_refunds", partial(staff.list_waiting, PaymentStatus.REFUND_DUE)
)
_STAYS = _Queue("staff_bookings.list_stays", staff.list_unsettled)
# By what is waited for.
_QUEUES = {
    Action.CONFIRM_PAYMENT: _PAYMENTS,
    Action.REFUND: _REFUNDS,
    Action.COMPLETE: _STAYS,
}
_BOOKING = "/bookings/<uuid:booking_id>/"
_REASON = reason_schema(REASON_CHARS)
# Browsers show a PDF by a part of their own, which a sandbox would keep from working. Whatever the
# file claims to be inside, nothing reads it as a page.
_PDF_HEADERS = {
    "Content-Disposition": 'inline; filename="payment-proof.pdf"',
    "Content-Security-Policy": "frame-ancestors 'self'",
}


@staff_page(blp, "/queues/payments/")
def list_payments(caller: Caller) -> Response:
    return _show_queue("payments.html", caller, _PAYMENTS)


@staff_page(blp, "/queues/refunds/")
def list_refunds(caller: Caller) -> Response:
    return _show_queue("refunds.html", caller, _REFUNDS)


@staff_page(blp, "/queues/stays/")
def list_stays(caller: Caller) -> Response:
    return _show_queue("stays.html", caller, _STAYS)


@staff_page(blp, _BOOKING)
def show_booking(caller: Caller, booking_id: UUID) -> Response:
    return _show_booking(caller, booking_id)


@staff_page(blp, f"{_BOOKING}payment-proof/")
def get_payment_proof(caller: Caller, booking_id: UUID) -> Response:
    """Send the newest proof of the payment, to be shown in its place."""
    proof = payments.read_proof(caller, booking_id)
    response = private_file(proof.content, proof.media_type)
    if proof.media_type == PDF_TYPE:
        response.headers.update(_PDF_HEADERS)
    return response


@staff_page(blp, f"{_BOOKING}confirm-payment/", "POST")
def confirm_payment(caller: Caller, booking_id: UUID) -> Response | Redirect:
    def confirm() -> Any:
        return staff.confirm_payment(caller.account_id, booking_id)

    said = "The payment of “{}” is confirmed; guest and host have been told."
    return _decide(caller, booking_id, confirm, said, _PAYMENTS)


@staff_page(blp, f"{_BOOKING}reject-payment/", "POST")
def reject_payment(caller: Caller, booking_id: UUID) -> Response | Redirect:
    def reject() -> Any:
        return staff.reject_payment(caller.account_id, booking_id, read_reason(_REASON))

    said = "The payment of “{}” is rejected, and the guest has been told why."
    return _decide(caller, booking_id, reject, said, _PAYMENTS)


@staff_page(blp, f"{_BOOKING}refund/", "POST")
def refund(caller: Caller, booking_id: UUID) -> Response | Redirect:
    def give_back() -> Any:
        return staff.refund(caller.account_id, booking_id)

    said = "The refund of “{}” is recorded; guest and host have been told."
    return _decide(caller, booking_id, give_back, said, _REFUNDS)


@staff_page(blp, f"{_BOOKING}complete/", "POST")
def complete(caller: Caller, booking_id: UUID) -> Response | Redirect:
    def settle() -> Any:
        return staff.complete(caller.account_id, booking_id)

    said = "The stay at “{}” is complete, and the guest has been asked for a review."
    return _decide(caller, booking_id, settle, said, _STAYS)


@staff_page(blp, f"{_BOOKING}cancel/", "POST")
def cancel(caller: Caller, booking_id: UUID) -> Response | Redirect:
    def end() -> Any:
        return bookings.cancel_booking(caller, booking_id, read_reason(_REASON))

    said = "The booking of “{}” is cancelled; guest and host have been told."
    return _decide(caller, booking_id, end, said, _STAYS)


def _show_queue(template: str, caller: Caller, queue: _Queue) -> Response:
    wanted = lists.wanted_page()
    found = queue.find(offset=wanted.offset, limit=wanted.limit)
    return show(template, caller, page=lists.make_page(wanted, *found))


def _show_booking(caller: Caller, booking_id: UUID, **values: Any) -> Response:
    booking = bookings.get_booking(caller, booking_id)
    waits_for = staff.allowed_actions(booking)
    queue = next((_QUEUES[each] for each in waits_for if each in _QUEUES), None)
    is_own = booking["role"] is not Role.ADMIN
    people = accounts.find_accounts({booking["guest_id"], booking["host_id"]})
    return show(
        "booking.html",
        caller,
        at=queue.endpoint if queue else _ALL,
        booking=booking,
        guest=people[booking["guest_id"]],
        host=people[booking["host_id"]],
        is_pdf=booking["proof_type"] == PDF_TYPE,
        # Whoever let the place themselves is kept from the proof, of staff or not.
        may_see_proof=booking["role"] is not Role.HOST,
        # Nobody decides about their own money.
        is_own=is_own,
        allowed=[] if is_own else waits_for,
        actions=Action,
        max_reason=REASON_CHARS,
        **values,
    )


def _decide(
    caller: Caller,
    booking_id: UUID,
    deed: Callable[[], Any],
    said: str,
    queue: _Queue,
) -> Response | Redirect:
    """Do a deed, say so, and go on to the next booking of its queue; or say why it was refused."""
    try:
        booking = deed()
    except Invalid as refusal:
        return _show_booking(caller, booking_id, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_booking(caller, booking_id, status=409, conflict=refusal.message)
    except NotYours as refusal:
        return _show_booking(caller, booking_id, status=403, conflict=refusal.message)
    done = said.format(booking["listing_title"])
    waiting, _ = queue.find(offset=0, limit=1)
    if not waiting:
        return go_on(done, to=url_for(queue.endpoint), is_next=False)
    following = url_for("staff_bookings.show_booking", booking_id=waiting[0]["uuid"])
    return go_on(done, to=following, is_next=True)
