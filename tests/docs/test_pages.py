"""Every request and command that the pages print, run as it is printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.docs import shell
from tests.docs.agreement import difference
from tests.docs.conftest import Checkout
from tests.docs.pages import Page, all_pages

HOST = "http://127.0.0.1:8000"
PAGES = {page.name: page for page in all_pages()}
RUN = [name for name, page in PAGES.items() if page.steps]
LANGUAGES = {"", "console", "json", "sh"}

needs_shell = pytest.mark.skipif(shell.is_missing(), reason="needs bash and curl")


@pytest.fixture(scope="module")
def put_in(checkout: Checkout) -> dict[str, str]:
    """What a reader puts in: the host, and the demo's id and keys."""
    demo = checkout.demo()
    return {
        HOST: checkout.address,
        "USER_ID=1\n": f"USER_ID={demo.user_id}\n",
        "KEY=R_…": f"KEY={demo.reads}",
        "KEY=RW_…": f"KEY={demo.writes}",
    }


@needs_shell
@pytest.mark.parametrize("name", RUN)
def test_what_a_page_prints_works(
    name: str, checkout: Checkout, put_in: dict[str, str], tmp_path: Path
) -> None:
    with shell.opened(tmp_path / "home", checkout.folder, checkout.environment) as reader:
        for step in PAGES[name].steps:
            outcome = reader.run(_filled_in(step.code, put_in))
            where = f"{name}, line {step.line}:\n{outcome.complaints}\n{outcome.output[-2000:]}"
            refusals = [status for status in outcome.statuses if status >= 400]
            assert refusals == ([] if step.status is None else [step.status]), where
            assert outcome.failures == [], where
            if step.shown is not None:
                shown = json.loads(_filled_in(step.shown, put_in))
                assert difference(shown, _last_answer(outcome.output)) is None, (
                    f"{difference(shown, _last_answer(outcome.output))}\n{where}"
                )


def _filled_in(text: str, put_in: dict[str, str]) -> str:
    for word, value in put_in.items():
        text = text.replace(word, value)
    return text


def _last_answer(output: str) -> Any:
    """Return the last of the JSON texts that a block printed: on a line, one behind the other."""
    rest, found = output.strip().rpartition("\n")[2], None
    assert rest, "it printed nothing"
    while rest:
        found, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].lstrip()
    return found


def test_pages_are_run() -> None:
    assert "README.md" in RUN
    assert len(RUN) > 5


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_every_block_says_what_it_is(page: Page) -> None:
    assert {block.language for block in page.blocks} <= LANGUAGES
    fences = page.text.count("\n```") + page.text.startswith("```")
    assert fences == 2 * len(page.blocks), "a block that does not end"
    for block in page.blocks:
        if block.language == "json":
            json.loads(block.code)
        assert not block.detail or block.language == "json"
