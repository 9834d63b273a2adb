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


class StayStatus(StrEnum):
    """A stay's status in the words of the marketplace."""

    DRAFT = "draft"
    PENDING_REVIEW = "pending_review"
    REJECTED = "rejected"
    ACTIVE = "active"
    INACTIVE = "inactive"


class Step(StrEnum):
    """What moves a stay from one status to another."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    DELETE = "delete"


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


class RoomStatus(StrEnum):
    """Whether guests see a stay, in the words of the rooms face."""

    LISTED = "Listed"
    UNLISTED = "Unlisted"


class SubmitStatus(StrEnum):
    """Where a stay is in staff's review, in the words of the rooms face."""

    DRAFT = "Draft"
    PENDING = "Pending"
    ACCEPT = "Accept"
    REJECT = "Reject"
    RESUBMIT = "Resubmit"


class RoomSort(StrEnum):
    """What rooms can be sorted by; the name without case and accents."""

    ID = "id"
    NAME = "name"
    STATUS = "status"


class ImageStatus(StrEnum):
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class NightState(StrEnum):
    """Why a night of a listing cannot be had. A hold counts only until it expires."""

    BLACKOUT = "blackout"
    HOLD = "hold"
    BOOKING = "booking"
    EXTERNAL = "external"
