"""What is asked of the feed and what comes back, as values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.catalogue.enums import Availability, ListingType, PublishStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFilter:
    """What to leave out of a feed; None means no filter. Relations are ids."""

    publish_status: PublishStatus = PublishStatus.PUBLISHED
    listing_type: ListingType | None = None
    property_type_id: int | None = None
    district_ids: tuple[int, ...] | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    availability: Availability | None = None
    min_bedrooms: int | None = None
    external_id: str | None = None
    updated_after: datetime | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class FeedVersions:
    """What an answer depends on. `changed_at` is None for an owner who never had a listing."""

    reference: int
    catalogue: int
    changed_at: datetime | None


class FeedRow(NamedTuple):
    """A listing's place in the feed, and its document where a fitting one is stored.

    `created_at` is as the driver gives it: only those at a page's ends are ever looked at.
    """

    id: int
    created_at: Any
    body: bytes | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A listing's latest change; `body` is None where no fitting document is stored."""

    id: int
    external_id: str | None
    version: int
    publish_status: PublishStatus
    is_deleted: bool
    body: bytes | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Documents in feed order, newest first, and the cursors of the pages on either side."""

    bodies: list[bytes]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A listing's latest change: its document, or None where consumers should drop it."""

    id: int
    external_id: str | None
    version: int
    body: bytes | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes in order of version. Read on from `next_since`."""

    changes: list[Change]
    next_since: int
    has_more: bool
