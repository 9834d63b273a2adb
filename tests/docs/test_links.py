"""Every link of the pages leads somewhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from config import ROOT
from tests.docs.conftest import Checkout
from tests.docs.pages import Page, all_pages

PAGES = {page.name: page for page in all_pages()}
OURS = "http://127.0.0.1:8000"


def _links() -> Iterator[tuple[Page, str]]:
    for page in PAGES.values():
        for link in page.links:
            yield page, link


FILES = [(page, link) for page, link in _links() if not urlsplit(link).scheme]
ADDRESSES = sorted({link.removeprefix(OURS) for _, link in _links() if link.startswith(OURS)})


@pytest.mark.parametrize(("page", "link"), FILES, ids=[f"{p.name} {link}" for p, link in FILES])
def test_a_link_names_a_file_and_a_heading_that_are_there(page: Page, link: str) -> None:
    name, _, anchor = link.partition("#")
    path = (page.path.parent / name).resolve() if name else page.path
    assert path.exists()
    assert path.is_relative_to(ROOT)
    if anchor:
        assert anchor in PAGES[str(path.relative_to(ROOT))].anchors


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_address_of_the_service_answers(path: str, checkout: Checkout) -> None:
    assert requests.get(checkout.address + path, timeout=60).status_code == 200


def test_other_addresses_are_encrypted() -> None:
    others = [link for _, link in _links() if link.startswith("http:")]
    assert [link for link in others if not link.startswith(OURS)] == []


def test_every_page_is_reached_from_the_index() -> None:
    index = PAGES["docs/README.md"]
    decisions = PAGES["docs/decisions/README.md"]
    linked = {
        (page.path.parent / link.partition("#")[0]).resolve()
        for page in (index, decisions)
        for link in page.links
    }
    pages = {page.path for page in PAGES.values()} - {ROOT / "README.md", index.path}
    assert pages - linked == set()


def test_pictures_do_not_ask_other_hosts_for_anything() -> None:
    for path in (ROOT / "docs").glob("*.svg"):
        named = re.findall(r"https?://[^\"'\s<]+", path.read_text())
        assert set(named) <= {"http://www.w3.org/2000/svg"}
