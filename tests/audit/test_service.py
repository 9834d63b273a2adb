"""The audit log."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import session, transaction

pytestmark = pytest.mark.both


def test_an_entry_says_who_did_what_to_which_object_and_when(app: Flask) -> None:
    listing = uuid4()
    before = clock.now()
    audit.record(7, "listing.rejected", "listing", listing, reason="Photos too low quality.")
    entry = session.execute(select(AuditEntry)).scalar_one()
    assert (entry.actor_id, entry.action) == (7, "listing.rejected")
    assert (entry.object_type, entry.object_id) == ("listing", str(listing))
    assert entry.details == {"reason": "Photos too low quality."}
    assert before <= entry.at <= clock.now()


def test_what_is_undone_was_never_written_down(app: Flask) -> None:
    def break_off() -> None:
        with transaction():
            audit.record(None, "listing.accepted", "listing", uuid4())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert session.execute(select(func.count()).select_from(AuditEntry)).scalar_one() == 0
