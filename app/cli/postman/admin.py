"""The marketplace document's admin portal, and what others do so that staff has something to do."""

from dataclasses import replace

from app.cli.postman.accounts import SUBMIT_PROFILE, host_profile_steps
from app.cli.postman.bookings import cancel, confirm, create_intent, submit_payment
from app.cli.postman.listings import SUBMIT, UPLOAD, VILLA
from app.cli.postman.steps import (
    Dialect,
    Folder,
    Step,
    login_as_admin,
    login_as_guest,
    login_as_host,
)

_USER = "/api/admin/users/{user_id}/"
_LISTING = "/api/admin/listings/{listing_id}/"
_BOOKING = "/api/admin/bookings/{booking_id}/"
_REVIEW = "/api/admin/reviews/{review_id}/"
_OF_GUEST = {"user_id": "guest_account_id"}
_OF_ANOTHER = {"listing_id": "another_listing_id"}
_OF_REFUNDED = {"booking_id": "refunded_booking_id"}

_DASHBOARD = Folder(
    "Dashboard",
    "The queues that wait, and what the platform does.",
    (
        login_as_admin(),
        Step(operation="GET /api/admin/stats/", name="Dashboard stats"),
        Step(operation="GET /api/admin/sms/balance/", name="SMS balance"),
        Step(operation="GET /api/admin/feedback/", name="Platform feedback"),
    ),
)

_LISTINGS = Folder(
    "Listings",
    "Approving and rejecting what hosts submit.",
    (
        Folder(
            "The host's turn",
            "Something to reject.",
            (
                login_as_host(),
                Step(
                    operation="POST /api/listings/",
                    name="Create another listing",
                    body={**VILLA, "title": "Blurred Beach Villa"},
                    keeps={"another_listing_id": "answer.data.id"},
                ),
                replace(UPLOAD, path=_OF_ANOTHER),
                replace(SUBMIT, path=_OF_ANOTHER),
            ),
        ),
        login_as_admin(),
        Step(
            operation="GET /api/admin/listings/",
            name="All listings",
            query={"status": "pending_review"},
            expects={"answer.data.count": 1},
        ),
        Step(
            operation=f"GET {_LISTING}",
            name="Any listing",
            path=_OF_ANOTHER,
        ),
        Step(
            operation=f"POST {_LISTING}reject/",
            name="Reject listing",
            path=_OF_ANOTHER,
            body={"rejection_reason": "Photos too low quality."},
            expects={"answer.data.status": "rejected"},
        ),
        Folder(
            "The host's turn again",
            "The listing is better now.",
            (login_as_host(), replace(SUBMIT, path=_OF_ANOTHER)),
        ),
        login_as_admin(),
        Step(
            operation=f"POST {_LISTING}approve/",
            name="Approve listing",
            path=_OF_ANOTHER,
            expects={"answer.data.status": "active"},
        ),
        Step(
            operation=f"PATCH {_LISTING}",
            name="Mark a listing",
            body={"is_verified": True, "is_sponsored": False},
        ),
    ),
)

_BOOKINGS = Folder(
    "Bookings",
    "Payments: confirmed, rejected, paid back.",
    (
        Folder(
            "The guest's turn",
            "A payment to look at.",
            (
                login_as_guest(),
                create_intent("Create booking intent", "later_"),
                confirm("Confirm booking", "refunded_booking_id"),
                submit_payment("refunded_booking_id"),
            ),
        ),
        login_as_admin(),
        Step(
            operation="GET /api/admin/bookings/",
            name="List bookings",
            query={"status": "payment_submitted"},
            expects={"answer.data.count": 1},
        ),
        Step(
            operation=f"POST {_BOOKING}reject-payment/",
            name="Reject payment",
            path=_OF_REFUNDED,
            body={"rejection_reason": "The transfer has not arrived."},
            expects={"answer.data.payment_status": "rejected"},
        ),
        Folder(
            "The guest's turn again",
            "Another proof.",
            (login_as_guest(), submit_payment("refunded_booking_id")),
        ),
        login_as_admin(),
        Step(
            operation=f"POST {_BOOKING}confirm-payment/",
            name="Confirm payment",
            path=_OF_REFUNDED,
            expects={"answer.data.status": "confirmed"},
        ),
        cancel("Cancel a paid booking", "refunded_booking_id"),
        Step(
            operation=f"POST {_BOOKING}refund/",
            name="Refund",
            path=_OF_REFUNDED,
            expects={"answer.data.payment_status": "refunded"},
        ),
        Step(
            operation=f"POST {_BOOKING}complete/",
            name="Complete a stay that is over",
            path={"booking_id": "overdue_booking_id"},
            needs="overdue_booking_id",
            note="Put a paid booking whose dates have passed into `overdue_booking_id`.",
        ),
    ),
)

