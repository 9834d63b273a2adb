"""The pages of the documentation, as far as they can be checked: their code, their links.

A block of code is fenced by its language. `sh` is pasted by readers, and run by the tests; what a
`json` block shows right after it is what comes back, with the status of a refusal behind the word
(`json 404`). `console` is for other machines, and is never run.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from config import ROOT

_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)|<(?P<address>https?://[^>\s]+)>")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what stands behind it, its code, and its line in the page."""

    language: str
    detail: str
    code: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """Lines of a shell, and what they print: None where the page does not show it."""

    code: str
    line: int
    shown: str | None = None
    status: int | None = None


@dataclass(frozen=True)
class Page:
    """A page of Markdown."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def blocks(self) -> list[Block]:
        found = []
        for match in _BLOCK.finditer(self.text):
            language, _, detail = match["info"].partition(" ")
            line = self.text.count("\n", 0, match.start()) + 1
            found.append(Block(language, detail, match["code"], line))
        return found

    @property
    def steps(self) -> list[Step]:
        """What is run, in order; a `json` block belongs to the `sh` block before it."""
        steps: list[Step] = []
        previous = None
        for block in self.blocks:
            if block.language == "sh":
                steps.append(Step(block.code, block.line))
            elif block.language == "json" and previous == "sh":
                status = int(block.detail) if block.detail else None
                steps[-1] = Step(steps[-1].code, steps[-1].line, block.code, status)
            previous = block.language
        return steps

    @property
    def links(self) -> list[str]:
        """Where its links lead, those in code left out."""
        prose = re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", self.text))
        return [match["target"] or match["address"] for match in _LINK.finditer(prose)]

    @property
    def anchors(self) -> set[str]:
        """The names that its headings can be linked by."""
        headings = _HEADING.findall(_BLOCK.sub("", self.text))
        return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def all_pages() -> list[Page]:
    """Return every page of the repository."""
    return [Page(path) for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])]


def page(name: str) -> Page:
    """Return the page of this path."""
    return Page(ROOT / name)
