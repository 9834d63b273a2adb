"""Rules of this house that no linter knows."""

import ast
import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from config import ROOT
from tests.house.source import app_modules, imports_of, python_files

SOURCES = {str(path.relative_to(ROOT)): path.read_text() for path in python_files()}
PRODUCT = {
    name: source
    for name, source in SOURCES.items()
    if name.startswith("app/") or name in ("config.py", "gunicorn.conf.py", "manage.py", "wsgi.py")
}
IGNORED_FOLDERS = {
    ".cache",
    ".git",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "instance",
    "node_modules",
}
# Written in halves, so that this file does not hold what it looks for.
STRAY_WORDS = ["/wo" + "rk/", "../sha" + "red"]


def _tracked_files() -> list[Path]:
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not IGNORED_FOLDERS & set(path.relative_to(ROOT).parts)
    ]


# ── one place for each thing ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PRODUCT)
def test_only_the_database_kit_commits(name: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(PRODUCT[name]))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert calls == [] or name == "app/core/db.py", f"{name} commits in lines {calls}"


@pytest.mark.parametrize("name", PRODUCT)
def test_only_the_demo_stops_the_clock_and_keeps_work_to_itself(name: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(ast.parse(PRODUCT[name]))
        if isinstance(node, ast.Attribute) and node.attr in ("stopped_at", "collecting")
    ]
    assert calls == [] or name.startswith("app/demo/"), f"{name} does so in lines {calls}"


@pytest.mark.parametrize("name", PRODUCT)
def test_only_the_settings_read_the_environment(name: str) -> None:
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(PRODUCT[name]))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ("environ", "getenv")
            # A request's environ is WSGI's, another thing.
            and ast.unparse(node.value) != "request"
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and {alias.name for alias in node.names} & {"environ", "getenv"}
        )
    ]
    assert reads == [] or name == "config.py", f"{name} reads the environment in lines {reads}"


def test_migrations_are_numbered_in_sequence_and_import_nothing_of_ours() -> None:
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [path.name.partition("_")[0] for path in versions]
    assert numbers == [f"{number:04}" for number in range(1, len(versions) + 1)]
    for path in versions:
        names = {what.package for what in imports_of(path.read_text())}
        assert not names & {"app", "config", "tests"}, f"{path.name} imports {names}"


def test_no_file_names_a_place_of_one_machine() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in _tracked_files()
        for word in STRAY_WORDS
        if word.encode() in path.read_bytes()
    }
    assert found == set()


# ── dependencies ────────────────────────────────────────────────────────────────────────────


def test_what_the_product_imports_is_what_is_pinned() -> None:
    text = (ROOT / "requirements.in").read_text()
    pinned = {
        name.lower().replace("_", "-")
        for name in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==", text, re.MULTILINE)
    }
    distributions = packages_distributions()
    imported = {
        distributions[what.package][0].lower().replace("_", "-")
        for name, source in {**PRODUCT, **_migrations()}.items()
        for what in imports_of(source, name)
        if not what.is_standard and what.package not in ("app", "config")
    }
    assert imported - pinned == set(), "imported, but only there by way of something else"
    # It is data.
    assert pinned - imported == {"tzdata"}, "pinned, but nothing imports it"


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-browser.txt"]
)
def test_pins_have_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert not re.search(r"^--", text, re.MULTILINE)
    pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*", text, re.MULTILINE)
    assert len(pins) > 1
    assert all(pin.endswith("\\") for pin in pins), "a pin without its hashes"


def test_both_lock_files_agree() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        pattern = r"^([a-z0-9][\w.-]*)==([\w.]+)"
        for package, version in re.findall(pattern, (ROOT / name).read_text(), re.MULTILINE):
            found.setdefault(package, set()).add(version)
        return found

    product, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert product.keys() & development.keys()
    for package in product.keys() & development.keys():
        assert development[package] <= product[package], package


def _migrations() -> dict[str, str]:
    return {name: text for name, text in SOURCES.items() if name.startswith("migrations/")}


# ── tests ───────────────────────────────────────────────────────────────────────────────────


def _tests_in(source: str) -> list[str]:
    """Return the names of the tests that a module defines, in order, repeats included."""
    tree = ast.parse(source)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    groups = [("", tree.body), *((f"{each.name}.", each.body) for each in classes)]
    names = [
        f"{prefix}{node.name}"
        for prefix, body in groups
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")
    ]
    # Schemathesis and Hypothesis make classes of tests by assignment.
    names += [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith("Test")
    ]
    return names


TEST_FILES = {name: text for name, text in SOURCES.items() if name.startswith("tests/")}


@pytest.mark.parametrize("name", TEST_FILES)
def test_every_test_is_collected(name: str) -> None:
    found = _tests_in(TEST_FILES[name])
    path = Path(name)
    is_test_file = path.name.startswith("test_")
    assert bool(found) == is_test_file, (
        f"{name} is a test module without tests"
        if is_test_file
        else f"pytest does not look into {name} for {found}"
    )
    assert len(found) == len(set(found)), f"{name}: of two tests of one name only one runs"
    hidden = [each for each in found if "." in each and not each.startswith("Test")]
    assert hidden == [], f"{name}: pytest takes only classes named Test…"
    assert (ROOT / path.parent / "__init__.py").exists(), f"{path.parent} is no package"


def test_the_folders_of_tests_are_those_of_the_code() -> None:
    code = {module.split(".")[1] for module in app_modules() if "." in module}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert folders - IGNORED_FOLDERS - code == {"browser", "docs", "house", "scripts", "walks"}


# ── scripts ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["scripts/run", "scripts/test", ".ci/run"])
def test_what_people_run_can_be_run(name: str) -> None:
    path = ROOT / name
    assert path.stat().st_mode & 0o111 == 0o111
    assert path.read_text().startswith("#!/")
