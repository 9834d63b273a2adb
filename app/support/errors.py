"""What the support domain refuses."""

from app.core.errors import Conflict, Invalid, NotFound


class UnknownFaqItem(NotFound):
    """There is no such question."""

    def __init__(self) -> None:
        super().__init__("There is no such question.")


class UnknownSearch(NotFound):
    """The person keeps no such search."""

    def __init__(self) -> None:
        super().__init__("There is no such saved search.")


class TooManySearches(Conflict):
    """The person keeps as many searches as anybody may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"You can save at most {most} searches. Please remove one first.")


class SearchTooLong(Invalid):
    """No address has room for all that is looked for."""

    def __init__(self, longest: str) -> None:
        super().__init__("This search is too long for an address. Please shorten it.", longest)
