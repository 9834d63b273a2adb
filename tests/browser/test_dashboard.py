"""An owner at the dashboard: makes a key, uses it, restricts it, revokes it."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from app.accounts import service as accounts
from app.accounts.models import Account
from tests.browser.conftest import expect_page, fits, sign_in
from tests.factories import bearer
from tests.web.conftest import PASSWORD


@pytest.fixture
def owner(address: str) -> Account:
    return accounts.create_account(email="owner@example.com", password=PASSWORD)


def test_a_key_from_the_first_click_to_the_last(page: Page, address: str, owner: Account) -> None:
    sign_in(page, owner.email)
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()
    expect(page.get_by_text("No keys yet.")).to_be_visible()

    page.get_by_label("Name").fill("My <b>website</b>")
    page.get_by_role("button", name="Generate key").click()
    key = page.get_by_label("Key", exact=True).input_value()
    assert re.fullmatch(r"R_[\w-]{32,}", key)
    assert page.get_by_label("user_id").input_value() == str(owner.id)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert fits(page)
    page.set_viewport_size({"width": 320, "height": 600})
    assert fits(page)

    feed = f"{address}/v1/{owner.id}/properties/"
    assert requests.get(feed, headers=bearer(key), timeout=10).status_code == 200

    page.get_by_role("link", name="Change").click()
    page.get_by_label("Allowed sites").fill("www.example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("www.example.com", exact=True)).to_be_visible()
    assert requests.get(feed, headers=bearer(key), timeout=10).status_code == 403
    at_home = {**bearer(key), "Origin": "https://www.example.com"}
    assert requests.get(feed, headers=at_home, timeout=10).status_code == 200

    page.get_by_role("link", name="Change").click()
    expect_page(page, "My <b>website</b>")
    page.get_by_role("button", name="Revoke this key").click()
    expect(page.get_by_text("No keys yet.")).to_be_visible()
    assert requests.get(feed, headers=at_home, timeout=10).status_code == 401


def test_the_keyboard_is_enough(page: Page, owner: Account) -> None:
    page.goto("/users/sign-in/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(owner.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="API keys")).to_be_visible()
    page.get_by_label("Name").focus()
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Copy “By hand” now.")).to_be_visible()


def test_where_the_keyboard_is_can_be_seen(page: Page, owner: Account) -> None:
    page.goto("/users/sign-in/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    ring = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert ring == "rgb(11, 93, 87) solid 3px"


def test_what_is_wrong_stands_beside_the_field(page: Page, owner: Account) -> None:
    sign_in(page, owner.email)
    page.get_by_label("Name").fill("My website")
    page.get_by_label("Allowed sites").fill("no host at all")
    page.get_by_role("button", name="Generate key").click()
    field = page.get_by_label("Allowed sites")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("no host at all")
    expect(page.get_by_text("is not a host name.")).to_be_visible()


def test_signing_out_leaves_nothing_behind(page: Page, owner: Account) -> None:
    sign_in(page, owner.email)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/users/sign-in/")
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
