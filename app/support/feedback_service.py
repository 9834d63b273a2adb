"""Keeping what people say about the platform, for staff to read."""

from app.core import clock
from app.core.counts import Slice
from app.core.db import transaction
from app.support import feedback_repository as repository
from app.support.enums import Platform
from app.support.models import AppFeedback


def give_feedback(
    account_id: int, *, rating: int, comment: str | None = None, platform: Platform | None = None
) -> AppFeedback:
    """Keep what somebody says: a rating from 1 to 5, and maybe why and where."""
    feedback = AppFeedback(
        account_id=account_id,
        rating=rating,
        comment=comment or "",
        platform=platform,
        created_at=clock.now(),
    )
    with transaction():
        repository.add_feedback(feedback)
    return feedback


def list_feedback(
    *, rating: int | None = None, platform: Platform | None = None, offset: int, limit: int
) -> Slice:
    """Return the `AppFeedback` of everybody that these filters fit, newest first."""
    return repository.list_feedback(rating=rating, platform=platform, offset=offset, limit=limit)
