"""The marketplace face, `/api/`: guests, hosts and staff, in web and mobile apps.

Every answer is an envelope: `success`, `message`, `data`, `errors`.
"""

from flask import Flask

from app.api.marketplace import (
    access,
    admin_audit,
    admin_bookings,
    admin_feedback,
    admin_hosts,
    admin_keys,
    admin_listings,
    admin_reviews,
    admin_stats,
    admin_users,
    amenities,
    apikeys,
    auth,
    bookings,
    browse,
    categories,
    faq,
    hosting,
    hosts,
    photos,
    profile,
    reviews,
    saved_searches,
)
from app.api.marketplace.blueprints import describe_dialect
from app.api.marketplace.documents import RENDERER
from app.api.smorest import FaceApi
from app.catalogue import documents

# In the order that the documentation shows them in.
_TOPICS = (
    auth,
    profile,
    hosts,
    apikeys,
    browse,
    bookings,
    reviews,
    hosting,
    photos,
    categories,
    amenities,
    saved_searches,
    faq,
    admin_users,
    admin_hosts,
    admin_listings,
    admin_bookings,
    admin_reviews,
    admin_feedback,
    admin_keys,
    admin_audit,
    admin_stats,
)


def init_app(app: Flask, api: FaceApi) -> None:
    """Open the face, and count whoever comes."""
    access.init_app(app)
    describe_dialect(api)
    documents.register(RENDERER)
    for topic in _TOPICS:
        api.register_blueprint(topic.blp)
