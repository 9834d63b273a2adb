"""The audit log in the console."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine

from app.accounts.models import Account
from app.audit import service as audit
from tests.web.browser import Visitor, text_of

AUDIT = "/staff/audit/"
LISTING = UUID(int=1)
NIGHT = datetime(2026, 5, 1, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def entry(amina: Account) -> None:
    """One deed of Amina's, late in the evening."""
    with time_machine.travel(NIGHT, tick=False):
        audit.record(amina.id, "listing.rejected", "listing", LISTING, reason="<b>Blurred</b>")


@pytest.mark.usefixtures("entry")
def test_an_entry_says_who_did_what_to_which_object_and_when(
    staff: Visitor, amina: Account
) -> None:
    page = staff.open(AUDIT)
    words = text_of(page)
    assert "1 May 2026, 23:59 UTC" in words
    assert "listing.rejected" in words
    assert "Reason <b>Blurred</b>" in words
    assert "<b>Blurred" not in page.text
    assert f'href="/staff/users/{amina.uuid}/"' in page.text
    assert f'href="/staff/listings/{LISTING}/"' in page.text
    assert f'href="/staff/audit/?object_type=listing&amp;object_id={LISTING}"' in page.text


@pytest.mark.usefixtures("entry")
def test_long_names_break_after_their_signs(staff: Visitor) -> None:
    page = staff.open(AUDIT).text
    assert ">listing.<wbr>rejected</a>" in page
    assert ">amina@<wbr>example.<wbr>com</a>" in page


@pytest.mark.usefixtures("entry")
@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?actor=amina", True),
        ("?actor=amina@example.com&action=listing.rejected", True),
        ("?action=listing.approved", False),
        (f"?object_type=listing&object_id={LISTING}", True),
        ("?object_type=booking", False),
        ("?from=2026-05-01&to=2026-05-01", True),
        ("?to=2026-04-30", False),
        ("?from=2026-05-02", False),
    ],
)
def test_entries_are_found(staff: Visitor, query: str, is_found: bool) -> None:
    words = text_of(staff.open(f"{AUDIT}{query}"))
    assert ("1–1 of 1" in words) is is_found
    assert ("Nothing fits this search." in words) is not is_found


def test_what_was_done_on_the_machine_has_no_actor(staff: Visitor) -> None:
    details = {"is_kept": True, "is_gone": False, "names": ["a", "b"], "more": {"n": 1}, "no": None}
    audit.record(None, "catalogue.imported", "import", "x", **details)
    words = text_of(staff.open(AUDIT))
    assert "the command line" in words
    assert 'Is kept yes Is gone no Names a, b More {"n":1} No –' in words
