"""Health: the process answers, and whatever it depends on is named when it does not."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.core import health, queue, valkey
from app.core.db import close, session, transaction
from tests.conftest import make_settings
from tests.stores import Place


@pytest.fixture
def app_on(instance: Path) -> Iterator[Callable[[str], Flask]]:
    """Make an application on any database: `app_on(url)`."""
    made: list[Flask] = []

    def make(url: str) -> Flask:
        made.append(create_app(make_settings(instance, url)))
        return made[-1]

    yield make
    for app in made:
        close(app)


def _problems() -> dict[str, str]:
    return {check.name: check.problem for check in health.run_checks() if check.problem}


@pytest.mark.both
def test_everything_is_well(app: Flask) -> None:
    names = [check.name for check in health.run_checks()]
    assert names == ["database", "migrations", "redis", "storage"]
    assert _problems() == {}
    assert health.database_problem() is None
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "failed": []})


@pytest.mark.both
def test_a_database_behind_its_migrations(app: Flask) -> None:
    before = session.scalar(text("SELECT version_num FROM alembic_version"))
    _set_revision("0001")
    try:
        assert "run `flask --app wsgi db upgrade`" in _problems()["migrations"]
        assert health.database_problem() == _problems()["migrations"]
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.json) == (
            503,
            {"status": "unavailable", "failed": ["migrations"]},
        )
    finally:
        _set_revision(before)


def _set_revision(revision: str | None) -> None:
    with transaction():
        session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_redis_is_away(app: Flask, private_folder: Path) -> None:
    before = queue.connection()
    try:
        queue.init_app(app, valkey.url(private_folder))
        assert list(_problems()) == ["redis"]
        client = app.test_client()
        assert client.get("/readyz").json == {"status": "unavailable", "failed": ["redis"]}
        assert client.get("/healthz").status_code == 200
    finally:
        app.extensions["nafasi.redis"] = before


def test_storage_is_away(app: Flask, storage_place: Place) -> None:
    assert _problems() == {}
    client = app.test_client()
    with storage_place.away():
        assert list(_problems()) == ["storage"]
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json) == (
            503,
            {"status": "unavailable", "failed": ["storage"]},
        )
        assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_dependency_is_added_by_its_name(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_problems", {})
    health.register("tides", lambda: "The sea is too low.")
    assert health.run_checks() == [health.Check("tides", "The sea is too low.")]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/at/all/nafasi.db",
        "postgresql+psycopg://nobody@127.0.0.1:1/nafasi?connect_timeout=2",
    ],
)
def test_the_database_is_away(app_on: Callable[[str], Flask], url: str) -> None:
    app = app_on(url)
    with app.app_context():
        assert list(_problems()) == ["database", "migrations"]
        assert health.database_problem() == ("The database does not answer; look at DATABASE_URL.")
    client = app.test_client()
    assert client.get("/readyz").json == {
        "status": "unavailable",
        "failed": ["database", "migrations"],
    }
    assert client.get("/healthz").status_code == 200


def test_an_empty_database(app_on: Callable[[str], Flask], tmp_path: Path) -> None:
    app = app_on(f"sqlite:///{tmp_path / 'empty.db'}")
    with app.app_context():
        assert list(_problems()) == ["migrations"]


def test_the_newest_migration_is_found(app: Flask) -> None:
    versions = sorted((Path(app.config["MIGRATIONS"]) / "versions").glob("*.py"))
    assert health.head_revision() == versions[-1].name.partition("_")[0]
