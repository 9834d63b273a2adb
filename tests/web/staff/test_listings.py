"""The queue of listings, and what staff decides about each."""

from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalogue import review_service as reviews
from app.catalogue.enums import ListingType
from app.catalogue.limits import REASON_CHARS
from app.core.db import session
from tests import factories
from tests.bookings.factories import uuid_of
from tests.web.browser import Visitor, text_of
from tests.web.staff.scenery import REASON, fresh, make_pending_stay

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]

QUEUE = "/staff/queues/listings/"


def _path(listing: UUID, deed: str = "") -> str:
    return f"/staff/listings/{listing}/{deed}"


def _status(listing: UUID) -> str:
    fresh()
    return str(reviews.get_listing(listing)["review_status"])


def _deeds() -> list[str]:
    fresh()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_an_empty_queue_says_so(staff: Visitor) -> None:
    factories.make_noise()
    assert "No listing waits for a review." in text_of(staff.open(QUEUE))


def test_those_that_wait_longest_come_first(staff: Visitor) -> None:
    for title in ("Zuri flat", "Acacia house"):
        make_pending_stay(title)
    text = text_of(staff.open(QUEUE))
    assert text.index("Zuri flat") < text.index("Acacia house")
    assert "USD 120.00" in text


def test_the_page_shows_photos_and_facts(staff: Visitor) -> None:
    page = staff.open(_path(make_pending_stay(photos=2)))
    assert page.text.count('<img src="http://localhost/media/property_images/') == 2
    text = text_of(page)
    for fact in ("Villa by the sea", "Beach Villa", "USD 120.00", "1 Beach Road", "Diani", "Kenya"):
        assert fact in text


def test_an_approved_listing_is_active_and_the_next_one_is_shown(staff: Visitor) -> None:
    first, second = make_pending_stay("First"), make_pending_stay("Second")
    staff.open(_path(first))
    answer = staff.send(_path(first, "approve/"))
    assert (answer.status_code, answer.location) == (303, _path(second))
    assert _status(first) == "accepted"
    assert _deeds() == ["listing.approved"]
    assert "“First” is approved and active" in text_of(staff.open(answer.location))


def test_its_page_leads_back_to_the_queue_while_it_waits(staff: Visitor) -> None:
    listing = make_pending_stay()
    assert "← Listings" in text_of(staff.open(_path(listing)))
    staff.send(_path(listing, "approve/"))
    assert "← All listings" in text_of(staff.open(_path(listing)))


def test_a_rejected_listing_has_its_reason(staff: Visitor) -> None:
    listing = make_pending_stay()
    staff.open(_path(listing))
    answer = staff.send(_path(listing, "reject/"), rejection_reason=REASON)
    assert (answer.status_code, answer.location) == (303, QUEUE)
    assert _status(listing) == "rejected"
    text = text_of(staff.open(_path(listing)))
    assert f"Why it was rejected {REASON}" in text
    assert "Rejected by amina@example.com" in text


@pytest.mark.parametrize("reason", ["", " ", "x" * (REASON_CHARS + 1)])
def test_a_rejection_needs_a_reason(staff: Visitor, reason: str) -> None:
    listing = make_pending_stay()
    staff.open(_path(listing))
    answer = staff.send(_path(listing, "reject/"), rejection_reason=reason)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert _status(listing) == "pending"


def test_a_colleague_who_was_faster_is_told_of(staff: Visitor) -> None:
    listing = make_pending_stay()
    staff.open(_path(listing))
    reviews.approve_listing(factories.make_account().id, listing)
    for deed in ("approve/", "reject/"):
        answer = staff.send(_path(listing, deed), rejection_reason=REASON)
        assert answer.status_code == 409
        assert "this one is active." in text_of(answer)
    assert _status(listing) == "accepted"


def test_a_listing_that_has_lost_its_photos_is_not_approved(staff: Visitor) -> None:
    listing = make_pending_stay(photos=0)
    page = staff.open(_path(listing))
    assert "There are no photos." in text_of(page)
    answer = staff.send(_path(listing, "approve/"))
    assert answer.status_code == 409
    assert "it lacks photos." in text_of(answer)


def test_marks_are_set_and_taken_away(staff: Visitor) -> None:
    listing = make_pending_stay()
    staff.open(_path(listing))
    answer = staff.send(_path(listing, "marks/"), is_verified="true")
    assert (answer.status_code, answer.location) == (303, _path(listing))
    fresh()
    marked = reviews.get_listing(listing)
    assert (marked["is_verified"], marked["is_sponsored"]) == (True, False)
    staff.send(_path(listing, "marks/"), is_sponsored="true")
    fresh()
    marked = reviews.get_listing(listing)
    assert (marked["is_verified"], marked["is_sponsored"]) == (False, True)
    assert _deeds() == ["listing.updated", "listing.updated"]


def test_a_mark_that_is_none_is_refused(staff: Visitor) -> None:
    listing = make_pending_stay()
    staff.open(_path(listing))
    assert staff.send(_path(listing, "marks/"), is_verified="perhaps").status_code == 400
    assert staff.send(_path(listing, "marks/"), title="Other").status_code == 400
    assert _deeds() == []


def test_a_listing_of_another_kind_has_a_page_too(staff: Visitor) -> None:
    row = factories.make_listing(factories.make_account().id, listing_type=ListingType.SALE)
    text = text_of(staff.open(_path(uuid_of(row["id"]))))
    assert "Kampala" in text
    assert " Owner " in text
    assert " Host " not in text
    assert "Approve" not in text


def test_markup_in_a_title_is_text_wherever_it_stands(staff: Visitor) -> None:
    markup = "<script>alert(1)</script>"
    listing = make_pending_stay(markup, description=markup, address=markup, city=markup)
    make_pending_stay()
    pages = [staff.open(QUEUE), staff.open(_path(listing))]
    pages.append(staff.open(staff.send(_path(listing, "approve/")).location))
    for page in pages:
        assert markup not in page.text
        assert markup in unescape(page.text)


def test_what_is_not_there_is_not_found(staff: Visitor) -> None:
    staff.open("/staff/")
    nothing = "/staff/listings/00000000-0000-4000-8000-000000000000/"
    assert staff.open(nothing).status_code == 404
    assert staff.send(f"{nothing}approve/").status_code == 404
    assert staff.send(f"{nothing}marks/").status_code == 404
