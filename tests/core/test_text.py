"""Folding: what people type finds what was written, on every database alike."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import fold, make_slug, shows_nothing, sort_key, without_controls, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("KOLOLO", "kololo"),
        ("Muyénga", "muyenga"),
        ("MUYÉNGA", "muyenga"),
        ("Muye\u0301nga", "muyenga"),
        ("Straße", "strasse"),
        ("Ærøskøbing", "ærøskøbing".replace("ø", "o")),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ﬁve ２ rooms", "five 2 rooms"),
        ("Ng'ombe", "ng'ombe"),
        ("Αθήνα", "αθηνα"),
        ("Đồng", "dong"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composition_and_case_make_no_difference(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_finds_the_same(text: str) -> None:
    marked = fold(text + "é")
    assert marked == fold(text) + "e"


def test_words_are_split_at_everything_that_is_neither_letter_nor_digit() -> None:
    assert words("3-bedroom, (semi_detached) house/flat 2.5m²!") == [
        "3",
        "bedroom",
        "semi",
        "detached",
        "house",
        "flat",
        "2",
        "5m2",
    ]
    assert words("— ¡! \u0000") == []


@given(st.text())
def test_words_hold_nothing_that_a_query_language_could_read(text: str) -> None:
    for word in words(text):
        assert word
        assert not set(word) & set(" \t\n\"'*:&|!()<>\\-_%\0")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Beach Villa", "beach-villa"),
        ("  Bed & Breakfast ", "bed-breakfast"),
        ("Château d’Été", "chateau-dete"),
        ("Host's Choice", "hosts-choice"),
        ("Łódź — 2nd floor", "lodz-2nd-floor"),
        ("semi_detached", "semi-detached"),
        ("Вилла 7", "7"),
        ("Вилла", ""),
        ("--", ""),
        ("a" * 30, "a" * 20),
        ("eleven more letters", "eleven-more-letters"),
        ("eleven more letters x", "eleven-more-letters"),
        ("twelve other letterss", "twelve-other"),
    ],
)
def test_a_slug_is_made_of_a_name(name: str, slug: str) -> None:
    assert make_slug(name, 20) == slug


@given(st.text())
def test_a_slug_fits_into_an_address(name: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", make_slug(name, 10))
    assert len(make_slug(name, 10)) <= 10


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\n",
        "\u00a0\u3000",
        "\u200b\u200d\ufeff",
        "\u3164",
        "\u115f\u1160\uffa0",
        "\u2800",
        "\ufe0f",
        "\u034f",
        "\u202e\u2066",
        "\u0301",
        "\0",
    ],
)
def test_a_text_may_show_nothing(text: str) -> None:
    assert shows_nothing(text)


@pytest.mark.parametrize(
    "text", ["a", "\u200ba", "é", "e\u0301", "नी", "ᄀ", "家", "😀", ".", "\ufffd"]
)
def test_a_text_that_shows_something_may_hold_what_does_not(text: str) -> None:
    assert not shows_nothing(text)


@given(st.text(st.characters()))
def test_a_text_without_controls_can_be_kept(text: str) -> None:
    kept = without_controls(f"\0{text}\ud800\x1b\x85")
    assert "\0" not in kept
    kept.encode()
    assert without_controls(kept) == kept


def test_a_text_without_controls_is_otherwise_as_it_was() -> None:
    assert without_controls("Zoë\x00 家\ud83d 😀\u200d!") == "Zoë 家 😀\u200d!"


@given(st.text(max_size=30), st.text(max_size=30))
def test_sort_keys_stand_in_the_order_of_folded_texts(first: str, second: str) -> None:
    keys = sort_key(first, 1000), sort_key(second, 1000)
    assert (keys[0] < keys[1]) is (fold(first) < fold(second))


def test_a_sort_key_is_cut_to_its_length() -> None:
    assert sort_key("Ñandú", 3) == b"nan"
    assert sort_key("家" * 200, 400) == ("家" * 200).encode()[:400]
