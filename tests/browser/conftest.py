"""A real Chromium, and the application on a port of its own."""

import os
from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.web.conftest import PASSWORD

# A page takes its time where every core is taken.
expect.set_options(timeout=20_000)

# What Chromium writes when an answer is a refusal, as some are meant to be.
_REFUSALS = ("status of 400", "status of 401", "status of 403", "status of 404", "status of 409")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser; root has no sandbox to offer it."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["TEST_BROWSER"], args=arguments
        )
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address that the application answers at."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[(1280, 800), (390, 844)], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """A page that has to stay free of complaints: scripts that fail, policies that are broken."""
    width, height = request.param
    context = chromium.new_context(
        base_url=address, viewport={"width": width, "height": height}, locale="en-GB"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            each in message.text for each in _REFUSALS
        ):
            complaints.append(message.text)

    opened = context.new_page()
    opened.on("console", note)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def sign_in(page: Page, email: str, at: str = "/users/sign-in/") -> None:
    """Sign somebody in whose password is that of all tests, at the page that they want."""
    page.goto(at)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def is_phone(page: Page) -> bool:
    """Tell whether the page is as narrow as a phone's."""
    return page.viewport_size is not None and page.viewport_size["width"] < 640


def expect_page(page: Page, title: str) -> None:
    """Wait for the page of this heading, and expect that nothing sticks out at its side.

    A click returns before the page that it leads to is there: without the heading, the page that is
    being left would be measured, or none.
    """
    expect(page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible()
    assert fits(page)


def fits(page: Page) -> bool:
    """Tell whether nothing sticks out at the side of the page that is there."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
