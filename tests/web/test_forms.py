"""Forms and searches, as schemas read them."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.core.errors import Invalid, InvalidFields
from app.core.fields import CleanStr, QueryBool, StrictBool, StrictSchema
from app.web.forms import read_form, read_search, sentence_about


class NoteSchema(StrictSchema):
    """What these tests send."""

    text = CleanStr(required=True, max_length=10, blank=False)
    is_loud = StrictBool(load_default=False)


class FilterSchema(StrictSchema):
    """What these tests search for."""

    text = CleanStr(max_length=10)
    is_loud = QueryBool()


def _read(app: Flask, **fields: Any) -> dict[str, Any]:
    with app.test_request_context("/staff/", method="POST", data=fields):
        return read_form(NoteSchema())


def _search(app: Flask, query: str) -> dict[str, Any]:
    with app.test_request_context(f"/staff/?{query}"):
        return read_search(FilterSchema())


def test_what_a_browser_sends_beside_the_fields_is_none_of_theirs(app: Flask) -> None:
    assert _read(app, text=" a\r\nb ", csrf_token="x", next="/staff/") == {
        "text": "a\nb",
        "is_loud": False,
    }


def test_a_file_in_place_of_a_text_is_not_read(app: Flask) -> None:
    with pytest.raises(InvalidFields) as refusal:
        _read(app, text=(BytesIO(b"a"), "a.txt"))
    assert refusal.value.errors == {"text": ["This field is required."]}


def test_a_tick_is_a_word(app: Flask) -> None:
    assert _read(app, text="a", is_loud="true")["is_loud"] is True


def test_a_line_s_end_counts_once(app: Flask) -> None:
    assert _read(app, text="a\r\n" * 4 + "bb")["text"] == "a\na\na\na\nbb"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"text": ["This field is required."]}),
        ({"text": " "}, {"text": ["This field may not be blank."]}),
        ({"text": "x" * 11}, {"text": ["Ensure this field has no more than 10 characters."]}),
        ({"text": "a\0"}, {"text": ["Null characters are not allowed."]}),
        ({"text": "a", "more": "b"}, {"more": ["Unknown field."]}),
    ],
)
def test_each_wrong_field_has_its_sentences(
    app: Flask, fields: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    with pytest.raises(InvalidFields) as refusal:
        _read(app, **fields)
    assert refusal.value.errors == wrong


def test_what_a_search_leaves_empty_is_not_asked_for(app: Flask) -> None:
    assert _search(app, "text=&is_loud=+&page=3") == {}
    assert _search(app, "text=sea&is_loud=true") == {"text": "sea", "is_loud": True}


def test_a_wrong_search_says_what_is_wrong(app: Flask) -> None:
    with pytest.raises(InvalidFields) as refusal:
        _search(app, "is_loud=perhaps")
    assert refusal.value.errors == {"is_loud": ["Must be a valid boolean."]}


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (None, ""),
        (Invalid("Wrong."), ""),
        (Invalid("Wrong.", "text"), "Wrong."),
        (Invalid("Wrong.", "other"), ""),
        (InvalidFields({"text": ["One.", "Two."]}), "One. Two."),
        (InvalidFields({"other": ["One."]}), ""),
    ],
)
def test_a_field_is_told_what_is_wrong_with_it(refusal: Invalid | None, sentence: str) -> None:
    assert sentence_about(refusal, "text") == sentence
