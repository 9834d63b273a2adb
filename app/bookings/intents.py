"""What has become of the hold on some nights."""

from datetime import datetime

from app.bookings.enums import IntentStatus


def status_of(
    *,
    expires_at: datetime,
    released_at: datetime | None,
    booked_at: datetime | None,
    now: datetime,
) -> IntentStatus:
    """Return an intent's status; a hold has expired from that instant on, touched or not."""
    if booked_at is not None:
        return IntentStatus.BOOKED
    if released_at is not None:
        return IntentStatus.RELEASED
    return IntentStatus.HELD if now < expires_at else IntentStatus.EXPIRED
