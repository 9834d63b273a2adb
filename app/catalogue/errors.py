"""What the catalogue refuses."""

from app.core.errors import Conflict, Invalid, NotFound


class ListingNotFound(NotFound):
    """The owner has no such listing."""

    def __init__(self) -> None:
        super().__init__("Not found.")


class BadCursor(Invalid):
    """The cursor was altered, or made for another feed."""

    def __init__(self) -> None:
        super().__init__("Invalid cursor.", "cursor")


class SinceInFuture(Invalid):
    """A reader's mark lies beyond the catalogue's version: it comes from somewhere else."""

    def __init__(self, version: int) -> None:
        super().__init__(f"The catalogue is at version {version}.", "since")


class ImageNotFound(NotFound):
    """The listing has no such image."""

    def __init__(self) -> None:
        super().__init__("Not found.")


class TooManyImages(Invalid):
    """The listing would have more images than it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"A listing has at most {most} images.")


class UnusableImages(Invalid):
    """Images that cannot be used; `failures` says why, by each one's place in what was sent."""

    def __init__(self, failures: dict[int, str]) -> None:
        super().__init__(next(iter(failures.values())))
        self.failures = failures


class MainImageNeeded(Invalid):
    """The main image can only be replaced."""

    def __init__(self) -> None:
        super().__init__("Make another image the main one instead.", "is_main")


class NotReady(Invalid):
    """Only a ready image can be the main one, and one that failed has no place."""

    def __init__(self, field: str = "is_main") -> None:
        super().__init__("This image is not ready.", field)


class WrongState(Conflict):
    """The state that a stay is in forbids a step; the message says what it needs."""


class Incomplete(Conflict):
    """A stay lacks what none is shown to guests without."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(f"This listing is not complete: it lacks {', '.join(fields)}.")


class StayAhead(Conflict):
    """Guests have a claim on the stay, now or in the days to come."""

    def __init__(self) -> None:
        super().__init__(
            "This listing cannot be removed: guests are staying, have booked, or are booking now."
        )


class LastPhoto(Conflict):
    """What guests or staff look at keeps at least one photo."""

    def __init__(self) -> None:
        super().__init__(
            "An active listing, and one that waits for its review, keeps at least one photo: "
            "add another one first."
        )


class NightsTaken(Conflict):
    """Somebody else has these nights, which are given in words."""

    def __init__(self, nights: str) -> None:
        super().__init__(f"These nights are not available: {nights}.")


class HoldLapsed(Conflict):
    """The nights were held for a while, and nobody came to book them."""

    def __init__(self) -> None:
        super().__init__("The hold on these nights has ended. Please choose them again.")
