"""Reviewing stays, reading reviews and replying to them, also by several people at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.caller import Caller
from app.accounts.enums import Role, VerificationStage
from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.catalogue import service as catalogue
from app.catalogue.enums import PublishStatus
from app.catalogue.errors import ListingNotFound
from app.catalogue.models import Listing
from app.core import clock
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from app.reviews import review_messages
from app.reviews import service as reviews
from app.reviews import staff_service as staff
from app.reviews.errors import (
    AlreadyReplied,
    AlreadyReviewed,
    NoSuchStay,
    NotTheHost,
    ReviewNotFound,
    StayNotOver,
)
from app.reviews.models import Review
from tests import factories
from tests.letters import Mailbox
from tests.reviews import stays
from tests.reviews.stays import make_booking, make_guest, rating_of, review, uuid_of
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


@pytest.fixture
def stay(owner: factories.Tenant) -> int:
    """A stay that nobody has reviewed; another one of the same owner's has a review."""
    review(factories.make_stay(owner.id), 1)
    return factories.make_stay(owner.id)


def _submit(listing_id: int, guest_id: int, booking_id: UUID, **given: Any) -> Any:
    given = {"rating": 5, **given}
    return reviews.submit_review(guest_id, uuid_of(listing_id), booking_id=booking_id, **given)


def _list(listing_id: int, viewer: Caller | None = None) -> list[UUID]:
    found = reviews.list_reviews(uuid_of(listing_id), viewer, offset=0, limit=100)
    assert found.total == len(found.rows)
    return [row["uuid"] for row in found.rows]


def _caller(account_id: int, role: Role = Role.USER) -> Caller:
    return Caller(
        account_id, role, is_superuser=False, verification_stage=VerificationStage.APPROVED
    )


def _rows() -> tuple[int, int, int]:
    """Count what a review, a reply and staff's deeds leave behind."""
    session.rollback()
    found = [
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Review, OutboxItem, AuditEntry)
    ]
    return found[0], found[1], found[2]


# ── submitting ──────────────────────────────────────────────────────────────────────────────


def test_a_review_is_published_and_counted_at_once(stay: int) -> None:
    guest = make_guest("Asha")
    booking = make_booking(stay, guest.id)
    shown = _submit(stay, guest.id, booking.uuid, rating=4, value=3, comment="A quiet place.")
    assert shown["author"]["first_name"] == "Asha"
    assert shown["booking"] == {"uuid": booking.uuid}
    assert shown["listing"] == {"uuid": uuid_of(stay), "title": "Beach house"}
    assert (shown["rating"], shown["value"], shown["accuracy"]) == (4, 3, None)
    assert (shown["comment"], shown["host_reply"]) == ("A quiet place.", None)
    assert _list(stay) == [shown["uuid"]]
    assert rating_of(stay) == (1, Decimal("4.00"), {"value": "3.00"})


def test_averages_leave_out_who_did_not_say(stay: int) -> None:
    review(stay, 5, cleanliness=5, value=4)
    review(stay, 4, cleanliness=4)
    review(stay, 4, cleanliness=5)
    assert rating_of(stay) == (3, Decimal("4.33"), {"cleanliness": "4.67", "value": "4.00"})


def test_a_stay_that_is_off_the_market_can_still_be_reviewed(
    owner: factories.Tenant, stay: int
) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id)
    with transaction():
        session.get_one(Listing, stay).publish_status = PublishStatus.DRAFT
        session.get_one(Account, owner.id).disabled_at = clock.now()
    _submit(stay, guest.id, booking.uuid)
    assert rating_of(stay)[0] == 1


def test_only_the_bookings_guest_reviews_it(owner: factories.Tenant, stay: int) -> None:
    booking = make_booking(stay, make_guest().id)
    before = _rows()
    for somebody in (make_guest().id, owner.id):
        with pytest.raises(NoSuchStay):
            _submit(stay, somebody, booking.uuid)
    assert _rows() == before


def test_a_booking_of_another_listing_is_none_of_this_one(
    owner: factories.Tenant, stay: int
) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id)
    other = factories.make_stay(owner.id)
    with pytest.raises(NoSuchStay):
        _submit(other, guest.id, booking.uuid)
    with pytest.raises(NoSuchStay):
        reviews.submit_review(guest.id, uuid4(), booking_id=booking.uuid, rating=5)
    with pytest.raises(NoSuchStay):
        _submit(stay, guest.id, uuid4())


