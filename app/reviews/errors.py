"""What reviews refuse."""

from app.core.errors import Conflict, Forbidden, NotFound


class ReviewNotFound(NotFound):
    """There is no such review, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such review.")


class NoSuchStay(NotFound):
    """The caller has no such booking of this listing."""

    def __init__(self) -> None:
        super().__init__("You have no such booking of this listing.", "booking_id")


class StayNotOver(Conflict):
    """Only a stay that is over can be reviewed."""

    def __init__(self) -> None:
        super().__init__("Only a completed booking can be reviewed.")


class AlreadyReviewed(Conflict):
    """A booking has one review at most."""

    def __init__(self) -> None:
        super().__init__("This booking has been reviewed already.")


class NotTheHost(Forbidden):
    """Only the host of the listing replies to its reviews."""

    def __init__(self) -> None:
        super().__init__("Only the host of the listing may reply to this review.")


class AlreadyReplied(Conflict):
    """A review has one reply at most."""

    def __init__(self) -> None:
        super().__init__("This review has a reply already.")


class AlreadyHidden(Conflict):
    """The review is unpublished as it is."""

    def __init__(self) -> None:
        super().__init__("This review is unpublished already.")


class AlreadyPublished(Conflict):
    """The review is published as it is."""

    def __init__(self) -> None:
        super().__init__("This review is published already.")
