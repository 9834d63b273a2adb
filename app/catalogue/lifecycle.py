"""The life of a listing: what its two stored statuses mean in each face, and who may move them.

This table is the only place that knows it.
"""

from dataclasses import dataclass

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus

UNACCEPTED_STAY = "A stay can be published only after its review has accepted it."


@dataclass(frozen=True, slots=True)
class FaceStatuses:
    """A listing's status in the words of each face; None where that face does not show it."""

    marketplace: str | None
    rooms: str | None
    rooms_submit: str | None
    tenant: PublishStatus


_REVIEW_WORDS = {
    ReviewStatus.DRAFT: ("draft", "Draft"),
    ReviewStatus.PENDING: ("pending_review", "Pending"),
    ReviewStatus.RESUBMITTED: ("pending_review", "Resubmit"),
    ReviewStatus.REJECTED: ("rejected", "Reject"),
}


def face_statuses(
    listing_type: ListingType, review: ReviewStatus | None, publish: PublishStatus
) -> FaceStatuses:
    """Derive every face's status words from the stored statuses."""
    if listing_type is not ListingType.STAY or review is None or publish is PublishStatus.TRASH:
        return FaceStatuses(None, None, None, publish)
    if review is ReviewStatus.ACCEPTED:
        is_listed = publish is PublishStatus.PUBLISHED
        marketplace, rooms = ("active", "Listed") if is_listed else ("inactive", "Unlisted")
        return FaceStatuses(marketplace, rooms, "Accept", publish)
    marketplace, submit = _REVIEW_WORDS[review]
    return FaceStatuses(marketplace, "Unlisted", submit, publish)


def may_publish(listing_type: ListingType, review: ReviewStatus | None) -> bool:
    """Tell whether the owner may show the listing: a stay only once its review accepted it."""
    return listing_type is not ListingType.STAY or review is ReviewStatus.ACCEPTED


def is_shown(publish: PublishStatus, *, is_deleted: bool) -> bool:
    """Tell whether a consumer of the default feed sees the listing."""
    return publish is PublishStatus.PUBLISHED and not is_deleted
