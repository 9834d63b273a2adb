"""Every endpoint of the marketplace face, for tests about all of them."""

from typing import Any

Call = tuple[str, str, dict[str, Any] | None]

PASSWORD = "SecurePass@123"

# What nobody has: how OpenAPI writes the parameter that it stands for.
NO_KEY = "11111111-2222-4333-8444-555555555555"
NO_USER = "11111111-2222-4333-8444-666666666666"
NO_AMENITY = "22222222-2222-4333-8444-666666666666"
NO_EXTRA = "33333333-2222-4333-8444-777777777777"
NO_CATEGORY = "no-such-category"
NO_SEARCH = "44444444-2222-4333-8444-888888888888"
NO_QUESTION = "55555555-2222-4333-8444-999999999999"
NO_LISTING = "66666666-2222-4333-8444-666666666666"
NO_PHOTO = "88888888-2222-4333-8444-888888888888"
NO_BOOKING = "77777777-2222-4333-8444-777777777777"
NO_INTENT = "99999999-2222-4333-8444-999999999999"
NO_REVIEW = "aaaaaaaa-2222-4333-8444-aaaaaaaaaaaa"
_PARAMETERS = {
    NO_REVIEW: "{review_id}",
    NO_INTENT: "{intent_id}",
    NO_BOOKING: "{booking_id}",
    NO_PHOTO: "{photo_id}",
    NO_LISTING: "{listing_id}",
    NO_QUESTION: "{question_id}",
    NO_SEARCH: "{search_id}",
    NO_CATEGORY: "{slug}",
    NO_EXTRA: "{extra_id}",
    NO_AMENITY: "{amenity_id}",
    NO_KEY: "{key_id}",
    NO_USER: "{user_id}",
}

