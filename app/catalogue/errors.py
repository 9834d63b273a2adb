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
    """Only a ready image can be the main one."""

    def __init__(self) -> None:
        super().__init__("This image is not ready.", "is_main")
