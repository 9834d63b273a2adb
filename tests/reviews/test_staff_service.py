"""Hiding reviews and showing them again, and what listings are worth by then."""

from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.models import Account
from app.audit.models import AuditEntry
from app.catalogue import service as catalogue
from app.catalogue.models import Catalogue, Listing
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from app.reviews import review_messages
from app.reviews import service as reviews
from app.reviews import staff_service as staff
from app.reviews.errors import AlreadyHidden, AlreadyPublished, ReviewNotFound
from app.reviews.models import Review
from app.reviews.ratings import SUB_RATINGS
from tests import factories
from tests.letters import Mailbox
from tests.reviews.stays import make_booking, make_guest, rating_of, review, uuid_of
from tests.rounds import rounds
from tests.threads import at_once

pytestmark = pytest.mark.both


@pytest.fixture
def stay(owner: factories.Tenant) -> int:
    """A stay that nobody has reviewed; another one of the same owner's has a review."""
    review(factories.make_stay(owner.id), 1)
    return factories.make_stay(owner.id)


@pytest.fixture
def boss(app: Flask) -> Account:
    """Somebody of staff."""
    return factories.make_account("boss")


def _entries() -> list[tuple[Any, ...]]:
    session.rollback()
    found = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(each.actor_id, each.action, each.object_id, each.details) for each in found]


def _count(table: Any) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def test_staff_reads_a_review_whether_it_is_hidden_or_not(boss: Account, stay: int) -> None:
    shown = review(stay, 4, comment="Quiet.")
    assert staff.get_review(shown)["is_published"]
    staff.unpublish_review(boss.id, shown, "It names a neighbour.")
    hidden = staff.get_review(shown)
    assert (hidden["comment"], hidden["is_published"]) == ("Quiet.", False)
    with pytest.raises(ReviewNotFound):
        staff.get_review(uuid4())


# ── hiding and showing ──────────────────────────────────────────────────────────────────────


def test_a_hidden_review_counts_no_more_until_it_is_shown_again(boss: Account, stay: int) -> None:
    bad = review(stay, 1, value=1, comment="Call my lawyer.")
    review(stay, 5)
    both = rating_of(stay)
    assert both == (2, Decimal("3.00"), {"value": "1.00"})
    hidden = staff.unpublish_review(boss.id, bad, "It is an advertisement.")
    assert (hidden["is_published"], hidden["unpublished_reason"]) == (
        False,
        "It is an advertisement.",
    )
    assert hidden["unpublished_at"] is not None
    assert rating_of(stay) == (1, Decimal("5.00"), {})
    shown = staff.republish_review(boss.id, bad)
    assert (shown["is_published"], shown["unpublished_at"]) == (True, None)
    assert shown["unpublished_reason"] == ""
    assert rating_of(stay) == both


def test_a_listing_whose_last_review_is_hidden_has_no_rating(boss: Account, stay: int) -> None:
    staff.unpublish_review(boss.id, review(stay), None)
    assert rating_of(stay) == (0, None, {})


def test_each_deed_is_written_down_and_told(boss: Account, stay: int) -> None:
    shown = review(stay)
    letters = _count(OutboxItem)
    staff.unpublish_review(boss.id, shown, "Spam.")
    staff.republish_review(boss.id, shown)
    assert _entries() == [
        (boss.id, "review.unpublished", str(shown), {"reason": "Spam."}),
        (boss.id, "review.republished", str(shown), {}),
    ]
    # Each by mail and by SMS.
    assert _count(OutboxItem) == letters + 4


def test_a_deed_that_is_done_already_is_refused(boss: Account, stay: int) -> None:
    shown = review(stay)
    with pytest.raises(AlreadyPublished):
        staff.republish_review(boss.id, shown)
    staff.unpublish_review(boss.id, shown, "Spam.")
    letters, entries = _count(OutboxItem), _entries()
    with pytest.raises(AlreadyHidden):
        staff.unpublish_review(boss.id, shown, "Something else.")
    assert (_count(OutboxItem), _entries()) == (letters, entries)
    [row] = staff.list_reviews(is_published=False, offset=0, limit=2).rows
    assert row["unpublished_reason"] == "Spam."


def test_a_review_that_is_not_there_is_not_found(boss: Account) -> None:
    with pytest.raises(ReviewNotFound):
        staff.unpublish_review(boss.id, uuid4(), None)
    with pytest.raises(ReviewNotFound):
        staff.republish_review(boss.id, uuid4())
    assert _entries() == []


def test_a_deleted_listings_review_is_hidden_without_a_word_to_consumers(
    owner: factories.Tenant, boss: Account, stay: int
) -> None:
    shown = review(stay)
    catalogue.delete_listing(owner.id, stay)
    version = session.scalar(select(Catalogue.version).where(Catalogue.owner_id == owner.id))
    staff.unpublish_review(boss.id, shown, None)
    assert rating_of(stay) == (0, None, {})
    after = session.scalar(select(Catalogue.version).where(Catalogue.owner_id == owner.id))
    assert after == version