# (canonical method, path, a body of the right shape)
PUBLIC: list[Call] = [
    (
        "POST",
        "/api/auth/register/",
        {
            "email": "john@example.com",
            "password": PASSWORD,
            "first_name": "John",
            "last_name": "Doe",
            "phone_number": "+255712345678",
        },
    ),
    ("POST", "/api/auth/login/", {"email": "john@example.com", "password": PASSWORD}),
    ("POST", "/api/auth/logout/", {"refresh": "x"}),
    ("POST", "/api/auth/refresh/", {"refresh": "x"}),
    ("POST", "/api/auth/verify-email/", {"email": "john@example.com", "otp_code": "123456"}),
    ("POST", "/api/auth/verify-phone/", {"phone_number": "+255712345678", "otp_code": "123456"}),
    (
        "POST",
        "/api/auth/resend-otp/",
        {"email": "john@example.com", "purpose": "email_verification"},
    ),
    ("POST", "/api/auth/forgot-password/", {"email": "john@example.com"}),
    (
        "POST",
        "/api/auth/reset-password/",
        {"email": "john@example.com", "otp_code": "123456", "new_password": "NewSecurePass@123"},
    ),
    ("POST", "/api/auth/providers/google/", {"id_token": "x"}),
]
# What anybody may read.
OPEN: list[Call] = [
    ("GET", "/api/categories/", None),
    ("GET", "/api/amenities/", None),
    ("GET", "/api/amenities/extras/", None),
    ("GET", "/api/faq/", None),
    ("GET", "/api/listings/", None),
    ("GET", "/api/listings/nearby/?lat=-6.79&lng=39.20&radius=10", None),
    ("GET", f"/api/listings/{NO_LISTING}/", None),
    ("GET", f"/api/listings/{NO_LISTING}/calendar/", None),
    ("GET", f"/api/reviews/listings/{NO_LISTING}/", None),
]
WITH_TOKEN: list[Call] = [
    ("GET", "/api/auth/me/", None),
    (
        "PATCH",
        "/api/auth/update-profile/",
        {
            "first_name": "John",
            "last_name": "Doe",
            "phone_number": "+255712345678",
            "bio": "Hospitality enthusiast.",
        },
    ),
    ("PATCH", "/api/auth/mode/", {"mode": "hosting"}),
    (
        "POST",
        "/api/auth/change-password/",
        {"old_password": PASSWORD, "new_password": "NewPass@123"},
    ),
    ("GET", "/api/auth/host/status/", None),
    (
        "PATCH",
        "/api/auth/host/personal/",
        {
            "first_name": "John",
            "last_name": "Doe",
            "date_of_birth": "1992-03-14",
            "gender": "male",
            "phone_number": "+255712345678",
        },
    ),
    # A form, not JSON.
    ("POST", "/api/auth/host/identity/", None),
    ("POST", "/api/auth/host/submit/", None),
    ("GET", "/api/auth/api-keys/", None),
    ("POST", "/api/auth/api-keys/", {"name": "My site"}),
    ("PATCH", f"/api/auth/api-keys/{NO_KEY}/", {"name": "My site"}),
    ("DELETE", f"/api/auth/api-keys/{NO_KEY}/", None),
    ("GET", "/api/filters/saved/", None),
    (
        "POST",
        "/api/filters/saved/",
        {
            "name": "Dar Beach Getaway",
            "category": "beach-villa",
            "min_price": 100,
            "max_price": 400,
            "min_guests": 2,
            "stay_type": "short_stay",
        },
    ),
    ("DELETE", f"/api/filters/saved/{NO_SEARCH}/", None),
    ("GET", "/api/listings/host/", None),
    (
        "POST",
        "/api/listings/",
        {
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
        },
    ),
    ("PATCH", f"/api/listings/{NO_LISTING}/basic-info/", {"title": "Luxury Beach Villa"}),
    ("PATCH", f"/api/listings/{NO_LISTING}/pricing/", {"price_per_night": "350.00"}),
    ("PATCH", f"/api/listings/{NO_LISTING}/amenities/", {"amenities": ["parking"]}),
    ("PATCH", f"/api/listings/{NO_LISTING}/availability/", {"check_in_time": "14:00"}),
    ("GET", f"/api/listings/{NO_LISTING}/media/", None),
    # A form, not JSON.
    ("POST", f"/api/listings/{NO_LISTING}/media/", None),
    ("PATCH", f"/api/listings/{NO_LISTING}/media/{NO_PHOTO}/", {"alt": "Front view"}),
    ("DELETE", f"/api/listings/{NO_LISTING}/media/{NO_PHOTO}/", None),
    ("POST", f"/api/listings/{NO_LISTING}/submit/", None),
    ("POST", f"/api/listings/{NO_LISTING}/activate/", None),
    ("POST", f"/api/listings/{NO_LISTING}/deactivate/", None),
    ("DELETE", f"/api/listings/{NO_LISTING}/delete/", None),
    (
        "POST",
        "/api/bookings/intents/",
        {
            "listing_id": "abc-123",
            "check_in_date": "2026-09-01",
            "check_out_date": "2026-09-05",
            "guests": 2,
            "extras": [],
        },
    ),
    ("GET", f"/api/bookings/intents/{NO_INTENT}/", None),
    ("DELETE", f"/api/bookings/intents/{NO_INTENT}/", None),
    (
        "POST",
        "/api/bookings/create/",
        {"intent_id": "intent-uuid", "special_requests": "Late check-in at 6pm please."},
    ),
    ("GET", "/api/bookings/", None),
    ("GET", f"/api/bookings/{NO_BOOKING}/", None),
    # A form, not JSON.
    ("PATCH", f"/api/bookings/{NO_BOOKING}/submit-payment/", None),
    ("GET", f"/api/bookings/{NO_BOOKING}/payment-proof/", None),
    ("PATCH", f"/api/bookings/{NO_BOOKING}/cancel/", {"reason": "Other plans."}),
    ("PATCH", f"/api/bookings/{NO_BOOKING}/check-in/", None),
    ("PATCH", f"/api/bookings/{NO_BOOKING}/check-out/", None),
    (
        "POST",
        f"/api/reviews/listings/{NO_LISTING}/",
        {
            "booking_id": NO_BOOKING,
            "rating": 5,
            "cleanliness": 5,
            "communication": 5,
            "location": 4,
            "value": 4,
            "accuracy": 5,
            "comment": "Absolutely stunning villa. Would book again!",
        },
    ),
    (
        "POST",
        f"/api/reviews/{NO_REVIEW}/reply/",
        {"host_reply": "Thank you so much! Come back anytime!"},
    ),
    (
        "POST",
        "/api/reviews/app/",
        {"rating": 5, "comment": "Seamless booking experience!", "platform": "web"},
    ),
]
# What staff alone may do; they have tokens as well.
OF_STAFF: list[Call] = [
    ("GET", "/api/admin/categories/", None),
    ("GET", "/api/admin/amenities/", None),
    ("GET", "/api/admin/amenities/extras/", None),
    ("GET", "/api/admin/users/", None),
    ("GET", f"/api/admin/users/{NO_USER}/", None),
    ("PATCH", f"/api/admin/users/{NO_USER}/", {"subscription_tier": "pro"}),
    ("POST", f"/api/admin/users/{NO_USER}/disable/", None),
    ("POST", f"/api/admin/users/{NO_USER}/enable/", None),
    ("POST", f"/api/admin/users/{NO_USER}/approve-host/", None),
    (
        "POST",
        f"/api/admin/users/{NO_USER}/reject-host/",
        {"rejection_reason": "Identity document unclear."},
    ),
    ("GET", f"/api/admin/users/{NO_USER}/identity/", None),
    ("GET", "/api/admin/api-keys/", None),
    (
        "POST",
        "/api/admin/api-keys/",
        {"user": "john@example.com", "scope": "RW", "name": "CRM sync"},
    ),
    ("DELETE", f"/api/admin/api-keys/{NO_KEY}/", None),
    ("GET", "/api/admin/audit/", None),
    ("POST", "/api/categories/", {"name": "Cave House", "icon": "tree", "parent": "house"}),
    ("PATCH", f"/api/categories/{NO_CATEGORY}/", {"name": "Cave House", "parent": None}),
    ("DELETE", f"/api/categories/{NO_CATEGORY}/", None),
    ("POST", "/api/amenities/", {"name": "Roof Terrace", "icon": "bi-sun"}),
    ("PATCH", f"/api/amenities/{NO_AMENITY}/", {"name": "Roof Terrace"}),
    ("DELETE", f"/api/amenities/{NO_AMENITY}/", None),
    ("POST", "/api/amenities/extras/", {"name": "Picnic Basket", "price": "25.00"}),
    ("PATCH", f"/api/amenities/extras/{NO_EXTRA}/", {"price": "25.00"}),
    ("DELETE", f"/api/amenities/extras/{NO_EXTRA}/", None),
    ("POST", "/api/faq/", {"category": "Hosting", "question": "Why?", "answer": "Why not."}),
    ("PATCH", f"/api/faq/{NO_QUESTION}/", {"answer": "Why not."}),
    ("DELETE", f"/api/faq/{NO_QUESTION}/", None),
    ("GET", "/api/admin/listings/", None),
    ("GET", f"/api/admin/listings/{NO_LISTING}/", None),
    ("PATCH", f"/api/admin/listings/{NO_LISTING}/", {"is_verified": True}),
    ("POST", f"/api/admin/listings/{NO_LISTING}/approve/", None),
    (
        "POST",
        f"/api/admin/listings/{NO_LISTING}/reject/",
        {"rejection_reason": "Photos too low quality."},
    ),
    ("GET", "/api/admin/bookings/", None),
    ("POST", f"/api/admin/bookings/{NO_BOOKING}/confirm-payment/", None),
    (
        "POST",
        f"/api/admin/bookings/{NO_BOOKING}/reject-payment/",
        {"rejection_reason": "The transfer has not arrived."},
    ),
    ("POST", f"/api/admin/bookings/{NO_BOOKING}/refund/", None),
    ("POST", f"/api/admin/bookings/{NO_BOOKING}/complete/", None),
    ("GET", "/api/admin/stats/", None),
    ("GET", "/api/admin/sms/balance/", None),
    ("GET", "/api/admin/feedback/", None),
    ("GET", "/api/admin/reviews/", None),
    ("POST", f"/api/admin/reviews/{NO_REVIEW}/unpublish/", {"reason": "Names a neighbour."}),
    ("POST", f"/api/admin/reviews/{NO_REVIEW}/republish/", None),
]
GUARDED = [*WITH_TOKEN, *OF_STAFF]
ALL = [*PUBLIC, *OPEN, *GUARDED]
WRITES = [each for each in ALL if each[2] is not None]
# A document or the contract says which method these take: no other one answers.
NAMED_METHODS = {
    "/api/auth/login/",
    "/api/auth/api-keys/",
    f"/api/auth/api-keys/{NO_KEY}/",
    f"/api/admin/users/{NO_USER}/",
    "/api/admin/api-keys/",
    "/api/listings/",
    f"/api/listings/{NO_LISTING}/media/{NO_PHOTO}/",
    f"/api/listings/{NO_LISTING}/submit/",
    f"/api/listings/{NO_LISTING}/activate/",
    f"/api/listings/{NO_LISTING}/deactivate/",
    f"/api/admin/listings/{NO_LISTING}/",
    f"/api/filters/saved/{NO_SEARCH}/",
    "/api/bookings/intents/",
    "/api/bookings/create/",
    f"/api/bookings/intents/{NO_INTENT}/",
    f"/api/bookings/{NO_BOOKING}/submit-payment/",
}
ALIASED = [each for each in WRITES if each[1] not in NAMED_METHODS]
# They count requests by client address, and by whom the credentials are about.
OF_CREDENTIALS = [
    each
    for each in PUBLIC
    if each[1].startswith("/api/auth/")
    and each[1].split("/")[3] not in ("register", "logout", "refresh")
]

# What anybody gets as the address stands here.
ANSWERED = [path for _, path, _ in OPEN if NO_LISTING not in path]
# What is asked for in the address.
WITH_QUERY = [each for each in OPEN if each[1].startswith("/api/listings/")]


def documented(path: str) -> str:
    """Return an address as OpenAPI writes it."""
    path = path.partition("?")[0]
    for value, parameter in _PARAMETERS.items():
        path = path.replace(value, parameter)
    return path


def methods_of(path: str) -> set[str]:
    """Return the canonical methods of a path."""
    return {method for method, each, _ in ALL if documented(each) == documented(path)}


def wrong_method_of(path: str) -> str:
    """Return a method that a path does not answer, as an alias neither."""
    answered = methods_of(path)
    if path not in NAMED_METHODS and answered != {"GET"}:
        answered |= {"POST", "PUT", "PATCH"}
    return next(method for method in ("DELETE", "PUT", "GET") if method not in answered)
