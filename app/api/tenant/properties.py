"""An owner's listings: the feed, the change log, and writing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, current_app, request

from app.api.conditional import (
    base_url,
    is_fresh,
    json_bytes,
    make_etag,
    not_modified,
)
from app.api.rendering import with_media
from app.api.smorest import leads_to, refuses, revalidates
from app.api.tenant import schemas
from app.api.tenant.access import current_reader, current_versions, key_required
from app.api.tenant.blueprints import tenant_blueprint
from app.api.tenant.dialect import PREFIX
from app.api.tenant.documents import FACE, RENDERER
from app.catalogue import feed_service as feed
from app.catalogue import service as catalogue
from app.catalogue.errors import ListingNotFound
from app.catalogue.feed import FeedFilter, FeedVersions
from app.catalogue.listing_values import RELATIONS, no_such_object
from app.catalogue.service import SavedListing
from app.core.errors import InvalidFields
from app.core.page_cache import PageCache
from app.reference import service as reference

REVALIDATE = "private, no-cache"

blp = tenant_blueprint("Tenant listings", "An owner's listings")

_feed_query = schemas.FeedQuerySchema()
_NO_QUERY: dict[str, Any] = _feed_query.load({})
_KNOWN_PARAMETERS = _feed_query.fields.keys()
_RELATION_FILTERS = ("property_type", "district", "region")


def own_listing_required(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer 404 for a listing that the tenant does not have, before the body is read."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if not catalogue.has_listing(current_reader(), kwargs["user_id"], kwargs["property_id"]):
            raise ListingNotFound
        return view(*args, **kwargs)

    return checked


# ── reading ─────────────────────────────────────────────────────────────────────────────────


@blp.route("/<int:user_id>/properties/")
@key_required
@revalidates
@blp.lazy_query(schemas.FeedQuerySchema)
@blp.response(200, schemas.FeedPageSchema)
def list_properties(user_id: int) -> Response:
    """List the tenant's listings, newest first, page by page.

    Only published listings, unless `publish_status` asks for others. Send the `ETag` back as
    `If-None-Match`: while nothing changed the answer is an empty 304.
    """
    versions = current_versions()
    etag = make_etag(versions.reference, versions.catalogue, RENDERER.format)
    if is_fresh(etag, exists=False):
        return not_modified(etag, REVALIDATE)
    cache: PageCache = current_app.extensions["nafasi.page_cache"]
    key = (user_id, etag)
    body = cache.get(key)
    if body is None:
        query = _parse_feed_query(versions)
        body = _feed_body(user_id, versions, query)
        if _may_be_kept(query):
            cache.put(key, body)
    if is_fresh(etag):
        return not_modified(etag, REVALIDATE)
    return json_bytes(body, etag, REVALIDATE)


@blp.route("/<int:user_id>/properties/changes/")
@key_required
@revalidates
@blp.arguments(schemas.ChangesQuerySchema, location="query")
@blp.response(200, schemas.ChangePageSchema)
def list_property_changes(query: dict[str, Any], user_id: int) -> Response:
    """List what changed in the catalogue since a version, each listing once.

    Begin without `since` for a snapshot, keep `next_since`, and ask again from there: nothing
    can slip in behind it. Deleted, trashed and unpublished listings come as `remove`.
    """
    versions = current_versions()
    etag = make_etag(versions.reference, versions.catalogue, RENDERER.format)
    if is_fresh(etag, exists=False):
        return not_modified(etag, REVALIDATE)
    page = feed.read_changes(
        current_reader(),
        user_id,
        versions,
        FACE,
        since=query.get("since"),
        page_size=query["page_size"],
    )
    if is_fresh(etag):
        return not_modified(etag, REVALIDATE)
    body = {
        "results": [
            {
                "id": change.id,
                "external_id": change.external_id,
                "version": change.version,
                "change": "remove" if change.body is None else "upsert",
                "property": None if change.body is None else orjson.Fragment(change.body),
            }
            for change in page.changes
        ],
        "next_since": page.next_since,
        "has_more": page.has_more,
    }
    return json_bytes(with_media(orjson.dumps(body)), etag, REVALIDATE)


@blp.route("/<int:user_id>/properties/<int:property_id>/")
@key_required
@revalidates
@blp.response(200, schemas.PropertySchema)
def get_property(user_id: int, property_id: int) -> Response:
    """Read one listing, published or not."""
    versions = current_versions()
    etag = make_etag(versions.reference, versions.catalogue, RENDERER.format)
    if is_fresh(etag, exists=False):
        return not_modified(etag, REVALIDATE)
    body = feed.read_listing(current_reader(), user_id, property_id, versions, FACE)
    if is_fresh(etag):
        return not_modified(etag, REVALIDATE)
    return json_bytes(with_media(body), etag, REVALIDATE)


def _may_be_kept(query: dict[str, Any]) -> bool:
    """Tell whether a page is worth keeping: one that others are likely to ask for again.

    Made-up parameters make as many different addresses of one page as somebody likes.
    """
    return (
        not {"search", "updated_after"} & query.keys() and request.args.keys() <= _KNOWN_PARAMETERS
    )


def _parse_feed_query(versions: FeedVersions) -> dict[str, Any]:
    """Return the checked parameters, with their defaults."""
    if not request.query_string:
        return _NO_QUERY
    query: dict[str, Any] = blp.ARGUMENTS_PARSER.parse(_feed_query, location="query")
    state = reference.snapshot(versions.reference)
    known = {
        "property_type": state.property_types_by_slug,
        "district": state.districts_by_slug,
        "region": state.regions_by_slug,
    }
    unknown = {
        name: [no_such_object("slug", query[name])]
        for name, items in known.items()
        if name in query and query[name] not in items
    }
    if unknown:
        raise InvalidFields(unknown)
    return query


def _feed_filter(versions: FeedVersions, query: dict[str, Any]) -> FeedFilter:
    state = reference.snapshot(versions.reference)
    wanted = {
        name: value
        for name, value in query.items()
        if value != "" and name not in ("cursor", "page_size", *_RELATION_FILTERS)
    }
    if "property_type" in query:
        wanted["property_type_id"] = state.property_types_by_slug[query["property_type"]].id
    chosen = []
    if "region" in query:
        region = state.regions_by_slug[query["region"]]
        chosen.append({district.id for district in region.districts})
    if "district" in query:
        chosen.append({state.districts_by_slug[query["district"]].id})
    if chosen:
        wanted["district_ids"] = tuple(sorted(set.intersection(*chosen)))
    return FeedFilter(**wanted)


def _feed_body(user_id: int, versions: FeedVersions, query: dict[str, Any]) -> bytes:
    """Splice a page from stored documents: no listing is parsed or dumped on the way."""
    page = feed.read_page(
        current_reader(),
        user_id,
        versions,
        FACE,
        _feed_filter(versions, query),
        cursor=query.get("cursor"),
        page_size=query["page_size"],
    )
    parts = (
        b'{"next":',
        orjson.dumps(_page_url(page.next_cursor)),
        b',"previous":',
        orjson.dumps(_page_url(page.previous_cursor)),
        b',"results":[',
        with_media(b",".join(page.bodies)),
        b"]}",
    )
    return b"".join(parts)


def _page_url(cursor: str | None) -> str | None:
    """Return this request's address with another cursor, every other parameter kept."""
    if cursor is None:
        return None
    others = [pair for pair in request.args.items(multi=True) if pair[0] != "cursor"]
    return f"{base_url()}{request.path}?{urlencode([('cursor', cursor), *others])}"


