"""What has become of the hold on some nights."""

from datetime import UTC, datetime, timedelta

import pytest

from app.bookings.enums import IntentStatus
from app.bookings.intents import status_of

END = datetime(2026, 6, 17, 12, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("released_at", "booked_at", "now", "status"),
    [
        (None, None, END - SECOND, IntentStatus.HELD),
        (None, None, END, IntentStatus.EXPIRED),
        (END - SECOND, None, END + SECOND, IntentStatus.RELEASED),
        (None, END - SECOND, END + SECOND, IntentStatus.BOOKED),
    ],
)
def test_a_hold_ends_at_its_instant_unless_it_ended_before(
    released_at: datetime | None, booked_at: datetime | None, now: datetime, status: IntentStatus
) -> None:
    ended = {"expires_at": END, "released_at": released_at, "booked_at": booked_at}
    assert status_of(**ended, now=now) is status  # type: ignore[arg-type]