def test_a_deed_that_is_undone_leaves_nothing(boss: Account, stay: int) -> None:
    shown = review(stay)
    letters, rating = _count(OutboxItem), rating_of(stay)

    def fail() -> None:
        with transaction():
            staff.unpublish_review(boss.id, shown, None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (_count(OutboxItem), rating_of(stay), _entries()) == (letters, rating, [])
    assert staff.list_reviews(is_published=False, offset=0, limit=2).rows == []


@pytest.mark.parametrize("reason", [None, "It names a neighbour."])
def test_the_author_is_told(
    boss: Account,
    stay: int,
    mailbox: Mailbox,
    run_jobs: Callable[[], None],
    reason: str | None,
) -> None:
    guest = make_guest()
    shown = review(stay, guest=guest)
    staff.unpublish_review(boss.id, shown, reason)
    run_jobs()
    staff.republish_review(boss.id, shown)
    run_jobs()
    mails = [mail for mail in mailbox.mails() if mail["To"] == guest.email]
    hidden = review_messages.hidden("Beach house", reason or "")
    again = review_messages.shown_again("Beach house")
    assert [mail.get_content() for mail in mails] == [hidden.text, again.text]
    assert ("It names a neighbour." in mails[0].get_content()) is bool(reason)


# ── at once ─────────────────────────────────────────────────────────────────────────────────


def test_hiding_and_reviewing_at_once_both_count(app: Flask, boss: Account, stay: int) -> None:
    listing, boss_id = uuid_of(stay), boss.id
    for number in rounds():
        bad = review(stay, 1)
        guest = make_guest()
        booking = make_booking(stay, guest.id)

        def submit(guest_id: int = guest.id, booking_id: UUID = booking.uuid) -> None:
            with app.app_context():
                reviews.submit_review(guest_id, listing, booking_id=booking_id, rating=5)

        def hide(bad: UUID = bad) -> None:
            with app.app_context():
                staff.unpublish_review(boss_id, bad, None)

        at_once([submit, hide])
        assert rating_of(stay) == (number + 1, Decimal("5.00"), {})


def test_of_staff_hiding_a_review_at_once_one_does_it(app: Flask, boss: Account, stay: int) -> None:
    boss_id = boss.id
    for number in rounds():
        bad = review(stay, 1)

        def hide(bad: UUID = bad) -> bool:
            with app.app_context():
                try:
                    staff.unpublish_review(boss_id, bad, None)
                except AlreadyHidden:
                    return False
                return True

        assert sorted(at_once([hide] * 4)) == [False, False, False, True]
        assert len(_entries()) == number + 1


# ── whatever happens ────────────────────────────────────────────────────────────────────────

STARS = st.integers(1, 5)
GIVEN = st.fixed_dictionaries(
    {"rating": STARS}, optional={name: st.none() | STARS for name in SUB_RATINGS}
)
STEPS = st.lists(
    st.tuples(st.just("submit"), GIVEN) | st.tuples(st.just("toggle"), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


def _recomputed(published: list[dict[str, Any]]) -> tuple[int, Decimal | None, dict[str, str]]:
    given: defaultdict[str, list[int]] = defaultdict(list)
    for each in published:
        for name, stars in each.items():
            if stars is not None:
                given[name].append(stars)
    averages = {
        name: (Decimal(sum(stars)) / len(stars)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for name, stars in given.items()
    }
    overall = averages.pop("rating", None)
    return len(published), overall, {name: str(value) for name, value in averages.items()}


@settings(max_examples=20)
@given(STEPS)
def test_a_listings_rating_is_always_what_its_published_reviews_say(
    owner: factories.Tenant, boss: Account, steps: list[tuple[str, Any]]
) -> None:
    stay, guest = factories.make_stay(owner.id), make_guest()
    made: list[tuple[UUID, dict[str, Any]]] = []
    hidden: Counter[UUID] = Counter()
    for deed, what in steps:
        if deed == "submit":
            booking = make_booking(stay, guest.id)
            shown = reviews.submit_review(guest.id, uuid_of(stay), booking_id=booking.uuid, **what)
            made.append((shown["uuid"], what))
        elif made:
            which = made[what % len(made)][0]
            if hidden[which]:
                staff.republish_review(boss.id, which)
            else:
                staff.unpublish_review(boss.id, which, None)
            hidden[which] ^= 1
        assert rating_of(stay) == _recomputed([given for each, given in made if not hidden[each]])


# ── listing ─────────────────────────────────────────────────────────────────────────────────


def test_staff_finds_reviews_by_all_filters_at_once(
    owner: factories.Tenant, boss: Account, stay: int
) -> None:
    quiet = review(stay, 5, comment="A QUIET place")
    loud = review(stay, 1, comment="100% loud")
    reviews.reply(owner.id, loud, "Not so quiet in June.")
    other = review(factories.make_stay(owner.id), 5, comment="quiet too")
    staff.unpublish_review(boss.id, quiet, None)
    [noise] = session.scalars(select(Review.uuid).where(Review.comment == "")).all()

    def found(**filters: Any) -> list[UUID]:
        rows, total = staff.list_reviews(**filters, offset=0, limit=10)
        assert total == len(rows)
        return [row["uuid"] for row in rows]

    assert found() == [other, loud, quiet, noise]
    assert found(listing_id=uuid_of(stay)) == [loud, quiet]
    assert found(listing_id=uuid4()) == []
    assert found(is_published=False) == [quiet]
    assert found(is_published=True, rating=5) == [other]
    assert found(rating=1) == [loud, noise]
    assert found(search="quiet") == [other, loud, quiet]
    assert found(search="0% l") == [loud]
    assert found(search="0_ l") == []
    with transaction():
        session.get_one(Listing, stay).title = "Palm house"
    assert found(search="palm h") == [loud, quiet]
    assert found(search="quiet", listing_id=uuid_of(stay), is_published=True) == [loud]
