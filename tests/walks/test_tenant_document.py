"""The tenant document's lines as it prints them, and what it says that comes back."""

from collections.abc import Callable

from tests.factories import code_in_text
from tests.walks.service import Service
from tests.walks.stranger import Stranger, agrees

LISTING = {
    "id": 987,
    "title": "5 bedroom Bungalow for rent in Bbunga",
    "description": "...",
    "price": "1500000.00",
    "currency": {"code": "UGX", "symbol": "USh"},
    "property_type": {"name": "Bungalow", "slug": "bungalow"},
    "listing_type": "rent",
    "location": "Bbunga",
    "region": {"name": "Central", "slug": "central"},
    "district": {"name": "Kampala", "slug": "kampala"},
    "latitude": None,
    "longitude": None,
    "bedrooms": 5,
    "bathrooms": 4,
    "floor_size": None,
    "plot_size": None,
    "furnished": "unfurnished",
    "is_verified": True,
    "is_sponsored": False,
    "publish_status": "published",
    "availability": "available",
    "amenities": [{"name": "Parking", "slug": "parking", "icon": "bi-p-square"}],
    "images": [{"id": 55, "url": "https://.../photo.webp", "is_main": True, "alt": "Front view"}],
    "youtube_video_id": "",
    "created_at": "2026-05-10T08:30:00Z",
    "updated_at": "2026-06-01T12:00:00Z",
}
ACCOUNT = {
    "id": 12345,
    "username": "you",
    "email": "[email protected]",
    "subscription_tier": "pro",
    "key": {"name": "My site", "scope": "R", "allowed_origins": []},
    "properties_count": 42,
}
FACETS = {
    "listing_type": {"rent": "For Rent", "sale": "For Sale"},
    "furnished": {"furnished": "Furnished", "unfurnished": "Unfurnished"},
    "availability": {"available": "Available", "sold": "Sold"},
    "publish_status": {"published": "Published", "draft": "Draft", "trash": "Trash"},
    "property_types": [{"slug": "bungalow", "name": "Bungalow"}],
    "currencies": [{"code": "UGX", "symbol": "USh"}],
}


