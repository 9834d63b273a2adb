"""What hosts do with the life of their stays: submitting, showing, hiding and deleting them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.catalogue import stay_repository
from app.catalogue.documents import ListingDetail
from app.catalogue.enums import Step
from app.catalogue.errors import WrongState
from app.catalogue.hosting_service import load_whole
from app.catalogue.lifecycle import State, next_state, why_not
from app.catalogue.service import (
    bury_listing,
    require_presentable,
    what_lacks,
    write_columns,
)
from app.core import clock
from app.core.db import transaction
from app.core.errors import InvalidFields


def submit_stay(owner_id: int, listing_uuid: UUID) -> ListingDetail:
    """Hand a draft or a rejected stay of a host's to staff for review; return it whole.

    :raises ListingNotFound: when the host has no such stay.
    :raises WrongState: when it is neither.
    :raises InvalidFields: naming everything that it still lacks.
    """
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        after = take_step(Step.SUBMIT, current)
        lacks = what_lacks(current)
        if lacks:
            raise InvalidFields(lacks)
        submitted = {"submitted_at": clock.now(), "rejection_reason": ""}
        write_columns(current, after | submitted)
    return load_whole([current["id"]])[0]


def activate_stay(owner_id: int, listing_uuid: UUID) -> ListingDetail:
    """Show an inactive stay of a host's again; return it whole.

    :raises ListingNotFound: when the host has no such stay.
    :raises WrongState: when it is not inactive.
    :raises Incomplete: when it has lost something since it was accepted, such as its last photo.
    """
    return _move(Step.ACTIVATE, owner_id, listing_uuid)


def deactivate_stay(owner_id: int, listing_uuid: UUID) -> ListingDetail:
    """Hide an active stay of a host's, and let nobody book it; return it whole.

    :raises ListingNotFound: when the host has no such stay.
    :raises WrongState: when it is not active.
    """
    return _move(Step.DEACTIVATE, owner_id, listing_uuid)


def delete_stay(owner_id: int, listing_uuid: UUID) -> None:
    """Delete a draft, rejected or inactive stay of a host's; a tombstone stays.

    :raises ListingNotFound: when the host has no such stay.
    :raises WrongState: when it is active, or waits for its review.
    :raises StayAhead: when guests have a claim on it.
    """
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        take_step(Step.DELETE, current)
        bury_listing(current)


def take_step(step: Step, current: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that a step gives a locked stay.

    :raises WrongState: when the statuses that it has forbid the step.
    """
    state: State = (current["review_status"], current["publish_status"])
    after = next_state(step, state)
    if after is None:
        raise WrongState(why_not(step, state))
    return dict(zip(("review_status", "publish_status"), after, strict=True))


def _move(step: Step, owner_id: int, listing_uuid: UUID) -> ListingDetail:
    with transaction():
        current = stay_repository.lock_own_stay(owner_id, listing_uuid)
        after = take_step(step, current)
        require_presentable(current, after)
        write_columns(current, after)
    return load_whole([current["id"]])[0]
