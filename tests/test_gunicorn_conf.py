"""What the web server sees to before its first worker starts."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from tests.test_config import PRODUCTION


def _start(environ: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///{folder}/empty.db", "is not at the newest migration; run `flask --app wsgi"),
        ("sqlite:///{folder}/nowhere/nafasi.db", "does not answer; look at DATABASE_URL"),
    ],
)
def test_production_does_not_start_on_a_database_that_it_cannot_use(
    tmp_path: Path, url: str, sentence: str
) -> None:
    done = _start(PRODUCTION | {"DATABASE_URL": url.format(folder=tmp_path)})
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Nafasi cannot start: The database ")
    assert sentence in done.stderr
