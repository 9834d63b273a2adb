"""Reviews: what guests say of stays, and what of it everybody reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.accounts.caller import Caller
from app.core.errors import Conflict, Invalid
from app.core.fields import CleanStr, QueryBool, QueryInt, QueryUuid, StrictSchema
from app.reviews import staff_service as staff
from app.reviews.limits import REASON_CHARS
from app.reviews.ratings import HIGHEST, LOWEST, SUB_RATINGS
from app.web import forms, pages
from app.web.staff.decisions import decided_before
from app.web.staff.frame import say, show, staff_blueprint, staff_page
from app.web.staff.searches import show_list, stars, yes_or_no

blp = staff_blueprint("staff_reviews", "/reviews")

SEARCH_CHARS = 100
_LIST = "staff_reviews.list_reviews"
_REVIEW = "/<uuid:review_id>/"
_DEEDS = (staff.UNPUBLISHED, staff.REPUBLISHED)


class ReviewSearchSchema(StrictSchema):
    """Which reviews to show; `search` is a part of the comment or of the reply."""

    search = CleanStr(max_length=SEARCH_CHARS)
    rating = QueryInt(minimum=LOWEST, maximum=HIGHEST)
    is_published = QueryBool()
    listing_id = QueryUuid()


class ReasonSchema(StrictSchema):
    """Why a review is hidden, for its author, if anybody wants to say."""

    reason = CleanStr(max_length=REASON_CHARS)


@staff_page(blp, "/")
def list_reviews(caller: Caller) -> Response:
    return show_list(
        "reviews.html",
        caller,
        ReviewSearchSchema(),
        staff.list_reviews,
        empty="There are no reviews yet.",
        ratings=stars(),
        states=yes_or_no("Published", "Hidden"),
        search_chars=SEARCH_CHARS,
    )


@staff_page(blp, _REVIEW)
def show_review(caller: Caller, review_id: UUID) -> Response:
    return _show_review(caller, review_id)


@staff_page(blp, f"{_REVIEW}unpublish/", "POST")
def unpublish_review(caller: Caller, review_id: UUID) -> Response | Redirect:
    def unpublish() -> Any:
        reason = forms.read_form(ReasonSchema()).get("reason")
        return staff.unpublish_review(caller.account_id, review_id, reason)

    return _do(caller, review_id, unpublish, "The review is hidden, and its author has been told.")


@staff_page(blp, f"{_REVIEW}republish/", "POST")
def republish_review(caller: Caller, review_id: UUID) -> Response | Redirect:
    def republish() -> Any:
        return staff.republish_review(caller.account_id, review_id)

    return _do(
        caller, review_id, republish, "The review is published again; its author has been told."
    )


def _do(caller: Caller, review_id: UUID, deed: Callable[[], Any], said: str) -> Response | Redirect:
    """Do a deed and say so, or say why it was refused."""
    try:
        deed()
    except Invalid as refusal:
        return _show_review(caller, review_id, status=400, refusal=refusal, given=pages.given())
    except Conflict as refusal:
        return _show_review(caller, review_id, status=409, conflict=refusal.message)
    say(said)
    return redirect(url_for("staff_reviews.show_review", review_id=review_id), 303)


def _show_review(caller: Caller, review_id: UUID, **values: Any) -> Response:
    return show(
        "review.html",
        caller,
        at=_LIST,
        review=staff.get_review(review_id),
        sub_ratings=SUB_RATINGS,
        max_reason=REASON_CHARS,
        earlier=decided_before(staff.OBJECT, review_id, _DEEDS),
        **values,
    )
