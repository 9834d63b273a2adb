"""The extras of stays, as a host asks for them."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WantedExtra:
    """An extra that a stay shall offer; without a price it costs what it costs by default."""

    id: UUID
    price: Decimal | None = None
