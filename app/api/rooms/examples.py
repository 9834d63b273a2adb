"""The examples of the rooms face, as `app.api.examples` reads them: those of its document."""

from typing import Any

_LIST = "http://127.0.0.1:8000/api/rooms"
_PICTURE = "http://127.0.0.1:8000/media/rooms/5f0c2d9e"

PARAMETERS = {"room_id": ("The room's id.", 10001)}

EXAMPLES: dict[str, Any] = {
    # Rooms.
    "id": 10001,
    "name": "Apartment 1",
    "num_bedrooms": 3,
    "num_bathrooms": 4,
    "standard_guests": 3,
    "maximum_guests": 5,
    "status": "Listed",
    "submit_status": "Accept",
    "RoomList.data": [
        {
            "id": 10001,
            "name": "Apartment 1",
            "num_bedrooms": 3,
            "num_bathrooms": 4,
            "standard_guests": 3,
            "maximum_guests": 5,
            "status": "Listed",
            "submit_status": "Accept",
        },
        {
            "id": 10003,
            "name": "Apartment 2",
            "num_bedrooms": 3,
            "num_bathrooms": 4,
            "standard_guests": 5,
            "maximum_guests": 15,
            "status": "Listed",
            "submit_status": "Accept",
        },
    ],
    "Pagination": {
        "total": 231,
        "count": 2,
        "per_page": 2,
        "current_page": 1,
        "total_pages": 116,
        "links": {"next": f"{_LIST}?limit=2&page=2"},
    },
    # One room with everything.
    "description": "Three bedrooms above the market, with a roof terrace.",
    "address": "12 Haile Selassie Road",
    "city": "Dar es Salaam",
    "country": "Tanzania",
    "latitude": "-6.752000",
    "longitude": "39.277000",
    "RoomType": {"slug": "apartment", "name": "Apartment"},
    "RoomAmenity": {"slug": "parking", "name": "Parking", "icon": "bi-p-square"},
    "price": "95.00",
    "currency": "USD",
    "min_nights": 2,
    "max_nights": 30,
    "RoomImage": {
        "id": 55,
        "url": f"{_PICTURE}.webp",
        "alt": "The roof terrace",
        "is_main": True,
        "width": 1600,
        "height": 1067,
        "variants": [{"width": 400, "url": f"{_PICTURE}-400.webp"}],
        "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    },
    "created_at": "2026-05-10T08:30:00Z",
    "updated_at": "2026-06-01T12:00:00Z",
    # What the list is asked for.
    "?limit": 2,
    "?per_page": 2,
    "?page": 2,
    "?room_id": 10140,
    "?search": "awesome",
    "?sort": "name",
    "?ordering": "ASC",
}
