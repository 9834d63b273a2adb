"""The marketplace document on categories, amenities and extras: read by all, written by staff."""

from app.cli.postman.steps import Folder, Step, login_as_admin

_CATEGORY = "/api/categories/{slug}/"

CATEGORIES = Folder(
    "Categories",
    "Hierarchical property categories with nested subcategories.",
    (
        login_as_admin(),
        Step(operation="GET /api/categories/", name="The tree of categories"),
        Step(
            operation="POST /api/categories/",
            name="Create category",
            body={"name": "Cave House", "icon": "house", "parent": "villa"},
            keeps={"slug": "answer.data.slug"},
        ),
        Step(
            operation=f"PATCH {_CATEGORY}",
            name="Update category",
            body={"name": "Cave Home"},
            expects={"answer.data.name": "Cave Home"},
        ),
        Step(operation=f"DELETE {_CATEGORY}", name="Deactivate category"),
        Step(operation="GET /api/admin/categories/", name="All categories"),
    ),
)

_AMENITY = "/api/amenities/{amenity_id}/"
_EXTRA = "/api/amenities/extras/{extra_id}/"

AMENITIES = Folder(
    "Amenities & extras",
    "Amenities included with a stay, plus optional paid extras.",
    (
        Step(operation="GET /api/amenities/", name="Amenities"),
        Step(
            operation="POST /api/amenities/",
            name="Create amenity",
            body={"name": "Roof Terrace", "icon": "bi-sun"},
            keeps={"amenity_id": "answer.data.id"},
        ),
        Step(
            operation=f"PATCH {_AMENITY}",
            name="Update amenity",
            body={"name": "Roof Garden"},
            expects={"answer.data.name": "Roof Garden"},
        ),
        Step(operation=f"DELETE {_AMENITY}", name="Delete amenity"),
        Step(operation="GET /api/admin/amenities/", name="All amenities"),
        Step(operation="GET /api/amenities/extras/", name="Extras"),
        Step(
            operation="POST /api/amenities/extras/",
            name="Create extra",
            body={"name": "Picnic Basket", "icon": "bi-basket", "price": "25.00"},
            keeps={"extra_id": "answer.data.id"},
        ),
        Step(
            operation=f"PATCH {_EXTRA}",
            name="Update extra",
            body={"price": "30.00"},
            expects={"answer.data.price": "30.00"},
        ),
        Step(operation=f"DELETE {_EXTRA}", name="Delete extra"),
        Step(operation="GET /api/admin/amenities/extras/", name="All extras"),
    ),
)
