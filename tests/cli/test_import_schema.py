"""Cells of a row under the rules of the tenant API."""

from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from app.api.tenant.schemas import ListingWriteSchema
from app.catalogue.enums import Furnishing, StayType
from app.catalogue.listing_values import STAY_FIELDS
from app.cli.import_schema import FIELDS, ImportRowSchema
from app.core.fields import REQUIRED

WRITE_FIELDS = set(ListingWriteSchema().fields)


@pytest.fixture
def schema() -> ImportRowSchema:
    return ImportRowSchema(["UGX", "USh", "$"])


def _value(schema: ImportRowSchema, field: str, cell: Any) -> Any:
    values, errors = schema.read({field: cell})
    assert errors == {}
    return values[field]


def _errors(schema: ImportRowSchema, field: str, cell: Any) -> list[str]:
    values, errors = schema.read({field: cell})
    assert values == {}
    return errors[field]


def test_the_fields_are_those_of_the_tenant_api_and_those_of_stays() -> None:
    assert set(FIELDS) - WRITE_FIELDS == set(STAY_FIELDS)
    assert set(FIELDS) >= WRITE_FIELDS


# ── the same rules as the API ───────────────────────────────────────────────────────────────

# What the API takes as JSON, and how a file writes it.
SAMPLES: list[tuple[str, Any, str]] = [
    *((name, "x" * size, "x" * size) for name in ("title", "location") for size in (200, 201)),
    *(("description", "x" * size, "x" * size) for size in (20_000, 20_001)),
    *(("external_id", "x" * size, "x" * size) for size in (100, 101)),
    *(("youtube_video_id", "x" * size, "x" * size) for size in (20, 21)),
    *((name, "a\0", "a\0") for name in ("title", "description", "location", "external_id")),
    *((name, "a\udcfc", "a\udcfc") for name in ("title", "description", "currency")),
    *(
        (name, size, str(size))
        for name in ("bedrooms", "bathrooms")
        for size in (0, 1000, 1001, -1)
    ),
    *(("price", text, text) for text in ("0", "0.10", "1.999", "-1", "99999999999999.99")),
    ("price", "100000000000000", "100000000000000"),
    *((name, text, text) for name in ("floor_size", "plot_size") for text in ("0.5", "0.555")),
    *(("latitude", text, text) for text in ("90", "90.000001", "-37.12345678")),
    *(("longitude", text, text) for text in ("-180", "180.1", "141.12345678")),
    *(
        (name, word, word)
        for name in ("listing_type", "publish_status", "availability", "furnished")
        for word in ("sale", "trash", "reserved", "semi_furnished", "nonsense")
    ),
    *(("amenities", ["x"] * size, ",".join(["x"] * size)) for size in (200, 201)),
]


@pytest.mark.parametrize(
    ("field", "body", "cell"),
    SAMPLES,
    ids=[f"{field}-{str(body)[:20]!a}-{len(str(body))}" for field, body, _ in SAMPLES],
)
def test_a_cell_is_judged_as_the_same_value_in_a_body(
    schema: ImportRowSchema, field: str, body: Any, cell: str
) -> None:
    values, errors = schema.read({field: cell})
    assert (values, errors) == _as_body(field, body)


def _as_body(field: str, body: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    try:
        return ListingWriteSchema(partial=True).load({field: body}), {}
    except ValidationError as error:
        return {}, error.messages_dict


# ── what cells may be besides ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("price", "$1,234.00", Decimal("1234.00")),
        ("price", "USh1,500,000", Decimal(1500000)),
        ("floor_size", "1,250.5", Decimal("1250.5")),
        ("latitude", "-38.34972408621203", Decimal("-38.349724")),
        ("bedrooms", "2.0", 2),
        ("max_nights", "1,125", 1125),
        ("furnished", " Semi_Furnished ", Furnishing.SEMI_FURNISHED),
        ("stay_type", "BOTH", StayType.BOTH),
        ("title", "  <b>House</b> ", "<b>House</b>"),
        ("description", "one\r\n two ", "one\r\n two "),
        ("amenities", '["Wi-Fi"]', ["Wi-Fi"]),
        ("amenities", ["Wi-Fi"], ["Wi-Fi"]),
    ],
)
def test_cells_are_read_as_people_write_them(
    schema: ImportRowSchema, field: str, cell: Any, value: Any
) -> None:
    assert _value(schema, field, cell) == value


@pytest.mark.parametrize(
    ("field", "cell", "sentence"),
    [
        ("bedrooms", "1.5", "Not a whole number."),
        ("bedrooms", "3 beds", "A valid integer is required."),
        ("bedrooms", "9" * 5000, "A valid integer is required."),
        ("bedrooms", True, "A valid integer is required."),
        ("max_guests", "0", "Ensure this value is between 1 and 1000."),
        ("max_nights", "32768", "Ensure this value is between 1 and 32767."),
        ("price", "1.234,00", "A valid number is required."),
        ("price", "€5", "A valid number is required."),
        ("price", ["5"], "A valid number is required."),
        ("floor_size", "230 m²", "A valid number is required."),
        ("title", ["House"], "Not a valid string."),
        ("title", False, "Not a valid string."),
        ("amenities", {"a": 1}, "Expected a list of items."),
        ("amenities", ["Wi-Fi", None], "Not a valid string."),
        ("stay_type", "sometimes", '"sometimes" is not a valid choice.'),
    ],
)
def test_what_cannot_be_read_is_refused(
    schema: ImportRowSchema, field: str, cell: Any, sentence: str
) -> None:
    assert _errors(schema, field, cell) == [sentence]


# ── missing cells ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("field", ["title", "currency", "property_type"])
def test_a_missing_cell_of_a_needed_field_is_refused(schema: ImportRowSchema, field: str) -> None:
    assert _errors(schema, field, None) == [REQUIRED]


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        (("description", "location", "youtube_video_id", "address", "city", "country"), ""),
        (("amenities",), []),
        (("price", "district", "external_id", "bedrooms", "latitude", "tenure", "stay_type"), None),
    ],
)
def test_a_missing_cell_empties_what_may_be_empty(
    schema: ImportRowSchema, fields: tuple[str, ...], value: Any
) -> None:
    values, errors = schema.read(dict.fromkeys(fields))
    assert (values, errors) == (dict.fromkeys(fields, value), {})


def test_missing_lists_are_not_shared(schema: ImportRowSchema) -> None:
    first, second = (_value(schema, "amenities", None) for _ in range(2))
    assert first is not second


@pytest.mark.parametrize("field", ["listing_type", "publish_status", "availability", "furnished"])
def test_a_missing_word_says_nothing(schema: ImportRowSchema, field: str) -> None:
    assert schema.read({field: None}) == ({}, {})