def test_a_deleted_listing_is_reviewed_no_more(owner: factories.Tenant, stay: int) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id)
    listing = uuid_of(stay)
    catalogue.delete_listing(owner.id, stay)
    with pytest.raises(NoSuchStay):
        reviews.submit_review(guest.id, listing, booking_id=booking.uuid, rating=5)


@pytest.mark.parametrize(
    "state", [stays.UNPAID, stays.SUBMITTED, stays.PAID, stays.CHECKED_IN, stays.REFUND_DUE]
)
def test_a_stay_that_is_not_over_cannot_be_reviewed(stay: int, state: dict[str, Any]) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id, **state)
    before = _rows()
    with pytest.raises(StayNotOver):
        _submit(stay, guest.id, booking.uuid)
    assert _rows() == before
    assert rating_of(stay) == (0, None, {})


def test_a_booking_is_reviewed_once(stay: int) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id)
    shown = _submit(stay, guest.id, booking.uuid, rating=2)
    before = _rows()
    with pytest.raises(AlreadyReviewed):
        _submit(stay, guest.id, booking.uuid, rating=5)
    staff.unpublish_review(guest.id, shown["uuid"], None)
    with pytest.raises(AlreadyReviewed):
        _submit(stay, guest.id, booking.uuid, rating=5)
    assert _rows()[0] == before[0]
    assert rating_of(stay) == (0, None, {})


def test_a_second_stay_is_a_second_review(stay: int) -> None:
    guest = make_guest()
    for rating in (5, 2):
        review(stay, rating, guest=guest)
    assert rating_of(stay)[:2] == (2, Decimal("3.50"))


def test_of_reviews_of_one_booking_at_once_one_counts(app: Flask, stay: int) -> None:
    listing = uuid_of(stay)
    for number in rounds():
        guest = make_guest()
        booking = make_booking(stay, guest.id)

        def submit(guest_id: int = guest.id, booking_id: UUID = booking.uuid) -> str:
            with app.app_context():
                try:
                    reviews.submit_review(guest_id, listing, booking_id=booking_id, rating=4)
                except AlreadyReviewed:
                    return "refused"
                return "published"

        assert sorted(at_once([submit] * 5)) == ["published"] + ["refused"] * 4
        assert rating_of(stay)[:2] == (number + 1, Decimal("4.00"))


def test_reviews_at_once_are_all_counted(app: Flask, stay: int) -> None:
    listing = uuid_of(stay)
    for number in rounds():
        tasks: list[Callable[[], None]] = []
        for rating in (5, 4, 4, 2, 1):
            guest = make_guest()
            booking = make_booking(stay, guest.id)

            def submit(
                guest_id: int = guest.id, booking_id: UUID = booking.uuid, rating: int = rating
            ) -> None:
                with app.app_context():
                    reviews.submit_review(guest_id, listing, booking_id=booking_id, rating=rating)

            tasks.append(submit)
        at_once(tasks)
        assert rating_of(stay)[:2] == (5 * (number + 1), Decimal("3.20"))


def test_a_review_that_is_undone_leaves_nothing(stay: int) -> None:
    guest = make_guest()
    booking = make_booking(stay, guest.id)
    before = _rows()

    def fail() -> None:
        with transaction():
            _submit(stay, guest.id, booking.uuid)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _rows() == before
    assert rating_of(stay) == (0, None, {})


@pytest.mark.parametrize("name", ["rating", "value"])
@pytest.mark.parametrize("rating", [0, 6])
def test_the_database_takes_no_other_rating(stay: int, name: str, rating: int) -> None:
    shown = review(stay)
    with pytest.raises(IntegrityError), transaction():
        session.execute(update(Review).where(Review.uuid == shown).values({name: rating}))


