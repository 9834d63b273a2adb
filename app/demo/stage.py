"""Everything that happens in the demo, in order, and who and what there is so far."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from app.demo.days import Days

Deed = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's account."""

    id: int
    uuid: UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """A listing, and the username of its owner."""

    id: int
    uuid: UUID
    owner: str


@dataclass(slots=True)
class Stage:
    """The script of the demo. People are known by username, listings by external id."""

    days: Days
    people: dict[str, Person] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    # API keys by name, and what is held of listings.
    keys: dict[str, int] = field(default_factory=dict)
    holds: dict[str, UUID] = field(default_factory=dict)
    _script: list[tuple[datetime, Deed]] = field(default_factory=list)

    def at(self, when: str, deed: Deed) -> None:
        """Have something done at a time that `Days.instant` reads."""
        self._script.append((self.days.instant(when), deed))

    def in_order(self) -> Iterator[tuple[datetime, Deed]]:
        """Yield everything, the oldest first; of one instant, what was written down first."""
        yield from sorted(self._script, key=itemgetter(0))

    def owner_of(self, listing: str) -> Person:
        return self.people[self.offers[listing].owner]