# ── writing ─────────────────────────────────────────────────────────────────────────────────


@blp.route("/<int:user_id>/properties/", methods=["POST"])
@key_required
@leads_to(
    *("get_property", "replace_property", "update_property", "delete_property"),
    user_id="$request.path.user_id",
    property_id="$response.body#/id",
)
@blp.arguments(schemas.NewListingSchema)
@blp.response(201, schemas.SavedListingSchema, headers={"Location": "Location"})
def create_property(values: dict[str, Any], user_id: int) -> tuple[Any, int, dict[str, str]]:
    """Create a listing. The owner is always the key's tenant."""
    saved = catalogue.create_listing(user_id, values)
    address = f"{base_url()}{PREFIX}/{user_id}/properties/{saved.row['id']}/"
    return _written(saved), 201, {"Location": address}


@blp.route("/<int:user_id>/properties/<int:property_id>/", methods=["PUT"])
@key_required
@refuses(409)
@own_listing_required
@blp.arguments(schemas.ListingWriteSchema)
@blp.response(200, schemas.SavedListingSchema)
def replace_property(values: dict[str, Any], user_id: int, property_id: int) -> dict[str, Any]:
    """Replace a listing: what is absent goes back to its default.

    A stay that guests are in, or hold or have booked nights of, cannot be trashed; and one without
    a photo cannot be published.
    """
    return _written(catalogue.update_listing(user_id, property_id, values))


@blp.route("/<int:user_id>/properties/<int:property_id>/", methods=["PATCH"])
@key_required
@refuses(409)
@own_listing_required
@blp.arguments(schemas.ListingPatchSchema)
@blp.response(200, schemas.SavedListingSchema)
def update_property(values: dict[str, Any], user_id: int, property_id: int) -> dict[str, Any]:
    """Update some fields of a listing: what is absent stays.

    A stay that guests are in, or hold or have booked nights of, cannot be trashed; and one without
    a photo cannot be published.
    """
    return _written(catalogue.update_listing(user_id, property_id, values))


@blp.route("/<int:user_id>/properties/<int:property_id>/", methods=["DELETE"])
@key_required
@refuses(409)
@blp.response(204)
def delete_property(user_id: int, property_id: int) -> None:
    """Delete a listing. The change log tells consumers of the removal.

    A stay that guests are in, or hold or have booked nights of, cannot be deleted.
    """
    catalogue.delete_listing(user_id, property_id)


def _written(saved: SavedListing) -> dict[str, Any]:
    """Return a saved listing in the words that it is written in."""
    state, row = saved.reference, saved.row
    items: dict[str, Any] = {
        "currency": state.currencies_by_id,
        "property_type": state.property_types_by_id,
        "district": state.districts_by_id,
        "tenure": state.tenures_by_id,
        "plot_size_unit": state.plot_size_units_by_id,
    }
    relations = {}
    for name, item in items.items():
        column, key = RELATIONS[name]
        relations[name] = None if row.get(column) is None else getattr(item[row[column]], key)
    return {**row, **relations, "amenities": saved.amenities}
