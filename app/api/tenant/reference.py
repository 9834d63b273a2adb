"""Global lookups: the same for every tenant, and rarely changed."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import Response, current_app, request
from marshmallow import Schema

from app.api.conditional import is_fresh, json_bytes, make_etag, not_modified
from app.api.smorest import revalidates
from app.api.tenant import schemas
from app.api.tenant.access import key_required
from app.api.tenant.blueprints import tenant_blueprint
from app.catalogue.enums import Availability, Furnishing, ListingType, PublishStatus
from app.core.page_cache import PageCache
from app.reference import service as reference
from app.reference.service import Reference

CACHEABLE = "private, max-age=3600"

LISTING_TYPES = {
    ListingType.RENT: "For Rent",
    ListingType.SALE: "For Sale",
    ListingType.STAY: "For Stays",
}
FURNISHINGS = {
    Furnishing.FURNISHED: "Furnished",
    Furnishing.UNFURNISHED: "Unfurnished",
    Furnishing.SEMI_FURNISHED: "Semi Furnished",
}
AVAILABILITIES = {
    Availability.AVAILABLE: "Available",
    Availability.SOLD: "Sold",
    Availability.RENTED_OUT: "Rented Out",
    Availability.RESERVED: "Reserved",
}
PUBLISH_STATUSES = {
    PublishStatus.PUBLISHED: "Published",
    PublishStatus.DRAFT: "Draft",
    PublishStatus.TRASH: "Trash",
}

blp = tenant_blueprint("Tenant reference data", "Global reference data")


@blp.route("/amenities/")
@key_required
@revalidates
@blp.response(200, schemas.AmenitySchema(many=True))
def list_amenities() -> Response:
    """List the amenities that a listing can have."""
    return _lookup(
        schemas.AmenitySchema(many=True),
        lambda state: [amenity for amenity in state.amenities if amenity.is_active],
    )


@blp.route("/property-types/")
@key_required
@revalidates
@blp.response(200, schemas.NamedSchema(many=True))
def list_property_types() -> Response:
    """List the property types."""
    return _lookup(schemas.NamedSchema(many=True), lambda state: state.property_types)


@blp.route("/currencies/")
@key_required
@revalidates
@blp.response(200, schemas.CurrencySchema(many=True))
def list_currencies() -> Response:
    """List the currencies that prices can be in."""
    return _lookup(schemas.CurrencySchema(many=True), lambda state: state.currencies)


@blp.route("/tenures/")
@key_required
@revalidates
@blp.response(200, schemas.NamedSchema(many=True))
def list_tenures() -> Response:
    """List the land tenures."""
    return _lookup(schemas.NamedSchema(many=True), lambda state: state.tenures)


@blp.route("/plot-size-units/")
@key_required
@revalidates
@blp.response(200, schemas.NamedSchema(many=True))
def list_plot_size_units() -> Response:
    """List the units of plot sizes."""
    return _lookup(schemas.NamedSchema(many=True), lambda state: state.plot_size_units)


@blp.route("/locations/")
@key_required
@revalidates
@blp.response(200, schemas.RegionSchema(many=True))
def list_locations() -> Response:
    """List the regions, each with its districts."""
    return _lookup(schemas.RegionSchema(many=True), lambda state: state.regions)


@blp.route("/filters/")
@key_required
@revalidates
@blp.response(200, schemas.FiltersSchema)
def list_filters() -> Response:
    """List what the feed can be filtered by, with labels for people."""
    return _lookup(
        schemas.FiltersSchema(),
        lambda state: {
            "listing_type": _labels(LISTING_TYPES),
            "furnished": _labels(FURNISHINGS),
            "availability": _labels(AVAILABILITIES),
            "publish_status": _labels(PUBLISH_STATUSES),
            "property_types": state.property_types,
            "currencies": state.currencies,
        },
    )


def _lookup(
    schema: Schema, pick: Callable[[Reference], Sequence[Any] | dict[str, Any]]
) -> Response:
    version = reference.current_version()
    cache: PageCache = current_app.extensions["nafasi.page_cache"]
    key = ("reference", request.endpoint, version)
    body = cache.get(key)
    if body is None:
        body = orjson.dumps(schema.dump(pick(reference.snapshot(version))))
        cache.put(key, body)
    etag = make_etag(body)
    if is_fresh(etag):
        return not_modified(etag, CACHEABLE)
    return json_bytes(body, etag, CACHEABLE)


def _labels(words: dict[Any, str]) -> dict[str, str]:
    return {str(word): label for word, label in words.items()}