def test_the_document_from_the_quick_start_to_the_errors(
    service: Service, stranger: Callable[[], Stranger]
) -> None:
    service.command("create-account", "--email", "you@example.com", "--username", "you")
    you = stranger()

    # ── 60-second quick start ──
    answer = you.curl("""curl -s -X POST $HOST/v1/register/ \\
     -H "Content-Type: application/json" -d '{"username":"you"}'""")
    assert answer.status == 200
    assert answer.body == {"detail": "If the account exists, a verification code has been emailed."}
    you.put("123456", code_in_text(service.mail("you@example.com", "code")))
    answer = you.curl("""curl -s -X POST $HOST/v1/register/verify/ \\
     -H "Content-Type: application/json" \\
     -d '{"username":"you","api_key_name":"My site","code":"123456"}'""")
    assert answer.status == 201
    assert (answer.body["username"], answer.body["scope"]) == ("you", "R")
    assert answer.body["key"].startswith("R_")
    you.put("$KEY", answer.body["key"])
    for word in ("$UID", "12345"):
        you.put(word, str(answer.body["user_id"]))
    answer = you.curl("""curl -s "$HOST/v1/$UID/properties/?listing_type=rent" \\
     -H "Authorization: Bearer $KEY\"""")
    assert (answer.status, answer.body) == (200, {"next": None, "previous": None, "results": []})
    answer = you.curl('curl -s "$HOST/v1/amenities/" -H "Authorization: Bearer $KEY"')
    assert agrees(LISTING["amenities"], answer.body)

    # ── a read + write key, and a listing ──
    key = service.command("create-api-key", "--user", "you", "--scope", "RW", "--name", "CRM sync")
    you.put("RW_xxx", key.strip())
    you.put("https://<host>", service.address)
    answer = you.curl("""curl -X POST https://<host>/v1/12345/properties/ \\
     -H "Authorization: Bearer RW_xxx" \\
     -H "Content-Type: application/json" \\
     -d '{
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
           "availability": "available"
         }'""")
    assert answer.status == 201
    saved = {name: answer.body[name] for name in ("title", "currency", "property_type", "district")}
    assert saved == {
        "title": "3 bedroom Bungalow in Kololo",
        "currency": "UGX",
        "property_type": "bungalow",
        "district": "kampala",
    }
    you.put("987", str(answer.body["id"]))

    # ── images ──
    answer = you.curl("""curl -X POST https://<host>/v1/12345/properties/987/images/ \\
     -H "Authorization: Bearer RW_xxx" \\
     -F "image=@/path/to/photo.jpg" \\
     -F "is_main=true" \\
     -F "alt=Front view of the bungalow\"""")
    assert answer.status == 201
    assert answer.body["url"].endswith(".webp")
    assert (answer.body["is_main"], answer.body["alt"]) == (True, "Front view of the bungalow")
    first = answer.body["id"]
    answer = you.curl("""curl -X POST https://<host>/v1/12345/properties/987/images/ \\
     -H "Authorization: Bearer RW_xxx" \\
     -H "Content-Type: application/json" \\
     -d '{
           "external_url": "http://localhost/photo.jpg",
           "is_main": true,
           "alt": "Front view of the bungalow"
         }'""")
    assert answer.status == 400
    assert list(answer.body) == ["external_url"]
    answer = you.curl("""curl -X POST https://<host>/v1/12345/properties/987/images/ \\
     -H "Authorization: Bearer RW_xxx" -F "image=@/path/to/sea.jpg\"""")
    you.put("<img_id>", str(answer.body["id"]))
    answer = you.curl("""curl -X PATCH \\
     https://<host>/v1/12345/properties/987/images/<img_id>/ \\
     -H "Authorization: Bearer RW_xxx" -H "Content-Type: application/json" \\
     -d '{"is_main": true}'""")
    assert answer.status == 200
    images = you.curl("""curl https://<host>/v1/12345/properties/987/images/ \\
     -H "Authorization: Bearer $KEY\"""").body
    assert [(image["is_main"], image["id"] == first) for image in images] == [
        (True, False),
        (False, True),
    ]

    # ── what readers get ──
    for line, documented in {
        "$HOST/v1/$UID/account/": ACCOUNT,
        "$HOST/v1/$UID/properties/": {"next": None, "previous": None, "results": [LISTING]},
        "$HOST/v1/$UID/properties/987/": LISTING,
        "$HOST/v1/filters/": FACETS,
        "$HOST/v1/locations/": [
            {"name": "Central", "slug": "central", "districts": [LISTING["district"]]}
        ],
    }.items():
        answer = you.curl(f'curl -s "{line}" -H "Authorization: Bearer $KEY"')
        assert answer.status == 200
        assert agrees(documented, answer.body), answer.body

    # ── errors ──
    for line, status, body in (
        ("$HOST/v1/$UID/", 404, {"detail": "No such API endpoint."}),
        (
            "$HOST/v1/999999/properties/",
            403,
            {"detail": "This API key is not permitted for this tenant or action."},
        ),
    ):
        answer = you.curl(f'curl -s "{line}" -H "Authorization: Bearer $KEY"')
        assert (answer.status, answer.body) == (status, body)
    answer = you.curl("""curl -X PATCH https://<host>/v1/12345/properties/987/ \\
     -H "Authorization: Bearer RW_xxx" -H "Content-Type: application/json" \\
     -d '{"district": "no-such-district"}'""")
    assert answer.status == 400
    assert answer.body == {"district": ["Object with slug=no-such-district does not exist."]}
    answer = you.curl("""curl -X DELETE https://<host>/v1/12345/properties/987/ \\
     -H "Authorization: Bearer $KEY\"""")
    assert answer.status == 403
    answer = you.curl("""curl -X DELETE https://<host>/v1/12345/properties/987/ \\
     -H "Authorization: Bearer RW_xxx\"""")
    assert answer.status == 204
