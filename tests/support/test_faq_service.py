"""Frequent questions: what ships, and what staff makes of it."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core.db import session
from app.support import faq_service as faq
from app.support import shipped
from app.support.errors import UnknownFaqItem
from app.support.limits import MAX_POSITION
from app.support.models import FaqItem
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both

ACTOR = 7
SHIPPED = len(shipped.list_questions())


def _add(question: str = "Why?", category: str = "Hosting", **changes: Any) -> FaqItem:
    values = {"category": category, "question": question, "answer": "Why not.", **changes}
    return faq.add_question(ACTOR, values)


def _questions() -> list[tuple[str, list[str]]]:
    return [(topic.category, [each.question for each in topic.items]) for topic in faq.list_faq()]


def _count() -> int:
    session.rollback()
    return session.execute(select(func.count()).select_from(FaqItem)).scalar_one()


def _log() -> list[tuple[str, dict[str, Any]]]:
    session.rollback()
    return [
        (e.action, e.details) for e in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]


# ── what ships ──────────────────────────────────────────────────────────────────────────────


def test_what_ships_is_loaded_once_in_its_order(app: Flask) -> None:
    assert faq.load_faq() == SHIPPED
    assert faq.load_faq() == 0
    found = [each.question for topic in faq.list_faq() for each in topic.items]
    assert found == [row["question"] for row in shipped.list_questions()]


def test_what_staff_has_changed_or_deleted_stays_so(app: Flask) -> None:
    faq.load_faq()
    first, second = faq.list_faq()[0].items[:2]
    faq.update_question(ACTOR, first.uuid, {"question": "What is this?"})
    faq.delete_question(ACTOR, second.uuid)
    assert faq.load_faq() == 0
    found = [each.question for topic in faq.list_faq() for each in topic.items]
    assert found[0] == "What is this?"
    assert second.question not in found
    assert len(found) == SHIPPED - 1


def test_all_deleted_stay_deleted(app: Flask) -> None:
    faq.load_faq()
    for topic in faq.list_faq():
        for each in topic.items:
            faq.delete_question(ACTOR, each.uuid)
    assert faq.load_faq() == 0
    assert faq.list_faq() == []


def test_what_is_shipped_anew_is_added(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    faq.load_faq()
    rows = shipped.list_questions()
    row = {"key": "new", "category": "Reviews", "question": "New?", "answer": "Yes."}
    monkeypatch.setattr(shipped, "list_questions", lambda: [row, *rows])
    assert faq.load_faq() == 1
    assert _questions()[-1] == ("Reviews", ["Who can write a review?", "New?"])


def test_loads_at_once_load_once(app: Flask) -> None:
    def load() -> int:
        with app.app_context():
            return faq.load_faq()

    assert sum(at_once([load] * 4)) == SHIPPED
    assert _count() == SHIPPED


# ── what staff does ─────────────────────────────────────────────────────────────────────────


def test_questions_are_grouped_by_category_in_order_of_position(app: Flask) -> None:
    _add("Third?", "Booking")
    _add("Second?", "Hosting", position=5)
    _add("Fourth?", "Booking")
    _add("First?", "Hosting", position=0)
    _add("Last?", "Hosting")
    assert _questions() == [
        ("Hosting", ["First?", "Second?", "Last?"]),
        ("Booking", ["Third?", "Fourth?"]),
    ]


def test_those_of_one_position_stand_as_they_were_added(app: Flask) -> None:
    for number in range(4):
        _add(f"{number}?", position=3)
    assert _questions() == [("Hosting", ["0?", "1?", "2?", "3?"])]


def test_no_position_is_past_the_last(app: Flask) -> None:
    _add("Last?", position=MAX_POSITION)
    assert _add("And then?").position == MAX_POSITION
    assert _questions() == [("Hosting", ["Last?", "And then?"])]


def test_a_question_changes_its_category_and_its_place(app: Flask) -> None:
    _add("Other?")
    item = _add("Moved?")
    changed = faq.update_question(ACTOR, item.uuid, {"category": "Booking", "position": 0})
    assert (changed.category, changed.position, changed.answer) == ("Booking", 0, "Why not.")
    assert _questions() == [("Booking", ["Moved?"]), ("Hosting", ["Other?"])]


def test_every_deed_is_written_down(app: Flask) -> None:
    item = _add()
    faq.update_question(ACTOR, item.uuid, {"answer": "Because.", "category": "Hosting"})
    faq.update_question(ACTOR, item.uuid, {"answer": "Because."})
    faq.delete_question(ACTOR, item.uuid)
    assert _log() == [
        ("faq_item.created", {"question": "Why?"}),
        ("faq_item.updated", {"question": "Why?", "fields": ["answer"]}),
        ("faq_item.deleted", {"question": "Why?"}),
    ]


def test_a_deleted_question_is_unknown(app: Flask) -> None:
    item = _add()
    faq.delete_question(ACTOR, item.uuid)
    for uuid in (item.uuid, uuid4()):
        with pytest.raises(UnknownFaqItem):
            faq.delete_question(ACTOR, uuid)
        with pytest.raises(UnknownFaqItem):
            faq.update_question(ACTOR, uuid, {"answer": "x"})
    assert faq.list_faq() == []


def test_what_breaks_off_leaves_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    item = _add()

    def break_off(*_args: Any, **_kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.audit.service.record", break_off)
    for task in (
        lambda: _add("Other?"),
        lambda: faq.update_question(ACTOR, item.uuid, {"question": "Other?"}),
        lambda: faq.delete_question(ACTOR, item.uuid),
    ):
        with pytest.raises(ZeroDivisionError):
            task()
    assert _questions() == [("Hosting", ["Why?"])]


def test_of_two_deletions_at_once_one_finds_nothing(app: Flask) -> None:
    for _ in rounds():
        uuid = _add().uuid

        def delete(uuid: Any = uuid) -> bool:
            with app.app_context():
                try:
                    faq.delete_question(ACTOR, uuid)
                except UnknownFaqItem:
                    return False
            return True

        assert sorted(at_once([delete] * 3)) == [False, False, True]


# ── what staff reads ────────────────────────────────────────────────────────────────────────


def test_staff_reads_questions_in_order_and_one_by_one(app: Flask) -> None:
    last = _add("Last?")
    first = _add("First?", position=1)
    gone = _add("Gone?")
    faq.delete_question(ACTOR, gone.uuid)
    assert [each.question for each in faq.list_questions()] == ["First?", "Last?"]
    assert faq.get_question(last.uuid).position > faq.get_question(first.uuid).position == 1
    for uuid in (gone.uuid, uuid4()):
        with pytest.raises(UnknownFaqItem):
            faq.get_question(uuid)
