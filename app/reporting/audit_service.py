"""Reading the audit log: who did what to which object, and when.

Here, because the log stands left of the accounts that its entries name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import service as accounts
from app.core.counts import Slice
from app.reporting import audit_repository


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something."""

    uuid: UUID
    email: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed; without an actor it was done on the machine itself."""

    uuid: UUID
    at: datetime
    actor: Actor | None
    action: str
    object_type: str
    object_id: str
    details: dict[str, Any]


def list_entries(
    *,
    actor: UUID | None = None,
    action: str | None = None,
    object_type: str | None = None,
    object_id: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    offset: int,
    limit: int,
) -> Slice:
    """Return the `Entry`s that all of the given filters fit, newest first.

    `since` is inclusive, `before` is not.
    """
    found = audit_repository.list_entries(
        actor=actor,
        action=action,
        object_type=object_type,
        object_id=object_id,
        since=since,
        before=before,
        offset=offset,
        limit=limit,
    )
    actor_ids = {row.actor_id for row in found.rows if row.actor_id is not None}
    actors = {
        account_id: Actor(account.uuid, account.email)
        for account_id, account in accounts.find_accounts(actor_ids).items()
    }
    entries = [
        Entry(
            row.uuid,
            row.at,
            actors.get(row.actor_id),
            row.action,
            row.object_type,
            row.object_id,
            row.details,
        )
        for row in found.rows
    ]
    return found._replace(rows=entries)
