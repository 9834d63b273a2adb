"""What the strict fields take, and the sentence for each thing that they refuse."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import FileStorage

from app.core import fields as kit
from app.core.fields import (
    Choice,
    CleanStr,
    FixedDecimal,
    FormText,
    Items,
    LineStr,
    Money,
    NamedFile,
    QueryBool,
    QueryInstant,
    QueryInt,
    QueryUuid,
    ReferredId,
    ShownDecimal,
    ShownInstant,
    Slug,
    StrictDate,
    StrictInt,
    StrictSchema,
    StrictTime,
    UploadedFile,
    UploadedFiles,
)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _load(field: fields.Field[Any], value: object) -> Any:
    return StrictSchema.from_dict({"it": field})().load({"it": value})["it"]


def _refusal(field: fields.Field[Any], value: object) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        _load(field, value)
    messages = caught.value.messages_dict["it"]
    assert isinstance(messages, list)
    return messages


def _dump(field: fields.Field[Any], value: object) -> Any:
    return Schema.from_dict({"it": field})().dump({"it": value})["it"]


# Whatever a JSON body can hold.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
).filter(lambda value: _survives_json(value))


def _survives_json(value: object) -> bool:
    try:
        return bool(orjson.loads(orjson.dumps(value)) == value)
    except (TypeError, UnicodeEncodeError):
        return False


# ── text ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1, "Not a valid string."),
        (True, "Not a valid string."),
        ([], "Not a valid string."),
        ({}, "Not a valid string."),
        (b"bytes", "Not a valid string."),
        (None, "This field may not be null."),
        ("a\0b", "Null characters are not allowed."),
        ("a\ud800b", "Unpaired surrogates are not allowed."),
        ("123456", "Ensure this field has no more than 5 characters."),
        ("", "This field may not be blank."),
        (" \t\n ", "This field may not be blank."),
        ("\u200b", "This field may not be blank."),
        (" \u3164\u2800 ", "This field may not be blank."),
    ],
)
def test_text_is_refused(value: object, sentence: str) -> None:
    assert _refusal(CleanStr(max_length=5, blank=False), value) == [sentence]


def test_text_is_trimmed_before_it_is_measured() -> None:
    assert _load(CleanStr(max_length=5, blank=False), "  12345\n") == "12345"
    assert _load(CleanStr(max_length=5, trim=False), " 123 ") == " 123 "
    assert _load(CleanStr(max_length=5), "   ") == ""
    assert _refusal(CleanStr(max_length=5, trim=False), "  12345")


@given(JSON)
def test_text_is_what_comes_out_of_a_text_field(value: object) -> None:
    try:
        found = _load(CleanStr(max_length=20), value)
    except ValidationError:
        return
    assert isinstance(found, str)
    assert len(found) <= 20
    assert "\0" not in found
    found.encode()


@pytest.mark.parametrize("value", ["villa", " beach-villa ", "2nd-floor", "a" * 20])
def test_a_slug(value: str) -> None:
    assert _load(Slug(max_length=20), value) == value.strip()


@pytest.mark.parametrize(
    "value",
    ["Villa", "beach villa", "beach_villa", "-villa", "villa-", "a--b", "été", "a/b", "a\nb"],
)
def test_what_is_no_slug_is_refused(value: str) -> None:
    assert _refusal(Slug(max_length=20), value) == [kit.NOT_A_SLUG]


def test_a_slug_is_text_of_some_length() -> None:
    assert _refusal(Slug(max_length=20), "a" * 21)
    assert _refusal(Slug(max_length=20), "") == ["This field may not be blank."]
    assert _refusal(Slug(max_length=20), 5) == ["Not a valid string."]


CONTROL = ["\n", "\r\n", "\t", "\x01", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"]


@pytest.mark.parametrize("text", [f"a{each}b" for each in CONTROL])
def test_a_line_takes_no_control_characters(text: str) -> None:
    assert _refusal(LineStr(max_length=20), text) == [kit.NOT_A_LINE]
    assert _load(CleanStr(max_length=20), text)


@pytest.mark.parametrize(
    "text", ["Nyumba — 家 🏠 Ñ", "👩\u200d👧", "می\u200cخواهم", "בית \u200f(חדש)"]
)
def test_a_line_takes_all_that_people_write(text: str) -> None:
    assert _load(LineStr(max_length=20), text) == text


def test_a_line_may_end_in_a_line_break() -> None:
    assert _load(LineStr(max_length=20), " Beach house\r\n") == "Beach house"


# ── dates and files ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1992, 3, 14), date(9999, 12, 31)])
def test_a_date_is_written_in_one_way(day: date) -> None:
    assert _load(StrictDate(), day.isoformat()) == day
    assert _dump(StrictDate(), day) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "19920314",
        "1992-W11-6",
        "1992-3-14",
        "1992-02-30",
        "0000-01-01",
        "1992-03-14T00:00:00Z",
        " 1992-03-14",
        "1992-03-14\n",
        "١٩٩٢-٠٣-١٤",
    ],
)
def test_another_spelling_is_no_date(value: str) -> None:
    assert _refusal(StrictDate(), value) == [kit.NOT_A_DATE]


@pytest.mark.parametrize("value", [19920314, True, [], {}, 1.5])
def test_a_date_is_text(value: object) -> None:
    assert _refusal(StrictDate(), value) == ["Not a valid string."]


@given(JSON)
def test_any_json_is_a_date_or_refused(value: object) -> None:
    with suppress(ValidationError):
        assert isinstance(_load(StrictDate(), value), date)


def _file(content: bytes) -> FileStorage:
    return FileStorage(BytesIO(content), "card.jpg")


def test_a_file_is_its_bytes() -> None:
    assert _load(UploadedFile(max_bytes=5), _file(b"12345")) == b"12345"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (_file(b""), "The submitted file is empty."),
        (_file(b"x" * (1024**2 + 1)), "The file is larger than 1 MB."),
        ([_file(b"1"), _file(b"2")], "Send one file."),
        ("card.jpg", "The submitted data was not a file."),
        (None, "This field may not be null."),
    ],
)
def test_what_is_not_one_file_is_refused(value: object, sentence: str) -> None:
    assert _refusal(UploadedFile(max_bytes=1024**2), value) == [sentence]


# ── integers and booleans ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", [True, False, 1.0, 1.9, "1", "", [], {}, Decimal(1)])
def test_what_is_no_integer_is_refused(value: object) -> None:
    assert _refusal(StrictInt(), value) == ["A valid integer is required."]


@pytest.mark.parametrize("value", [-1, 11, 2**40, 2**63])
def test_an_integer_out_of_bounds_is_refused(value: int) -> None:
    sentence = "Ensure this value is between 0 and 10."
    assert _refusal(StrictInt(maximum=10), value) == [sentence]


def test_an_integer_fits_its_column_by_default() -> None:
    assert _load(StrictInt(), 2**31 - 1) == 2**31 - 1
    assert _refusal(StrictInt(), 2**31)


@pytest.mark.parametrize(
    "value", ["1.0", "1e3", "1_000", " 1", "٣", "0x10", "", "--1", "1" * 13, 5, None, True]
)
def test_a_parameter_that_is_no_integer_is_refused(value: object) -> None:
    assert _refusal(QueryInt(minimum=-10, maximum=10**12), value)


def test_a_parameter_that_is_an_integer() -> None:
    assert _load(QueryInt(minimum=-10), "-3") == -3
    assert _load(QueryInt(), "+3") == 3
    assert _load(QueryInt(), "007") == 7


# ── decimals ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "1e5",
        "1E5",
        "1_000",
        "1,5",
        " 1",
        "1.",
        ".5",
        "NaN",
        "Infinity",
        "٣",
        "0x1",
        True,
        [],
        {},
    ],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    assert _refusal(Money(), value) == ["A valid number is required."]


@pytest.mark.parametrize("value", ["1.999", 1.999, "0.001", "1.001"])
def test_too_many_places_are_refused(value: object) -> None:
    assert _refusal(Money(), value) == ["Ensure that there are no more than 2 decimal places."]


@pytest.mark.parametrize(
    "value", ["-0.01", -1, "100000000000000", 10**14, 1e300, float("inf"), "99999999999999.999"]
)
def test_money_out_of_bounds_is_refused(value: object) -> None:
    sentence = "Ensure this value is between 0 and 99999999999999.99."
    assert _refusal(Money(), value) == [sentence]


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("850000000", "850000000.00"),
        (850000000, "850000000.00"),
        (0.1, "0.10"),
        (19.99, "19.99"),
        ("1.500000", "1.50"),
        ("-0.00", "0.00"),
        (-0.0, "0.00"),
        ("99999999999999.99", "99999999999999.99"),
    ],
)
def test_money(value: object, amount: str) -> None:
    loaded = _load(Money(), value)
    assert isinstance(loaded, Decimal)
    assert _dump(Money(), loaded) == amount
    assert _dump(ShownDecimal(places=2), loaded) == amount


@given(st.decimals(0, Decimal("99999999999999.99"), places=2, allow_nan=False))
def test_money_comes_back_as_it_was_shown(amount: Decimal) -> None:
    assert _load(Money(), _dump(Money(), amount)) == amount


@given(st.integers(0, 10**9).map(lambda hundredths: hundredths / 100))
def test_a_json_number_with_two_places_is_taken_exactly(amount: float) -> None:
    assert _load(Money(), amount) == Decimal(str(amount))


@given(JSON)
def test_money_is_what_comes_out_of_a_money_field(value: object) -> None:
    try:
        found = _load(Money(), value)
    except ValidationError:
        return
    assert Decimal(0) <= found <= kit.MAX_MONEY
    assert found == round(found, 2)


def test_coordinates_are_rounded() -> None:
    bound = Decimal(90)
    latitude = FixedDecimal(places=6, minimum=-bound, maximum=bound, rounds=True)
    assert _load(latitude, "0.31627850001") == Decimal("0.316279")
    assert _load(latitude, -0.00000001) == 0
    assert str(_load(latitude, "-0.0000001")) == "0.000000"
    assert _refusal(latitude, "90.0000001")


def test_nothing_is_shown_as_null() -> None:
    assert _dump(Money(), None) is None
    assert _dump(ShownDecimal(places=2), None) is None
    assert _dump(ShownInstant(), None) is None


# ── words and lists ─────────────────────────────────────────────────────────────────────────


def test_a_choice_loads_to_its_member() -> None:
    assert _load(Choice(Colour), "red") is Colour.RED
    assert _dump(Choice(Colour), Colour.RED) == "red"


@pytest.mark.parametrize("value", ["Red", "RED", "blue", "red ", ""])
def test_another_word_is_refused(value: str) -> None:
    assert _refusal(Choice(Colour), value) == [f'"{value}" is not a valid choice.']


def test_a_choice_can_be_narrowed_and_quotes_no_long_text() -> None:
    narrow = Choice(Colour, only=[Colour.RED])
    assert _refusal(narrow, "green") == ['"green" is not a valid choice.']
    assert _refusal(narrow, "x" * 500) == [f'"{"x" * 50}" is not a valid choice.']
    assert _refusal(narrow, 1) == ["Not a valid string."]


@pytest.mark.parametrize("value", ["a", {}, 1, {"0": "a"}])
def test_what_is_no_list_is_refused(value: object) -> None:
    assert _refusal(Items(CleanStr(max_length=5), maximum=2), value) == [
        "Expected a list of items."
    ]


def test_a_list_that_is_too_long_is_refused() -> None:
    items = Items(CleanStr(max_length=5), maximum=2)
    assert _load(items, ["a", "b"]) == ["a", "b"]
    assert _refusal(items, ["a", "b", "c"]) == ["Ensure there are no more than 2 items."]


# ── instants ────────────────────────────────────────────────────────────────────────────────

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T12:00:00Z",
        "2026-06-01T12:00:00",
        "2026-06-01T15:00:00+03:00",
        "2026-06-01T15:00:00 03:00",
        "2026-06-01T15:00:00 0300",
        "2026-06-01T15:00:00 03",
        "2026-06-01T08:30:00-03:30",
        "2026-06-01 12:00:00",
        "2026-06-01T12:00:00.999999Z",
        "20260601T120000Z",
        " 2026-06-01T12:00:00Z ",
    ],
)
def test_a_parameter_that_is_an_instant(text: str) -> None:
    assert _load(QueryInstant(), text) == NOON


def test_a_date_alone_is_its_first_moment() -> None:
    assert _load(QueryInstant(), "2026-06-01") == NOON.replace(hour=0)


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("1", True), ("FALSE", False), ("0", False)]
)
def test_a_parameter_may_be_a_boolean_s_word(text: str, expected: bool) -> None:
    assert _load(QueryBool(), text) is expected


@pytest.mark.parametrize("text", ["yes", "2", "t", "tru\0e"])
def test_a_parameter_that_is_no_boolean_is_refused(text: str) -> None:
    assert len(_refusal(QueryBool(), text)) == 1


def test_a_parameter_may_be_a_uuid() -> None:
    for text in (str(UUID(int=15)), str(UUID(int=15)).upper()):
        assert _load(QueryUuid(), text) == UUID(int=15)


@pytest.mark.parametrize("text", ["", "15", "0" * 32, f"{{{UUID(int=1)}}}", f"{UUID(int=1)}\n", 1])
def test_a_parameter_that_is_no_uuid_is_refused(text: object) -> None:
    assert _refusal(QueryUuid(), text) == [kit.NOT_A_UUID]


def test_a_body_may_refer_to_a_uuid_and_other_text_refers_to_nothing() -> None:
    assert _load(ReferredId(), str(UUID(int=15))) == UUID(int=15)
    for text in ("", "booking-uuid", "0" * 32, f"{UUID(int=1)}\n"):
        assert _load(ReferredId(), text) is None


@pytest.mark.parametrize("value", [15, True, [], {}])
def test_a_body_refers_to_nothing_by_what_is_no_text(value: object) -> None:
    assert _refusal(ReferredId(), value) == [kit.NOT_A_STRING]


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-13-01", "2026-06-31", "12:00", "1780315200", "0001-01-01T00:00:00+14:00"],
)
def test_a_parameter_that_is_no_instant_is_refused(text: str) -> None:
    assert _refusal(QueryInstant(), text) == [kit.NOT_AN_INSTANT]


@given(
    st.datetimes(
        min_value=datetime(1, 1, 3),  # noqa: DTZ001  # hypothesis adds the zone
        max_value=datetime(9999, 12, 29),  # noqa: DTZ001
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_every_offset_is_understood(instant: datetime) -> None:
    loaded = _load(QueryInstant(), instant.isoformat())
    assert loaded == instant.replace(microsecond=0)
    assert loaded.utcoffset() == timedelta(0)


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    assume("\0" not in text)
    with suppress(ValidationError):
        assert _load(QueryInstant(), text).tzinfo is UTC


def test_instants_are_shown_to_the_second() -> None:
    assert _dump(ShownInstant(), NOON.replace(microsecond=999_999)) == "2026-06-01T12:00:00Z"


def test_a_time_of_day_has_hours_and_minutes() -> None:
    assert _load(StrictTime(), "00:00") == time(0, 0)
    assert _load(StrictTime(), "23:59") == time(23, 59)


@pytest.mark.parametrize(
    "text", ["24:00", "12:60", "9:00", "09:00:00", "9am", "", 9, None, "09:00\n"]
)
def test_what_is_no_time_of_day_is_refused(text: object) -> None:
    assert len(_refusal(StrictTime(), text)) == 1


# ── several files ───────────────────────────────────────────────────────────────────────────


def _named_file(name: str | None, content: bytes) -> FileStorage:
    return FileStorage(BytesIO(content), name)


def test_files_come_with_their_names_in_their_order() -> None:
    files = UploadedFiles(max_bytes=3, maximum=2)
    assert _load(files, _named_file("a.jpg", b"abc")) == [NamedFile("a.jpg", b"abc")]
    assert _load(files, [_named_file("b", b""), _named_file(None, b"abcdef")]) == [
        NamedFile("b", b""),
        NamedFile("", b"abcd"),
    ]


@pytest.mark.parametrize(
    "value", [FormText("a.jpg"), "x", None, [_named_file("a", b""), FormText("b")]]
)
def test_text_is_no_file(value: object) -> None:
    assert len(_refusal(UploadedFiles(max_bytes=3, maximum=2), value)) == 1


def test_there_are_at_most_so_many_files() -> None:
    files = [_named_file("a", b"")] * 3
    assert _refusal(UploadedFiles(max_bytes=3, maximum=2), files) == [
        "Send at most 2 files at once."
    ]


# ── the schema ──────────────────────────────────────────────────────────────────────────────


def test_the_sentences_of_a_schema() -> None:
    schema = StrictSchema.from_dict({"it": StrictInt(required=True)})()
    with pytest.raises(ValidationError) as caught:
        schema.load({"other": 1})
    assert caught.value.messages == {
        "it": ["This field is required."],
        "other": ["Unknown field."],
    }
    with pytest.raises(ValidationError) as caught:
        schema.load([])
    assert caught.value.messages == {"_schema": ["Expected an object."]}
