"""Saved searches: how many, whose, and until when."""

from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from app.core.db import session
from app.reference import editing_service as editing
from app.support import search_service as searches
from app.support.errors import TooManySearches, UnknownSearch
from app.support.limits import MAX_SAVED_SEARCHES
from tests.factories import make_account
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


def _names(account_id: int) -> list[str]:
    session.rollback()
    return [each.name for each in searches.list_searches(account_id)]


def test_somebody_keeps_fifty_and_another_person_as_many(app: Flask) -> None:
    account, other = make_account(), make_account()
    for number in range(MAX_SAVED_SEARCHES):
        searches.save_search(account.id, f"{number}", {})
    with pytest.raises(TooManySearches, match="at most 50"):
        searches.save_search(account.id, "One more", {})
    assert _names(account.id) == [f"{number}" for number in reversed(range(50))]
    searches.save_search(other.id, "First", {})
    searches.delete_search(account.id, searches.list_searches(account.id)[0].uuid)
    searches.save_search(account.id, "One more", {})
    assert len(_names(account.id)) == MAX_SAVED_SEARCHES


def test_of_many_saved_at_once_there_are_fifty_at_most(app: Flask) -> None:
    account = make_account()
    for number in range(MAX_SAVED_SEARCHES - 2):
        searches.save_search(account.id, f"{number}", {})

    def save() -> bool:
        with app.app_context():
            try:
                searches.save_search(account.id, "One more", {})
            except TooManySearches:
                return False
        return True

    for _ in rounds():
        assert sorted(at_once([save] * 5)) == [False, False, False, True, True]
        for each in searches.list_searches(account.id)[:2]:
            searches.delete_search(account.id, each.uuid)


def test_of_two_removals_at_once_one_finds_nothing(app: Flask) -> None:
    account = make_account()
    uuid = searches.save_search(account.id, "Once", {}).uuid

    def remove() -> bool:
        with app.app_context():
            try:
                searches.delete_search(account.id, uuid)
            except UnknownSearch:
                return False
        return True

    assert sorted(at_once([remove] * 3)) == [False, False, True]


def test_another_persons_search_cannot_be_removed(app: Flask) -> None:
    account, other = make_account(), make_account()
    kept = searches.save_search(account.id, "Mine", {})
    with pytest.raises(UnknownSearch):
        searches.delete_search(other.id, kept.uuid)
    assert _names(account.id) == ["Mine"]
    assert _names(other.id) == []


def test_the_day_is_that_of_east_africa(app: Flask) -> None:
    account = make_account()
    dates = {"check_in": datetime(2026, 9, 1).date(), "check_out": datetime(2026, 9, 3).date()}  # noqa: DTZ001
    with time_machine.travel(datetime(2026, 8, 31, 23, tzinfo=UTC), tick=False):
        kept = searches.save_search(account.id, "September", dates)
    assert ("check_in", "2026-09-01") in kept.query
    with time_machine.travel(datetime(2026, 9, 1, 20, 59, tzinfo=UTC), tick=False):
        [kept] = searches.list_searches(account.id)
        assert ("check_in", "2026-09-01") in kept.query
    with time_machine.travel(datetime(2026, 9, 1, 21, tzinfo=UTC), tick=False):
        [kept] = searches.list_searches(account.id)
    assert kept.query == []
    assert kept.criteria["check_in"] == "2026-09-01"


@pytest.mark.usefixtures("shipped_again")
def test_a_search_outlives_its_category(app: Flask) -> None:
    account = make_account()
    searches.save_search(account.id, "Beach", {"category": "beach-villa", "min_guests": 2})
    editing.deactivate_category(account.id, "villa")
    [kept] = searches.list_searches(account.id)
    assert kept.criteria["category"] == "beach-villa"
    assert kept.query == [("guests", "2")]
