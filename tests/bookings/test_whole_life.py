"""Everything that everybody may do, in any order: no night is double, no total wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import sweep_service as sweeps
from app.bookings.enums import BookingStatus, IntentStatus
from app.bookings.errors import NotYours
from app.bookings.models import Booking, BookingEvent, BookingIntent
from app.bookings.transitions import BEGINNING, TABLES, State
from app.catalogue import calendar_service as calendar
from app.catalogue.enums import NightState
from app.catalogue.models import Night
from app.catalogue.nights import nights_between, today_in
from app.core import clock
from app.core.db import session, transaction
from app.core.errors import Conflict, Invalid
from tests import factories
from tests.bookings.factories import DAR, Cast, caller, uuid_of

pytestmark = pytest.mark.both

BEGIN = datetime(2030, 6, 28, 20, 30, tzinfo=UTC)
PRICE, FEE = Decimal("120.10"), Decimal("15.05")
_people = st.sampled_from(["guest", "host", "admin"])
_guests = st.sampled_from(["guest", "admin"])
_places = st.integers(0, 20)


class Life(RuleBasedStateMachine):
    """One stay, three people, and a clock that only ever goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.cast = Cast(price=PRICE, cleaning_fee=FEE)
        self.listing = uuid_of(self.cast.listing_id)
        self.intents: list[tuple[int, UUID]] = []
        self.bookings: list[UUID] = []
        self._clock = clock.now
        clock.now = lambda: self.now

    def teardown(self) -> None:
        clock.now = self._clock

    @contextmanager
    def _refusable(self) -> Iterator[None]:
        """Take a refusal that the state explains; anything else is a failure."""
        with suppress(Conflict, Invalid):
            yield

    def _pick(self, place: int) -> UUID | None:
        return self.bookings[place % len(self.bookings)] if self.bookings else None

    # ── what people do ──────────────────────────────────────────────────────────────────

    @rule(
        who=st.sampled_from(["guest", "admin"]), start=st.integers(-1, 6), nights=st.integers(1, 4)
    )
    def hold(self, who: str, start: int, nights: int) -> None:
        account = getattr(self.cast, who)
        first = today_in(DAR, self.now) + timedelta(days=start)
        wanted = intents.WantedStay(self.listing, first, first + timedelta(days=nights), 2)
        with self._refusable():
            intent = intents.create_intent(account.id, wanted)
            assert Decimal(intent["snapshot"]["total"]) == PRICE * nights + FEE
            self.intents.append((account.id, intent["uuid"]))

    @rule(place=_places)
    def book(self, place: int) -> None:
        if self.intents:
            account_id, intent = self.intents[place % len(self.intents)]
            with self._refusable():
                booking, is_new = bookings.create_booking(account_id, intent, "")
                assert is_new is (booking["uuid"] not in self.bookings)
                if is_new:
                    self.bookings.append(booking["uuid"])

    @rule(place=_places)
    def release(self, place: int) -> None:
        if self.intents:
            with self._refusable():
                intents.release_intent(*self.intents[place % len(self.intents)])

    @rule(
        place=_places,
        step=st.sampled_from(
            [
                Cast.submit,
                Cast.confirm,
                Cast.reject,
                Cast.refund,
                Cast.check_in,
                Cast.check_out,
                Cast.complete,
            ]
        ),
    )
    def step(self, place: int, step: Callable[[Cast, UUID], Any]) -> None:
        booking = self._pick(place)
        if booking is None:
            return
        is_theirs = self._guest_of(booking) == self.cast.guest.id
        if is_theirs or step in (Cast.check_in, Cast.check_out):
            with self._refusable():
                step(self.cast, booking)
        elif step is not Cast.submit:
            # Staff has booked it: nobody decides about their own money.
            with pytest.raises(NotYours):
                step(self.cast, booking)

    @rule(place=_places, who=_people)
    def cancel(self, place: int, who: str) -> None:
        booking = self._pick(place)
        if booking:
            with self._refusable():
                account = getattr(self.cast, who)
                bookings.cancel_booking(caller(account, is_admin=who != "host"), booking, "")

    @rule(start=st.integers(0, 6), nights=st.integers(0, 2))
    def block(self, start: int, nights: int) -> None:
        first = today_in(DAR, self.now) + timedelta(days=start)
        with self._refusable():
            period = (first, first + timedelta(days=nights))
            calendar.set_blackouts(self.cast.listing_id, [period] if nights else [])

    @rule(minutes=st.sampled_from([1, 14, 16, 60, 12 * 60, 25 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        for sweep in (
            calendar.sweep_holds,
            sweeps.cancel_unpaid,
            sweeps.complete_stays,
            sweeps.sweep_intents,
        ):
            sweep()

    # ── what always holds ───────────────────────────────────────────────────────────────

    def _guest_of(self, booking: UUID) -> int:
        found = session.execute(select(Booking.guest_id).where(Booking.uuid == booking))
        guest_id: int = found.scalar_one()
        session.rollback()
        return guest_id

    @invariant()
    def nights_are_those_of_what_stands(self) -> None:
        expected: dict[date, tuple[NightState, int]] = {}
        for booking in session.scalars(select(Booking)):
            if booking.status is BookingStatus.CANCELLED:
                continue
            end = booking.check_out
            if booking.completed_at is not None:
                end = min(end, today_in(DAR, booking.completed_at))
            for night in nights_between(booking.check_in, end):
                assert night not in expected
                expected[night] = (NightState.BOOKING, booking.intent_id)
        for intent in session.scalars(select(BookingIntent)):
            status = intents.status_of(
                expires_at=intent.expires_at,
                released_at=intent.released_at,
                booked_at=intent.booked_at,
                now=self.now,
            )
            if status is IntentStatus.HELD:
                for night in nights_between(intent.check_in, intent.check_out):
                    assert night not in expected
                    expected[night] = (NightState.HOLD, intent.id)
        found = {
            row.night: (row.state, row.intent_id)
            for row in session.scalars(select(Night))
            if row.intent_id is not None and (row.expires_at is None or row.expires_at > self.now)
        }
        session.rollback()
        assert found == expected

    @invariant()
    def timelines_lead_to_where_bookings_are(self) -> None:
        for booking in session.scalars(select(Booking)):
            events = session.scalars(
                select(BookingEvent)
                .where(BookingEvent.booking_id == booking.id)
                .order_by(BookingEvent.id)
            ).all()
            states = [State(each.to_status, each.payment_status) for each in events]
            assert states[0] == BEGINNING
            assert states[-1] == State(booking.status, booking.payment_status)
            for before, after in pairwise(states):
                assert after in {
                    to
                    for table in TABLES.values()
                    for (_, at), (_, to) in table.items()
                    if at == before
                }
            for earlier, later in pairwise(events):
                assert later.from_status is earlier.to_status
                assert earlier.at <= later.at
            assert booking.total == PRICE * booking.snapshot["nights"] + FEE
            assert str(booking.total) == booking.snapshot["total"]
        session.rollback()


def test_whatever_people_do_in_whatever_order_the_books_are_right(
    app: Flask,
) -> None:
    factories.make_noise()

    def make_life() -> Life:
        with transaction():
            for model in (BookingEvent, Booking, BookingIntent, Night):
                session.execute(model.__table__.delete())  # type: ignore[attr-defined]
        return Life()

    depth = settings(max_examples=settings.default.max_examples // 3, stateful_step_count=30)
    run_state_machine_as_test(make_life, settings=depth)
