"""Staff at the console: looks at papers, photos and proofs, approves and rejects."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.accounts import host_review_service as reviews
from app.accounts import service as accounts
from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.bookings import booking_service as bookings
from app.bookings.enums import PaymentStatus
from app.catalogue import review_service
from app.core.db import session
from tests.bookings.factories import Cast, caller
from tests.browser.conftest import fits, is_phone, sign_in
from tests.hosts import NIDA
from tests.pictures import draw, encoded
from tests.web.conftest import PASSWORD
from tests.web.staff.scenery import REASON, make_applicant, make_payment, make_pending_stay

MARKUP = "<script>alert(1)</script>"


@pytest.fixture
def console(page: Page, address: str, media_folder: Path) -> Page:
    """A browser in which a member of staff has signed in, at the start page."""
    accounts.create_account(email="amina@example.com", password=PASSWORD, is_admin=True)
    sign_in(page, "amina@example.com", at="/staff/")
    expect(page.get_by_role("heading", name="What waits for you")).to_be_visible()
    return page


def _open(page: Page, entry: str, title: str) -> None:
    """Open the page of this title by its entry, which a phone has behind a button."""
    if is_phone(page):
        page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name=entry, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def _sees(page: Page, image: str) -> bool:
    """Tell whether an image, by its text, has come."""
    found = page.get_by_role("img", name=image)
    expect(found).to_be_visible()
    found.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete", arg=found.element_handle())
    return bool(found.evaluate("image => image.naturalWidth > 0"))


def _account(account: Account) -> Account:
    session.rollback()
    session.expire_all()
    return accounts.get_account(account.id)


@pytest.mark.parametrize("width", [1280, 820, 320])
def test_a_queue_s_buttons_can_be_seen_at_every_width(console: Page, width: int) -> None:
    cast = Cast(title="A very long villa by the sea", price=Decimal("12345678.00"))
    cast.submit(cast.book())
    console.set_viewport_size({"width": width, "height": 800})
    console.goto("/staff/queues/payments/")
    assert fits(console)
    table = console.get_by_role("region", name="Bookings whose payment waits to be checked")
    assert table.evaluate("each => each.scrollWidth <= each.clientWidth")
    expect(console.get_by_role("link", name="Check A very long villa")).to_be_visible()


def test_hosts_are_approved_and_rejected(console: Page) -> None:
    first, second = make_applicant("juma", "Juma"), make_applicant("neema", "Neema", MARKUP)
    console.reload()
    expect(console.get_by_role("link", name="2 hosts to review")).to_be_visible()
    _open(console, "Hosts", "Hosts to review")
    assert fits(console)
    console.get_by_role("link", name="Review Juma Doe").click()
    expect(console.get_by_text(NIDA)).to_be_visible()
    assert _sees(console, "Identity document of Juma Doe")
    assert fits(console)
    console.get_by_role("button", name="Approve this host").click()
    expect(console.get_by_role("status")).to_contain_text("Juma Doe is approved as a host")
    assert _account(first).verification_stage is VerificationStage.APPROVED

    # The next one stands there already, and markup in a name is text.
    expect(console.get_by_role("heading", name=f"Neema {MARKUP}")).to_be_visible()
    assert fits(console)
    console.get_by_role("button", name="Reject this host").click()
    reason = console.get_by_label("Reason")
    assert reason.evaluate("field => field.validity.valueMissing")
    reason.fill(REASON)
    console.get_by_role("button", name="Reject this host").click()
    expect(console.get_by_role("status")).to_contain_text("The queue is empty now.")
    expect(console.get_by_text("Nobody waits for a review.")).to_be_visible()
    assert _account(second).verification_stage is VerificationStage.REJECTED


def test_listings_are_approved_rejected_and_marked(console: Page) -> None:
    first, second = make_pending_stay("Villa by the sea", photos=3), make_pending_stay(MARKUP)
    _open(console, "Listings", "Listings to review")
    assert fits(console)
    console.get_by_role("link", name="Review Villa by the sea").click()
    expect(console.get_by_role("img", name="Front view")).to_have_count(3)
    assert console.get_by_role("img").first.evaluate("image => image.naturalWidth > 0")
    assert fits(console)
    console.get_by_label("Verified").check()
    console.get_by_role("button", name="Save the marks").click()
    expect(console.get_by_role("status")).to_contain_text("The marks of")
    expect(console.get_by_label("Verified")).to_be_checked()
    console.get_by_role("button", name="Approve this listing").click()
    expect(console.get_by_role("status")).to_contain_text("“Villa by the sea” is approved")

    expect(console.get_by_role("heading", name=MARKUP)).to_be_visible()
    console.get_by_label("Reason").fill(REASON)
    console.get_by_role("button", name="Reject this listing").click()
    expect(console.get_by_text("No listing waits for a review.")).to_be_visible()
    session.rollback()
    approved, rejected = review_service.get_listing(first), review_service.get_listing(second)
    assert (approved["review_status"], approved["is_verified"]) == ("accepted", True)
    assert (rejected["review_status"], rejected["rejection_reason"]) == ("rejected", REASON)


def test_payments_are_confirmed_rejected_and_refunded(console: Page) -> None:
    cast = Cast(title="Beach house", price=Decimal("120.00"))
    make_payment(cast, proof=encoded(draw(300, 500)))
    other = Cast(title="Town flat")
    make_payment(other)
    _open(console, "Payments", "Payments to check")
    assert fits(console)
    console.get_by_role("link", name="Check Beach house").click()
    assert _sees(console, "Payment proof")
    assert fits(console)
    console.get_by_role("button", name="Confirm the payment").click()
    expect(console.get_by_role("status")).to_contain_text("“Beach house” is confirmed")

    # The next one's proof is a PDF, which stands in a frame.
    expect(console.get_by_role("heading", name="Town flat")).to_be_visible()
    expect(console.get_by_title("Payment proof, a PDF")).to_be_visible()
    # Until it has come, the browser's viewer may take what is clicked.
    console.wait_for_load_state("networkidle")
    assert fits(console)
    console.get_by_label("Reason").fill(REASON)
    console.get_by_role("button", name="Reject the payment").click()
    expect(console.get_by_text("No payment waits to be checked.")).to_be_visible()


def test_refunds_are_written_down(console: Page) -> None:
    cast = Cast(title="Beach house")
    booking = make_payment(cast, proof=encoded(draw(300, 500)))
    cast.confirm(booking)
    cast.cancel(booking)
    _open(console, "Refunds", "Refunds that are due")
    assert fits(console)
    console.get_by_role("link", name="Open Beach house").click()
    console.get_by_role("button", name="Mark as refunded").click()
    expect(console.get_by_role("status")).to_contain_text("The refund of “Beach house” is recorded")
    session.rollback()
    now = bookings.get_booking(caller(cast.guest), booking)
    assert now["payment_status"] is PaymentStatus.REFUNDED


def test_a_colleague_who_was_faster_is_told_of(console: Page) -> None:
    account = make_applicant()
    console.goto(f"/staff/hosts/{account.uuid}/")
    reviews.approve_host(None, account.uuid)
    console.get_by_role("button", name="Approve this host").click()
    expect(console.get_by_role("alert")).to_contain_text("this one is approved.")
    expect(console.get_by_role("button", name="Approve this host")).to_have_count(0)
    assert fits(console)


def test_the_keyboard_is_enough(console: Page) -> None:
    make_applicant()
    console.goto("/staff/queues/hosts/")
    console.keyboard.press("Tab")
    expect(console.get_by_text("Skip to the content")).to_be_focused()
    console.keyboard.press("Enter")
    console.keyboard.press("Tab")
    # The table itself, which the arrow keys scroll where it is too wide.
    expect(console.get_by_role("region", name="Host profiles")).to_be_focused()
    console.keyboard.press("Tab")
    expect(console.get_by_role("link", name="Review Juma Doe")).to_be_focused()
    console.keyboard.press("Enter")
    console.get_by_label("Reason").focus()
    console.keyboard.type(REASON)
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(console.get_by_role("status")).to_contain_text("is rejected")


def test_the_plots_have_words_and_a_table(console: Page) -> None:
    make_payment()
    console.reload()
    plot = console.get_by_role("img", name="New bookings, by day")
    expect(plot).to_be_visible()
    expect(plot.locator("rect")).to_have_count(1)
    assert fits(console)
    console.get_by_text("The same as a table").click()
    expect(console.get_by_role("columnheader", name="New bookings")).to_be_visible()
    assert fits(console)
