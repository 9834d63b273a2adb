"""What the house rules look at: the modules of this repository, and what they import."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config import ROOT


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and the name taken from it (empty when it is the module itself)."""

    module: str
    name: str = ""

    @property
    def package(self) -> str:
        return self.module.partition(".")[0]

    @property
    def is_standard(self) -> bool:
        return self.package in sys.stdlib_module_names

    def __str__(self) -> str:
        return f"{self.module}:{self.name}" if self.name else self.module


@cache
def app_modules() -> dict[str, Path]:
    """Return every module of the application, by its dotted name."""
    found = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(source: str, module: str = "app") -> Iterator[Import]:
    """Yield what a module imports, wherever in it; `from package import module` is the module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(inner) if inner in app_modules() else Import(base, alias.name)


def python_files() -> list[Path]:
    """Return every Python file that belongs to the repository."""
    folders = ("app", "migrations", "scripts", "tests")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *ROOT.glob("*.py")])
