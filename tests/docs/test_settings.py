"""The table of settings is the one of `config.py`."""

import re
from dataclasses import Field
from pathlib import Path
from typing import Any

from config import ROOT, setting_fields
from tests.docs.pages import page

ROW = re.compile(r"^\| (`[A-Z_]+`) \| (.*) \| (.+) \|$", re.MULTILINE)


def _default(field: Field[Any]) -> str:
    if field.name == "instance_path":
        return f"`{Path(field.default).relative_to(ROOT)}`"
    return f"`{field.default}`" if field.default != "" else ""


def test_every_setting_stands_in_the_table_as_it_is() -> None:
    rows = [
        tuple(cell.strip() for cell in match.groups())
        for match in ROW.finditer(page("docs/settings.md").text)
    ]
    assert rows == [
        (f"`{name}`", _default(field), field.metadata["meaning"])
        for name, field in setting_fields()
    ]


def test_the_front_page_names_settings_that_are_there() -> None:
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|", page("README.md").text, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[A-Z_]+", row)}
    assert len(named) > 5
    assert named <= {name for name, _field in setting_fields()}
