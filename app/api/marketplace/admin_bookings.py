"""Staff and everybody's bookings: the payments that wait to be checked, and the refunds."""

from typing import Any
from uuid import UUID

from app.api.marketplace import booking_schemas as schemas
from app.api.marketplace.access import admin_required, current_caller
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.bookings import staff_service as staff

LISTED = "Bookings retrieved successfully."
CONFIRMED = "Payment confirmed."
REJECTED = "Payment rejected."
REFUNDED = "Refund recorded."
COMPLETED = "Stay completed."

blp = marketplace_blueprint("Admin bookings", "Everybody's bookings and their payments, for staff")


@blp.route("/admin/bookings/")
@admin_required
@refuses(404)
@blp.arguments(schemas.AllBookingsQuerySchema, location="query")
@blp.answers(200, schemas.BookingSchema, LISTED, paged=True)
def list_all_bookings(query: dict[str, Any]) -> Any:
    """List bookings, newest first.

    A payment that waits to be checked has `payment_status=submitted`, also where the booking was
    cancelled meanwhile. A paid stay that nobody was checked into waits for staff once it is over:
    `status=confirmed`, `payment_status=confirmed`, `is_over=true`.
    """
    page = query.pop("page")
    return make_page(page, *staff.list_bookings(**query, offset=page.offset, limit=page.limit))


@blp.write_route("/admin/bookings/<uuid:booking_id>/confirm-payment/")
@admin_required
@refuses(403, 404, 409)
@blp.answers(200, schemas.BookingDetailSchema, CONFIRMED)
def confirm_payment(booking_id: UUID) -> Any:
    """Confirm that the money has come. Guest and host are told.

    The money of a booking that was cancelled meanwhile is due to be paid back. Nobody decides about
    a booking of their own.
    """
    return staff.confirm_payment(current_caller().account_id, booking_id)


@blp.write_route("/admin/bookings/<uuid:booking_id>/reject-payment/")
@admin_required
@refuses(403, 404, 409)
@blp.arguments(schemas.PaymentRejectionSchema)
@blp.answers(200, schemas.BookingDetailSchema, REJECTED)
def reject_payment(given: dict[str, str], booking_id: UUID) -> Any:
    """Reject a payment proof. The guest is told why, and may send another one."""
    return staff.reject_payment(current_caller().account_id, booking_id, given["rejection_reason"])


@blp.write_route("/admin/bookings/<uuid:booking_id>/refund/")
@admin_required
@refuses(403, 404, 409)
@blp.answers(200, schemas.BookingDetailSchema, REFUNDED)
def refund_booking(booking_id: UUID) -> Any:
    """Record that the money of a cancelled booking has been paid back. Guest and host are told."""
    return staff.refund(current_caller().account_id, booking_id)


@blp.write_route("/admin/bookings/<uuid:booking_id>/complete/")
@admin_required
@refuses(403, 404, 409)
@blp.answers(200, schemas.BookingDetailSchema, COMPLETED)
def complete_booking(booking_id: UUID) -> Any:
    """Complete a paid stay whose dates have passed, and that nobody was checked into.

    The guest is asked for a review. Where the guest was not there, `cancel/` makes the refund due.
    """
    return staff.complete(current_caller().account_id, booking_id)
