"""Where a page of the feed begins: a position between two listings, and a direction.

The feed is ordered by (`created_at`, `id`), newest first. A position is written as the pair
that it comes right after, going older or newer; it need not be a listing that still exists.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FORMAT = struct.Struct(">Bqq")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the feed, and which way to read from it."""

    created_at: datetime
    listing_id: int
    is_backward: bool

    def pack(self) -> bytes:
        """Write the position as bytes."""
        micros = (self.created_at - _EPOCH) // _MICROSECOND
        return _FORMAT.pack(self.is_backward, micros, self.listing_id)

    @classmethod
    def unpack(cls, packed: bytes) -> "Position":
        """Read what `pack` wrote.

        :raises struct.error: when it is something else.
        """
        is_backward, micros, listing_id = _FORMAT.unpack(packed)
        return cls(_EPOCH + micros * _MICROSECOND, listing_id, bool(is_backward))

    def turned(self) -> "Position":
        """Return the position just past the same listing, read the other way.

        Reading on from it meets that listing first: it is how a page that turned out empty
        leads back to where its reader came from.
        """
        step = 1 if self.is_backward else -1
        return Position(self.created_at, self.listing_id + step, not self.is_backward)
