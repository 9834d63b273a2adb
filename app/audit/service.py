"""Writing down what staff does, in the transaction that does it."""

from typing import Any
from uuid import UUID

from app.audit import repository
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import transaction


def record(
    actor_id: int | None,
    action: str,
    object_type: str,
    object_id: UUID | str,
    **details: Any,
) -> None:
    """Write down that an account did something to an object, as part of the transaction.

    `action` reads `object.deed`, such as `listing.rejected`; `actor_id` is None for the command
    line; `details` are JSON values, and hold no secret and no code.
    """
    with transaction():
        repository.add_entry(
            AuditEntry(
                at=clock.now(),
                actor_id=actor_id,
                action=action,
                object_type=object_type,
                object_id=str(object_id),
                details=details,
            )
        )
