"""Fifty clients who want overlapping nights at once, from a server of several processes."""

import http.client
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.api.tokens import make_access_token
from app.bookings.models import BookingIntent
from app.catalogue.enums import NightState
from app.catalogue.models import Night
from app.catalogue.nights import nights_between
from app.core.db import session
from tests import factories, servers
from tests.bookings.factories import today, uuid_of
from tests.rounds import rounds
from tests.threads import TIMEOUT_S, at_once

pytestmark = pytest.mark.both

GUESTS = 50
PROCESSES = 3
# By default; `rounds` tells how many times as many there are.
ROUNDS = 6
INTENTS = "/api/bookings/intents/"
TAKEN = "These nights are not available: "


class Guest:
    """Somebody with a token and a connection of their own."""

    def __init__(self, port: int) -> None:
        self.id = factories.make_account().id
        self._token = factories.bearer(make_access_token(self.id, 0))
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = self._token | {"Content-Type": "application/json"}
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.fixture
def guests(app: Flask, tmp_path: Path) -> Iterator[list[Guest]]:
    with ExitStack() as stack:
        settings = app.extensions["nafasi.settings"]
        port = stack.enter_context(
            servers.web_server(settings, tmp_path / "server.log", processes=PROCESSES)
        )
        people = [Guest(port) for _ in range(GUESTS)]
        for each in people:
            stack.callback(each.connection.close)
        yield people


def _wish(listing: str, start: date, place: int) -> tuple[dict[str, Any], list[date]]:
    """Return what the guest of this place wants, and its nights; each night is wanted alone too."""
    first = start + timedelta(days=place % 7)
    last = first + timedelta(days=1 + place % 4)
    body = {
        "listing_id": listing,
        "check_in_date": str(first),
        "check_out_date": str(last),
        "guests": 2,
        "extras": [],
    }
    return body, nights_between(first, last)


def test_of_fifty_clients_at_once_each_night_has_one_winner(
    app: Flask, guests: list[Guest]
) -> None:
    factories.make_noise()
    listing_id = factories.make_stay(factories.make_account().id)
    listing, start = str(uuid_of(listing_id)), today() + timedelta(days=1)
    wishes = [_wish(listing, start, place) for place in range(GUESTS)]
    for _ in range(ROUNDS * len(rounds())):
        answers = at_once(
            [
                partial(guest.ask, "POST", INTENTS, body)
                for guest, (body, _) in zip(guests, wishes, strict=True)
            ]
        )
        won = [place for place, (status, _) in enumerate(answers) if status == 201]
        for status, answer in answers:
            assert status in (201, 409), answer
            assert status == 201 or answer["message"].startswith(TAKEN)
        winners = Counter(night for place in won for night in wishes[place][1])
        assert set(winners.values()) == {1}
        assert winners.keys() >= {start + timedelta(days=number) for number in range(7)}
        # Nothing is held but by a winner, and of the losers nothing is left.
        assert _held() == {guests[place].id: (NightState.HOLD, wishes[place][1]) for place in won}
        released = at_once(
            [
                partial(guests[place].ask, "DELETE", f"{INTENTS}{answers[place][1]['data']['id']}/")
                for place in won
            ]
        )
        assert {status for status, _ in released} == {200}
        assert _held() == {}


def _held() -> dict[int, tuple[NightState, list[date]]]:
    """Return the nights of each guest who has an intent that was not released."""
    found: dict[int, tuple[NightState, list[date]]] = {}
    intents = session.execute(
        select(BookingIntent.id, BookingIntent.guest_id).where(BookingIntent.released_at.is_(None))
    ).all()
    nights = session.execute(
        select(Night.intent_id, Night.state, Night.night).order_by(Night.night)
    ).all()
    session.rollback()
    assert len({guest_id for _, guest_id in intents}) == len(intents)
    assert {each.intent_id for each in nights} == {intent_id for intent_id, _ in intents}
    for intent_id, guest_id in intents:
        own = [each for each in nights if each.intent_id == intent_id]
        [state] = {each.state for each in own}
        found[guest_id] = (state, [each.night for each in own])
    return found
