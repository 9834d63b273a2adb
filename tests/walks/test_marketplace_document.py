"""The marketplace document's walks, from the registration to the review."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.factories import code_in_text
from tests.walks.service import Service
from tests.walks.stranger import Stranger, agrees

PASSWORD = "SecurePass@123"
LOGGED_IN = {
    "success": True,
    "message": "Login successful.",
    "data": {
        "access": "<jwt_access_token>",
        "refresh": "<jwt_refresh_token>",
        "user": {
            "id": "a1b2c3d4-...",
            "email": "john@example.com",
            "first_name": "John",
            "role": "user",
            "mode": "booking",
            "verification_stage": "approved",
        },
    },
    "errors": None,
}
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


def _register(
    stranger: Stranger, service: Service, first_name: str, email: str, phone_number: str
) -> None:
    """Register and verify, by the codes that were mailed and texted, and log in."""
    answer = stranger.send(
        "POST /api/auth/register/",
        {
            "email": email,
            "password": PASSWORD,
            "first_name": first_name,
            "last_name": "Doe",
            "phone_number": phone_number,
        },
    )
    assert answer.status == 201
    assert answer.body["message"] == "Registration successful. Please verify your email."
    assert answer.data["email"] == email
    mailed = code_in_text(service.mail(email, "code"))
    answer = stranger.send("POST /api/auth/verify-email/", {"email": email, "otp_code": mailed})
    assert answer.status == 200
    texted = code_in_text(service.text_message(phone_number, "code"))
    answer = stranger.send(
        "POST /api/auth/verify-phone/", {"phone_number": phone_number, "otp_code": texted}
    )
    assert answer.status == 200
    assert agrees(LOGGED_IN, stranger.log_in(email, PASSWORD).body)


def test_from_the_registration_of_a_host_to_the_review_of_a_guest(
    service: Service, stranger: Callable[[], Stranger]
) -> None:
    host, guest, admin = stranger(), stranger(), stranger()

    # ── Admin Workflow, step 1 ──
    _register(admin, service, "Amina", "amina@example.com", "+255713000001")
    service.command("create-admin", "--email", "amina@example.com")
    assert admin.send("GET /api/admin/stats/").status == 200

    # ── Host Your First Space ──
    _register(host, service, "John", "john@example.com", "+255712345678")
    status = host.send("GET /api/auth/host/status/")
    assert status.data == {
        "personal_info": False,
        "identity": False,
        "profile_submitted": False,
        "verification_stage": "not_started",
    }
    assert host.send("POST /api/listings/", VILLA).status == 403
    personal = {
        "first_name": "John",
        "last_name": "Doe",
        "date_of_birth": "1992-03-14",
        "gender": "male",
        "phone_number": "+255712345678",
    }
    assert host.send("PATCH /api/auth/host/personal/", personal).status == 200
    answer = host.send(
        "POST /api/auth/host/identity/", nida_number="19920314-12345-67890-12", id_photo="@id.jpg"
    )
    assert answer.status == 200
    assert host.send("POST /api/auth/host/submit/").status == 200
    assert host.send("GET /api/auth/host/status/").data["verification_stage"] == "pending_review"

    # ── Admin Workflow, steps 2 and 3 ──
    queue = admin.send("GET /api/admin/users/?role=user&verification_stage=pending_review").data
    [waiting] = queue["results"]
    user = f"/api/admin/users/{waiting['id']}"
    unclear = {"rejection_reason": "Identity document unclear."}
    assert admin.send(f"POST {user}/reject-host/", unclear).status == 200
    service.mail("john@example.com", "Identity document unclear.")
    service.text_message("+255712345678", "not approved yet")
    assert host.send("POST /api/auth/host/submit/").status == 200
    assert admin.send(f"POST {user}/approve-host/").status == 200
    service.mail("john@example.com", "approved")
    service.text_message("+255712345678", "approved")

    # ── Host Your First Space, steps 5 to 8 ──
    answer = host.send("POST /api/listings/", VILLA)
    assert answer.status == 201
    assert answer.data["status"] == "draft"
    villa = f"/api/listings/{answer.data['id']}"
    extras = {each["slug"]: each["id"] for each in host.send("GET /api/amenities/extras/").data}
    for part, change in {
        "basic-info": {"max_guests": 8},
        "pricing": {"price_per_night": "350.00", "cleaning_fee": "50.00"},
        "amenities": {
            "amenities": ["wifi", "swimming-pool"],
            "extras": [{"id": extras["breakfast"], "price": "10.00"}],
        },
        "availability": {
            "check_in_time": "14:00",
            "check_out_time": "10:00",
            "blackout_dates": [{"start": "2027-12-24", "end": "2027-12-27"}],
        },
    }.items():
        assert host.send(f"PATCH {villa}/{part}/", change).status == 200
    assert host.send(f"POST {villa}/media/", photos="@sea.jpg").status == 201
    assert host.send(f"POST {villa}/submit/").data["status"] == "pending_review"
    assert guest.send(f"GET {villa}/").status == 404

    # ── Admin Workflow, steps 4 and 5 ──
    [found] = admin.send("GET /api/admin/listings/?status=pending_review").data["results"]
    listing = f"/api/admin/listings/{found['id']}"
    blurred = {"rejection_reason": "Photos too low quality."}
    assert admin.send(f"POST {listing}/reject/", blurred).status == 200
    service.mail("john@example.com", "Photos too low quality.")
    assert host.send(f"POST {villa}/submit/").status == 200
    assert admin.send(f"POST {listing}/approve/").data["status"] == "active"

    # ── Complete a Booking ──
    _register(guest, service, "Neema", "neema@example.com", "+255714000002")
    today = datetime.now(ZoneInfo("Africa/Dar_es_Salaam")).date()
    leaving = today + timedelta(days=4)
    wanted = f"category=beach-villa&guests=2&check_in={today}&check_out={leaving}"
    found = guest.send(f"GET /api/listings/?{wanted}").data
    assert [each["title"] for each in found["results"]] == ["Luxury Beach Villa"]
    intent = guest.send(
        "POST /api/bookings/intents/",
        {
            "listing_id": found["results"][0]["id"],
            "check_in_date": str(today),
            "check_out_date": str(leaving),
            "guests": 2,
            "extras": [],
        },
    )
    assert intent.status == 201
    price = intent.data["price_snapshot"]
    assert agrees(
        {
            "nights": 4,
            "price_per_night": "350.00",
            "subtotal": "1400.00",
            "cleaning_fee": "50.00",
            "total": "1450.00",
        },
        price,
    )
    assert (price["nights"], price["subtotal"], price["total"]) == (4, "1400.00", "1450.00")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", intent.data["expires_at"])
    assert guest.send(f"GET /api/listings/?{wanted}").data["count"] == 0
    answer = guest.send(
        "POST /api/bookings/create/",
        {"intent_id": intent.data["id"], "special_requests": "Late check-in at 6pm please."},
    )
    assert answer.status == 201
    booking = f"/api/bookings/{answer.data['id']}"
    answer = guest.send(f"PATCH {booking}/submit-payment/", payment_proof="@proof.jpg")
    assert answer.data["status"] == "payment_submitted"
    assert host.send(f"PATCH {booking}/check-in/").status == 409

    # ── Admin Workflow, step 6 ──
    [paid] = admin.send("GET /api/admin/bookings/?status=payment_submitted").data["results"]
    answer = admin.send(f"POST /api/admin/bookings/{paid['id']}/confirm-payment/")
    assert answer.data["status"] == "confirmed"
    service.mail("neema@example.com", "confirmed")

    # ── the stay, and what comes after it ──
    assert host.send(f"PATCH {booking}/check-in/").data["status"] == "checked_in"
    assert host.send(f"PATCH {booking}/check-out/").data["status"] == "completed"
    service.mail("neema@example.com", "review")
    service.text_message("+255714000002", "review")
    answer = guest.send(
        f"POST /api/reviews/listings/{found['results'][0]['id']}/",
        {
            "booking_id": booking.rpartition("/")[2],
            "rating": 5,
            "cleanliness": 5,
            "communication": 5,
            "location": 4,
            "value": 4,
            "accuracy": 5,
            "comment": "Absolutely stunning villa. Would book again!",
        },
    )
    assert answer.status == 201
    thanks = {"host_reply": "Thank you so much! Come back anytime!"}
    assert host.send(f"POST /api/reviews/{answer.data['id']}/reply/", thanks).status == 200
    assert guest.send(f"GET {villa}/").data["reviews_summary"]["count"] == 1

    # ── Admin Workflow, step 7 ──
    balance = admin.send("GET /api/admin/sms/balance/")
    assert balance.data == {"balance": "1785.50", "currency": "TZS"}
