"""The application under test, on a database of its own that every test finds empty.

Tests commit for real: the read path has connections of its own, jobs run in other processes,
and what a service does after its commit is part of what is tested. Rows are deleted after
each test; reference data stays.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from app import create_app
from app.core import queue, valkey
from app.core.db import Base, db, session
from app.reference import service as reference
from config import Settings
from tests import factories, servers

REFERENCE_TABLES = {
    "reference_state",
    "region",
    "district",
    "currency",
    "property_type",
    "amenity",
    "tenure",
    "plot_size_unit",
}
UNLIMITED = "1000000 per minute"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches the database on SQLite, and what is marked `both` on PostgreSQL too."""
    if "database_url" in metafunc.fixturenames:
        on_both = metafunc.definition.get_closest_marker("both") is not None
        kinds = ["sqlite", "postgresql"] if on_both else ["sqlite"]
        metafunc.parametrize("database_url", kinds, indirect=True, scope="session")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Under REQUIRE_SERVICES a test that would be skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_SERVICES"):
        report.outcome = "failed"
        report.longrepr = f"skipped under REQUIRE_SERVICES: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A private instance folder with a bundled Valkey running in it."""
    folder = tmp_path_factory.mktemp("instance")
    valkey.ensure_running(folder)
    yield folder
    valkey.stop(folder)


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of an empty database, made for this test process."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'nafasi.db'}"
        return
    # The parent folder is the same for every process of one parallel run.
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with servers.postgresql_database(shared / "postgresql") as url:
        yield url


@pytest.fixture(scope="session")
def prepared_app(database_url: str, instance: Path) -> Iterator[Flask]:
    """The application on a migrated database with reference data, made once."""
    settings = Settings(
        instance_path=str(instance),
        secret_key="a secret key that only the tests use, long enough",
        data_key="c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=",
        database_url=database_url,
        mail_url=f"file:{instance / 'outbox'}",
        ratelimit_anon=UNLIMITED,
        ratelimit_key=UNLIMITED,
        ratelimit_register=UNLIMITED,
        web_threads=40,
    )
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        reference.load_reference()
    yield app
    app.extensions["nafasi.read_engine"].dispose()
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture
def app(prepared_app: Flask) -> Iterator[Flask]:
    """The application, inside its context, on a database without rows of other tests."""
    settings = prepared_app.extensions["nafasi.settings"]
    with prepared_app.app_context():
        queue.connection().flushall()
        yield prepared_app
        session.rollback()
        _delete_rows()
    prepared_app.extensions["nafasi.settings"] = settings


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


@pytest.fixture
def change_settings(app: Flask) -> Callable[..., None]:
    """Change settings for the rest of the test: `change_settings(ratelimit_key="3 per minute")`."""

    def change(**changes: Any) -> None:
        app.extensions["nafasi.settings"] = replace(app.extensions["nafasi.settings"], **changes)

    return change


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Run every queued job in this process, as a worker would."""

    def run() -> None:
        worker = SimpleWorker(
            [queue.queue(name) for name in queue.QUEUES],
            connection=queue.connection(),
            serializer=JSONSerializer,
        )
        worker.work(burst=True, logging_level="WARNING")

    return run


@pytest.fixture
def owner(app: Flask) -> factories.Tenant:
    """An owner with a read key and a read + write key; somebody else has rows as well."""
    factories.make_noise()
    return factories.make_tenant("owner")


def _delete_rows() -> None:
    connection = session.connection()
    connection.exec_driver_sql("DELETE FROM listing_search")
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in REFERENCE_TABLES:
            connection.execute(table.delete())
    session.commit()
    session.remove()
