"""The reference data that ships with the product."""

import re
from collections import Counter
from typing import Any

import pytest

from app.reference import shipped
from app.reference.limits import ICON_CHARS, NAME_CHARS, SLUG_CHARS

NAMED = {
    "regions": shipped.list_regions(),
    "districts": shipped.list_districts(),
    "property types": shipped.list_property_types(),
    "amenities": shipped.list_amenities(),
    "categories": shipped.list_categories(),
    "extras": shipped.list_extras(),
    "tenures": shipped.list_tenures(),
    "plot size units": shipped.list_plot_size_units(),
}
CURRENCIES = {row["code"]: row["symbol"] for row in shipped.list_currencies()}


def _slugs(kind: str) -> set[str]:
    return {row["slug"] for row in NAMED[kind]}


def _names(country: str) -> set[str]:
    return {row["name"] for row in NAMED["regions"] if row["country"] == country}


def _districts(country: str) -> list[dict[str, Any]]:
    regions = {row["slug"] for row in NAMED["regions"] if row["country"] == country}
    return [row for row in NAMED["districts"] if row["region"] in regions]


@pytest.mark.parametrize("kind", NAMED)
def test_slugs_are_unique_and_fit_into_an_address(kind: str) -> None:
    slugs = [row["slug"] for row in NAMED[kind]]
    assert len(slugs) == len(set(slugs))
    for slug in slugs:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        assert len(slug) <= SLUG_CHARS


@pytest.mark.parametrize("kind", NAMED)
def test_names_are_clean(kind: str) -> None:
    for row in NAMED[kind]:
        assert row["name"] == row["name"].strip() != ""
        assert len(row["name"]) <= NAME_CHARS


@pytest.mark.parametrize(
    "kind",
    ["property types", "amenities", "categories", "extras", "tenures", "plot size units"],
)
def test_names_are_unique(kind: str) -> None:
    names = Counter(row["name"].casefold() for row in NAMED[kind])
    assert names.most_common(1)[0][1] == 1


def test_uganda_has_its_four_regions_and_136_districts() -> None:
    assert _names("UG") == {"Central", "Eastern", "Northern", "Western"}
    assert len(_districts("UG")) == 136


def test_tanzania_has_its_31_regions() -> None:
    names = _names("TZ")
    assert len(names) == 31
    assert {"Arusha", "Dar es Salaam", "Dodoma", "Mwanza", "Songwe"} <= names
    assert len(_districts("TZ")) >= 184


def test_kenya_has_its_47_counties() -> None:
    names = _names("KE")
    assert len(names) == 47
    assert {"Nairobi", "Mombasa", "Kisumu", "Kwale", "Tharaka-Nithi"} <= {
        name.removesuffix(" City") for name in names
    }


def test_there_are_no_other_countries() -> None:
    assert {row["country"] for row in NAMED["regions"]} == {"UG", "TZ", "KE"}


def test_every_region_has_districts_and_every_district_a_region() -> None:
    assert {row["region"] for row in NAMED["districts"]} == _slugs("regions")


def test_the_documents_places_are_there() -> None:
    places = {row["slug"]: row["region"] for row in NAMED["districts"]}
    assert (places["kampala"], places["wakiso"]) == ("central", "central")


def test_the_currencies_of_east_africa_and_of_the_world_are_there() -> None:
    assert {"UGX", "TZS", "KES", "RWF", "BIF", "SSP", "ETB", "SOS"} <= set(CURRENCIES)
    assert {"USD", "EUR", "GBP", "CNY", "INR", "AED", "ZAR"} <= set(CURRENCIES)
    assert CURRENCIES["UGX"] == "USh"


def test_currencies_have_a_code_of_three_letters_and_a_symbol() -> None:
    assert len(CURRENCIES) == len(shipped.list_currencies())
    for code, symbol in CURRENCIES.items():
        assert re.fullmatch(r"[A-Z]{3}", code)
        assert 0 < len(symbol) <= 10


def test_amenities_have_bootstrap_icons() -> None:
    for row in NAMED["amenities"]:
        assert re.fullmatch(r"bi-[a-z0-9]+(-[a-z0-9]+)*", row["icon"])
    icons = {row["slug"]: row["icon"] for row in NAMED["amenities"]}
    assert icons["parking"] == "bi-p-square"
    assert "swimming-pool" in icons


def test_the_documents_categories_are_there() -> None:
    parents = {row["slug"]: row["parent"] for row in NAMED["categories"]}
    assert (parents["villa"], parents["beach-villa"], parents["modern-villa"]) == (
        None,
        "villa",
        "villa",
    )
    villa = next(row for row in NAMED["categories"] if row["slug"] == "villa")
    assert (villa["name"], villa["icon"]) == ("Villa", "villa")


def test_a_category_comes_after_its_parent() -> None:
    seen = {None}
    for row in NAMED["categories"]:
        assert row["parent"] in seen
        assert 0 < len(row["icon"]) <= ICON_CHARS
        seen.add(row["slug"])


def test_extras_have_prices_and_bootstrap_icons() -> None:
    for row in NAMED["extras"]:
        assert row["price"] > 0
        assert row["price"] == round(row["price"], 2)
        assert re.fullmatch(r"bi-[a-z0-9]+(-[a-z0-9]+)*", row["icon"])


def test_the_tenures_are_the_four_of_uganda() -> None:
    assert _slugs("tenures") == {"freehold", "leasehold", "mailo", "customary"}


def test_there_is_something_of_every_kind() -> None:
    assert {"bungalow", "villa", "apartment", "land"} <= _slugs("property types")
    assert {"acres", "decimals", "hectares"} <= _slugs("plot size units")