def test_the_host_is_told(
    owner: factories.Tenant, stay: int, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    review(stay, 4, guest=make_guest("Asha"), comment="A quiet place.")
    run_jobs()
    mail = mailbox.mails()[-1]
    assert mail["To"] == owner.account.email
    expected = review_messages.reviewed("Asha", "Beach house", 4, "A quiet place.")
    assert mail.get_content() == expected.text


# ── replying ────────────────────────────────────────────────────────────────────────────────


def test_the_host_replies_once(owner: factories.Tenant, stay: int) -> None:
    shown = review(stay)
    replied = reviews.reply(owner.id, shown, "Come back anytime!")
    assert replied["host_reply"] == "Come back anytime!"
    assert replied["replied_at"] is not None
    before = _rows()
    with pytest.raises(AlreadyReplied):
        reviews.reply(owner.id, shown, "And again.")
    assert _rows() == before
    [row] = reviews.list_reviews(uuid_of(stay), None, offset=0, limit=2).rows
    assert row["host_reply"] == "Come back anytime!"


def test_nobody_else_replies(stay: int) -> None:
    guest = make_guest()
    shown = review(stay, guest=guest)
    before = _rows()
    for somebody in (guest.id, factories.make_account().id):
        with pytest.raises(NotTheHost):
            reviews.reply(somebody, shown, "Thank you.")
    assert _rows() == before


def test_what_is_not_shown_cannot_be_replied_to(owner: factories.Tenant, stay: int) -> None:
    hidden, orphan = review(stay), review(factories.make_stay(owner.id))
    staff.unpublish_review(owner.id, hidden, None)
    session.rollback()
    listing = session.scalars(select(Review.listing_id).where(Review.uuid == orphan)).one()
    catalogue.delete_listing(owner.id, listing)
    for each in (hidden, orphan, uuid4()):
        with pytest.raises(ReviewNotFound):
            reviews.reply(owner.id, each, "Thank you.")


def test_of_replies_at_once_one_stays(app: Flask, owner: factories.Tenant, stay: int) -> None:
    host_id = owner.id
    for _ in rounds():
        shown = review(stay)

        def reply(number: int, shown: UUID = shown) -> str:
            with app.app_context():
                try:
                    replied = reviews.reply(host_id, shown, f"Reply {number}")
                except AlreadyReplied:
                    return "refused"
                return str(replied["host_reply"])

        answers = at_once([lambda number=number: reply(number) for number in range(4)])
        [stays_there] = [each for each in answers if each != "refused"]
        session.rollback()
        stored = session.scalars(select(Review.host_reply).where(Review.uuid == shown)).one()
        assert stored == stays_there


def test_the_author_is_told_of_the_reply(
    owner: factories.Tenant, stay: int, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    guest = make_guest()
    shown = review(stay, guest=guest)
    reviews.reply(owner.id, shown, "Come back anytime!")
    run_jobs()
    mail = mailbox.mails()[-1]
    assert mail["To"] == guest.email
    expected = review_messages.replied("Beach house", "Come back anytime!")
    assert mail.get_content() == expected.text


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def test_reviews_come_newest_first_and_those_of_one_moment_by_age(stay: int) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    later, *tied = [review(stay, at=at) for at in (noon.replace(hour=13), noon, noon, noon)]
    expected = [later, *reversed(tied)]
    assert _list(stay) == expected
    pages = [
        reviews.list_reviews(uuid_of(stay), None, offset=offset, limit=2).rows for offset in (0, 2)
    ]
    assert [row["uuid"] for page in pages for row in page] == expected


def test_a_hidden_review_is_not_listed(owner: factories.Tenant, stay: int) -> None:
    hidden, shown = review(stay), review(stay)
    staff.unpublish_review(owner.id, hidden, None)
    assert _list(stay) == [shown]
    assert _list(stay, _caller(owner.id)) == [shown]


def test_reviews_of_an_inactive_stay_are_for_its_owner_and_staff(
    owner: factories.Tenant, stay: int
) -> None:
    shown = review(stay)
    with transaction():
        session.get_one(Listing, stay).publish_status = PublishStatus.DRAFT
    somebody = factories.make_account()
    for viewer in (None, _caller(somebody.id)):
        with pytest.raises(ListingNotFound):
            _list(stay, viewer)
    assert _list(stay, _caller(owner.id)) == [shown]
    assert _list(stay, _caller(somebody.id, Role.ADMIN)) == [shown]


def test_reviews_of_a_disabled_hosts_stay_are_hidden(owner: factories.Tenant, stay: int) -> None:
    shown = review(stay)
    with transaction():
        session.get_one(Account, owner.id).disabled_at = clock.now()
    with pytest.raises(ListingNotFound):
        _list(stay)
    assert _list(stay, _caller(make_guest().id, Role.ADMIN)) == [shown]


def test_what_is_no_stay_in_this_face_has_no_reviews(owner: factories.Tenant, stay: int) -> None:
    sale = factories.make_listing(owner.id)["id"]
    trashed = factories.make_stay(owner.id, publish_status=PublishStatus.TRASH)
    deleted = factories.make_stay(owner.id)
    catalogue.delete_listing(owner.id, deleted)
    for listing_id in (sale, trashed, deleted):
        for viewer in (None, _caller(owner.id), _caller(owner.id, Role.ADMIN)):
            with pytest.raises(ListingNotFound):
                _list(listing_id, viewer)
    with pytest.raises(ListingNotFound):
        reviews.list_reviews(uuid4(), None, offset=0, limit=1)
