"""The examples of the marketplace face, as `app.api.examples` reads them.

Where its document shows an object, that one stands here; ids that it cuts short are whole.
"""

from typing import Any

from app.api.examples import ABSENT

_HOST = "http://127.0.0.1:8000"
_PICTURE = f"{_HOST}/media/stays/5f0c2d9e"
_PERSON = "a1b2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d"
_LISTING = "b2c3d4e5-6f7a-4b8c-9d0e-1f2a3b4c5d6e"
_PHOTO = "c3d4e5f6-7a8b-4c9d-8e1f-2a3b4c5d6e7f"
_INTENT = "d4e5f6a7-8b9c-4d0e-8f2a-3b4c5d6e7f8a"
_BOOKING = "e5f6a7b8-9c0d-4e1f-9a3b-4c5d6e7f8a9b"
_REVIEW = "f6a7b8c9-0d1e-4f2a-8b4c-5d6e7f8a9b0c"
_EXTRA = "0a1b2c3d-4e5f-4061-8273-8495a6b7c8d9"
_CATEGORY = "1b2c3d4e-5f60-4172-8384-95a6b7c8d9e0"

PARAMETERS = {
    "user_id": ("The account's id.", _PERSON),
    "listing_id": ("The listing's id.", _LISTING),
    "photo_id": ("The photo's id.", _PHOTO),
    "intent_id": ("The intent's id.", _INTENT),
    "booking_id": ("The booking's id.", _BOOKING),
    "review_id": ("The review's id.", _REVIEW),
    "key_id": ("The key's id: never the key itself.", "2c3d4e5f-6071-4283-9495-a6b7c8d9e0f1"),
    "search_id": ("The saved search's id.", "3d4e5f60-7182-4394-85a6-b7c8d9e0f1a2"),
    "question_id": ("The question's id.", "4e5f6071-8293-44a5-96b7-c8d9e0f1a2b3"),
    "amenity_id": ("The amenity's id.", "5f607182-93a4-45b6-87c8-d9e0f1a2b3c4"),
    "extra_id": ("The extra's id.", _EXTRA),
    "slug": ("The category's slug.", "villa"),
}

