"""What a reader's shell notices of the lines that it runs."""

from pathlib import Path

import pytest

from tests.docs import shell
from tests.docs.conftest import Checkout
from tests.docs.pages import Page, Step

pytestmark = pytest.mark.skipif(shell.is_missing(), reason="needs bash and curl")


def test_variables_live_on_and_failures_are_noticed_wherever_they_are(tmp_path: Path) -> None:
    with shell.opened(tmp_path / "home", tmp_path, {}) as reader:
        assert reader.run("WORD=sea\n").failures == []
        assert reader.run("echo $WORD\n").output == "sea\n"
        outcome = reader.run("false\ntrue | false | cat\necho on\n")
    assert outcome.output == "on\n"
    # Of a pipeline the last command is named, whichever of them failed.
    assert outcome.failures == ["FAILED false", "FAILED cat"]


def test_the_status_of_every_request_is_known(checkout: Checkout, tmp_path: Path) -> None:
    with shell.opened(tmp_path / "home", tmp_path, {}) as reader:
        code = f"X=$(curl -s {checkout.address}/healthz)\ncurl -s {checkout.address}/nowhere\n"
        assert reader.run(code).statuses == [200, 404]


def test_a_page_is_taken_apart_into_lines_and_what_they_show(tmp_path: Path) -> None:
    page = Page(tmp_path / "page.md")
    page.path.write_text(
        "# One page\n```sh\necho 1\n```\n\n```json 404\n1\n```\n"
        "```console\nsudo reboot\n```\n```json\n2\n```\n```sh\necho 3\n```\n[there](other.md#a-b)\n"
    )
    assert page.steps == [Step("echo 1\n", 2, "1\n", 404), Step("echo 3\n", 15)]
    assert page.links == ["other.md#a-b"]
    assert page.anchors == {"one-page"}
