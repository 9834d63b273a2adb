"""The table of a listing's life, in every face's words."""

import pytest

from app.catalogue.enums import ListingType, PublishStatus, ReviewStatus
from app.catalogue.lifecycle import FaceStatuses, face_statuses, is_shown, may_publish

DRAFT, PUBLISHED, TRASH = PublishStatus.DRAFT, PublishStatus.PUBLISHED, PublishStatus.TRASH


@pytest.mark.parametrize(
    ("review", "publish", "expected"),
    [
        (ReviewStatus.DRAFT, DRAFT, FaceStatuses("draft", "Unlisted", "Draft", DRAFT)),
        (ReviewStatus.PENDING, DRAFT, FaceStatuses("pending_review", "Unlisted", "Pending", DRAFT)),
        (
            ReviewStatus.RESUBMITTED,
            DRAFT,
            FaceStatuses("pending_review", "Unlisted", "Resubmit", DRAFT),
        ),
        (ReviewStatus.REJECTED, DRAFT, FaceStatuses("rejected", "Unlisted", "Reject", DRAFT)),
        (ReviewStatus.ACCEPTED, PUBLISHED, FaceStatuses("active", "Listed", "Accept", PUBLISHED)),
        (ReviewStatus.ACCEPTED, DRAFT, FaceStatuses("inactive", "Unlisted", "Accept", DRAFT)),
        *[(each, TRASH, FaceStatuses(None, None, None, TRASH)) for each in ReviewStatus],
    ],
)
def test_a_stays_statuses(
    review: ReviewStatus, publish: PublishStatus, expected: FaceStatuses
) -> None:
    assert face_statuses(ListingType.STAY, review, publish) == expected


@pytest.mark.parametrize("publish", list(PublishStatus))
@pytest.mark.parametrize("kind", [ListingType.RENT, ListingType.SALE])
def test_other_listings_show_in_the_tenant_face_only(
    kind: ListingType, publish: PublishStatus
) -> None:
    assert face_statuses(kind, None, publish) == FaceStatuses(None, None, None, publish)


@pytest.mark.parametrize("review", list(ReviewStatus))
def test_only_an_accepted_stay_may_be_published(review: ReviewStatus) -> None:
    assert may_publish(ListingType.STAY, review) is (review is ReviewStatus.ACCEPTED)


@pytest.mark.parametrize("kind", [ListingType.RENT, ListingType.SALE])
def test_an_owner_publishes_other_listings_freely(kind: ListingType) -> None:
    assert may_publish(kind, None)


@pytest.mark.parametrize("is_deleted", [True, False])
@pytest.mark.parametrize("publish", list(PublishStatus))
def test_the_feed_shows_what_is_published_and_there(
    publish: PublishStatus, is_deleted: bool
) -> None:
    assert is_shown(publish, is_deleted=is_deleted) is (publish is PUBLISHED and not is_deleted)
