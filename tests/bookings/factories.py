"""Bookings for tests, brought through the services to where a test begins."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.accounts.caller import Caller
from app.accounts.enums import Role, VerificationStage
from app.accounts.models import Account
from app.bookings import booking_service as bookings
from app.bookings import intent_service as intents
from app.bookings import payment_service as payments
from app.bookings import staff_service as staff
from app.bookings.enums import BookingStatus, PaymentStatus
from app.bookings.intent_service import WantedExtra, WantedStay
from app.bookings.transitions import State
from app.catalogue.models import Listing, Night
from app.catalogue.nights import today_in
from app.core import clock
from app.core.db import session
from tests import factories

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
DAR = "Africa/Dar_es_Salaam"


def caller(account: Account, *, is_admin: bool = False) -> Caller:
    """Return whom the API would take for this account."""
    role = Role.ADMIN if is_admin else Role.USER
    return Caller(account.id, role, False, VerificationStage.NOT_STARTED)


def uuid_of(listing_id: int) -> UUID:
    found: UUID = session.execute(select(Listing.uuid).where(Listing.id == listing_id)).scalar_one()
    session.rollback()
    return found


def today() -> date:
    """Return the date where stays are by default."""
    return today_in(DAR, clock.now())


def hold(
    guest_id: int,
    listing_id: int,
    start: date | None = None,
    nights: int = 2,
    *,
    guests: int = 2,
    extras: tuple[WantedExtra, ...] = (),
) -> dict[str, Any]:
    """Hold nights, by default from today on; return what is shown of the intent."""
    start = start or today()
    end = start + timedelta(days=nights)
    wanted = WantedStay(uuid_of(listing_id), start, end, guests, extras)
    return intents.create_intent(guest_id, wanted)


def book(guest_id: int, listing_id: int, start: date | None = None, nights: int = 2) -> UUID:
    """Book nights; return the booking's id."""
    intent = hold(guest_id, listing_id, start, nights)
    booking, _ = bookings.create_booking(guest_id, intent["uuid"], "")
    found: UUID = booking["uuid"]
    return found


def _make_account() -> Account:
    """Make an account that any thread can look at, whatever becomes of the session."""
    account = factories.make_account()
    session.expunge(account)
    return account


class Cast:
    """A stay, its host, a guest and a member of staff, and all that they do to bookings."""

    def __init__(self, **listing: Any) -> None:
        self.host, self.guest, self.admin = (_make_account() for _ in range(3))
        self.listing_id = factories.make_stay(self.host.id, **listing)

    def book(self, start: date | None = None, nights: int = 2) -> UUID:
        return book(self.guest.id, self.listing_id, start, nights)

    def submit(self, booking: UUID, proof: bytes = PDF) -> dict[str, Any]:
        return payments.submit_payment(
            caller(self.guest), booking, proof, reference="TX1", method="M-Pesa"
        )

    def confirm(self, booking: UUID) -> Any:
        return staff.confirm_payment(self.admin.id, booking)

    def reject(self, booking: UUID) -> Any:
        return staff.reject_payment(self.admin.id, booking, "Nothing has arrived.")

    def complete(self, booking: UUID) -> Any:
        return staff.complete(self.admin.id, booking)

    def refund(self, booking: UUID) -> Any:
        return staff.refund(self.admin.id, booking)

    def cancel(self, booking: UUID) -> dict[str, Any]:
        return bookings.cancel_booking(caller(self.guest), booking, "Other plans.")

    def check_in(self, booking: UUID) -> dict[str, Any]:
        return bookings.check_in(caller(self.host), booking)

    def check_out(self, booking: UUID) -> dict[str, Any]:
        return bookings.check_out(caller(self.host), booking)

    def bring_to(self, state: State, booking: UUID | None = None) -> UUID:
        """Return a booking in this state, by default a new one that begins today."""
        booking = booking or self.book()
        for step in WAYS[state]:
            step(self, booking)
        return booking


_Step = Callable[[Cast, UUID], Any]
_PAID: tuple[_Step, ...] = (Cast.submit, Cast.confirm)
# How each state there is can be reached.
WAYS: dict[State, tuple[_Step, ...]] = {
    State(BookingStatus.CONFIRMED, PaymentStatus.UNPAID): (),
    State(BookingStatus.CONFIRMED, PaymentStatus.REJECTED): (Cast.submit, Cast.reject),
    State(BookingStatus.CONFIRMED, PaymentStatus.CONFIRMED): _PAID,
    State(BookingStatus.PAYMENT_SUBMITTED, PaymentStatus.SUBMITTED): (Cast.submit,),
    State(BookingStatus.CHECKED_IN, PaymentStatus.CONFIRMED): (*_PAID, Cast.check_in),
    State(BookingStatus.COMPLETED, PaymentStatus.CONFIRMED): (
        *_PAID,
        Cast.check_in,
        Cast.check_out,
    ),
    State(BookingStatus.CANCELLED, PaymentStatus.UNPAID): (Cast.cancel,),
    State(BookingStatus.CANCELLED, PaymentStatus.REJECTED): (
        Cast.submit,
        Cast.reject,
        Cast.cancel,
    ),
    State(BookingStatus.CANCELLED, PaymentStatus.SUBMITTED): (Cast.submit, Cast.cancel),
    State(BookingStatus.CANCELLED, PaymentStatus.REFUND_DUE): (*_PAID, Cast.cancel),
    State(BookingStatus.CANCELLED, PaymentStatus.REFUNDED): (*_PAID, Cast.cancel, Cast.refund),
}


def taken(listing_id: int) -> dict[date, Any]:
    """Return the nights of a listing that are taken, and their state."""
    rows = session.execute(select(Night.night, Night.state).where(Night.listing_id == listing_id))
    found = {row.night: row.state for row in rows}
    session.rollback()
    return found
