"""What lists of stays compare by."""

import pytest

from app.catalogue.browse import amenity_bits, city_key
from app.core.text import words


@pytest.mark.parametrize(
    "city", ["DAR ES SALAAM", "Dar-es-Salaam", " dar  es salaam ", "Dàr es Salâam"]
)
def test_spellings_of_a_city_share_a_key(city: str) -> None:
    assert city_key(words(city)) == city_key(words("Dar es Salaam"))


@pytest.mark.parametrize("city", ["Dar", "Dar es Salaam 2", "daressalaam", ""])
def test_other_cities_have_other_keys(city: str) -> None:
    assert city_key(words(city)) != city_key(words("Dar es Salaam"))


def test_a_key_is_what_a_column_holds() -> None:
    assert all(-(2**63) <= city_key([str(number)]) < 2**63 for number in range(200))


def test_bits_tell_who_lacks_an_amenity() -> None:
    has = amenity_bits([1, 5, 62, 63, 200])
    assert all(has & amenity_bits([each]) for each in (1, 5, 62, 63, 200))
    assert not has & amenity_bits([2])
    assert 0 <= amenity_bits(range(1_000)) < 2**63
