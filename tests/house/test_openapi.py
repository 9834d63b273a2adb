"""The committed description of the API, and what is made of it, is what the code gives."""

from pathlib import Path

from flask import Flask

from app.cli.postman.collection import COLLECTION_FILE, ENVIRONMENT_FILE
from config import ROOT

REFRESH = "openapi/ is not what the code says: run `.venv/bin/flask --app wsgi openapi-export`."


def test_the_committed_description_is_fresh(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["openapi-export", "--to", str(tmp_path)])
    assert result.exit_code == 0, result.output

    exported = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {name: _read(ROOT / "openapi" / name) for name in exported}

    # Compared by hand: a difference of two such files is nothing to read.
    assert exported.keys() == {path.name for path in (ROOT / "openapi").glob("*.json")}
    assert exported.keys() > {"openapi.json", "tenant.json", COLLECTION_FILE, ENVIRONMENT_FILE}
    assert [name for name in exported if exported[name] != committed[name]] == [], REFRESH


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
