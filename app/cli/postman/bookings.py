"""The marketplace document on bookings."""

from app.cli.postman.steps import (
    Dialect,
    Folder,
    Step,
    login_as_admin,
    login_as_guest,
    login_as_host,
)

_BOOKING = "/api/bookings/{booking_id}/"


def create_intent(name: str, start: str) -> Step:
    """A hold on nights: those of today, or `later_` ones."""
    return Step(
        operation="POST /api/bookings/intents/",
        name=name,
        body={
            "listing_id": "{{listing_id}}",
            "check_in_date": f"{{{{{start}check_in_date}}}}",
            "check_out_date": f"{{{{{start}check_out_date}}}}",
            "guests": 2,
            "extras": [],
        },
        keeps={"intent_id": "answer.data.id"},
    )


def confirm(name: str, variable: str) -> Step:
    """The booking of what the last intent holds, kept in a variable."""
    return Step(
        operation="POST /api/bookings/create/",
        name=name,
        body={
            "intent_id": "{{intent_id}}",
            "special_requests": "Late check-in at 6pm please.",
        },
        status=201,
        keeps={variable: "answer.data.id"},
    )


def submit_payment(booking: str = "booking_id") -> Step:
    """The guest's proof of a payment."""
    return Step(
        operation=f"PATCH {_BOOKING}submit-payment/",
        name="Submit payment proof",
        form={
            "payment_proof": "@proof.jpg",
            "reference": "MP260617.1220.A01234",
            "method": "M-Pesa",
        },
        path={"booking_id": booking},
        expects={"answer.data.status": "payment_submitted"},
    )


def cancel(name: str, booking: str) -> Step:
    """The end of a booking."""
    return Step(
        operation=f"PATCH {_BOOKING}cancel/",
        name=name,
        body={"reason": "Other plans."},
        path={"booking_id": booking},
        expects={"answer.data.status": "cancelled"},
    )


BOOKINGS = Folder(
    "Bookings",
    "Create Intent → Confirm → Submit Payment → Admin Confirms → Check-In → Check-Out.",
    (
        login_as_guest(),
        create_intent("Create booking intent", ""),
        Step(operation="GET /api/bookings/intents/{intent_id}/", name="One intent"),
        confirm("Confirm booking", "booking_id"),
        submit_payment(),
        Step(
            operation=f"GET {_BOOKING}payment-proof/",
            name="Payment proof",
            dialect=Dialect.FILE,
        ),
        Step(operation="GET /api/bookings/", name="My bookings", query={"role": "guest"}),
        Step(operation=f"GET {_BOOKING}", name="One booking"),
        Folder(
            "Staff's turn",
            "Staff looks whether the money has come.",
            (
                login_as_admin(),
                Step(
                    operation="POST /api/admin/bookings/{booking_id}/confirm-payment/",
                    name="Confirm payment",
                    expects={"answer.data.status": "confirmed"},
                ),
            ),
        ),
        login_as_host(),
        Step(
            operation=f"PATCH {_BOOKING}check-in/",
            name="Check guest in",
            expects={"answer.data.status": "checked_in"},
        ),
        Step(
            operation=f"PATCH {_BOOKING}check-out/",
            name="Check guest out",
            expects={"answer.data.status": "completed"},
        ),
        login_as_guest(),
        create_intent("Create an intent to release", "later_"),
        Step(operation="DELETE /api/bookings/intents/{intent_id}/", name="Release an intent"),
        create_intent("Create an intent to cancel", "later_"),
        confirm("Confirm a booking to cancel", "cancelled_booking_id"),
        cancel("Cancel booking", "cancelled_booking_id"),
    ),
)
