"""What guest and host are told of a booking. Text messages are one part long, in plain ASCII."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.bookings.enums import PaymentStatus, Role
from app.notifications.messages import Message, shortened

SMS_CHARS = 160
_SHORT_TITLE_CHARS = 30
_BY = {
    Role.GUEST: "the guest",
    Role.HOST: "the host",
    Role.ADMIN: "our staff",
    Role.SYSTEM: "our system",
}


class Told(NamedTuple):
    """What each of the two is told."""

    guest: Message
    host: Message


@dataclass(frozen=True, slots=True)
class Stay:
    """What every message names: which booking this is, and what about."""

    booking: UUID
    title: str
    check_in: date
    check_out: date
    total: Decimal
    currency: str

    @property
    def amount(self) -> str:
        return f"{self.currency} {self.total:,.2f}"

    @property
    def about(self) -> str:
        """Return the last lines of every mail."""
        return (
            f"\n{self.title}\n{self.check_in} to {self.check_out}\n{self.amount}\n"
            f"Booking {self.booking}\n"
        )

    @property
    def short(self) -> str:
        """Return the stay in the words of a text message."""
        title = shortened(self.title, _SHORT_TITLE_CHARS) or "your stay"
        return f"{title}, {self.check_in} to {self.check_out}"


def booked(stay: Stay, due_at: datetime | None) -> Told:
    """Tell that a stay is booked, and until when it is to be paid; None where it costs nothing."""
    if due_at is None:
        return Told(
            _message(
                stay,
                "Your booking is confirmed",
                "Your booking is confirmed. There is nothing to pay. Everything is ready for your "
                "stay.",
                "booked. There is nothing to pay.",
            ),
            _message(
                stay,
                "You have a new booking",
                "A guest has booked a stay that costs nothing. Check the guest in on arrival.",
                "a guest has booked. There is nothing to pay.",
            ),
        )
    return Told(
        _message(
            stay,
            "Your booking is confirmed: please pay",
            f"Your booking is confirmed. Please pay {stay.amount} and upload the proof of your "
            f"payment by {_until(due_at)}. Without one the booking is cancelled then.",
            f"booked. Please pay and upload the proof by {_until(due_at)}.",
        ),
        _message(
            stay,
            "You have a new booking",
            f"A guest has booked a stay and is to pay by {_until(due_at)}. We tell you as soon as "
            "the payment is confirmed.",
            "a guest has booked, and is yet to pay.",
        ),
    )


def payment_submitted(stay: Stay) -> Told:
    """Tell that a proof has come in, and waits for staff."""
    return Told(
        _message(
            stay,
            "We have your payment proof",
            "Thank you for the proof of your payment. Our staff checks it, and we tell you then.",
            "we have your payment proof and are checking it.",
        ),
        _message(
            stay,
            "Your guest has sent a payment proof",
            "Your guest has sent the proof of a payment. Our staff checks it, and we tell you "
            "then.",
            "your guest has sent a payment proof. We are checking it.",
        ),
    )


def payment_confirmed(stay: Stay, today: date) -> Told:
    """Tell that the money is there; `today` is the date where the stay is."""
    if today > stay.check_out:
        return Told(
            _message(
                stay,
                "Your payment is confirmed",
                f"We have received {stay.amount}. The dates of this stay have passed: our staff "
                "settles the booking, and we tell you then.",
                "your payment is confirmed. The dates have passed: our staff settles it.",
            ),
            _message(
                stay,
                "A booking of yours is paid",
                "The payment of your guest is confirmed. The dates of this stay have passed: our "
                "staff settles the booking, and we tell you then.",
                "your guest's payment is confirmed. Our staff settles the booking.",
            ),
        )
    see_you = " See you on the check-in date!" if today <= stay.check_in else ""
    return Told(
        _message(
            stay,
            "Your payment is confirmed",
            f"We have received {stay.amount}. Everything is ready for your stay.",
            f"your payment is confirmed.{see_you}",
        ),
        _message(
            stay,
            "A booking of yours is paid",
            "The payment of your guest is confirmed. Check the guest in on arrival.",
            "your guest's payment is confirmed.",
        ),
    )


def payment_rejected(stay: Stay, reason: str, due_at: datetime) -> Told:
    """Tell why a proof was rejected, and until when there may be another one."""
    return Told(
        _message(
            stay,
            "Your payment could not be confirmed",
            f"We could not confirm your payment. The reason:\n\n{reason}\n\n"
            f"Please upload another proof by {_until(due_at)}. Without one the booking is "
            "cancelled then.",
            f"your payment is not confirmed. Please send a new proof by {_until(due_at)}.",
        ),
        _message(
            stay,
            "A payment could not be confirmed",
            "We could not confirm the payment of your guest, who may send another proof by "
            f"{_until(due_at)}.",
            "your guest's payment is not confirmed yet.",
        ),
    )


def cancelled(
    stay: Stay, by: Role, reason: str, payment: PaymentStatus, *, is_over: bool = False
) -> Told:
    """Tell who has cancelled a booking and why, and what becomes of the money."""
    why = f" The reason:\n\n{reason}\n" if reason else ""
    money = {
        PaymentStatus.REFUND_DUE: f"\nWe will pay {stay.amount} back to you.",
        PaymentStatus.SUBMITTED: (
            "\nWe still check the payment that you sent a proof of, and pay back what we received."
        ),
    }.get(payment, "")
    nights, short_nights = "Its nights are free again.", ", and its nights are free"
    if is_over:
        nights = short_nights = ""
    short = "; a refund follows" if payment is PaymentStatus.REFUND_DUE else ""
    return Told(
        _message(
            stay,
            "Your booking is cancelled",
            f"Your booking was cancelled by {_BY[by]}.{why}{money}",
            f"your booking is cancelled{short}.",
        ),
        _message(
            stay,
            "A booking of yours is cancelled",
            f"A booking of your listing was cancelled by {_BY[by]}.{why}\n{nights}",
            f"this booking is cancelled{short_nights}.",
        ),
    )


def refund_due(stay: Stay) -> Told:
    """Tell that the money of a cancelled booking has come after all."""
    return Told(
        _message(
            stay,
            "Your refund is on its way",
            f"We have received your payment for a booking that is cancelled, and will pay "
            f"{stay.amount} back to you.",
            "we have your payment for this cancelled booking; a refund follows.",
        ),
        _message(
            stay,
            "A cancelled booking is paid back",
            "The payment for a cancelled booking came in, and we will pay it back to the guest.",
            "the guest of this cancelled booking gets a refund.",
        ),
    )


def payment_missing(stay: Stay, reason: str) -> Told:
    """Tell that the proof for a cancelled booking was rejected, so that nothing is paid back."""
    return Told(
        _message(
            stay,
            "Your payment could not be confirmed",
            "We could not confirm the payment for your cancelled booking, so there is nothing to "
            f"pay back. The reason:\n\n{reason}",
            "we found no payment for this cancelled booking. Our mail tells why.",
        ),
        _message(
            stay,
            "A cancelled booking was not paid",
            "We could not confirm the guest's payment for a cancelled booking.",
            "the guest's payment for this cancelled booking was not confirmed.",
        ),
    )


def checked_in(stay: Stay) -> Told:
    """Tell that the stay has begun."""
    return Told(
        _message(
            stay,
            "You are checked in",
            "Your host has checked you in. Enjoy your stay!",
            "you are checked in. Enjoy your stay!",
        ),
        _message(
            stay, "Your guest is checked in", "You have checked your guest in.", "guest checked in."
        ),
    )


def completed(stay: Stay) -> Told:
    """Ask the guest for a review, and tell the host that the stay is over."""
    return Told(
        _message(
            stay,
            "How was your stay?",
            "Your stay is complete. Please write a review: it helps the host and other guests.",
            "how was your stay? Please write a review.",
        ),
        _message(
            stay,
            "A stay is complete",
            "The stay of your guest is complete, and we have asked for a review.",
            "this stay is complete.",
        ),
    )


def refunded(stay: Stay) -> Told:
    """Tell that the money has been paid back."""
    return Told(
        _message(
            stay,
            "Your payment is refunded",
            f"We have paid {stay.amount} back to you.",
            "your payment is refunded.",
        ),
        _message(
            stay,
            "A cancelled booking is refunded",
            "We have paid the money for a cancelled booking back to the guest.",
            "the guest of this cancelled booking has the money back.",
        ),
    )


def _message(stay: Stay, subject: str, text: str, sms: str) -> Message:
    return Message(subject, f"{text}\n{stay.about}", f"Nafasi: {stay.short}: {sms}")


def _until(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
