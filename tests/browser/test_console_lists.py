"""Staff at the console: finds things, makes a key, edits what people choose from."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from app.accounts import service as accounts
from app.accounts.models import Account
from app.core.db import transaction
from tests import factories
from tests.browser.conftest import expect_page, fits, is_phone, sign_in
from tests.reviews.stays import review, uuid_of
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("shipped_again")


@pytest.fixture
def amina(address: str) -> Account:
    """Somebody who works here."""
    return accounts.create_account(
        email="amina@example.com", username="amina", password=PASSWORD, is_admin=True
    )


@pytest.fixture
def agency(address: str) -> Account:
    """An agency with a name that is longer than most."""
    account = factories.make_account("agency")
    with transaction():
        account.first_name, account.last_name = "Kilimanjaro Homes", "and Holiday Lettings"
    return account


@pytest.fixture
def console(page: Page, amina: Account) -> Page:
    """The console, opened by Amina."""
    sign_in(page, amina.email)
    page.get_by_role("link", name="Staff console").click()
    return page


def _go(page: Page, section: str, entry: str) -> None:
    """Follow an entry of the console, which stands behind a button on a phone."""
    if is_phone(page):
        page.get_by_text("Menu", exact=True).click()
    nav = page.get_by_role("navigation").filter(has=page.get_by_role("heading", name=section))
    nav.locator("visible=true").get_by_role("link", name=entry, exact=True).last.click()
    expect_page(page, entry)


def test_a_key_that_writes_from_the_user_to_its_end(
    console: Page, address: str, agency: Account
) -> None:
    _go(console, "Everything", "Users")
    console.get_by_label("Name or e-mail address").fill("kilimanjaro")
    console.get_by_role("button", name="Search").click()
    console.get_by_role("link", name="Kilimanjaro Homes and Holiday Lettings").click()
    expect_page(console, "Kilimanjaro Homes and Holiday Lettings")
    console.get_by_role("link", name="Make an API key for this user").click()
    expect(console.get_by_label("Owner")).to_have_value(agency.email)
    console.get_by_label("Access").select_option("Read + write")
    console.get_by_label("Name").fill("Import <b>at night</b>")
    console.get_by_role("button", name="Make the key").click()
    expect(console.get_by_text("It will not be shown again.")).to_be_visible()
    key = console.get_by_label("Key", exact=True).input_value()
    assert re.fullmatch(r"RW_[\w-]{32,}", key)
    assert console.get_by_label("user_id").input_value() == str(agency.id)
    console.get_by_role("button", name="Copy").last.click()
    expect(console.get_by_role("button", name="Copied")).to_be_visible()
    copied = console.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f'/v1/{agency.id}/properties/" -H "Authorization: Bearer {key}"')
    assert fits(console)

    feed = f"{address}/v1/{agency.id}/properties/"
    headers = factories.bearer(key)
    made = requests.post(feed, json=factories.listing_body(), headers=headers, timeout=10)
    assert made.status_code == 201

    _go(console, "Access", "API keys")
    expect(console.get_by_role("rowheader", name="Import <b>at night</b>")).to_be_visible()
    console.locator("summary", has_text="Revoke").click()
    console.get_by_role("button", name="Revoke for good").click()
    expect(console.get_by_text("There are no keys yet.")).to_be_visible()
    assert requests.get(feed, headers=headers, timeout=10).status_code == 401

    _go(console, "Access", "Audit log")
    expect(console.get_by_text("api_key.revoked")).to_be_visible()
    assert fits(console)


def test_a_user_is_disabled_and_enabled(console: Page, agency: Account) -> None:
    _go(console, "Everything", "Users")
    console.get_by_role("link", name="Kilimanjaro Homes and Holiday Lettings").click()
    console.get_by_label("Subscription tier").select_option("Pro")
    console.get_by_role("button", name="Save the tier").click()
    expect(console.get_by_role("status")).to_contain_text("is saved")
    console.get_by_role("button", name="Disable this account").click()
    expect(console.get_by_role("status")).to_contain_text("is disabled")
    _go(console, "Everything", "Users")
    console.get_by_label("State").select_option("Disabled")
    console.get_by_role("button", name="Search").click()
    expect(console.get_by_text("1–1 of 1")).to_be_visible()
    console.get_by_role("link", name="Kilimanjaro Homes and Holiday Lettings").click()
    console.get_by_role("button", name="Enable this account").click()
    expect(console.get_by_role("button", name="Disable this account")).to_be_visible()


def test_a_category_is_added_changed_and_hidden(console: Page) -> None:
    _go(console, "Content", "Categories")
    console.get_by_role("link", name="Add a category").click()
    expect_page(console, "Add a category")
    console.get_by_label("Name").fill("Cave")
    console.get_by_label("Slug").fill("Not a slug")
    console.get_by_label("Stands below").select_option("Villa")
    console.get_by_role("button", name="Add").click()
    expect(console.get_by_label("Slug")).to_have_attribute("aria-invalid", "true")
    expect(console.get_by_label("Stands below")).to_have_value("villa")
    console.get_by_label("Slug").fill("")
    console.get_by_role("button", name="Add").click()
    expect(console.get_by_role("status")).to_have_text("“Cave” is added.")
    console.get_by_role("link", name="Change Cave").click()
    expect_page(console, "Cave")
    console.get_by_label("Name").fill("Cave by the sea")
    console.get_by_role("button", name="Save").click()
    console.get_by_role("link", name="Change Cave by the sea").click()
    expect_page(console, "Cave by the sea")
    console.get_by_role("button", name="Deactivate").click()
    row = console.get_by_role("row").filter(has_text="Cave by the sea")
    expect(row.get_by_text("Inactive")).to_be_visible()
    assert fits(console)


def test_an_extra_and_a_question_are_added(console: Page) -> None:
    _go(console, "Content", "Extras")
    console.get_by_role("link", name="Add an extra").click()
    console.get_by_label("Name").fill("Drum")
    console.get_by_label("Price").fill("12.50")
    console.get_by_role("button", name="Add").click()
    expect(console.get_by_role("rowheader", name="Drum")).to_be_visible()
    _go(console, "Content", "Questions")
    console.get_by_role("link", name="Add a question").click()
    console.get_by_label("Question").fill("May I bring a drum?")
    console.get_by_label("Answer").fill("Ask your host.")
    console.get_by_label("Category").fill("Booking")
    console.get_by_role("button", name="Add").click()
    console.get_by_role("link", name="Change May I bring a drum?").click()
    expect_page(console, "May I bring a drum?")
    console.get_by_role("button", name="Delete this question").click()
    expect(console.get_by_text("There are no questions yet.")).to_be_visible()


def test_a_review_is_hidden_by_keyboard_and_shown_again(console: Page) -> None:
    stay = factories.make_stay(factories.make_account().id, title="Quiet house")
    review(stay, 1, comment="<img src=x onerror=alert(1)> " + "loud " * 60)
    _go(console, "Everything", "Reviews")
    link = console.get_by_role("link", name="Quiet house")
    link.focus()
    console.keyboard.press("Enter")
    expect_page(console, "Review of Quiet house")
    expect(console.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    console.get_by_label("Reason").focus()
    console.keyboard.type("It names a neighbour.")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(console.get_by_role("status")).to_contain_text("The review is hidden")
    shown = console.request.get(f"/api/reviews/listings/{uuid_of(stay)}/").json()
    assert shown["data"]["count"] == 0
    console.get_by_role("button", name="Publish this review again").click()
    expect(console.get_by_role("status")).to_contain_text("published again")


@pytest.mark.parametrize(
    ("section", "entry"),
    [
        ("Everything", "All listings"),
        ("Everything", "All bookings"),
        ("Everything", "Feedback"),
        ("Content", "Amenities"),
        ("Content", "Reference data"),
    ],
)
def test_the_other_lists_fit_as_well(console: Page, section: str, entry: str) -> None:
    owner = factories.make_account("somebody-with-quite-a-long-address-at-their-office")
    factories.make_stay(owner.id, title="A-title-without-any-blank-" * 6)
    _go(console, section, entry)