_USERS = Folder(
    "Users and hosts",
    "Accounts, and the host profiles that wait.",
    (
        Folder(
            "The guest's turn",
            "A guest wants to be a host.",
            (login_as_guest(), *host_profile_steps("{{guest_phone_number}}")),
        ),
        login_as_admin(),
        Step(
            operation="GET /api/admin/users/",
            name="List users",
            query={"role": "user", "verification_stage": "pending_review"},
            keeps={"guest_account_id": "answer.data.results[0].id"},
        ),
        Step(
            operation=f"GET {_USER}",
            name="One user",
            path=_OF_GUEST,
            keeps={"photo_token": 'answer.data.host.photo_url.split("token=")[1]'},
        ),
        Step(
            operation=f"GET {_USER}identity/",
            name="Identity document",
            path=_OF_GUEST,
            query={"token": "{{photo_token}}"},
            dialect=Dialect.FILE,
        ),
        Step(
            operation=f"POST {_USER}reject-host/",
            name="Reject host",
            path=_OF_GUEST,
            body={"rejection_reason": "Identity document unclear."},
        ),
        Folder(
            "The guest's turn again",
            "The profile is better now.",
            (login_as_guest(), SUBMIT_PROFILE),
        ),
        login_as_admin(),
        Step(operation=f"POST {_USER}approve-host/", name="Approve host", path=_OF_GUEST),
        Step(
            operation=f"PATCH {_USER}",
            name="Change a subscription",
            path=_OF_GUEST,
            body={"subscription_tier": "pro"},
            expects={"answer.data.subscription_tier": "pro"},
        ),
        Step(operation=f"POST {_USER}disable/", name="Disable a user", path=_OF_GUEST),
        Step(operation=f"POST {_USER}enable/", name="Enable a user", path=_OF_GUEST),
    ),
)

_REVIEWS = Folder(
    "Reviews",
    "Hiding what should not be read, and showing it again.",
    (
        Step(operation="GET /api/admin/reviews/", name="All reviews"),
        Step(
            operation=f"POST {_REVIEW}unpublish/",
            name="Unpublish review",
            body={"reason": "Names a neighbour."},
        ),
        Step(operation=f"POST {_REVIEW}republish/", name="Republish review"),
    ),
)

_KEYS = Folder(
    "API keys",
    "Keys of the tenant API, for anybody and with any scope.",
    (
        Step(
            operation="POST /api/admin/api-keys/",
            name="Make a key for somebody",
            body={"user": "{{guest_email}}", "scope": "RW", "name": "CRM sync"},
            expects={"answer.data.scope": "RW"},
            keeps={"key_id": "answer.data.id"},
        ),
        Step(operation="GET /api/admin/api-keys/", name="Keys"),
        Step(operation="DELETE /api/admin/api-keys/{key_id}/", name="Revoke a key"),
    ),
)

_AUDIT = Folder(
    "Audit log",
    "Who did what to which object, and when.",
    (Step(operation="GET /api/admin/audit/", name="Audit log", query={"page_size": "20"}),),
)

PORTAL = Folder(
    "Admin portal",
    "What staff does. Every request wants the token of an admin.",
    (_DASHBOARD, _LISTINGS, _BOOKINGS, _USERS, _REVIEWS, _KEYS, _AUDIT),
)
