"""What staff can ask its list of listings for."""

from dataclasses import dataclass
from uuid import UUID

from app.catalogue.enums import ListingType, StayStatus


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """Which listings staff wants to see; None and an empty text let everything pass.

    `search` is part of a title, an address or a city, `city` the whole of one, both without case;
    `host` is the owner's UUID.
    """

    status: StayStatus | None = None
    listing_type: ListingType | None = None
    host: UUID | None = None
    city: str = ""
    search: str = ""
    is_verified: bool | None = None
