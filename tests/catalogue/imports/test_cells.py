"""What cells of spreadsheets mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.imports.cells import currency_marks, is_missing, list_items, nights, plain_number

MARKS = currency_marks(["UGX", "USh", "KES", "KSh", "USD", "$", "EUR", "€", "SOS", "Sh.So."])


@pytest.mark.parametrize(
    "cell", ["", "  ", "None", "NULL", "null", "NA", "N/A", "nan", "-", " - ", None]
)
def test_some_words_mean_that_there_is_nothing(cell: str | None) -> None:
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", "none of it", "Nairobi", "--", "\0", [], False])
def test_other_words_are_values(cell: object) -> None:
    assert not is_missing(cell)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("692000817", "692000817"),
        ("-38.349724", "-38.349724"),
        ("$1,234.00", "1234.00"),
        ("KSh 350 000 000", "350000000"),
        ("USh1,500,000", "1500000"),
        ("95,000", "95000"),
        ("95,000/=", "95000"),
        ("Shs. 95,000", "95000"),
        ("1 250 000 UGX", "1250000"),
        ("1\u00a0250\u00a0000", "1250000"),
        ("€ 1'250.50", "1250.50"),
        ("Sh.So. 12", "12"),
        ("  7 ", "7"),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, number: str) -> None:
    assert plain_number(text, MARKS) == number


@pytest.mark.parametrize(
    "text",
    [
        "1.234,00",  # a comma for the decimals
        "12,34",
        "1,2345",
        "1,234 567",  # two ways to group
        "5M",
        "5 mil",
        "from 95,000",
        "95,000 per month",
        "1e5",
        "0x10",
        "1_000",
        "٣",
        "5.",
        ".5",
        "-$5",
        "--5",
        "5-",
        "$",
        "",
        "NaN",
        "Infinity",
        "9\0",
    ],
)
def test_what_could_mean_two_things_is_no_number(text: str) -> None:
    assert plain_number(text, MARKS) is None


def test_a_currency_is_no_part_of_other_numbers() -> None:
    assert plain_number("$5") is None


@given(st.decimals(min_value=0, max_value=10**14, places=2))
def test_any_price_survives_being_grouped(price: object) -> None:
    assert plain_number(f"$ {price:,.2f}", MARKS) == f"{price:.2f}"


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert plain_number(text, MARKS) is None or any(char.isdigit() for char in text)
    assert isinstance(list_items(text), list)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ('["Wi-Fi", "Hot water, always"]', ["Wi-Fi", "Hot water, always"]),
        (["Wi-Fi", "TV"], ["Wi-Fi", "TV"]),
        ("Wi-Fi, TV", ["Wi-Fi", "TV"]),
        ("Wi-Fi;TV ; ", ["Wi-Fi", "TV"]),
        ("Wi-Fi|TV", ["Wi-Fi", "TV"]),
        ("['Wi-Fi', 'TV']", ["Wi-Fi", "TV"]),
        ('{TV,"Wi-Fi"}', ["TV", "Wi-Fi"]),
        ("[]", []),
        ("", []),
        ("Wi-Fi", ["Wi-Fi"]),
    ],
)
def test_lists_come_in_many_ways(cell: object, items: list[str]) -> None:
    assert list_items(cell) == items


@pytest.mark.parametrize("cell", [{"a": 1}, True, None])
def test_other_things_are_no_lists(cell: object) -> None:
    assert list_items(cell) is None


def test_deeply_nested_json_is_text() -> None:
    assert isinstance(list_items("[" * 100_000), list)


# ── nights ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("2026-09-01", [1]),
        ("2026-09-03, 2026-09-01", [1, 3]),
        ("2026-09-01;2026-09-01", [1]),
        ("2026-09-01 2026-09-02", [1, 2]),
        ("2026-09-01/2026-09-04", [1, 2, 3]),
        ("2026-09-01/2026-09-03; 2026-09-02/2026-09-04", [1, 2, 3]),
        ('["2026-09-01", "2026-09-03/2026-09-05"]', [1, 3, 4]),
        (["2026-09-01", "2026-09-03/2026-09-05"], [1, 3, 4]),
        ("[]", []),
        (" ; ", []),
    ],
)
def test_nights_come_as_dates_and_as_periods(cell: object, days: list[int]) -> None:
    assert nights(cell, 10) == [date(2026, 9, day) for day in days]


@pytest.mark.parametrize(
    "cell",
    [
        "soon",
        "2026-9-1",
        "20260901",
        "2026-02-30",
        "2026-09-01/",
        "2026-09-02/2026-09-01",
        "2026-09-01/2026-09-01",
        "2026-09-01/2026-09-12",
        "0001-01-01/9999-12-31",
        "2026-09-01/2026-09-07,2027-09-01/2027-09-07",
        {"a": 1},
        True,
        5,
    ],
)
def test_what_is_no_night_or_too_many_is_refused_with_a_sentence(cell: object) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        nights(cell, 10)
