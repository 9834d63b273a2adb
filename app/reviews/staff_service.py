"""What staff sees of reviews, and does to them.

Each deed is written down, and the review's author told, in the transaction that does it.
"""

from typing import Any
from uuid import UUID

from app.accounts import message_service as messages
from app.audit import service as audit
from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction
from app.reviews import rating_service as ratings
from app.reviews import repository, review_messages
from app.reviews.errors import AlreadyHidden, AlreadyPublished, ReviewNotFound
from app.reviews.repository import Subject

OBJECT = "review"
UNPUBLISHED, REPUBLISHED = "review.unpublished", "review.republished"


def list_reviews(
    *,
    listing_id: UUID | None = None,
    is_published: bool | None = None,
    rating: int | None = None,
    search: str = "",
    offset: int,
    limit: int,
) -> Slice:
    """Return the reviews that all of the given filters fit, newest first.

    `listing_id` is a listing's UUID, `search` a part of the comment, of the reply or of the
    listing's title.
    """
    return repository.list_reviews(
        listing_uuid=listing_id,
        is_published=is_published,
        rating=rating,
        search=search,
        offset=offset,
        limit=limit,
    )


def get_review(review_uuid: UUID) -> dict[str, Any]:
    """Return a review, published or not.

    :raises ReviewNotFound: when there is no such review.
    """
    review = repository.find_any(review_uuid)
    if review is None:
        raise ReviewNotFound
    return repository.get_shown(review.review_id)


def unpublish_review(actor_id: int, review_uuid: UUID, reason: str | None) -> dict[str, Any]:
    """Hide a review: nobody sees it any more, and it counts no more.

    :raises ReviewNotFound: when there is no such review.
    :raises AlreadyHidden: when it is hidden.
    """
    with transaction():
        review = _lock(review_uuid)
        if not repository.set_hidden(review.review_id, clock.now(), reason or ""):
            raise AlreadyHidden
        ratings.update_rating(review.listing_id)
        audit.record(actor_id, UNPUBLISHED, OBJECT, review_uuid, reason=reason or "")
        messages.tell(review.author_id, review_messages.hidden(review.title, reason or ""))
        return repository.get_shown(review.review_id)


def republish_review(actor_id: int, review_uuid: UUID) -> dict[str, Any]:
    """Show a hidden review again, and count it again.

    :raises ReviewNotFound: when there is no such review.
    :raises AlreadyPublished: when it is not hidden.
    """
    with transaction():
        review = _lock(review_uuid)
        if not repository.set_shown(review.review_id):
            raise AlreadyPublished
        ratings.update_rating(review.listing_id)
        audit.record(actor_id, REPUBLISHED, OBJECT, review_uuid)
        messages.tell(review.author_id, review_messages.shown_again(review.title))
        return repository.get_shown(review.review_id)


def _lock(review_uuid: UUID) -> Subject:
    review = repository.find_any(review_uuid)
    if review is None:
        raise ReviewNotFound
    ratings.lock_rating(review.listing_id)
    return review
