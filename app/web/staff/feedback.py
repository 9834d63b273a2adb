"""Feedback: what people say of the platform."""

from flask import Response

from app.accounts.caller import Caller
from app.core.fields import Choice, QueryInt, StrictSchema
from app.reviews.ratings import HIGHEST, LOWEST
from app.support import feedback_service as feedback
from app.support.enums import Platform
from app.web.staff.frame import staff_blueprint, staff_page
from app.web.staff.searches import choices, show_list, stars

blp = staff_blueprint("staff_feedback", "/feedback")


class FeedbackSearchSchema(StrictSchema):
    """Which feedback to show."""

    rating = QueryInt(minimum=LOWEST, maximum=HIGHEST)
    platform = Choice(Platform)


@staff_page(blp, "/")
def list_feedback(caller: Caller) -> Response:
    return show_list(
        "feedback.html",
        caller,
        FeedbackSearchSchema(),
        feedback.list_feedback,
        empty="Nobody has said anything yet.",
        ratings=stars(),
        platforms=choices(Platform),
    )
