"""The staff console, `/staff/`: what waits for a decision, and everything there is.

Its pages call the same services as the marketplace face's `/api/admin/`.
"""

from flask import Flask

from app.web.staff import (
    all_bookings,
    all_listings,
    audit,
    bookings,
    categories,
    faq,
    feedback,
    hosts,
    keys,
    listings,
    reference,
    reviews,
    start,
    users,
    vocabulary,
)
from app.web.staff.frame import figure, full_name

_TOPICS = (
    start,
    hosts,
    listings,
    bookings,
    users,
    all_listings,
    all_bookings,
    reviews,
    feedback,
    categories,
    faq,
    reference,
    keys,
    audit,
)


def init_app(app: Flask) -> None:
    app.jinja_env.filters["figure"] = figure
    app.jinja_env.filters["full_name"] = full_name
    for blp in (*(topic.blp for topic in _TOPICS), *vocabulary.blps):
        app.register_blueprint(blp)
