"""Listings of every owner, type and status."""

from typing import Any

from flask import Response

from app.accounts.caller import Caller
from app.catalogue import review_service as reviews
from app.catalogue.enums import ListingType, PublishStatus, StayStatus
from app.catalogue.lifecycle import face_statuses
from app.catalogue.limits import PLACE_CHARS
from app.catalogue.staff_filter import StaffFilter
from app.core.counts import Slice
from app.core.fields import Choice, CleanStr, QueryBool, StrictSchema
from app.web.staff.frame import staff_blueprint, staff_page
from app.web.staff.searches import PersonName, choices, show_list, yes_or_no

blp = staff_blueprint("staff_all_listings", "/listings")

SEARCH_CHARS = 100


class ListingSearchSchema(StrictSchema):
    """Which listings to show; `host` is their owner."""

    search = CleanStr(max_length=SEARCH_CHARS)
    city = CleanStr(max_length=PLACE_CHARS)
    host = PersonName()
    listing_type = Choice(ListingType)
    status = Choice(StayStatus)
    is_verified = QueryBool()


@staff_page(blp, "/")
def list_listings(caller: Caller) -> Response:
    return show_list(
        "all_listings.html",
        caller,
        ListingSearchSchema(),
        _find,
        empty="There are no listings yet.",
        people={"host"},
        types=choices(ListingType),
        statuses=choices(StayStatus),
        marks=yes_or_no("Verified", "Not verified"),
        search_chars=SEARCH_CHARS,
        status_of=_status_of,
    )


def _find(*, offset: int, limit: int, host: Any = None, **asked: Any) -> Slice:
    wanted = StaffFilter(**asked, host=host.uuid if host else None)
    return reviews.list_listings(wanted, offset=offset, limit=limit)


def _status_of(listing: Any) -> StayStatus | PublishStatus:
    """Return a stay's status in the words of the marketplace, another listing's as it is stored."""
    status = face_statuses(
        listing["listing_type"], listing["review_status"], listing["publish_status"]
    )
    return status.marketplace or status.tenant
