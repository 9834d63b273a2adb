"""Which page of a list somebody wants, by number.

A list asks its service for `limit` rows from `offset`, one more than it shows: that one tells
whether there is a next page, so nothing needs an exact count. Pages reach a certain row and no
further: whoever wants more than that wants a filter.
"""

from dataclasses import dataclass

PAGE_SIZE = 20
MAX_ROW = 10_000
TOO_FAR = f"Pages reach row {MAX_ROW:,} at most. Please filter the list."
PAST_THE_END = "There is no such page."


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page a client wants; numbers begin with 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def limit(self) -> int:
        """How many rows to ask for: one more than the page shows."""
        return self.size + 1

    @property
    def next(self) -> "PageRequest":
        return PageRequest(self.number + 1, self.size)

    @property
    def is_within_reach(self) -> bool:
        """Tell whether all its rows are among those that pages reach."""
        return self.number * self.size <= MAX_ROW
