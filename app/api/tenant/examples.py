"""The examples of the tenant face, as `app.api.examples` reads them: those of its document."""

from typing import Any

_FEED = "http://127.0.0.1:8000/v1/12345/properties/"
_PICTURE = "http://127.0.0.1:8000/media/ug/property_images/5f0c2d9e"

_WRITTEN: dict[str, Any] = {
    "title": "3 bedroom Bungalow in Kololo",
    "description": "Spacious family home.",
    "price": "850000000",
    "currency": "UGX",
    "property_type": "bungalow",
    "listing_type": "sale",
    "location": "Kololo",
    "district": "kampala",
    "bedrooms": 3,
    "bathrooms": 2,
    "amenities": ["parking", "swimming-pool"],
    "publish_status": "published",
    "availability": "available",
}

PARAMETERS = {
    "user_id": ("The tenant's number: it comes with the key.", 12345),
    "property_id": ("The listing's id.", 987),
    "image_id": ("The image's id.", 55),
}

EXAMPLES: dict[str, Any] = {
    # The account and its keys.
    "user_id": 12345,
    "username": "you",
    "email": "you@example.com",
    "Registration": {"username": "your-username"},
    "Verification": {
        "username": "your-username",
        "api_key_name": "My website",
        "code": "123456",
    },
    "Detail": {"detail": "If the account exists, a verification code has been emailed."},
    "NewKey": {
        "user_id": 12345,
        "username": "your-username",
        "key": "R_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "scope": "R",
        "name": "My website",
        "detail": (
            "Store this key now — it will not be shown again. "
            "Use user_id in all /v1/<user_id>/... requests."
        ),
    },
    "Account.id": 12345,
    "subscription_tier": "pro",
    "KeyInfo": {"name": "My site", "scope": "R", "allowed_origins": ["example.com"]},
    "properties_count": 42,
    "EndpointIndex": {
        "version": "v1",
        "endpoints": {
            "register": "http://127.0.0.1:8000/v1/register/",
            "properties": "http://127.0.0.1:8000/v1/<user_id>/properties/",
        },
    },
    # Reference data.
    "Currency": {"code": "UGX", "symbol": "USh"},
    "Amenity": {"name": "Parking", "slug": "parking", "icon": "bi-p-square"},
    "Named": {"name": "Bungalow", "slug": "bungalow"},
    "Region": {
        "name": "Central",
        "slug": "central",
        "districts": [
            {"name": "Kampala", "slug": "kampala"},
            {"name": "Wakiso", "slug": "wakiso"},
        ],
    },
    "Filters.listing_type": {"rent": "For Rent", "sale": "For Sale", "stay": "For Stays"},
    "Filters.furnished": {
        "furnished": "Furnished",
        "unfurnished": "Unfurnished",
        "semi_furnished": "Semi Furnished",
    },
    "Filters.availability": {
        "available": "Available",
        "sold": "Sold",
        "rented_out": "Rented Out",
        "reserved": "Reserved",
    },
    "Filters.publish_status": {"published": "Published", "draft": "Draft", "trash": "Trash"},
    # Listings, as they are read.
    "id": 987,
    "external_id": "CRM-1042",
    "title": "5 bedroom Bungalow for rent in Bbunga",
    "description": "Five bedrooms, a garden and a view of the lake.",
    "price": "1500000.00",
    "location": "Bbunga",
    "Property.region": {"name": "Central", "slug": "central"},
    "Property.district": {"name": "Kampala", "slug": "kampala"},
    "latitude": "0.300000",
    "longitude": "32.580000",
    "bedrooms": 5,
    "bathrooms": 4,
    "floor_size": "350.00",
    "plot_size": "50.00",
    "plot_size_unit": "decimals",
    "tenure": "mailo",
    "listing_type": "rent",
    "furnished": "unfurnished",
    "is_sponsored": False,
    "publish_status": "published",
    "availability": "available",
    "youtube_video_id": "",
    "created_at": "2026-05-10T08:30:00Z",
    "updated_at": "2026-06-01T12:00:00Z",
    "FeedPage.next": f"{_FEED}?cursor=cD0yMD",
    "FeedPage.previous": None,
    "version": 318,
    "next_since": 318,
    "has_more": False,
    # What the feed is asked for.
    "?search": "bbunga",
    "?property_type": "bungalow",
    "?region": "central",
    "?district": "kampala",
    "?min_price": "500000",
    "?max_price": "2000000",
    "?availability": "sold",
    "?publish_status": "draft",
    "?updated_after": "2026-06-01T00:00:00Z",
    "?min_bedrooms": 3,
    "?page_size": 50,
    "?cursor": "cD0yMD",
    "?since": 317,
    # Listings, as they are written.
    "NewListing": _WRITTEN,
    "ListingWrite": _WRITTEN,
    "ListingPatch": {"price": "820000000", "availability": "reserved"},
    "SavedListing": {
        "id": 987,
        **_WRITTEN,
        "price": "850000000.00",
        "latitude": None,
        "longitude": None,
        "floor_size": None,
        "plot_size": None,
        "plot_size_unit": None,
        "tenure": None,
        "furnished": "unfurnished",
        "youtube_video_id": "",
        "external_id": None,
    },
    # Images.
    "Image": {
        "id": 55,
        "url": f"{_PICTURE}.webp",
        "is_main": True,
        "alt": "Front view of the bungalow",
        "width": 1600,
        "height": 1067,
        "variants": [{"width": 400, "url": f"{_PICTURE}-400.webp"}],
        "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    },
    "NewImage": {
        "external_url": "https://cdn.example.com/photo.jpg",
        "is_main": True,
        "alt": "Front view of the bungalow",
    },
    "UploadedImage": {"is_main": True, "alt": "Front view of the bungalow"},
    "ImagePatch": {"is_main": True},
    "PendingImage": {"id": 55, "status": "processing"},
    "FieldErrors": {"district": ["Object with slug=no-such-district does not exist."]},
}
