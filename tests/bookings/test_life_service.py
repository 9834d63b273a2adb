"""Every step that somebody may take, and every one that the state or the part forbids."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import Account
from app.bookings import booking_service as bookings
from app.bookings import payment_service as payments
from app.bookings import staff_service as staff
from app.bookings.enums import Action, Role
from app.bookings.errors import BookingNotFound, NotYours, WrongState
from app.bookings.models import Booking
from app.bookings.transitions import TABLES, State
from app.core import clock
from app.core.db import session, transaction
from tests import factories
from tests.bookings.factories import PDF, WAYS, Cast, caller

pytestmark = pytest.mark.both

_ROLES = (Role.GUEST, Role.HOST, Role.ADMIN)
# What each part of the cast would call to do it.
_OF_STAFF: dict[Action, Callable[[int, UUID], Any]] = {
    Action.CONFIRM_PAYMENT: staff.confirm_payment,
    Action.REJECT_PAYMENT: lambda admin_id, booking: staff.reject_payment(
        admin_id, booking, "Nothing has arrived."
    ),
    Action.COMPLETE: staff.complete,
    Action.REFUND: staff.refund,
}
_OF_ALL: dict[Action, Callable[[Any, UUID], Any]] = {
    Action.SUBMIT_PAYMENT: lambda who, booking: payments.submit_payment(
        who, booking, PDF, reference="", method=""
    ),
    Action.CANCEL: lambda who, booking: bookings.cancel_booking(who, booking, ""),
    Action.CHECK_IN: bookings.check_in,
    Action.CHECK_OUT: bookings.check_out,
}


@pytest.fixture
def cast(app: Flask) -> Cast:
    factories.make_noise()
    return Cast()


def _act(cast: Cast, action: Action, role: Role, booking: UUID) -> Any:
    if action in _OF_STAFF:
        return _OF_STAFF[action](cast.admin.id, booking)
    account: Account = getattr(cast, role)
    return _OF_ALL[action](caller(account, is_admin=role is Role.ADMIN), booking)


def _state_of(booking: UUID) -> State:
    row = session.execute(
        select(Booking.status, Booking.payment_status).where(Booking.uuid == booking)
    ).one()
    session.rollback()
    return State(*row)


@pytest.fixture
def pass_the_dates(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the dates of every stay pass; what was to be paid by then has its time still."""

    def pass_() -> None:
        now = clock.now() + timedelta(days=9)
        with transaction():
            session.execute(
                update(Booking)
                .where(Booking.payment_due_at.is_not(None))
                .values(payment_due_at=now + timedelta(days=1))
            )
        monkeypatch.setattr(clock, "now", lambda: now)

    return pass_


@pytest.mark.parametrize("over", [False, True], ids=["", "over"])
@pytest.mark.parametrize("state", WAYS, ids=lambda state: f"{state.status}-{state.payment}")
def test_in_each_state_just_what_the_table_allows_can_be_done(
    cast: Cast, state: State, over: bool, pass_the_dates: Callable[[], None]
) -> None:
    booking = cast.bring_to(state)
    if over:
        pass_the_dates()
    assert _state_of(booking) == state
    allowed = {
        (action, role)
        for (action, at), (roles, _) in TABLES[over].items()
        for role in roles
        if at == state
    }
    for action in Action:
        for role in (Role.ADMIN,) if action in _OF_STAFF else _ROLES:
            if (action, role) in allowed:
                continue
            if action is Action.CANCEL and state.status == "cancelled":
                assert _act(cast, action, role, booking)["status"] == "cancelled"
            else:
                with pytest.raises((NotYours, WrongState)):
                    _act(cast, action, role, booking)
            assert _state_of(booking) == state


@pytest.mark.parametrize(
    ("over", "action", "state", "role"),
    [
        (over, action, state, role)
        for over, table in TABLES.items()
        for (action, state), (roles, _) in table.items()
        for role in sorted(roles - {Role.SYSTEM})
    ],
    ids=lambda each: str(each).replace(" ", "_"),
)
def test_each_step_of_the_table_can_be_taken(
    cast: Cast,
    over: bool,
    action: Action,
    state: State,
    role: Role,
    pass_the_dates: Callable[[], None],
) -> None:
    booking = cast.bring_to(state)
    if over:
        pass_the_dates()
    before = bookings.get_booking(caller(cast.guest), booking)["timeline"]
    shown = _act(cast, action, role, booking)
    following = TABLES[over][action, state][1]
    assert _state_of(booking) == following
    last = shown["timeline"][-1]
    assert len(shown["timeline"]) == len(before) + 1
    assert (last.role, last.from_status, last.to_status) == (role, state.status, following.status)
    assert last.payment_status == following.payment
    assert last.account_id == getattr(cast, role).id


@pytest.mark.parametrize("action", Action)
def test_a_stranger_finds_no_booking(cast: Cast, action: Action) -> None:
    booking = cast.bring_to(next(iter(WAYS)))
    stranger = factories.make_account()
    if action in _OF_STAFF:
        with pytest.raises(BookingNotFound):
            _OF_STAFF[action](cast.admin.id, UUID(int=1))
    else:
        with pytest.raises(BookingNotFound):
            _OF_ALL[action](caller(stranger), booking)
