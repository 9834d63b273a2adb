"""What time alone does to bookings.

Each booking has a short transaction of its own. Somebody who acts at the same moment comes before
the system or after it: the one who comes second finds another state.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog

from app.bookings import booking_service as bookings
from app.bookings import intent_repository as intents
from app.bookings import repository
from app.bookings.errors import WrongState
from app.bookings.limits import KEEP_INTENTS
from app.bookings.stays import is_over
from app.core import clock
from app.core.db import transaction

BATCH = 500

Row = dict[str, Any]

log = structlog.get_logger(__name__)


def cancel_unpaid() -> None:
    """Cancel the bookings that were not paid in time, and free their nights."""
    now = clock.now()
    for row in _all(lambda after_id: repository.list_unpaid(now, BATCH, after_id)):
        _attempt(bookings.cancel_overdue, row["id"], row["listing_id"])


def complete_stays() -> None:
    """Complete the stays of guests who were checked in and never out, a day after they left."""
    now = clock.now()
    # East of Greenwich a day begins before it does in UTC, and is over before the next one does.
    for row in _all(lambda after_id: repository.list_staying(now.date(), BATCH, after_id)):
        if is_over(row["check_out"], row["time_zone"], now):
            _attempt(bookings.complete_overdue, row["id"], row["listing_id"], row["time_zone"])


def sweep_intents() -> None:
    """Forget intents that came to nothing, once nobody needs to ask about them any more."""
    deleted = intents.SWEEP_INTENTS
    while deleted == intents.SWEEP_INTENTS:
        with transaction():
            deleted = intents.delete_idle_before(clock.now() - KEEP_INTENTS)


def _all(list_after: Callable[[int], Sequence[Row]]) -> Iterator[Row]:
    """Yield every row of a list that is read in batches."""
    after_id, rows = 0, list_after(0)
    while rows:
        yield from rows
        after_id = rows[-1]["id"]
        rows = list_after(after_id)


def _attempt(work: Callable[..., None], booking_id: int, *arguments: object) -> None:
    """Do one booking's work; one that fails does not keep the others from theirs."""
    try:
        work(booking_id, *arguments)
    except WrongState:
        # Somebody was faster.
        pass
    except Exception:
        log.exception("a booking could not be swept", booking_id=booking_id)
