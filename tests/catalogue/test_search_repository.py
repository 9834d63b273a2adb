"""The terms of the search index."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.catalogue.search_repository import match_query, search_terms
from app.core.db import reading


def _detail(**changes: Any) -> dict[str, Any]:
    return {
        "owner_id": 7,
        "title": "Bungalow",
        "description": "",
        "location": "",
        "city": "",
        "district": None,
        **changes,
    }


def _words(detail: dict[str, Any]) -> set[str]:
    return {term.rpartition("\ue000")[2] for term in search_terms(detail)}


def test_every_term_belongs_to_its_owner() -> None:
    mine, other = search_terms(_detail()), search_terms(_detail(owner_id=8))
    assert mine
    assert not set(mine) & set(other)


@pytest.mark.parametrize("owner_id", [1, 12, 123])
def test_no_owners_terms_begin_with_anothers(owner_id: int) -> None:
    [term] = search_terms(_detail(owner_id=owner_id, title="2a"))
    for other in (1, 12, 123):
        if other != owner_id:
            [another] = search_terms(_detail(owner_id=other, title="a"))
            assert not term.startswith(another)


def test_a_word_counts_once() -> None:
    assert len(search_terms(_detail(title="big BIG bíg"))) == 1


def test_the_city_stands_in_for_a_missing_area() -> None:
    assert _words(_detail(city="Diani")) == {"bungalow", "diani"}
    assert _words(_detail(city="Diani", location="Galu")) == {"bungalow", "galu"}


def test_the_district_and_its_region_are_words() -> None:
    district = SimpleNamespace(name="Dar es Salaam", region=SimpleNamespace(name="Coast"))
    assert _words(_detail(district=district)) == {"bungalow", "dar", "es", "salaam", "coast"}


def test_words_do_not_run_into_the_next_field() -> None:
    assert _words(_detail(title="sea", description="side")) == {"sea", "side"}


@pytest.mark.both
@pytest.mark.parametrize("search", ["", "  ", "!?", "🏠"])
def test_without_a_word_there_is_no_query(app: Flask, search: str) -> None:
    with reading() as reader:
        assert match_query(reader, 7, search) is None
