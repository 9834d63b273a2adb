"""Reviewing stays, reading reviews, and replying to them."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.accounts import message_service as messages
from app.accounts.caller import Caller
from app.bookings.enums import BookingStatus
from app.catalogue.errors import ListingNotFound
from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction, violates
from app.reviews import rating_service as ratings
from app.reviews import repository, review_messages
from app.reviews.errors import (
    AlreadyReplied,
    AlreadyReviewed,
    NoSuchStay,
    NotTheHost,
    ReviewNotFound,
    StayNotOver,
)
from app.reviews.models import Review
from app.reviews.ratings import SUB_RATINGS


def submit_review(
    guest_id: int, listing_uuid: UUID, *, booking_id: UUID | None, rating: int, **given: Any
) -> dict[str, Any]:
    """Review a stay that is over; it is published at once, and its host is told.

    `booking_id` is the booking's UUID, or None for what cannot be one; `given` are sub-ratings by
    name and the `comment`, each of which may be None. Return what `repository.get_shown` does.

    :raises NoSuchStay: when the caller is not the guest of such a booking of this listing.
    :raises StayNotOver: when the booking is not completed.
    :raises AlreadyReviewed: when it has a review.
    """
    with transaction():
        stay = repository.find_stay(guest_id, booking_id, listing_uuid)
        if stay is None:
            raise NoSuchStay
        if stay.status is not BookingStatus.COMPLETED:
            raise StayNotOver
        ratings.lock_rating(stay.listing_id)
        review = Review(
            booking_id=stay.booking_id,
            listing_id=stay.listing_id,
            author_id=guest_id,
            rating=rating,
            comment=given.get("comment") or "",
            created_at=clock.now(),
            **{name: given.get(name) for name in SUB_RATINGS},
        )
        _add(review)
        ratings.update_rating(stay.listing_id)
        shown = repository.get_shown(review.id)
        guest = shown["author"]["first_name"]
        message = review_messages.reviewed(guest, stay.title, rating, review.comment)
        messages.tell(stay.host_id, message)
    return shown


def reply(caller_id: int, review_uuid: UUID, text: str) -> dict[str, Any]:
    """Reply to a published review, once, as the listing's host; its author is told.

    Return what `repository.get_shown` does.

    :raises ReviewNotFound: when there is none that is published.
    :raises NotTheHost: when the caller is not its listing's host.
    :raises AlreadyReplied: when it has a reply.
    """
    with transaction():
        review = repository.find_published(review_uuid)
        if review is None:
            raise ReviewNotFound
        if review.host_id != caller_id:
            raise NotTheHost
        if not repository.set_reply(review.review_id, text, clock.now()):
            raise AlreadyReplied
        messages.tell(review.author_id, review_messages.replied(review.title, text))
        return repository.get_shown(review.review_id)


def list_reviews(listing_uuid: UUID, viewer: Caller | None, *, offset: int, limit: int) -> Slice:
    """Return a listing's published reviews, newest first, as `repository.get_shown` does.

    :raises ListingNotFound: when there is none that the viewer may see: others than active ones
        are for their owner and for staff.
    """
    listing_id = repository.find_shown_listing(
        listing_uuid,
        viewer_id=viewer.account_id if viewer else None,
        is_staff=viewer is not None and viewer.is_admin,
    )
    if listing_id is None:
        raise ListingNotFound
    return repository.list_published(listing_id, offset=offset, limit=limit)


def _add(review: Review) -> None:
    try:
        repository.add_review(review)
    except IntegrityError as error:
        if violates(error, "uq_review_booking_id", "review.booking_id"):
            raise AlreadyReviewed from None
        raise
