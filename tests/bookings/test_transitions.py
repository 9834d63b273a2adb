"""The table of a booking's life."""

import pytest

from app.bookings.enums import Action, BookingStatus, PaymentStatus, Role
from app.bookings.models import _ALLOWED_PAIRS
from app.bookings.transitions import (
    BEGINNING,
    TABLES,
    UNSETTLED,
    Facts,
    Forbidden,
    Impossible,
    State,
    allowed_actions,
    beginning,
    next_state,
)

NOW, OVER, FREE = Facts(), Facts(is_over=True), Facts(is_free=True)
ROWS = [row for table in TABLES.values() for row in table.items()]
STATES = {BEGINNING} | {state for (_, state), _ in ROWS} | {state for _, (_, state) in ROWS}
PEOPLE = (Role.GUEST, Role.HOST, Role.ADMIN)


def test_the_database_allows_just_the_states_of_the_table() -> None:
    for status in BookingStatus:
        line = next(each for each in _ALLOWED_PAIRS.split(" OR ") if f"status = '{status}'" in each)
        allowed = {payment for payment in PaymentStatus if f"'{payment}'" in line.split("IN")[1]}
        assert allowed == {state.payment for state in STATES if state.status is status}


def test_every_state_can_be_reached() -> None:
    reached, ahead = set(), {BEGINNING}
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead |= {to for (_, at), (_, to) in ROWS if at == state} - reached
    assert reached == STATES


def test_nobody_cancels_once_the_guest_is_in() -> None:
    state = State(BookingStatus.CHECKED_IN, PaymentStatus.CONFIRMED)
    for role in PEOPLE:
        with pytest.raises(Impossible, match="checked in"):
            next_state(Action.CANCEL, state, role, NOW)


def test_the_system_cancels_only_what_nobody_has_paid() -> None:
    cancelled = {
        state
        for (action, state), (roles, _) in ROWS
        if action is Action.CANCEL and Role.SYSTEM in roles
    }
    assert {state.payment for state in cancelled} == {PaymentStatus.UNPAID, PaymentStatus.REJECTED}


def test_a_confirmed_payment_is_due_back_when_its_booking_is_cancelled() -> None:
    paid = State(BookingStatus.CONFIRMED, PaymentStatus.CONFIRMED)
    after = next_state(Action.CANCEL, paid, Role.GUEST, NOW)
    assert after == State(BookingStatus.CANCELLED, PaymentStatus.REFUND_DUE)
    assert allowed_actions(after, Role.ADMIN, NOW) == [Action.REFUND]


def test_the_wrong_part_is_told_whose_it_is() -> None:
    with pytest.raises(Forbidden, match="Only the guest may submit a payment proof"):
        next_state(Action.SUBMIT_PAYMENT, BEGINNING, Role.HOST, NOW)


def test_the_wrong_moment_is_told_what_is_possible() -> None:
    with pytest.raises(Impossible, match="so you cannot check in now"):
        next_state(Action.CHECK_IN, BEGINNING, Role.HOST, NOW)
    refunded = State(BookingStatus.CANCELLED, PaymentStatus.REFUNDED)
    with pytest.raises(Impossible, match="There is nothing for you to do"):
        next_state(Action.REFUND, refunded, Role.ADMIN, NOW)


def test_staff_alone_settles_what_is_paid_and_over() -> None:
    assert allowed_actions(UNSETTLED, Role.ADMIN, OVER) == [Action.CANCEL, Action.COMPLETE]
    submitted = State(BookingStatus.PAYMENT_SUBMITTED, PaymentStatus.SUBMITTED)
    for state in (UNSETTLED, submitted):
        for role in (Role.GUEST, Role.HOST):
            assert allowed_actions(state, role, OVER) == []
            with pytest.raises(Impossible, match="its dates have passed, so you cannot cancel now"):
                next_state(Action.CANCEL, state, role, OVER)


def test_nothing_is_completed_before_it_is_over() -> None:
    with pytest.raises(Impossible, match="cannot complete the stay now"):
        next_state(Action.COMPLETE, UNSETTLED, Role.ADMIN, NOW)
    with pytest.raises(Forbidden, match="Only staff may complete the stay"):
        next_state(Action.COMPLETE, UNSETTLED, Role.HOST, OVER)


def test_what_costs_nothing_is_paid_from_the_start_and_never_paid_back() -> None:
    assert beginning(NOW) == BEGINNING
    assert beginning(FREE) == State(BookingStatus.CONFIRMED, PaymentStatus.CONFIRMED)
    for role in PEOPLE:
        after = next_state(Action.CANCEL, beginning(FREE), role, FREE)
        assert after == State(BookingStatus.CANCELLED, PaymentStatus.UNPAID)
