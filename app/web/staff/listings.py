"""Listings: those that wait for their review, and each with its photos and marks."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts.caller import Caller
from app.catalogue import review_service as reviews
from app.catalogue.enums import StayStatus, Step
from app.catalogue.lifecycle import face_statuses, next_state
from app.catalogue.limits import REASON_CHARS
from app.catalogue.staff_filter import StaffFilter
from app.core.errors import Conflict, Invalid
from app.core.fields import StrictBool, StrictSchema
from app.web import forms, lists, pages
from app.web.staff.decisions import decided_before, go_on, read_reason, reason_schema
from app.web.staff.frame import say, show, staff_blueprint, staff_page

blp = staff_blueprint("staff_listings")

_QUEUE = "staff_listings.list_waiting"
_ALL = "staff_all_listings.list_listings"
_LISTING = "/listings/<uuid:listing_id>/"
_WAITING = StaffFilter(status=StayStatus.PENDING_REVIEW)
_REASON = reason_schema(REASON_CHARS)
_DEEDS = (reviews.APPROVED, reviews.REJECTED, reviews.UPDATED)


class MarksSchema(StrictSchema):
    """How a listing is marked; a box that is not ticked is not sent."""

    is_verified = StrictBool(load_default=False)
    is_sponsored = StrictBool(load_default=False)


@staff_page(blp, "/queues/listings/")
def list_waiting(caller: Caller) -> Response:
    wanted = lists.wanted_page()
    found = reviews.list_listings(_WAITING, offset=wanted.offset, limit=wanted.limit)
    return show("listings_waiting.html", caller, page=lists.make_page(wanted, *found))


@staff_page(blp, _LISTING)
def show_listing(caller: Caller, listing_id: UUID) -> Response:
    return _show_listing(caller, listing_id)


@staff_page(blp, f"{_LISTING}approve/", "POST")
def approve_listing(caller: Caller, listing_id: UUID) -> Response | Redirect:
    try:
        listing = reviews.approve_listing(caller.account_id, listing_id)
    except Conflict as refusal:
        return _show_listing(caller, listing_id, status=409, conflict=refusal.message)
    return _go_on(f"“{listing['title']}” is approved and active, and its host has been told.")


@staff_page(blp, f"{_LISTING}reject/", "POST")
def reject_listing(caller: Caller, listing_id: UUID) -> Response | Redirect:
    try:
        listing = reviews.reject_listing(caller.account_id, listing_id, read_reason(_REASON))
    except Invalid as refusal:
        return _show_listing(caller, listing_id, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_listing(caller, listing_id, status=409, conflict=refusal.message)
    return _go_on(f"“{listing['title']}” is rejected, and its host has been told why.")


@staff_page(blp, f"{_LISTING}marks/", "POST")
def mark_listing(caller: Caller, listing_id: UUID) -> Redirect:
    listing = reviews.mark_listing(caller.account_id, listing_id, forms.read_form(MarksSchema()))
    say(f"The marks of “{listing['title']}” are saved.")
    return redirect(url_for("staff_listings.show_listing", listing_id=listing_id), 303)


def _show_listing(caller: Caller, listing_id: UUID, **values: Any) -> Response:
    listing = reviews.get_listing(listing_id)
    state = (listing["review_status"], listing["publish_status"])
    is_waiting = next_state(Step.APPROVE, state) is not None
    return show(
        "listing.html",
        caller,
        at=_QUEUE if is_waiting else _ALL,
        listing=listing,
        word=face_statuses(listing["listing_type"], *state).marketplace,
        may_approve=is_waiting,
        may_reject=next_state(Step.REJECT, state) is not None,
        max_reason=REASON_CHARS,
        earlier=decided_before(reviews.OBJECT, listing_id, _DEEDS),
        **values,
    )


def _go_on(done: str) -> Redirect:
    waiting = reviews.list_listings(_WAITING, offset=0, limit=1).rows
    if not waiting:
        return go_on(done, to=url_for(_QUEUE), is_next=False)
    following = url_for("staff_listings.show_listing", listing_id=waiting[0]["uuid"])
    return go_on(done, to=following, is_next=True)
