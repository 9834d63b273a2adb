"""What anybody may read of stays: the lists, one stay, and its calendar."""

from typing import Any
from uuid import UUID

import orjson
from flask import current_app

from app.api.marketplace import browse_schemas as schemas
from app.api.marketplace.access import public, recognizes, viewer
from app.api.marketplace.blueprints import marketplace_blueprint
from app.api.marketplace.documents import FACE
from app.api.marketplace.listing_schemas import (
    ListingCardSchema,
    NearbyCardSchema,
    ReadListingSchema,
)
from app.api.marketplace.paging import make_page
from app.api.smorest import refuses
from app.catalogue import browse_service as browse
from app.catalogue import stay_service as stays
from app.catalogue.browse import BrowseFilter, Card, Circle
from app.core.page_cache import PageCache
from app.reference import service as reference

LISTED = "Listings retrieved successfully."
SHOWN = "Listing retrieved successfully."
CALENDAR = "Calendar retrieved successfully."

_detail = ReadListingSchema()

blp = marketplace_blueprint("Browse", "Stays, as anybody may read them")


@blp.route("/listings/")
@public
@refuses(404)
@blp.arguments(schemas.BrowseQuerySchema, location="query")
@blp.answers(200, ListingCardSchema, LISTED, paged=True, written=True)
def list_listings(query: dict[str, Any]) -> Any:
    """List active stays, page by page. All filters combine.

    A stay that is asked for by its dates is free in all of its nights, and neither shorter nor
    longer than the listing allows.
    """
    page, order = query.pop("page"), query.pop("ordering")
    found = browse.list_stays(
        FACE, BrowseFilter(**query), order, offset=page.offset, limit=page.limit
    )
    return make_page(page, [orjson.Fragment(card.body) for card in found.cards], found.total)


@blp.route("/listings/nearby/")
@public
@refuses(404)
@blp.arguments(schemas.NearbyQuerySchema, location="query")
@blp.answers(200, NearbyCardSchema, LISTED, paged=True, written=True)
def list_nearby_listings(query: dict[str, Any]) -> Any:
    """List active stays near a place, the nearest first, with the filters of the other list."""
    page = query.pop("page")
    circle = Circle(query.pop("lat"), query.pop("lng"), float(query.pop("radius")))
    found = browse.list_nearby(
        FACE, BrowseFilter(**query), circle, offset=page.offset, limit=page.limit
    )
    return make_page(page, [_with_distance(card) for card in found.cards], found.total)


@blp.route("/listings/<uuid:listing_id>/")
@public
@recognizes
@refuses(404)
@blp.answers(200, ReadListingSchema, SHOWN, written=True)
def get_listing(listing_id: UUID) -> Any:
    """Read a stay with everything. One that is not active is shown to its owner and staff only."""
    caller = viewer()
    found = stays.find_stay(listing_id, caller)
    if stays.shows_private(found, caller):
        return _detail.dump(stays.read_stay(found, private=True))
    # Nothing that the answer shows changes without one of these.
    key = ("stay", found, reference.current_version())
    cache: PageCache = current_app.extensions["nafasi.page_cache"]
    body = cache.get(key)
    if body is None:
        body = orjson.dumps(_detail.dump(stays.read_stay(found, private=False)))
        cache.put(key, body)
    return orjson.Fragment(body)


@blp.route("/listings/<uuid:listing_id>/calendar/")
@public
@recognizes
@refuses(404)
@blp.arguments(schemas.CalendarQuerySchema, location="query")
@blp.answers(200, schemas.CalendarSchema, CALENDAR)
def get_listing_calendar(query: dict[str, Any], listing_id: UUID) -> Any:
    """Read which nights of a stay can be booked. Those that have begun cannot."""
    return {"nights": stays.read_calendar(listing_id, viewer(), **query)}


def _with_distance(card: Card) -> orjson.Fragment:
    """Add the distance, which no stored card has, to the end of a card."""
    distance = orjson.dumps(round(card.distance_km or 0.0, 3))
    return orjson.Fragment(b'%b,"distance_km":%b}' % (card.body[:-1], distance))
