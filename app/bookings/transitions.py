"""The life of a booking as a table: who may do what in which state, and which state comes next.

A payment that was submitted may have been made. So it stays `submitted` when its booking is
cancelled, until staff has seen whether the money came: then it is due to be given back, or was
never there.

Once the dates of a stay have passed, nobody can tell from the booking whether the guest was there:
where there is money in it, staff alone settles it. What costs nothing is paid from the start.
"""

from typing import NamedTuple

from app.bookings.enums import Action, BookingStatus, PaymentStatus, Role


class State(NamedTuple):
    """The two words that say where a booking is."""

    status: BookingStatus
    payment: PaymentStatus


class Facts(NamedTuple):
    """What else it depends on: whether the dates have passed, and whether nothing is to pay."""

    is_over: bool = False
    is_free: bool = False


class Forbidden(Exception):
    """Nobody in this role ever does that to a booking."""


class Impossible(Exception):
    """The state of the booking does not allow it; the message says what it allows."""


BEGINNING = State(BookingStatus.CONFIRMED, PaymentStatus.UNPAID)
_UNPAID = BEGINNING
_REJECTED = State(BookingStatus.CONFIRMED, PaymentStatus.REJECTED)
_SUBMITTED = State(BookingStatus.PAYMENT_SUBMITTED, PaymentStatus.SUBMITTED)
_PAID = State(BookingStatus.CONFIRMED, PaymentStatus.CONFIRMED)
_CHECKED_IN = State(BookingStatus.CHECKED_IN, PaymentStatus.CONFIRMED)
_COMPLETED = State(BookingStatus.COMPLETED, PaymentStatus.CONFIRMED)
_CANCELLED_UNPAID = State(BookingStatus.CANCELLED, PaymentStatus.UNPAID)
_CANCELLED_REJECTED = State(BookingStatus.CANCELLED, PaymentStatus.REJECTED)
_CANCELLED_SUBMITTED = State(BookingStatus.CANCELLED, PaymentStatus.SUBMITTED)
_REFUND_DUE = State(BookingStatus.CANCELLED, PaymentStatus.REFUND_DUE)
_REFUNDED = State(BookingStatus.CANCELLED, PaymentStatus.REFUNDED)

_GUEST, _HOST, _ADMIN, _SYSTEM = Role.GUEST, Role.HOST, Role.ADMIN, Role.SYSTEM
_PEOPLE = frozenset({_GUEST, _HOST, _ADMIN})
_ANYBODY = _PEOPLE | {_SYSTEM}

# (action, state) → (who may, the state that comes next)
Table = dict[tuple[Action, State], tuple[frozenset[Role], State]]
_ALWAYS: Table = {
    (Action.SUBMIT_PAYMENT, _UNPAID): (frozenset({_GUEST}), _SUBMITTED),
    (Action.SUBMIT_PAYMENT, _REJECTED): (frozenset({_GUEST}), _SUBMITTED),
    (Action.CONFIRM_PAYMENT, _SUBMITTED): (frozenset({_ADMIN}), _PAID),
    (Action.CONFIRM_PAYMENT, _CANCELLED_SUBMITTED): (frozenset({_ADMIN}), _REFUND_DUE),
    (Action.REJECT_PAYMENT, _SUBMITTED): (frozenset({_ADMIN}), _REJECTED),
    (Action.REJECT_PAYMENT, _CANCELLED_SUBMITTED): (frozenset({_ADMIN}), _CANCELLED_REJECTED),
    (Action.CANCEL, _UNPAID): (_ANYBODY, _CANCELLED_UNPAID),
    (Action.CANCEL, _REJECTED): (_ANYBODY, _CANCELLED_REJECTED),
    (Action.CHECK_OUT, _CHECKED_IN): (frozenset({_HOST, _SYSTEM}), _COMPLETED),
    (Action.REFUND, _REFUND_DUE): (frozenset({_ADMIN}), _REFUNDED),
}
_UNTIL_OVER: Table = {
    (Action.CANCEL, _SUBMITTED): (_PEOPLE, _CANCELLED_SUBMITTED),
    (Action.CANCEL, _PAID): (_PEOPLE, _REFUND_DUE),
    (Action.CHECK_IN, _PAID): (frozenset({_HOST}), _CHECKED_IN),
}
_ONCE_OVER: Table = {
    (Action.CANCEL, _SUBMITTED): (frozenset({_ADMIN}), _CANCELLED_SUBMITTED),
    (Action.CANCEL, _PAID): (frozenset({_ADMIN}), _REFUND_DUE),
    (Action.COMPLETE, _PAID): (frozenset({_ADMIN}), _COMPLETED),
}
# By whether the dates have passed.
TABLES: dict[bool, Table] = {False: _ALWAYS | _UNTIL_OVER, True: _ALWAYS | _ONCE_OVER}
# What waits for staff once it is over.
UNSETTLED = _PAID
# Where nothing is to pay, these are left out: nothing is waited for, and nothing paid back.
_IF_FREE = {BEGINNING: _PAID, _REFUND_DUE: _CANCELLED_UNPAID}

