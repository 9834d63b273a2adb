"""Frequent questions, the help centre of the marketplace."""

from typing import Any
from uuid import UUID

from flask import Response, redirect, url_for
from marshmallow import Schema, pre_load
from werkzeug.wrappers import Response as Redirect

from app.accounts.caller import Caller
from app.core.errors import Invalid
from app.core.fields import CleanStr, QueryInt, StrictSchema
from app.support import faq_service as faq
from app.support.limits import ANSWER_CHARS, CATEGORY_CHARS, MAX_POSITION, QUESTION_CHARS
from app.web import forms, lists, pages
from app.web.staff.frame import say, show, staff_blueprint, staff_page

blp = staff_blueprint("staff_faq", "/faq")

_LIST = "staff_faq.list_questions"
_QUESTION = "/<uuid:question_id>/"


class QuestionSchema(StrictSchema):
    """A question; an empty position is left as it is, and makes a new question the last one."""

    category = CleanStr(required=True, max_length=CATEGORY_CHARS, blank=False)
    question = CleanStr(required=True, max_length=QUESTION_CHARS, blank=False)
    answer = CleanStr(required=True, max_length=ANSWER_CHARS, blank=False)
    position = QueryInt(maximum=MAX_POSITION)

    @pre_load
    def _leave_out_empty_position(self, data: dict[str, str], **_kwargs: Any) -> dict[str, str]:
        return {name: text for name, text in data.items() if name != "position" or text.strip()}


_SCHEMA: Schema = QuestionSchema()


@staff_page(blp, "/")
def list_questions(caller: Caller) -> Response:
    return show("faq.html", caller, page=lists.whole(faq.list_questions()))


@staff_page(blp, "/new/")
def show_form(caller: Caller) -> Response:
    return _show_question(caller)


@staff_page(blp, "/new/", "POST")
def add_question(caller: Caller) -> Response | Redirect:
    try:
        item = faq.add_question(caller.account_id, forms.read_form(_SCHEMA))
    except Invalid as refusal:
        return _show_question(caller, status=400, refusal=refusal, given=pages.given())
    return _done(f"“{item.question}” is added.")


@staff_page(blp, _QUESTION)
def show_question(caller: Caller, question_id: UUID) -> Response:
    return _show_question(caller, question_id)


@staff_page(blp, _QUESTION, "POST")
def change_question(caller: Caller, question_id: UUID) -> Response | Redirect:
    try:
        item = faq.update_question(caller.account_id, question_id, forms.read_form(_SCHEMA))
    except Invalid as refusal:
        return _show_question(caller, question_id, status=400, refusal=refusal, given=pages.given())
    return _done(f"“{item.question}” is saved.")


@staff_page(blp, f"{_QUESTION}delete/", "POST")
def delete_question(caller: Caller, question_id: UUID) -> Redirect:
    faq.delete_question(caller.account_id, question_id)
    return _done("The question is deleted.")


def _show_question(caller: Caller, question_id: UUID | None = None, **values: Any) -> Response:
    """Show the form of a question, or without one that of a question to add."""
    return show(
        "faq_item.html",
        caller,
        at=_LIST,
        item=faq.get_question(question_id) if question_id else None,
        categories=list(dict.fromkeys(each.category for each in faq.list_questions())),
        max_category=CATEGORY_CHARS,
        max_question=QUESTION_CHARS,
        max_answer=ANSWER_CHARS,
        **values,
    )


def _done(said: str) -> Redirect:
    say(said)
    return redirect(url_for(_LIST), 303)
