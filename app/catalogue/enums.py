"""The words that describe a listing."""

from enum import StrEnum


class ListingType(StrEnum):
    """What is offered, and so what the price means: per night, per month, in total."""

    STAY = "stay"
    RENT = "rent"
    SALE = "sale"


class ReviewStatus(StrEnum):
    """Where a stay is in staff's review."""

    DRAFT = "draft"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RESUBMITTED = "resubmitted"


class PublishStatus(StrEnum):
    """Whether the owner shows the listing."""

    DRAFT = "draft"
    PUBLISHED = "published"
    TRASH = "trash"


class Availability(StrEnum):
    """Whether it can still be had. Never decides visibility."""

    AVAILABLE = "available"
    SOLD = "sold"
    RENTED_OUT = "rented_out"
    RESERVED = "reserved"


class Furnishing(StrEnum):
    UNFURNISHED = "unfurnished"
    FURNISHED = "furnished"
    SEMI_FURNISHED = "semi_furnished"


class StayType(StrEnum):
    """How long guests may stay; it only filters."""

    SHORT = "short_stay"
    LONG = "long_stay"
    BOTH = "both"


class ImageStatus(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"
