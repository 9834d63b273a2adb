"""The frequent questions that ship with the product, read from the JSON file beside this module."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


def list_questions() -> list[dict[str, Any]]:
    """Return the questions in order: `key`, `category`, `question`, `answer`."""
    rows: list[dict[str, Any]] = json.loads((DATA / "faq.json").read_text(encoding="utf-8"))
    return rows
