"""Listings and bookings of everybody in the console."""

import pytest

from app.bookings.enums import BookingStatus
from app.catalogue.enums import PublishStatus, ReviewStatus
from tests import factories
from tests.bookings.factories import Cast
from tests.reviews.stays import REFUND_DUE, make_booking, make_guest, uuid_of
from tests.web.browser import Visitor, text_of

LISTINGS, BOOKINGS = "/staff/listings/", "/staff/bookings/"


@pytest.fixture
def owner() -> factories.Tenant:
    return factories.make_tenant("owner")


def test_listings_of_every_type_and_status_are_listed(
    staff: Visitor, owner: factories.Tenant
) -> None:
    stay = factories.make_stay(
        owner.id, review_status=ReviewStatus.PENDING, publish_status=PublishStatus.DRAFT
    )
    sale = uuid_of(factories.make_listing(owner.id, title="A <b>bungalow</b>")["id"])
    page = staff.open(LISTINGS)
    assert f'href="/staff/listings/{uuid_of(stay)}/"' in page.text
    assert f'<a href="/staff/listings/{sale}/">A &lt;b&gt;bungalow&lt;/b&gt;</a>' in page.text
    words = text_of(page)
    assert "Pending review" in words
    assert "UGX 850,000,000.00" in words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?listing_type=stay", ["Beach house"]),
        ("?status=active", ["Beach house"]),
        ("?status=pending_review", []),
        ("?search=kololo", ["3 bedroom Bungalow in Kololo"]),
        ("?city=diani", ["Beach house"]),
        ("?is_verified=true", []),
        ("?host=other", []),
        ("?host=owner@example.com", ["3 bedroom Bungalow in Kololo", "Beach house"]),
    ],
)
def test_listings_are_found(
    staff: Visitor, owner: factories.Tenant, query: str, found: list[str]
) -> None:
    factories.make_account("other")
    factories.make_stay(owner.id)
    factories.make_listing(owner.id)
    words = text_of(staff.open(f"{LISTINGS}{query}"))
    titles = ("3 bedroom Bungalow in Kololo", "Beach house")
    assert [title for title in titles if title in words] == found


def test_a_link_by_id_shows_the_owners_address_in_the_field(
    staff: Visitor, owner: factories.Tenant
) -> None:
    page = staff.open(f"{LISTINGS}?host={owner.account.uuid}")
    assert 'name="host" type="text" value="owner@example.com"' in page.text


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("", True),
        ("?status=cancelled&payment_status=refund_due", True),
        ("?payment_status=refunded", False),
        ("?from=2026-09-04&to=2026-09-30", True),
        ("?from=2026-09-05", False),
        ("?host=owner", True),
        ("?guest=owner", False),
    ],
)
def test_bookings_are_found(
    staff: Visitor, owner: factories.Tenant, query: str, is_found: bool
) -> None:
    booking = make_booking(factories.make_stay(owner.id), make_guest().id, **REFUND_DUE)
    page = staff.open(f"{BOOKINGS}{query}")
    assert (f'href="/staff/bookings/{booking.uuid}/"' in page.text) is is_found


def test_bookings_of_one_listing_are_found(staff: Visitor) -> None:
    cast = Cast()
    booking, other = cast.book(), Cast().book()
    page = staff.open(f"{BOOKINGS}?listing_id={uuid_of(cast.listing_id)}")
    assert str(booking) in page.text
    assert str(other) not in page.text
    assert str(BookingStatus.CONFIRMED).capitalize() in text_of(page)
