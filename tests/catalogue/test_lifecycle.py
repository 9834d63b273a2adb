"""The table of a listing's life, in every face's words."""

import pytest

from app.catalogue.enums import (
    ListingType,
    PublishStatus,
    ReviewStatus,
    RoomStatus,
    StayStatus,
    Step,
    SubmitStatus,
)
from app.catalogue.lifecycle import (
    FaceStatuses,
    face_statuses,
    is_active_stay,
    is_room,
    is_shown,
    may_publish,
    next_state,
    room_statuses,
    stored_states,
    why_not,
)

DRAFT, PUBLISHED, TRASH = PublishStatus.DRAFT, PublishStatus.PUBLISHED, PublishStatus.TRASH


@pytest.mark.parametrize(
    ("review", "publish", "expected"),
    [
        (ReviewStatus.DRAFT, DRAFT, FaceStatuses(StayStatus.DRAFT, "Unlisted", "Draft", DRAFT)),
        (
            ReviewStatus.PENDING,
            DRAFT,
            FaceStatuses(StayStatus.PENDING_REVIEW, "Unlisted", "Pending", DRAFT),
        ),
        (
            ReviewStatus.RESUBMITTED,
            DRAFT,
            FaceStatuses(StayStatus.PENDING_REVIEW, "Unlisted", "Resubmit", DRAFT),
        ),
        (
            ReviewStatus.REJECTED,
            DRAFT,
            FaceStatuses(StayStatus.REJECTED, "Unlisted", "Reject", DRAFT),
        ),
        (
            ReviewStatus.ACCEPTED,
            PUBLISHED,
            FaceStatuses(StayStatus.ACTIVE, "Listed", "Accept", PUBLISHED),
        ),
        (
            ReviewStatus.ACCEPTED,
            DRAFT,
            FaceStatuses(StayStatus.INACTIVE, "Unlisted", "Accept", DRAFT),
        ),
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


@pytest.mark.parametrize("publish", list(PublishStatus))
@pytest.mark.parametrize("review", list(ReviewStatus))
@pytest.mark.parametrize("kind", list(ListingType))
def test_rooms_and_active_stays_are_what_their_faces_have_words_for(
    kind: ListingType, review: ReviewStatus, publish: PublishStatus
) -> None:
    words = face_statuses(kind, review, publish)
    assert is_room(kind, review, publish) is (kind is ListingType.STAY and publish is not TRASH)
    assert is_active_stay(kind, review, publish) is (words.marketplace == "active")


# What a stay can be: the rest is forbidden by a constraint, or in the trash.
STORED = [
    (review, publish)
    for review in ReviewStatus
    for publish in (DRAFT, PUBLISHED)
    if publish is DRAFT or review is ReviewStatus.ACCEPTED
]


@pytest.mark.parametrize("submit", [None, *SubmitStatus])
@pytest.mark.parametrize("status", [None, *RoomStatus])
def test_words_of_rooms_lead_back_to_what_is_stored(
    status: RoomStatus | None, submit: SubmitStatus | None
) -> None:
    stored = room_statuses(status, submit)
    for review, publish in STORED:
        words = face_statuses(ListingType.STAY, review, publish)
        is_meant = status in (None, words.rooms) and submit in (None, words.rooms_submit)
        assert (review in stored.review and publish in stored.publish) is is_meant


def test_the_stored_status_falls_as_the_word_of_rooms_rises() -> None:
    words = {
        publish: face_statuses(ListingType.STAY, ReviewStatus.ACCEPTED, publish).rooms
        for publish in (DRAFT, PUBLISHED)
    }
    assert sorted(words, reverse=True) == sorted(words, key=lambda each: str(words[each]))
    for review, publish in STORED:
        assert face_statuses(ListingType.STAY, review, publish).rooms == words[publish]


@pytest.mark.parametrize("is_deleted", [True, False])
@pytest.mark.parametrize("publish", list(PublishStatus))
def test_the_feed_shows_what_is_published_and_there(
    publish: PublishStatus, is_deleted: bool
) -> None:
    assert is_shown(publish, is_deleted=is_deleted) is (publish is PUBLISHED and not is_deleted)


# ── steps ───────────────────────────────────────────────────────────────────────────────────

STEPS = {
    (Step.SUBMIT, ReviewStatus.DRAFT, DRAFT): (ReviewStatus.PENDING, DRAFT),
    (Step.SUBMIT, ReviewStatus.REJECTED, DRAFT): (ReviewStatus.RESUBMITTED, DRAFT),
    (Step.APPROVE, ReviewStatus.PENDING, DRAFT): (ReviewStatus.ACCEPTED, PUBLISHED),
    (Step.APPROVE, ReviewStatus.RESUBMITTED, DRAFT): (ReviewStatus.ACCEPTED, PUBLISHED),
    (Step.REJECT, ReviewStatus.PENDING, DRAFT): (ReviewStatus.REJECTED, DRAFT),
    (Step.REJECT, ReviewStatus.RESUBMITTED, DRAFT): (ReviewStatus.REJECTED, DRAFT),
    (Step.ACTIVATE, ReviewStatus.ACCEPTED, DRAFT): (ReviewStatus.ACCEPTED, PUBLISHED),
    (Step.DEACTIVATE, ReviewStatus.ACCEPTED, PUBLISHED): (ReviewStatus.ACCEPTED, DRAFT),
    (Step.DELETE, ReviewStatus.DRAFT, DRAFT): (ReviewStatus.DRAFT, DRAFT),
    (Step.DELETE, ReviewStatus.REJECTED, DRAFT): (ReviewStatus.REJECTED, DRAFT),
    (Step.DELETE, ReviewStatus.ACCEPTED, DRAFT): (ReviewStatus.ACCEPTED, DRAFT),
}


@pytest.mark.parametrize("publish", list(PublishStatus))
@pytest.mark.parametrize("review", list(ReviewStatus))
@pytest.mark.parametrize("step", list(Step))
def test_a_step_leads_where_the_table_says_and_nowhere_else(
    step: Step, review: ReviewStatus, publish: PublishStatus
) -> None:
    assert next_state(step, (review, publish)) == STEPS.get((step, review, publish))


@pytest.mark.parametrize(("step", "review", "publish"), STEPS)
def test_no_step_publishes_what_no_review_accepted(
    step: Step, review: ReviewStatus, publish: PublishStatus
) -> None:
    after = next_state(step, (review, publish))
    assert after is not None
    assert after[1] is DRAFT or may_publish(ListingType.STAY, after[0])


def test_a_refusal_says_what_is_allowed_and_what_is() -> None:
    assert why_not(Step.SUBMIT, (ReviewStatus.ACCEPTED, PUBLISHED)) == (
        "Only a draft or a rejected listing can be submitted; this one is active."
    )
    assert why_not(Step.DELETE, (ReviewStatus.RESUBMITTED, DRAFT)) == (
        "Only a draft, rejected or inactive listing can be deleted; "
        "this one is waiting for its review."
    )
    assert why_not(Step.APPROVE, (ReviewStatus.PENDING, TRASH)).endswith("in the trash.")
    assert why_not(Step.APPROVE, (None, PUBLISHED)).endswith("is no stay and needs no review.")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (StayStatus.DRAFT, {(ReviewStatus.DRAFT, DRAFT)}),
        (
            StayStatus.PENDING_REVIEW,
            {(ReviewStatus.PENDING, DRAFT), (ReviewStatus.RESUBMITTED, DRAFT)},
        ),
        (StayStatus.REJECTED, {(ReviewStatus.REJECTED, DRAFT)}),
        (StayStatus.ACTIVE, {(ReviewStatus.ACCEPTED, PUBLISHED)}),
        (StayStatus.INACTIVE, {(ReviewStatus.ACCEPTED, DRAFT)}),
    ],
)
def test_a_status_stands_for_what_is_stored(
    status: StayStatus, expected: set[tuple[ReviewStatus, PublishStatus]]
) -> None:
    assert set(stored_states(status)) == expected
