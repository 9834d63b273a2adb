"""Booking a stay: its nights are held, then booked, paid, and stayed in."""

from typing import Any
from uuid import UUID

from flask import Response

from app.api.marketplace import booking_schemas as schemas
from app.api.marketplace.access import current_caller, login_required
from app.api.marketplace.blueprints import Otherwise, marketplace_blueprint
from app.api.marketplace.envelopes import envelope_of
from app.api.marketplace.paging import make_page
from app.api.private_files import HEADERS, private_file
from app.api.smorest import refuses
from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import payment_service as payments
from app.bookings.intent_service import WantedExtra, WantedStay
from app.media.proofs import JPEG_TYPE, PDF_TYPE

HELD = "These nights are held for you. Confirm the booking before the hold ends."
INTENT_SHOWN = "Booking intent retrieved successfully."
RELEASED = "The nights are released."
BOOKED = "Booking confirmed."
BOOKED_BEFORE = "This intent was booked already."
LISTED = "Bookings retrieved successfully."
SHOWN = "Booking retrieved successfully."
SUBMITTED = "Payment proof submitted. We will check it shortly."
CANCELLED = "Booking cancelled."
CHECKED_IN = "Guest checked in."
CHECKED_OUT = "Guest checked out. The stay is complete."
_BINARY = {"type": "string", "format": "binary"}
_OF_PROOF = {name: name for name in (*HEADERS, "Content-Disposition")}

blp = marketplace_blueprint("Bookings", "Holding, booking, paying and staying")


@blp.route("/bookings/intents/", methods=["POST"])
@login_required
@refuses(403, 404, 409)
@blp.arguments(schemas.WantedStaySchema)
@blp.answers(201, schemas.IntentSchema, HELD)
def create_intent(wanted: dict[str, Any]) -> Any:
    """Hold the nights of a stay for 15 minutes, at a price that is promised.

    A guest holds at most five stays at once. Asking anew for nights of a listing that overlap an
    own hold of it ends that hold.
    """
    extras = [WantedExtra(**each) for each in wanted.pop("extras")]
    return intents.create_intent(current_caller().account_id, WantedStay(**wanted, extras=extras))


@blp.route("/bookings/intents/<uuid:intent_id>/")
@login_required
@refuses(404)
@blp.answers(200, schemas.IntentSchema, INTENT_SHOWN)
def get_intent(intent_id: UUID) -> Any:
    """Return one of the caller's intents, and what has become of it."""
    return intents.get_intent(current_caller().account_id, intent_id)


@blp.route("/bookings/intents/<uuid:intent_id>/", methods=["DELETE"])
@login_required
@refuses(404, 409)
@blp.answers(200, None, RELEASED)
def release_intent(intent_id: UUID) -> None:
    """Release the nights that an intent holds."""
    intents.release_intent(current_caller().account_id, intent_id)


@blp.route("/bookings/create/", methods=["POST"])
@login_required
@refuses(404, 409)
@blp.arguments(schemas.ConfirmedIntentSchema)
@blp.alt_response(
    200,
    schema=envelope_of(schemas.BookingDetailSchema, many=False),
    description="It was booked already.",
    example={"message": BOOKED_BEFORE},
)
@blp.answers(201, schemas.BookingDetailSchema, BOOKED)
def create_booking(confirmed: dict[str, Any]) -> Any:
    """Book what an intent holds. The same intent again gives the same booking, with 200."""
    booking, is_new = bookings.create_booking(
        current_caller().account_id, confirmed["intent"], confirmed["special_requests"] or ""
    )
    return booking if is_new else Otherwise(200, BOOKED_BEFORE, booking, {})


@blp.route("/bookings/")
@login_required
@refuses(404)
@blp.arguments(schemas.BookingQuerySchema, location="query")
@blp.answers(200, schemas.BookingSchema, LISTED, paged=True)
def list_bookings(query: dict[str, Any]) -> Any:
    """List the caller's bookings as guest and as host, newest first."""
    page = query.pop("page")
    found = bookings.list_bookings(
        current_caller().account_id, **query, offset=page.offset, limit=page.limit
    )
    return make_page(page, *found)


@blp.route("/bookings/<uuid:booking_id>/")
@login_required
@refuses(404)
@blp.answers(200, schemas.BookingDetailSchema, SHOWN)
def get_booking(booking_id: UUID) -> Any:
    """Return a booking with its timeline, to its guest, its host or staff."""
    return bookings.get_booking(current_caller(), booking_id)


@blp.route("/bookings/<uuid:booking_id>/submit-payment/", methods=["PATCH"])
@login_required
@refuses(403, 404, 409)
@blp.uploads(schemas.PaymentSchema)
@blp.answers(200, schemas.BookingDetailSchema, SUBMITTED)
def submit_payment(payment: dict[str, Any], booking_id: UUID) -> Any:
    """Upload the proof of a payment, which staff then checks. The guest only.

    Until `payment_due_at`.
    """
    proof = payment.pop("payment_proof")
    return payments.submit_payment(current_caller(), booking_id, proof, **payment)


@blp.route("/bookings/<uuid:booking_id>/payment-proof/")
@login_required
@refuses(403, 404)
@blp.response(200, _BINARY, content_type=JPEG_TYPE, headers=_OF_PROOF)
@blp.alt_response(200, schema=_BINARY, content_type=PDF_TYPE, headers=_OF_PROOF)
def get_payment_proof(booking_id: UUID) -> Response:
    """Send the newest proof of the payment, to the guest or staff: a JPEG, or a PDF to save."""
    proof = payments.read_proof(current_caller(), booking_id)
    response = private_file(proof.content, proof.media_type)
    if proof.media_type == PDF_TYPE:
        response.headers["Content-Disposition"] = 'attachment; filename="payment-proof.pdf"'
    return response


@blp.write_route("/bookings/<uuid:booking_id>/cancel/", "PATCH")
@login_required
@refuses(404, 409)
@blp.arguments(schemas.CancellationSchema, required=False)
@blp.answers(200, schemas.BookingDetailSchema, CANCELLED)
def cancel_booking(given: dict[str, Any], booking_id: UUID) -> Any:
    """Cancel a booking before the check-in; its nights are free at once.

    Guest, host or staff. Once the dates have passed staff alone cancels what was paid. Doing so
    again changes nothing.
    """
    return bookings.cancel_booking(current_caller(), booking_id, given["reason"] or "")


@blp.write_route("/bookings/<uuid:booking_id>/check-in/", "PATCH")
@login_required
@refuses(403, 404, 409)
@blp.answers(200, schemas.BookingDetailSchema, CHECKED_IN)
def check_in_guest(booking_id: UUID) -> Any:
    """Mark the guest as checked in, from the check-in date on and once the payment is confirmed.

    The host only. Once the dates have passed staff settles the booking instead.
    """
    return bookings.check_in(current_caller(), booking_id)


@blp.write_route("/bookings/<uuid:booking_id>/check-out/", "PATCH")
@login_required
@refuses(403, 404, 409)
@blp.answers(200, schemas.BookingDetailSchema, CHECKED_OUT)
def check_out_guest(booking_id: UUID) -> Any:
    """Complete the stay, and ask the guest for a review. The nights that are left are free.

    The host only.
    """
    return bookings.check_out(current_caller(), booking_id)
