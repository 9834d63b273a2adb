"""The words that describe a booking."""

from enum import StrEnum


class BookingStatus(StrEnum):
    """Where a booking is in its life. `PaymentStatus` tells the two kinds of `confirmed` apart."""

    CONFIRMED = "confirmed"
    PAYMENT_SUBMITTED = "payment_submitted"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class PaymentStatus(StrEnum):
    """What is known of the money."""

    UNPAID = "unpaid"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


class IntentStatus(StrEnum):
    """What has become of the hold on some nights."""

    HELD = "held"
    EXPIRED = "expired"
    RELEASED = "released"
    BOOKED = "booked"


class Role(StrEnum):
    """In which role somebody does something to a booking; without an account it is the system."""

    GUEST = "guest"
    HOST = "host"
    ADMIN = "admin"
    SYSTEM = "system"


class Action(StrEnum):
    """What can be done to a booking, in the words that follow "to"."""

    SUBMIT_PAYMENT = "submit a payment proof"
    CONFIRM_PAYMENT = "confirm the payment"
    REJECT_PAYMENT = "reject the payment"
    CANCEL = "cancel"
    CHECK_IN = "check in"
    CHECK_OUT = "check out"
    COMPLETE = "complete the stay"
    REFUND = "refund"


class ProofType(StrEnum):
    """What a payment proof is kept as, by its media type."""

    JPEG = "image/jpeg"
    PDF = "application/pdf"
