"""The frequent questions that ship with the product."""

import re
from itertools import pairwise

from app.support import shipped
from app.support.limits import ANSWER_CHARS, CATEGORY_CHARS, QUESTION_CHARS
from app.support.models import KEY_CHARS

QUESTIONS = shipped.list_questions()


def test_keys_are_unique_and_short() -> None:
    keys = [row["key"] for row in QUESTIONS]
    assert len(keys) == len(set(keys)) >= 15
    for key in keys:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", key)
        assert len(key) <= KEY_CHARS


def test_texts_are_clean_and_fit() -> None:
    limits = {"category": CATEGORY_CHARS, "question": QUESTION_CHARS, "answer": ANSWER_CHARS}
    for row in QUESTIONS:
        assert set(row) == {"key", *limits}
        for name, most in limits.items():
            assert row[name] == row[name].strip()
            assert 0 < len(row[name]) <= most
        assert row["answer"].endswith(".")


def test_no_question_is_there_twice() -> None:
    assert len({row["question"] for row in QUESTIONS}) == len(QUESTIONS)


def test_questions_of_a_category_stand_together() -> None:
    categories = [row["category"] for row in QUESTIONS]
    changes = sum(a != b for a, b in pairwise(categories))
    assert changes + 1 == len(set(categories))
    assert {"Hosting", "Booking", "Payments", "Accounts"} <= set(categories)
