"""What the catalogue refuses."""

from app.core.errors import Invalid, NotFound


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
