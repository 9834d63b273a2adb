"""The life of a listing: what its two stored statuses mean in each face, and who may move them.

This table is the only place that knows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from app.catalogue.enums import (
    ListingType,
    PublishStatus,
    ReviewStatus,
    RoomStatus,
    StayStatus,
    Step,
    SubmitStatus,
)

UNACCEPTED_STAY = "A stay can be published only after its review has accepted it."

# A stay's two stored statuses.
State = tuple[ReviewStatus, PublishStatus]


@dataclass(frozen=True, slots=True)
class FaceStatuses:
    """A listing's status in the words of each face; None where that face does not show it."""

    marketplace: StayStatus | None
    rooms: RoomStatus | None
    rooms_submit: SubmitStatus | None
    tenant: PublishStatus


@dataclass(frozen=True, slots=True)
class StayStatuses:
    """The stored statuses that some stays have: any of the one with any of the other."""

    review: frozenset[ReviewStatus]
    publish: frozenset[PublishStatus]


_REVIEW_WORDS = {
    ReviewStatus.DRAFT: (StayStatus.DRAFT, SubmitStatus.DRAFT),
    ReviewStatus.PENDING: (StayStatus.PENDING_REVIEW, SubmitStatus.PENDING),
    ReviewStatus.RESUBMITTED: (StayStatus.PENDING_REVIEW, SubmitStatus.RESUBMIT),
    ReviewStatus.REJECTED: (StayStatus.REJECTED, SubmitStatus.REJECT),
}

_DRAFT = (ReviewStatus.DRAFT, PublishStatus.DRAFT)
_PENDING = (ReviewStatus.PENDING, PublishStatus.DRAFT)
_RESUBMITTED = (ReviewStatus.RESUBMITTED, PublishStatus.DRAFT)
_REJECTED = (ReviewStatus.REJECTED, PublishStatus.DRAFT)
_ACTIVE = (ReviewStatus.ACCEPTED, PublishStatus.PUBLISHED)
_INACTIVE = (ReviewStatus.ACCEPTED, PublishStatus.DRAFT)

# Where each step may begin, and where it ends. A deleted stay keeps the statuses that it had.
_STEPS: Mapping[Step, Mapping[State, State]] = {
    Step.SUBMIT: {_DRAFT: _PENDING, _REJECTED: _RESUBMITTED},
    Step.APPROVE: {_PENDING: _ACTIVE, _RESUBMITTED: _ACTIVE},
    Step.REJECT: {_PENDING: _REJECTED, _RESUBMITTED: _REJECTED},
    Step.ACTIVATE: {_INACTIVE: _ACTIVE},
    Step.DEACTIVATE: {_ACTIVE: _INACTIVE},
    Step.DELETE: {each: each for each in (_DRAFT, _REJECTED, _INACTIVE)},
}
_ALLOWED = {
    Step.SUBMIT: "Only a draft or a rejected listing can be submitted",
    Step.APPROVE: "Only a listing that is waiting for its review can be approved",
    Step.REJECT: "Only a listing that is waiting for its review can be rejected",
    Step.ACTIVATE: "Only an inactive listing can be activated",
    Step.DEACTIVATE: "Only an active listing can be deactivated",
    Step.DELETE: "Only a draft, rejected or inactive listing can be deleted",
}
_SHOWN_AS = {
    StayStatus.DRAFT: "a draft",
    StayStatus.PENDING_REVIEW: "waiting for its review",
    StayStatus.REJECTED: "rejected",
    StayStatus.ACTIVE: "active",
    StayStatus.INACTIVE: "inactive",
    None: "in the trash",
}


def face_statuses(
    listing_type: ListingType, review: ReviewStatus | None, publish: PublishStatus
) -> FaceStatuses:
    """Derive every face's status words from the stored statuses."""
    if listing_type is not ListingType.STAY or review is None or publish is PublishStatus.TRASH:
        return FaceStatuses(None, None, None, publish)
    if review is ReviewStatus.ACCEPTED:
        is_listed = publish is PublishStatus.PUBLISHED
        marketplace = StayStatus.ACTIVE if is_listed else StayStatus.INACTIVE
        rooms = RoomStatus.LISTED if is_listed else RoomStatus.UNLISTED
        return FaceStatuses(marketplace, rooms, SubmitStatus.ACCEPT, publish)
    marketplace, submit = _REVIEW_WORDS[review]
    return FaceStatuses(marketplace, RoomStatus.UNLISTED, submit, publish)


def room_statuses(status: RoomStatus | None, submit: SubmitStatus | None) -> StayStatuses:
    """Return what is stored of the stays that these words of the rooms face are about.

    None is any word. Where no stay can have both, there are no statuses.
    """
    pairs = [
        (review, publish)
        for review, publish in _reachable_states()
        for found in [face_statuses(ListingType.STAY, review, publish)]
        if found.rooms is not None
        and status in (None, found.rooms)
        and submit in (None, found.rooms_submit)
    ]
    return StayStatuses(frozenset(r for r, _ in pairs), frozenset(p for _, p in pairs))


def is_room(listing: ListingType, review: ReviewStatus | None, publish: PublishStatus) -> bool:
    """Tell whether the rooms face shows the listing to its owner."""
    return face_statuses(listing, review, publish).rooms is not None


def is_active_stay(
    listing: ListingType, review: ReviewStatus | None, publish: PublishStatus
) -> bool:
    """Tell whether the marketplace shows the listing to everybody."""
    return face_statuses(listing, review, publish).marketplace is StayStatus.ACTIVE


def stored_states(status: StayStatus) -> list[State]:
    """Return the stored statuses that the marketplace shows as this one."""
    return [
        state
        for state in _reachable_states()
        if face_statuses(ListingType.STAY, *state).marketplace is status
    ]


def next_state(step: Step, state: State) -> State | None:
    """Return where a step leads a stay, or None where its statuses forbid it."""
    return _STEPS[step].get(state)


def why_not(step: Step, state: tuple[ReviewStatus | None, PublishStatus]) -> str:
    """Return the sentence that refuses a step: what it needs, and what the listing is instead.

    Only stays have a review; of any other listing its status is None.
    """
    review, publish = state
    if review is None:
        return f"{_ALLOWED[step]}; this one is no stay and needs no review."
    shown = _SHOWN_AS[face_statuses(ListingType.STAY, review, publish).marketplace]
    return f"{_ALLOWED[step]}; this one is {shown}."


def keeps_photos(state: tuple[ReviewStatus | None, PublishStatus]) -> bool:
    """Tell whether it is a stay whose photos somebody looks at: guests, or staff before them."""
    return face_statuses(ListingType.STAY, *state).marketplace in (
        StayStatus.ACTIVE,
        StayStatus.PENDING_REVIEW,
    )


def may_publish(listing_type: ListingType, review: ReviewStatus | None) -> bool:
    """Tell whether the owner may show the listing: a stay only once its review accepted it."""
    return listing_type is not ListingType.STAY or review is ReviewStatus.ACCEPTED


def is_shown(publish: PublishStatus, *, is_deleted: bool) -> bool:
    """Tell whether a consumer of the default feed sees the listing."""
    return publish is PublishStatus.PUBLISHED and not is_deleted


def _reachable_states() -> list[State]:
    return [
        (review, publish)
        for review, publish in product(ReviewStatus, PublishStatus)
        if publish is not PublishStatus.PUBLISHED or may_publish(ListingType.STAY, review)
    ]
