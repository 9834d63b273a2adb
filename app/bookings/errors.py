"""What the bookings refuse."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound


class BookingNotFound(NotFound):
    """There is no such booking, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("Not found.")


class IntentNotFound(NotFound):
    """The guest has no such intent."""

    def __init__(self) -> None:
        super().__init__("Not found.")


class NoSuchIntent(NotFound):
    """What is to be booked is no intent of the guest's."""

    def __init__(self) -> None:
        super().__init__("You have no such intent.", "intent_id")


class NoSuchStay(NotFound):
    """What is to be held is no stay that can be booked."""

    def __init__(self) -> None:
        super().__init__("There is no such stay to book.", "listing_id")


class ProofNotFound(NotFound):
    """There is no payment proof."""

    def __init__(self) -> None:
        super().__init__("There is no payment proof.")


class OwnListing(Forbidden):
    """Hosts do not book what is theirs."""

    def __init__(self) -> None:
        super().__init__("This listing is your own.")


class TooManyIntents(Conflict):
    """A guest holds as many stays as anybody may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"You hold {most} stays already. Book or release one of them, or wait for its end."
        )


class IntentOver(Conflict):
    """Nothing can be made of the intent any more."""


class UnusableExtras(Invalid):
    """An extra cannot be had, or not so."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "extras")


class NotYours(Forbidden):
    """The caller sees the booking, and has another part in it."""


class WrongState(Conflict):
    """The booking's state does not allow it; the message says what it allows."""
