"""Setting up: a virtual environment once, the pins once, and a sentence when it cannot be done."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from config import ROOT

SCRIPTS = ROOT / "scripts"


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, at work in a folder of its own and without any package registry."""
    spec = importlib.util.spec_from_file_location("_setup", SCRIPTS / "_setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return module


def _wheel(folder: Path, version: str) -> str:
    """Make the wheel of a tiny package; return its line for a requirements file."""
    folder.mkdir(exist_ok=True)
    path = folder / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"tiny=={version} --hash=sha256:{digest}\n"


def _installed(python: Path) -> str:
    code = "import tiny; print(tiny.version)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()


def test_pins_are_installed_once_and_again_when_they_change(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(_wheel(tmp_path / "wheels", "1.0"))

    python = setup.ensure_installed("requirements.txt")
    assert _installed(python) == "1.0"
    said = capsys.readouterr().out
    assert "Making a virtual environment in .venv … " in said
    assert "Installing 1 packages of requirements.txt … " in said

    setup.ensure_installed("requirements.txt")
    assert capsys.readouterr().out == ""

    requirements.write_text(_wheel(tmp_path / "wheels", "1.1"))
    setup.ensure_installed("requirements.txt")
    assert _installed(python) == "1.1"
    assert "virtual environment" not in capsys.readouterr().out

    # A package whose bytes are others than those that were pinned.
    with zipfile.ZipFile(tmp_path / "wheels" / "tiny-1.1-py3-none-any.whl", "a") as wheel:
        wheel.writestr("evil.py", "")
    requirements.write_text(f"# changed\n{requirements.read_text()}")
    subprocess.run([python, "-m", "pip", "uninstall", "-qy", "tiny"], check=True)
    with pytest.raises(setup.Failed, match="pip could not install the packages: ERROR: "):
        setup.ensure_installed("requirements.txt")
    assert _installed(python) == ""

    # Python went away from under the environment.
    python.unlink()
    requirements.write_text(_wheel(tmp_path / "wheels", "1.0"))
    assert _installed(setup.ensure_installed("requirements.txt")) == "1.0"


def test_no_network_is_a_sentence(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
    monkeypatch.setattr(sys, "executable", getattr(sys, "_base_executable", sys.executable))
    (tmp_path / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(setup.Failed) as caught:
        setup.ensure_installed("requirements.txt")
    assert str(caught.value).startswith("The package registry was not reached: is there a network")
    assert (tmp_path / ".cache" / "pip.log").exists()


def test_an_environment_that_is_linked_to_is_not_cleared(setup: ModuleType, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "kept").touch()
    (tmp_path / ".venv").symlink_to(shared)
    with pytest.raises(setup.Failed, match=r"\.venv is a link to .*shared"):
        setup.ensure_installed("requirements.txt")
    assert (shared / "kept").exists()


# ── finding Python ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run_with(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run scripts/run on a machine whose PATH holds only these programs, by name and source."""

    def run(**programs: str) -> "subprocess.CompletedProcess[str]":
        folder = tmp_path / "bin"
        folder.mkdir()
        dirname = shutil.which("dirname")
        assert dirname is not None
        (folder / "dirname").symlink_to(dirname)
        for name, source in programs.items():
            (folder / name.replace("_", ".")).write_text(source)
            (folder / name.replace("_", ".")).chmod(0o755)
        return subprocess.run(
            ["/bin/sh", SCRIPTS / "run", "--help"],
            env={"PATH": str(folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def test_no_python_is_a_sentence(
    run_with: Callable[..., "subprocess.CompletedProcess[str]"],
) -> None:
    done = run_with()
    assert done.returncode == 1
    assert done.stderr.startswith("Nafasi needs Python 3.11 or newer with its venv module")
    assert done.stderr.count("\n") == 1


def test_a_python_that_is_too_old_is_passed_over(
    run_with: Callable[..., "subprocess.CompletedProcess[str]"],
) -> None:
    done = run_with(
        python3="#!/bin/sh\nexit 1\n", python3_12=f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    )
    assert done.returncode == 0
    assert "--no-demo" in done.stdout
