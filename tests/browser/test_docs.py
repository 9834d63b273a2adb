"""The documentation in a browser: choose an API, authorise, try a call and see its answer."""

import pytest
from playwright.sync_api import Locator, Page, expect

from app.accounts import service as accounts
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from tests.browser.conftest import fits
from tests.factories import make_listing
from tests.web.conftest import PASSWORD


@pytest.fixture
def owner_id(address: str) -> int:
    return accounts.create_account(email="owner@example.com", password=PASSWORD).id


def _authorize(page: Page, credential: str) -> None:
    page.get_by_role("button", name="Authorize", exact=True).click()
    dialog = page.locator(".modal-ux")
    dialog.locator("#auth-bearer-value").fill(credential)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close").click()


def _open(page: Page, topic: str, name: str) -> Locator:
    """Open an operation below its topic."""
    page.locator(f'[data-tag="{topic}"]').click()
    operation = page.locator(f"#operations-{topic.replace(' ', '_')}-{name}")
    operation.locator(".opblock-summary-control").click()
    return operation


def _execute(operation: Locator) -> Locator:
    operation.get_by_role("button", name="Execute").click()
    return operation.locator(".live-responses-table")


def test_a_call_of_the_tenant_api_with_a_key(page: Page, owner_id: int) -> None:
    owner = accounts.get_account(owner_id)
    key = apikeys.issue_key(owner, scope=Scope.READ, name="Docs").key
    title = make_listing(owner_id)["title"]

    page.goto("/docs")
    page.get_by_role("link", name="Tenant API").click()
    expect(page.get_by_role("heading", name="Nafasi: Tenant API")).to_be_visible()
    operation = _open(page, "Tenant listings", "list_properties")
    # What must be there is filled in with its example, and what may be is not.
    user_id = operation.get_by_placeholder("user_id")
    expect(user_id).to_have_value("12345")
    expect(operation.get_by_placeholder("search")).to_have_value("")

    user_id.fill(str(owner_id))
    refusal = _execute(operation)
    expect(refusal).to_contain_text("401")
    expect(refusal).to_contain_text("Authentication credentials were not provided.")
    _authorize(page, key)
    answer = _execute(operation)
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text(title)
    expect(answer).to_contain_text("x-ratelimit-remaining")
    assert fits(page)


def test_a_call_of_the_marketplace_api_with_a_token(page: Page, owner_id: int) -> None:
    page.goto("/docs/marketplace")
    operation = _open(page, "Authentication", "log_in")
    body = operation.get_by_role("textbox")
    expect(body).to_have_value(
        '{\n  "email": "john@example.com",\n  "password": "SecurePass@123"\n}'
    )
    body.fill(f'{{"email": "owner@example.com", "password": "{PASSWORD}"}}')
    answer = _execute(operation)
    expect(answer).to_contain_text("Login successful.")
    token = answer.locator(".highlight-code").first.inner_text().split('"access": "')[1]

    _authorize(page, token.split('"')[0])
    answer = _execute(_open(page, "Profile", "get_own_account"))
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text("owner@example.com")
    assert fits(page)
