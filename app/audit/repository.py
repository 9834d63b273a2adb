"""The SQL of the audit log."""

from app.audit.models import AuditEntry
from app.core.db import session


def add_entry(entry: AuditEntry) -> None:
    session.add(entry)