_IN_WORDS = {
    _UNPAID: "confirmed and not paid yet",
    _REJECTED: "confirmed, and its payment was rejected",
    _SUBMITTED: "waiting for its payment to be checked",
    _PAID: "confirmed and paid",
    _CHECKED_IN: "checked in",
    _COMPLETED: "completed",
    _CANCELLED_UNPAID: "cancelled",
    _CANCELLED_REJECTED: "cancelled",
    _CANCELLED_SUBMITTED: "cancelled, and its payment is yet to be checked",
    _REFUND_DUE: "cancelled, and its refund is due",
    _REFUNDED: "cancelled and refunded",
}


def beginning(facts: Facts) -> State:
    """Return the state that a booking begins in."""
    return _reached(BEGINNING, facts)


def next_state(action: Action, state: State, role: Role, facts: Facts) -> State:
    """Return the state that an action leads to.

    :raises Forbidden: when nobody in this role ever does that.
    :raises Impossible: when the state does not allow it now.
    """
    if role not in _doers(action):
        raise Forbidden(f"Only {_in_words(_doers(action))} may {action} here.")
    may, following = TABLES[facts.is_over].get((action, state), (frozenset(), state))
    if role not in may:
        raise Impossible(refusal(action, state, role, facts))
    return _reached(following, facts)


def allowed_actions(state: State, role: Role, facts: Facts) -> list[Action]:
    """Return what somebody in this role can do to a booking in this state."""
    table = TABLES[facts.is_over]
    return [each for (each, at), (may, _) in table.items() if at == state and role in may]


def refusal(action: Action, state: State, role: Role, facts: Facts) -> str:
    """Say that an action is not possible now, and which ones are."""
    allowed = allowed_actions(state, role, facts)
    can = f"You can {' or '.join(allowed)}." if allowed else "There is nothing for you to do."
    why = _IN_WORDS[state]
    if facts.is_over and any(at == state for _, at in _ONCE_OVER):
        why += ", and its dates have passed"
    return f"This booking is {why}, so you cannot {action} now. {can}"


def is_done(action: Action, state: State) -> bool:
    """Tell whether an action that may be repeated has been done already: cancelling is."""
    return action is Action.CANCEL and state.status is BookingStatus.CANCELLED


def _reached(state: State, facts: Facts) -> State:
    return _IF_FREE.get(state, state) if facts.is_free else state


def _doers(action: Action) -> frozenset[Role]:
    rows = (row for table in TABLES.values() for row in table.items())
    return frozenset().union(*(may for (each, _), (may, _) in rows if each is action))


def _in_words(roles: frozenset[Role]) -> str:
    people = [f"the {each}" for each in Role if each in roles and each is not Role.SYSTEM]
    return " or ".join("staff" if each == f"the {Role.ADMIN}" else each for each in people)
