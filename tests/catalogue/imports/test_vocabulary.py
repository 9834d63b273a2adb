"""Reference data as people write it."""

import pytest

from app.catalogue.imports.vocabulary import AmbiguousName, Vocabulary


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        {
            "district": [("busia", "Busia"), ("busia-kenya", "Busia"), ("kampala", "Kampala")],
            "currency": [("UGX", "UGX")],
        },
        [("wi-fi", "Wi-Fi", 1), ("tv", "TV", 2)],
        lambda text: "".join(char for char in text.casefold() if char.isalpha()),
    )


@pytest.mark.parametrize("text", ["kampala", "Kampala", "KAMPALA"])
def test_a_slug_or_a_name_in_any_case_is_found(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.slug("district", text) == "kampala"


def test_a_code_is_found_in_any_case(vocabulary: Vocabulary) -> None:
    assert vocabulary.slug("currency", "ugx") == "UGX"


@pytest.mark.parametrize("text", ["Atlantis", "", "!!!"])
def test_what_is_unknown_stays_as_it_is(vocabulary: Vocabulary, text: str) -> None:
    assert vocabulary.slug("district", text) == text


def test_a_name_of_two_places_is_refused_with_their_slugs(vocabulary: Vocabulary) -> None:
    with pytest.raises(AmbiguousName, match="busia or busia-kenya"):
        vocabulary.slug("district", "Busia")
    assert vocabulary.slug("district", "busia") == "busia"


def test_amenities_are_found_by_slug_and_by_name(vocabulary: Vocabulary) -> None:
    names = ["wi-fi", "WiFi", "Wi-Fi", "tv", "Sauna", ""]
    assert [vocabulary.amenity_id(name) for name in names] == [1, 1, 1, 2, None, None]
