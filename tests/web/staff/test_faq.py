"""Frequent questions in the console."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from app.core.db import session
from app.support import faq_service as faq
from app.support.models import FaqItem
from tests.web.browser import Visitor, text_of

FAQ = "/staff/faq/"
GIVEN = {"category": "Hosting", "question": "Why?", "answer": "Why not.", "position": ""}


def _add(staff: Visitor, **changes: Any) -> Any:
    staff.open(f"{FAQ}new/")
    return staff.send(f"{FAQ}new/", **{**GIVEN, **changes})


def _questions() -> Sequence[FaqItem]:
    """Return all questions as the database has them."""
    session.rollback()
    session.expire_all()
    return faq.list_questions()


def test_a_question_is_added_changed_and_deleted(staff: Visitor) -> None:
    assert "There are no questions yet." in text_of(staff.open(FAQ))
    assert _add(staff, answer="Why not.\r\nReally.").status_code == 303
    [item] = _questions()
    assert item.answer == "Why not.\nReally."
    path = f"{FAQ}{item.uuid}/"
    page = staff.open(FAQ)
    assert "“Why?” is added." in text_of(page)
    assert f'href="{path}"' in page.text
    staff.open(path)
    assert staff.send(path, **{**GIVEN, "question": "How?", "position": "7"}).status_code == 303
    [changed] = _questions()
    assert (changed.question, changed.position) == ("How?", 7)
    staff.open(path)
    assert staff.send(f"{path}delete/").location == FAQ
    assert "The question is deleted." in text_of(staff.open(FAQ))
    assert _questions() == []
    assert staff.open(path).status_code == 404


def test_questions_are_in_order_of_position(staff: Visitor) -> None:
    _add(staff, question="Second?", position="20")
    _add(staff, question="First?", position="10")
    _add(staff, question="Last?")
    words = text_of(staff.open(FAQ))
    assert words.index("First?") < words.index("Second?") < words.rindex("Last?")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"question": " "}, "This field may not be blank."),
        ({"answer": "x" * 5001}, "Ensure this field has no more than 5000 characters."),
        ({"position": "first"}, "A valid integer is required."),
        ({"position": "-1"}, "Ensure this value is between 0 and 1000000."),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    staff: Visitor, changes: dict[str, str], sentence: str
) -> None:
    answer = _add(staff, **changes)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    assert _questions() == []


def test_a_file_in_place_of_a_position_is_left_out(staff: Visitor) -> None:
    assert _add(staff, position=(BytesIO(b"7"), "position.txt")).status_code == 303
    [item] = _questions()
    assert item.question == "Why?"


def test_markup_in_a_question_is_text(staff: Visitor) -> None:
    _add(staff, question="<b>Why?</b>", answer="</textarea><script>")
    [item] = _questions()
    for path in (FAQ, f"{FAQ}{item.uuid}/"):
        page = staff.open(path)
        assert "&lt;b&gt;Why?&lt;/b&gt;" in page.text
        assert "<script>" not in page.text


def test_a_question_that_there_is_not_is_said(staff: Visitor) -> None:
    staff.open(FAQ)
    assert staff.open(f"{FAQ}{UUID(int=1)}/").status_code == 404
    assert staff.send(f"{FAQ}{UUID(int=1)}/delete/").status_code == 404
