"""The queue of hosts, and their papers."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts import host_review_service as reviews
from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.limits import REASON_CHARS
from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.core.db import session
from tests.hosts import NIDA, account_now, make_host, profile_now
from tests.web.browser import Visitor, text_of
from tests.web.conftest import PASSWORD
from tests.web.staff.conftest import SignIn
from tests.web.staff.scenery import REASON, make_applicant

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]

Stage = VerificationStage
QUEUE = "/staff/queues/hosts/"
_PHOTO = re.compile(r'<img src="(/staff/hosts/[^"]+)"')


def _path(account: Account, deed: str = "") -> str:
    return f"/staff/hosts/{account.uuid}/{deed}"


def _deeds() -> list[tuple[str, int | None]]:
    session.rollback()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.actor_id) for entry in entries]


def test_an_empty_queue_says_so(staff: Visitor) -> None:
    make_host(Stage.APPROVED)
    assert "Nobody waits for a review." in text_of(staff.open(QUEUE))


def test_those_who_wait_longest_come_first(staff: Visitor) -> None:
    names = ["zuri", "juma", "neema"]
    for name in names:
        make_applicant(name, name.capitalize())
    text = text_of(staff.open(QUEUE))
    places = [text.index(f"{name}@example.com") for name in names]
    assert places == sorted(places)
    assert "1–3 of 3" in text


def test_the_page_shows_what_staff_decides_by(staff: Visitor) -> None:
    text = text_of(staff.open(_path(make_applicant())))
    for fact in ("Juma Doe", NIDA, "14 Mar 1992", "Male", "juma@example.com", "+255712345678"):
        assert fact in text


def test_each_look_at_a_document_is_written_down(staff: Visitor, amina: Account) -> None:
    page = staff.open(_path(make_applicant()))
    assert _deeds() == []
    found = _PHOTO.search(page.text)
    assert found
    photo = staff.open(unescape(found[1]))
    assert photo.status_code == 200
    assert photo.data.startswith(b"\xff\xd8\xff")
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert photo.headers["Cache-Control"] == "no-store"
    assert photo.headers["Content-Security-Policy"] == "sandbox"
    assert _deeds() == [("host.identity_viewed", amina.id)]


def test_a_link_to_a_document_is_for_whom_it_was_made(
    staff: Visitor, john: Account, sign_in: SignIn
) -> None:
    account = make_applicant()
    found = _PHOTO.search(staff.open(_path(account)).text)
    assert found
    link = unescape(found[1])
    colleague = accounts.create_account(email="omar@example.com", password=PASSWORD, is_admin=True)
    assert sign_in(colleague.email).open(link).status_code == 404
    assert sign_in(john.email).open(link).status_code == 403
    for altered in (link[:-3], link.partition("?")[0], f"{link}x"):
        assert staff.open(altered).status_code == 404
    assert _deeds() == []


def test_an_approved_host_is_one_and_the_next_one_is_shown(staff: Visitor, amina: Account) -> None:
    first, second = make_applicant("juma"), make_applicant("neema", "Neema")
    staff.open(_path(first))
    answer = staff.send(_path(first, "approve/"))
    assert (answer.status_code, answer.location) == (303, _path(second))
    assert account_now(first.id).verification_stage is Stage.APPROVED
    assert _deeds() == [("host.approved", amina.id)]
    page = staff.open(answer.location)
    assert "Juma Doe is approved as a host, and has been told. This is the next one." in text_of(
        page
    )
    # It is said once.
    assert "is approved as a host" not in text_of(staff.open(_path(second)))


def test_the_last_one_leads_back_to_the_queue(staff: Visitor) -> None:
    account = make_applicant()
    staff.open(_path(account))
    answer = staff.send(_path(account, "reject/"), rejection_reason=f"  {REASON}\r\nSorry. ")
    assert (answer.status_code, answer.location) == (303, QUEUE)
    assert "The queue is empty now." in text_of(staff.open(QUEUE))
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason == f"{REASON}\nSorry."


@pytest.mark.parametrize("reason", ["", "  ", "x" * (REASON_CHARS + 1), "a\0b"])
def test_a_rejection_needs_a_reason(staff: Visitor, reason: str) -> None:
    account = make_applicant()
    staff.open(_path(account))
    answer = staff.send(_path(account, "reject/"), rejection_reason=reason)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert account_now(account.id).verification_stage is Stage.PENDING_REVIEW
    assert _deeds() == []


def test_a_colleague_who_was_faster_is_told_of(staff: Visitor) -> None:
    account = make_applicant()
    staff.open(_path(account))
    reviews.reject_host(None, account.uuid, "Too dark.")
    answer = staff.send(_path(account, "approve/"))
    assert answer.status_code == 409
    text = text_of(answer)
    assert "Only a profile that is pending review can be approved; this one is rejected." in text
    # What was decided instead stands there, and nothing is left to decide.
    assert "Rejected by the command line" in text
    assert "Too dark." in text
    assert "There is nothing to decide" in text


@pytest.mark.parametrize("deed", ["approve/", "reject/"])
def test_who_has_not_submitted_is_neither_approved_nor_rejected(staff: Visitor, deed: str) -> None:
    account = make_host(Stage.NOT_STARTED)
    staff.open("/staff/")
    assert staff.send(_path(account, deed), rejection_reason=REASON).status_code == 409
    assert account_now(account.id).verification_stage is Stage.NOT_STARTED


def test_an_approved_host_can_still_be_rejected(staff: Visitor) -> None:
    account = make_host(Stage.APPROVED, "juma")
    page = staff.open(_path(account))
    assert "Approve this host" not in page.text
    assert staff.send(_path(account, "reject/"), rejection_reason=REASON).status_code == 303
    assert account_now(account.id).verification_stage is Stage.REJECTED


def test_markup_in_a_name_is_text_wherever_it_stands(staff: Visitor) -> None:
    markup = "<img src=x onerror=alert(1)>"
    account = make_applicant("juma", markup)
    make_applicant("neema")
    pages = [staff.open(QUEUE), staff.open(_path(account))]
    pages.append(staff.open(staff.send(_path(account, "approve/")).location))
    for page in pages:
        assert markup not in page.text
        assert markup in unescape(page.text)


def test_who_is_not_there_is_not_found(staff: Visitor) -> None:
    staff.open("/staff/")
    nobody = "/staff/hosts/00000000-0000-4000-8000-000000000000/"
    assert staff.open(nobody).status_code == 404
    assert staff.send(f"{nobody}approve/").status_code == 404
    assert staff.send(f"{nobody}reject/", rejection_reason=REASON).status_code == 404


def test_somebody_without_papers_has_a_page_too(staff: Visitor, john: Account) -> None:
    text = text_of(staff.open(_path(john)))
    assert "No document was given." in text
    assert "There is nothing to decide" in text


def test_a_document_that_cannot_be_read_leaves_the_page(
    staff: Visitor, without_storage: Callable[[], AbstractContextManager[None]]
) -> None:
    account = make_applicant()
    with without_storage():
        page = staff.open(_path(account))
        assert page.status_code == 200
        found = _PHOTO.search(page.text)
        assert found
        assert staff.open(unescape(found[1])).status_code == 503
    assert _deeds() == []
