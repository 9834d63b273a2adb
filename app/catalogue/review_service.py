"""What staff sees of listings, and decides about them.

Each deed is written down, and the host told, in the transaction that does it. Of two who decide
about the same stay the second waits for the first, and finds it decided.
"""

from collections.abc import Mapping
from uuid import UUID

from app.accounts import message_service as messages
from app.audit import service as audit
from app.catalogue import review_messages, stay_repository
from app.catalogue.documents import ListingDetail
from app.catalogue.enums import Step
from app.catalogue.errors import ListingNotFound
from app.catalogue.hosting_service import load_whole
from app.catalogue.service import require_presentable, write_columns
from app.catalogue.staff_filter import StaffFilter
from app.catalogue.stay_status_service import take_step
from app.core.counts import Slice
from app.core.db import transaction

OBJECT = "listing"
APPROVED, REJECTED, UPDATED = "listing.approved", "listing.rejected", "listing.updated"


def list_listings(wanted: StaffFilter, *, offset: int, limit: int) -> Slice:
    """Return everybody's listings of any type that a filter lets pass, deleted ones left out.

    The newest come first; of stays that wait for their review, those that wait longest.
    """
    ids, total = stay_repository.list_for_staff(wanted, offset=offset, limit=limit)
    return Slice(load_whole(ids), total)


def get_listing(listing_uuid: UUID) -> ListingDetail:
    """Return anybody's listing whole, whatever its type and status.

    :raises ListingNotFound: when there is none, or it is deleted.
    """
    listing_id = stay_repository.find_any_listing_id(listing_uuid)
    if listing_id is None:
        raise ListingNotFound
    return load_whole([listing_id])[0]


def mark_listing(actor_id: int, listing_uuid: UUID, marks: Mapping[str, bool]) -> ListingDetail:
    """Set `is_verified` or `is_sponsored` of a listing; return it whole.

    What changes nothing is not written down, and nobody told of it.

    :raises ListingNotFound: as `get_listing`.
    """
    with transaction():
        current = stay_repository.lock_any_listing(listing_uuid)
        changes = {name: value for name, value in marks.items() if current[name] is not value}
        if changes:
            write_columns(current, changes)
            audit.record(actor_id, UPDATED, OBJECT, listing_uuid, **changes)
            messages.tell(current["owner_id"], review_messages.marked(current["title"], changes))
    return load_whole([current["id"]])[0]


def approve_listing(actor_id: int, listing_uuid: UUID) -> ListingDetail:
    """Accept a stay that waits for its review, and publish it; return it whole.

    :raises ListingNotFound: as `get_listing`.
    :raises WrongState: when it does not wait for a review.
    :raises Incomplete: when it has lost something since it was submitted.
    """
    with transaction():
        current = stay_repository.lock_any_listing(listing_uuid)
        after = take_step(Step.APPROVE, current)
        require_presentable(current, after)
        write_columns(current, after)
        audit.record(actor_id, APPROVED, OBJECT, listing_uuid)
        messages.tell(current["owner_id"], review_messages.approved(current["title"]))
    return load_whole([current["id"]])[0]


def reject_listing(actor_id: int, listing_uuid: UUID, reason: str) -> ListingDetail:
    """Give a stay that waits for its review back to its host; return it whole.

    :raises ListingNotFound: as `get_listing`.
    :raises WrongState: when it does not wait for a review.
    """
    with transaction():
        current = stay_repository.lock_any_listing(listing_uuid)
        after = take_step(Step.REJECT, current)
        write_columns(current, after | {"rejection_reason": reason})
        audit.record(actor_id, REJECTED, OBJECT, listing_uuid, reason=reason)
        messages.tell(current["owner_id"], review_messages.rejected(current["title"], reason))
    return load_whole([current["id"]])[0]
