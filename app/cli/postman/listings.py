"""The marketplace document on listings."""

from app.cli.postman.steps import Folder, Step, login_as_admin, login_as_host

VILLA = {
    "title": "Luxury Beach Villa",
    "property_type": "villa",
    "category": "beach-villa",
    "stay_type": "short_stay",
    "description": "Stunning 3-bedroom beach villa with private pool.",
    "address": "Msasani Peninsula, Dar es Salaam",
    "city": "Dar es Salaam",
    "country": "Tanzania",
    "price_per_night": "350.00",
    "max_guests": 6,
    "bedrooms": 3,
    "bathrooms": 2,
}

_LISTING = "/api/listings/{listing_id}/"
_PHOTO = "/api/listings/{listing_id}/media/{photo_id}/"


UPLOAD = Step(
    operation=f"POST {_LISTING}media/",
    name="Upload photos",
    form={"photos": "@photo.jpg"},
    status=201,
    keeps={"photo_id": "answer.data[0].id"},
)
SUBMIT = Step(
    operation=f"POST {_LISTING}submit/",
    name="Submit for review",
    expects={"answer.data.status": "pending_review"},
)

LISTINGS = Folder(
    "Listings",
    "Browsing is public. Creating, editing and deleting takes an approved host.",
    (
        login_as_host(),
        Step(
            operation="POST /api/listings/",
            name="Create a listing",
            body=VILLA,
            expects={"answer.data.status": "draft"},
            keeps={"listing_id": "answer.data.id"},
        ),
        Step(operation="GET /api/listings/host/", name="My listings (host)"),
        Step(
            operation=f"PATCH {_LISTING}basic-info/",
            name="Update basic info",
            body={"max_guests": 8, "latitude": "-6.7500", "longitude": "39.2700"},
            expects={"answer.data.max_guests": 8},
        ),
        Step(
            operation="GET /api/amenities/extras/",
            name="Extras to choose from",
            keeps={"offered_extra_id": "answer.data[0].id"},
        ),
        Step(
            operation=f"PATCH {_LISTING}amenities/",
            name="Set amenities & extras",
            body={
                "amenities": ["wifi", "swimming-pool"],
                "extras": [{"id": "{{offered_extra_id}}", "price": "10.00"}],
            },
        ),
        Step(
            operation=f"PATCH {_LISTING}pricing/",
            name="Update pricing",
            body={
                "price_per_night": "350.00",
                "cleaning_fee": "50.00",
                "security_deposit": "100.00",
            },
        ),
        UPLOAD,
        Step(operation=f"GET {_LISTING}media/", name="Photos"),
        Step(
            operation=f"PATCH {_PHOTO}",
            name="Describe a photo",
            body={"alt": "The pool", "is_main": True},
            expects={"answer.data.alt": "The pool"},
        ),
        Step(operation=f"DELETE {_PHOTO}", name="Delete a photo"),
        UPLOAD,
        Step(
            operation=f"PATCH {_LISTING}availability/",
            name="Set availability",
            body={
                "check_in_time": "14:00",
                "check_out_time": "10:00",
                "blackout_dates": [
                    {"start": "{{blackout_start_date}}", "end": "{{blackout_end_date}}"}
                ],
            },
        ),
        SUBMIT,
        Folder(
            "Staff's turn",
            "A listing goes live after its approval.",
            (
                login_as_admin(),
                Step(
                    operation="POST /api/admin/listings/{listing_id}/approve/",
                    name="Approve listing",
                    expects={"answer.data.status": "active"},
                ),
                login_as_host(),
            ),
        ),
        Step(
            operation=f"POST {_LISTING}deactivate/",
            name="Deactivate a listing",
            expects={"answer.data.status": "inactive"},
        ),
        Step(
            operation=f"POST {_LISTING}activate/",
            name="Activate a listing",
            expects={"answer.data.status": "active"},
        ),
        Step(
            operation="GET /api/listings/",
            name="Browse listings",
            query={
                "category": "beach-villa",
                "min_price": "100",
                "max_price": "400",
                "guests": "2",
                "stay_type": "short_stay",
                "check_in": "{{check_in_date}}",
                "check_out": "{{check_out_date}}",
            },
            expects={"answer.data.results[0].title": VILLA["title"]},
        ),
        Step(
            operation="GET /api/listings/nearby/",
            name="Nearby listings",
            query={"lat": "-6.79", "lng": "39.20", "radius": "10"},
            expects={"answer.data.results[0].title": VILLA["title"]},
        ),
        Step(operation=f"GET {_LISTING}", name="One listing"),
        Step(
            operation=f"GET {_LISTING}calendar/",
            name="Calendar",
            query={"from": "{{check_in_date}}", "to": "{{check_out_date}}"},
        ),
        Step(
            operation="POST /api/listings/",
            name="Create a draft to delete",
            body={**VILLA, "title": "A draft"},
            keeps={"draft_id": "answer.data.id"},
        ),
        Step(
            operation=f"DELETE {_LISTING}delete/",
            name="Delete listing",
            path={"listing_id": "draft_id"},
        ),
    ),
)
