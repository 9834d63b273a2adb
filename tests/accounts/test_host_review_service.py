"""What staff decides about host profiles: once, written down, and told."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts import host_review_service as reviews
from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.errors import IncompleteProfile, UnknownAccount, WrongStage
from app.accounts.models import Account, HostProfile
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import session, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxItem
from tests.factories import make_account
from tests.hosts import REASON, account_now, make_host, make_staff, profile_now
from tests.letters import Mailbox, Phone
from tests.threads import at_once

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]

Stage = VerificationStage


def _entries() -> list[tuple[int | None, str, str, str]]:
    session.rollback()
    return [
        (each.actor_id, each.action, each.object_type, each.object_id)
        for each in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if each.actor_id is not None
    ]


def _outcome(app: Flask, act: Callable[[], object]) -> type[DomainError] | None:
    """Do something in a context of its own; return how it was refused."""
    with app.app_context():
        try:
            act()
        except DomainError as refused:
            return type(refused)
    return None


def test_applicants_come_in_the_order_of_their_submission(app: Flask) -> None:
    late, early = make_host(Stage.PENDING_REVIEW), make_host(Stage.PENDING_REVIEW)
    for stage in set(Stage) - {Stage.PENDING_REVIEW}:
        make_host(stage)
    with transaction():
        profile = session.get_one(HostProfile, early.id)
        assert profile.submitted_at is not None
        profile.submitted_at -= timedelta(days=1)
        submitted_at = profile.submitted_at
    rows, total = reviews.list_applicants(offset=0, limit=5)
    assert [row.account.id for row in rows] == [early.id, late.id]
    assert (rows[0].submitted_at, total) == (submitted_at, 2)
    assert [row.account.id for row in reviews.list_applicants(offset=1, limit=1).rows] == [late.id]


def test_an_approved_host_is_told_and_the_deed_written_down(
    app: Flask, mailbox: Mailbox, phone: Phone, run_jobs: Callable[[], None]
) -> None:
    staff, account = make_staff(), make_host(Stage.PENDING_REVIEW)
    make_host(Stage.PENDING_REVIEW)
    with transaction():
        session.execute(
            update(Account).where(Account.id == account.id).values(phone_verified_at=clock.now())
        )
    found = reviews.approve_host(staff.id, account.uuid)
    assert found.verification_stage is Stage.APPROVED
    stages = session.execute(
        select(Account.verification_stage, Account.id).where(Account.id != staff.id)
    ).all()
    assert [stage for stage, each in stages if each != account.id] == [Stage.PENDING_REVIEW]
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.reviewed_at is not None
    assert profile.rejection_reason is None
    assert _entries() == [(staff.id, "host.approved", "account", str(account.uuid))]
    run_jobs()
    [mail] = [mail for mail in mailbox.mails() if "approved" in str(mail["Subject"])]
    assert mail["To"] == account.email
    assert "approved" in phone.messages()[-1]["text"]


@pytest.mark.parametrize(
    ("stage", "subject"),
    [
        (Stage.PENDING_REVIEW, "needs a correction"),
        (Stage.APPROVED, "no longer approved"),
    ],
)
def test_a_rejected_host_is_told_why_and_the_deed_written_down(
    app: Flask, mailbox: Mailbox, run_jobs: Callable[[], None], stage: Stage, subject: str
) -> None:
    staff, account = make_staff(), make_host(stage)
    found = reviews.reject_host(staff.id, account.uuid, REASON)
    assert found.verification_stage is Stage.REJECTED
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason == REASON
    assert _entries() == [(staff.id, "host.rejected", "account", str(account.uuid))]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == staff.id)).one()
    assert entry.details == {"reason": REASON, "before": stage}
    run_jobs()
    mail = mailbox.mails()[-1]
    assert subject in str(mail["Subject"])
    assert REASON in mail.get_content()


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.APPROVED, Stage.REJECTED])
def test_only_what_waits_is_approved(app: Flask, stage: Stage) -> None:
    staff, account = make_staff(), make_host(stage)
    before = session.scalars(select(OutboxItem.id)).all()
    words = stage.replace("_", " ")
    with pytest.raises(WrongStage, match=f"pending review can be approved; this one is {words}"):
        reviews.approve_host(staff.id, account.uuid)
    assert account_now(account.id).verification_stage is stage
    assert _entries() == []
    assert session.scalars(select(OutboxItem.id)).all() == before


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.REJECTED])
def test_only_what_waits_or_was_approved_is_rejected(app: Flask, stage: Stage) -> None:
    staff, account = make_staff(), make_host(stage)
    with pytest.raises(WrongStage, match="pending review or approved can be rejected"):
        reviews.reject_host(staff.id, account.uuid, "Another reason.")
    assert account_now(account.id).verification_stage is stage
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason != "Another reason."
    assert _entries() == []


def test_an_approval_forgets_why_it_was_rejected_once(app: Flask) -> None:
    account = make_host(Stage.REJECTED)
    with transaction():
        session.execute(update(Account).values(verification_stage=Stage.PENDING_REVIEW))
    reviews.approve_host(make_staff().id, account.uuid)
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason is None


def test_nobody_is_reviewed_who_is_not_there(app: Flask) -> None:
    staff = make_staff()
    make_host(Stage.PENDING_REVIEW)
    with pytest.raises(UnknownAccount):
        reviews.approve_host(staff.id, uuid4())
    with pytest.raises(UnknownAccount):
        reviews.reject_host(staff.id, uuid4(), REASON)
    assert _entries() == []


def test_a_host_without_a_profile_can_lose_the_approval(app: Flask) -> None:
    account = make_account()
    with transaction():
        session.execute(update(Account).values(verification_stage=Stage.APPROVED))
    reviews.reject_host(make_staff().id, account.uuid, REASON)
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason == REASON


@pytest.mark.parametrize("missing", ["phone_number", "first_name"])
def test_a_profile_that_lacks_something_is_not_approved(app: Flask, missing: str) -> None:
    staff, account = make_staff(), make_host(Stage.PENDING_REVIEW)
    with transaction():
        setattr(accounts.get_account(account.id), missing, None if "phone" in missing else "")
    with pytest.raises(IncompleteProfile, match=f"lacks: {missing}."):
        reviews.approve_host(staff.id, account.uuid)
    assert account_now(account.id).verification_stage is Stage.PENDING_REVIEW
    assert _entries() == []


def test_of_two_approvals_at_once_one_counts(app: Flask) -> None:
    staff, account = make_staff(), make_host(Stage.PENDING_REVIEW)
    act = partial(_outcome, app, partial(reviews.approve_host, staff.id, account.uuid))
    assert sorted(map(str, at_once([act] * 2))) == sorted(map(str, [None, WrongStage]))
    assert len(_entries()) == 1


def test_an_approval_and_a_rejection_at_once_end_as_one_of_them_says(app: Flask) -> None:
    staff, account = make_staff(), make_host(Stage.PENDING_REVIEW)
    approved, rejected = at_once(
        [
            partial(_outcome, app, partial(reviews.approve_host, staff.id, account.uuid)),
            partial(_outcome, app, partial(reviews.reject_host, staff.id, account.uuid, REASON)),
        ]
    )
    # The rejection works on either side of the approval; an approval after it does not.
    assert rejected is None
    assert approved in (None, WrongStage)
    assert account_now(account.id).verification_stage is Stage.REJECTED
    deeds = [action for _, action, *_ in _entries()]
    assert deeds == (["host.rejected"] if approved else ["host.approved", "host.rejected"])
