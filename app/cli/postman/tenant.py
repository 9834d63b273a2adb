"""The requests of the tenant API."""

from app.cli.postman.steps import Folder, Step, login_as_admin

_BUNGALOW = {
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
# The variable that keeps the key.
_KEY = "api_key"
_LISTINGS = "/v1/{user_id}/properties/"
_LISTING = "/v1/{user_id}/properties/{property_id}/"
_IMAGES = "/v1/{user_id}/properties/{property_id}/images/"
_IMAGE = "/v1/{user_id}/properties/{property_id}/images/{image_id}/"

_KEYS = Folder(
    "Authentication",
    "A read-only key, by a code that is mailed to the account's address.",
    (
        Step(
            operation="GET /v1/",
            name="API root",
            expects={"answer.version": "v1"},
        ),
        Step(
            operation="POST /v1/register/", name="Request a code", body={"username": "{{username}}"}
        ),
        Step(
            operation="POST /v1/register/verify/",
            name="Verify the code and get a key",
            body={"username": "{{username}}", "api_key_name": "My site", "code": "{{otp_code}}"},
            code_for="{{email}}",
            expects={"answer.scope": "R"},
            keeps={_KEY: "answer.key", "user_id": "answer.user_id"},
        ),
        Step(operation="GET /v1/{user_id}/account/", name="Account"),
    ),
)

_REFERENCE = Folder(
    "Reference data",
    "What listings refer to, by slug or code. It changes rarely.",
    tuple(
        Step(operation=f"GET /v1/{path}/", name=name)
        for path, name in {
            "amenities": "Amenities",
            "property-types": "Property types",
            "currencies": "Currencies",
            "tenures": "Tenures",
            "plot-size-units": "Plot size units",
            "locations": "Locations",
            "filters": "Filters",
        }.items()
    ),
)

_WRITING_KEY = Folder(
    "A read + write key",
    "Keys that write are made by staff. The requests below carry this one.",
    (
        login_as_admin(),
        Step(
            operation="POST /api/admin/api-keys/",
            name="Make a read + write key",
            body={"user": "{{email}}", "scope": "RW", "name": "CRM sync"},
            expects={"answer.data.scope": "RW"},
            keeps={_KEY: "answer.data.key"},
        ),
    ),
)

_PROPERTIES = Folder(
    "Properties",
    "An owner's listings: the feed, its changes, and writing.",
    (
        Step(
            operation=f"POST {_LISTINGS}",
            name="Create a listing",
            body=_BUNGALOW,
            keeps={"property_id": "answer.id"},
        ),
        Step(
            operation=f"GET {_LISTINGS}",
            name="Listings",
            query={"listing_type": "sale"},
            expects={"answer.results[0].title": _BUNGALOW["title"]},
        ),
        Step(operation=f"GET {_LISTING}", name="A single listing"),
        Step(
            operation=f"PATCH {_LISTING}",
            name="Update a listing",
            body={"price": "820000000", "availability": "reserved"},
            expects={"answer.availability": "reserved"},
        ),
        Step(
            operation=f"PUT {_LISTING}",
            name="Replace a listing",
            body=_BUNGALOW,
            expects={"answer.availability": "available"},
        ),
        Step(
            operation=f"GET {_LISTINGS}changes/",
            name="Changes",
            query={"since": "0"},
            expects={"answer.has_more": False},
        ),
    ),
)

_PICTURES = Folder(
    "Images",
    "The images of one listing. Choose files of your own where a body names `photo.jpg`.",
    (
        Step(
            operation=f"POST {_IMAGES}",
            name="Add an image by upload",
            form={"image": "@photo.jpg", "is_main": "true", "alt": "Front view of the bungalow"},
            status=201,
            expects={"answer.is_main": True},
            keeps={"image_id": "answer.id"},
        ),
        Step(
            operation=f"POST {_IMAGES}",
            name="Add an image by URL",
            body={
                "external_url": "{{image_url}}",
                "is_main": True,
                "alt": "Front view of the bungalow",
            },
            status=201,
            expects={"answer.is_main": True},
            needs="image_url",
            note="Put the address of a picture into `image_url`.",
        ),
        Step(operation=f"GET {_IMAGES}", name="Images"),
        Step(operation=f"GET {_IMAGE}", name="One image"),
        Step(
            operation=f"PATCH {_IMAGE}",
            name="Make an image the main one",
            body={"is_main": True},
            expects={"answer.is_main": True},
        ),
        Step(operation=f"DELETE {_IMAGE}", name="Remove an image"),
        Step(operation=f"DELETE {_LISTING}", name="Delete the listing"),
    ),
)

FOLDER = Folder(
    "Tenant",
    "The tenant API, `/v1/`: an owner's listings for websites and systems, by API key.",
    (_KEYS, _REFERENCE, _WRITING_KEY, _PROPERTIES, _PICTURES),
    token=_KEY,
)