EXAMPLES: dict[str, Any] = {
    # Accounts and their tokens.
    "email": "john@example.com",
    "first_name": "John",
    "last_name": "Doe",
    "username": "john-doe",
    "SignUp.username": ABSENT,
    "phone_number": "+255712345678",
    "bio": "Hospitality enthusiast.",
    "role": "user",
    "mode": "booking",
    "Mode.mode": "hosting",
    "verification_stage": "approved",
    "subscription_tier": "free",
    "is_superuser": False,
    "disabled_at": None,
    "SignedUp.user_id": _PERSON,
    "user_id": 12345,
    "access": "<jwt_access_token>",
    "refresh": "<jwt_refresh_token>",
    "RefreshToken": {"refresh": "<refresh_token>"},
    "GoogleToken": {"id_token": "<google_id_token>"},
    "CodeRequest": {"email": "john@example.com", "purpose": "email_verification"},
    "ProfileChange": {
        "first_name": "John",
        "last_name": "Doe",
        "phone_number": "+255712345678",
        "bio": "Hospitality enthusiast.",
    },
    "?token": "<token>",
    # On the way to being a host.
    "Checklist": {
        "personal_info": True,
        "identity": False,
        "profile_submitted": False,
        "verification_stage": "not_started",
    },
    "date_of_birth": "1992-03-14",
    "gender": "male",
    "nida_number": "19920314-12345-67890-12",
    "photo_url": f"{_HOST}/api/admin/users/{_PERSON}/identity/?token=<token>",
    "HostFile.rejection_reason": None,
    # Keys of the tenant API.
    "prefix": "R_a1b2c3",
    "key": "R_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "scope": "R",
    "allowed_origins[]": "example.com",
    **{f"{name}.name": "My site" for name in ("Key", "IssuedKey", "UserKey", "IssuedUserKey")},
    "last_used_at": "2026-06-01T12:00:00Z",
    # Stays.
    "title": "Luxury Beach Villa",
    "listing_title": "Luxury Beach Villa",
    "description": "Stunning 3-bedroom beach villa with private pool.",
    "address": "Msasani Peninsula, Dar es Salaam",
    "location": "Msasani",
    "city": "Dar es Salaam",
    "country": "Tanzania",
    "latitude": "-6.752000",
    "longitude": "39.277000",
    "stay_type": "short_stay",
    "max_guests": 6,
    "standard_guests": 4,
    "bedrooms": 3,
    "bathrooms": 2,
    "currency": "USD",
    "price_per_night": "350.00",
    "cleaning_fee": "50.00",
    "security_deposit": "100.00",
    "rating": "4.80",
    "review_count": 12,
    "distance_km": 2.418,
    "status": "active",
    "rejection_reason": "",
    "submitted_at": "2026-05-11T09:00:00Z",
    "is_sponsored": False,
    "check_in_time": "14:00",
    "check_out_time": "10:00",
    "time_zone": "Africa/Dar_es_Salaam",
    "min_nights": 2,
    "max_nights": 30,
    "blackout_dates": [{"start": "2026-12-24", "end": "2026-12-27"}],
    "listing_type": "stay",
    "publish_status": "published",
    "Listing.id": _LISTING,
    "AvailableListing.id": _LISTING,
    "StaffListing.id": _LISTING,
    "ListingCard.id": _LISTING,
    "NearbyCard.id": _LISTING,
    "OwnListingCard.id": _LISTING,
    "StaffListingCard.id": _LISTING,
    "listing_id": _LISTING,
    **{
        f"{name}.{part}": {"name": shown, "slug": slug}
        for name in (
            "Listing",
            "AvailableListing",
            "StaffListing",
            "ListingCard",
            "NearbyCard",
            "OwnListingCard",
            "StaffListingCard",
        )
        for part, shown, slug in (
            ("property_type", "Villa", "villa"),
            ("category", "Beach Villa", "beach-villa"),
        )
    },
    "ReviewsSummary": {
        "count": 12,
        "average": "4.80",
        "cleanliness": "4.90",
        "communication": "5.00",
        "location": "4.50",
        "value": "4.60",
        "accuracy": "4.90",
    },
    "NewStay": {
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
    "StayExtra.id": _EXTRA,
    # Photos.
    "url": f"{_PICTURE}.webp",
    "alt": "The pool",
    "width": 1600,
    "height": 1067,
    "PhotoWidth": {"width": 400, "url": f"{_PICTURE}-400.webp"},
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "position": 0,
    "Photo.id": _PHOTO,
    "HostedPhoto.id": _PHOTO,
    "HostedPhoto.status": "ready",
    "HostedPhoto.detail": "",
    # Amenities, extras and categories.
    "icon": "bi-wifi",
    "name": "Wi-Fi",
    "slug": "wifi",
    "amenities[]": "wifi",
    **{
        f"{schema}.{field}": shown
        for schema in ("ExtraItem", "ExtraDetail", "OfferedExtra", "SnapshotExtra")
        for field, shown in (
            ("id", _EXTRA),
            ("name", "Picnic Basket"),
            ("slug", "picnic-basket"),
            ("icon", "bi-basket"),
        )
    },
    "price": "25.00",
    "quantity": 1,
    "SnapshotExtra.subtotal": "25.00",
    "Category": {
        "id": _CATEGORY,
        "name": "Villa",
        "slug": "villa",
        "icon": "villa",
        "subcategories": [
            {
                "id": "2c3d4e5f-6071-4283-9495-a6b7c8d9e0f2",
                "name": "Beach Villa",
                "slug": "beach-villa",
                "icon": "",
                "subcategories": [],
            },
            {
                "id": "3d4e5f60-7182-4394-85a6-b7c8d9e0f1a3",
                "name": "Modern Villa",
                "slug": "modern-villa",
                "icon": "",
                "subcategories": [],
            },
        ],
    },
    "CategoryDetail": {
        "id": "4e5f6071-8293-44a5-96b7-c8d9e0f1a2b4",
        "name": "Cave House",
        "slug": "cave-house",
        "icon": "house",
        "subcategories": [],
        "parent": "villa",
        "is_active": True,
    },
    # Bookings.
    "guests": 2,
    "check_in_date": "2026-09-01",
    "check_out_date": "2026-09-05",
    "WantedStay": {
        "listing_id": _LISTING,
        "check_in_date": "2026-09-01",
        "check_out_date": "2026-09-05",
        "guests": 2,
        "extras": [],
    },
    "PriceSnapshot": {
        "nights": 4,
        "price_per_night": "350.00",
        "subtotal": "1400.00",
        "cleaning_fee": "50.00",
        "total": "1450.00",
        "extras": [],
        "security_deposit": "100.00",
        "currency": "USD",
    },
    "Intent.id": _INTENT,
    "Intent.status": "held",
    "Intent.created_at": "2026-06-17T12:15:00Z",
    "expires_at": "2026-06-17T12:30:00Z",
    "ConfirmedIntent": {
        "intent_id": _INTENT,
        "special_requests": "Late check-in at 6pm please.",
    },
    "special_requests": "Late check-in at 6pm please.",
    **{
        f"{schema}.{field}": shown
        for schema in ("Booking", "BookingDetail")
        for field, shown in (
            ("id", _BOOKING),
            ("role", "guest"),
            ("host", {"id": "60718293-a4b5-46c7-98d9-e0f1a2b3c4d5", "first_name": "Asha"}),
            ("status", "confirmed"),
            ("payment_status", "unpaid"),
            ("created_at", "2026-06-17T12:20:00Z"),
        )
    },
    "payment_due_at": "2026-06-18T12:20:00Z",
    "payment_reference": "",
    "payment_method": "",
    "has_payment_proof": False,
    "cancellation_reason": "",
    **{
        f"BookingDetail.{moment}_at": None
        for moment in ("submitted", "paid", "checked_in", "completed", "cancelled", "refunded")
    },
    "TimelineEntry": {
        "at": "2026-06-17T12:20:00Z",
        "by": "guest",
        "from": None,
        "to": "confirmed",
        "payment_status": "unpaid",
        "note": "",
    },
    "reference": "MP260617.1220.A01234",
    "reason": "Other plans.",
    # Reviews and feedback.
    "WantedReview": {
        "booking_id": _BOOKING,
        "rating": 5,
        "cleanliness": 5,
        "communication": 5,
        "location": 4,
        "value": 4,
        "accuracy": 5,
        "comment": "Absolutely stunning villa. Would book again!",
    },
    **{
        f"{schema}.{field}": shown
        for schema in ("Review", "OwnReview", "StaffReview")
        for field, shown in (
            ("id", _REVIEW),
            ("rating", 5),
            ("cleanliness", 5),
            ("communication", 5),
            ("location", 4),
            ("value", 4),
            ("accuracy", 5),
            ("created_at", "2026-09-06T08:00:00Z"),
        )
    },
    "booking_id": _BOOKING,
    "comment": "Absolutely stunning villa. Would book again!",
    "host_reply": "Thank you so much! Come back anytime!",
    "replied_at": "2026-09-07T08:00:00Z",
    "ReviewedListing.id": _LISTING,
    "is_published": True,
    "unpublished_at": None,
    "unpublished_reason": "",
    "Reason.reason": "Names a neighbour.",
    "Feedback.rating": 5,
    "Feedback.comment": "Seamless booking experience!",
    "platform": "web",
    # Saved searches and frequent questions.
    "Search": {
        "name": "Dar Beach Getaway",
        "category": "beach-villa",
        "min_price": 100,
        "max_price": 400,
        "min_guests": 2,
        "stay_type": "short_stay",
    },
    "SavedSearch": {
        "id": "3d4e5f60-7182-4394-85a6-b7c8d9e0f1a2",
        "name": "Dar Beach Getaway",
        "category": "beach-villa",
        "min_price": "100.00",
        "max_price": "400.00",
        "min_guests": 2,
        "stay_type": "short_stay",
        "check_in": None,
        "check_out": None,
        "city": None,
        "bedrooms": None,
        "amenities": [],
        "search": None,
        "ordering": None,
        "url": (
            f"{_HOST}/api/listings/?category=beach-villa&min_price=100.00&max_price=400.00"
            "&guests=2&stay_type=short_stay"
        ),
        "created_at": "2026-06-01T12:00:00Z",
    },
    "category": "beach-villa",
    "Topic.category": "Payments",
    "QuestionDetail.category": "Payments",
    "question": "When am I charged?",
    "answer": "You pay after you confirm.",
    # Pages.
    "count": 1,
    "next": None,
    "previous": None,
    # The answer's own sentence stands in its place.
    "message": "",
    # What lists are asked for.
    "?page": 2,
    "?page_size": 20,
    "?min_price": "100.00",
    "?max_price": "400.00",
    "?search": "pool",
    "?check_out": "2026-09-05",
    "?lat": "-6.79",
    "?lng": "39.20",
    "?radius": "10",
    "?rating": 5,
    "?user": "john@example.com",
    "?object_id": _PERSON,
    # For staff.
    "action": "account.disabled",
    "object_type": "account",
    "object_id": _PERSON,
    "details": {"reason": "Asked for it."},
    "AccountCounts": {"total": 120, "verified": 98, "disabled": 2},
    "ListingCounts.total": 64,
    "BookingCounts.total": 31,
    "hosts_pending_review": 3,
    "listings_pending_review": 5,
    "payments_submitted": 2,
    "refunds_due": 1,
    "stays_to_settle": 1,
    "Day": {
        "date": "2026-06-01",
        "registrations": 4,
        "listings": 2,
        "bookings": 3,
        "revenue": {"USD": "1450.00"},
    },
    "balance": "12500.00",
}
