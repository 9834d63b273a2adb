"""What people say about the platform."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Account
from app.core import clock
from app.core.db import session, transaction
from app.support import feedback_service as feedback
from app.support.enums import Platform
from app.support.models import AppFeedback
from tests.factories import make_account

pytestmark = pytest.mark.both


@pytest.fixture
def somebody(app: Flask) -> Account:
    return make_account()


def _listed(**filters: Any) -> list[UUID]:
    rows, total = feedback.list_feedback(**filters, offset=0, limit=10)
    assert total == len(rows)
    return [row.uuid for row in rows]


def test_feedback_is_kept_as_it_was_given(somebody: Account) -> None:
    given = feedback.give_feedback(
        somebody.id, rating=4, comment="Seamless!", platform=Platform.IOS
    )
    session.expire_all()
    assert (given.account_id, given.rating) == (somebody.id, 4)
    assert (given.comment, given.platform) == ("Seamless!", Platform.IOS)


def test_a_rating_is_enough(somebody: Account) -> None:
    given = feedback.give_feedback(somebody.id, rating=1, comment=None)
    session.expire_all()
    assert (given.comment, given.platform) == ("", None)


def test_somebody_may_say_something_again(somebody: Account) -> None:
    first, second = (feedback.give_feedback(somebody.id, rating=each).uuid for each in (1, 5))
    assert _listed() == [second, first]


def test_feedback_is_filtered_and_comes_newest_first(somebody: Account) -> None:
    make = feedback.give_feedback
    web = make(somebody.id, rating=5, platform=Platform.WEB).uuid
    app_ = make(make_account().id, rating=5, platform=Platform.ANDROID).uuid
    bad = make(somebody.id, rating=1, platform=Platform.WEB).uuid
    # All of one moment, they come by age.
    with transaction():
        session.execute(update(AppFeedback).values(created_at=clock.now()))
    assert _listed() == [bad, app_, web]
    assert _listed(platform=Platform.WEB) == [bad, web]
    assert _listed(rating=5) == [app_, web]
    assert _listed(rating=5, platform=Platform.WEB) == [web]
    assert _listed(rating=2) == []
    rows = feedback.list_feedback(offset=1, limit=1).rows
    assert [row.uuid for row in rows] == [app_]


@pytest.mark.parametrize("rating", [0, 6])
def test_the_database_takes_no_other_rating(somebody: Account, rating: int) -> None:
    with pytest.raises(IntegrityError):
        feedback.give_feedback(somebody.id, rating=rating)
