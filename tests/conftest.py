"""The application under test, on a database of its own that every test finds empty.

Tests commit for real: the read path has connections of its own, jobs run in other processes,
and what a service does after its commit is part of what is tested. Rows are deleted after
each test; reference data stays.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import event

from app import create_app
from app.apikeys import repository as apikeys
from app.core import counts, queue, valkey
from app.core.db import Base, Reader, close, db, session, transaction
from app.reference import repository as reference_rows
from app.reference import service as reference
from config import Settings
from tests import factories, servers, stores
from tests.letters import Mailbox, Phone
from tests.s3 import S3Server, s3_server

# TEST_BROWSER names the Chromium that these are for: `TEST_BROWSER=/usr/bin/chromium`.
collect_ignore = [] if os.environ.get("TEST_BROWSER") else ["browser"]

# Which of the reference data the API changes, in order of foreign keys.
EDITED_TABLES = [Base.metadata.tables[name] for name in ("category", "amenity", "extra")]
REFERENCE_TABLES = {
    "reference_state",
    "region",
    "district",
    "currency",
    "property_type",
    "amenity",
    "category",
    "extra",
    "tenure",
    "plot_size_unit",
}
UNLIMITED = "1000000 per minute"

# Fixtures of ours are made once a test and bear being used by all its examples; and a slow
# machine is no failure. `scripts/test --hypothesis-profile=deep` is for nights.
_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
hypothesis_settings.register_profile(
    "ci", max_examples=60, derandomize=True, database=None, **_COMMON
)
hypothesis_settings.register_profile("deep", max_examples=5_000, print_blob=True, **_COMMON)
hypothesis_settings.load_profile("ci")

_run = pytest.StashKey[Popen[bytes]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin the run, in the process that is in charge of it."""
    if hasattr(config, "workerinput"):
        return
    if os.environ.get("REQUIRE_SERVICES") and not (
        servers.TEST_DATABASE_URL and servers.TEST_REDIS_URL
    ):
        raise pytest.UsageError(
            "REQUIRE_SERVICES asks for the servers of TEST_DATABASE_URL and TEST_REDIS_URL: "
            "set both."
        )
    config.stash[_run] = servers.start_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop every server that the run has started."""
    if _run in config.stash:
        servers.end_run(config.stash[_run])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches the database on SQLite, and what is marked `both` on PostgreSQL too.

    `only("postgresql")` goes before `both`: it is for one test of a module on both.
    """
    if "database_url" in metafunc.fixturenames:
        on_both = metafunc.definition.get_closest_marker("both") is not None
        only = metafunc.definition.get_closest_marker("only")
        kinds = only.args if only else ["sqlite", "postgresql"] if on_both else ["sqlite"]
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Under REQUIRE_SERVICES a test that would be skipped has failed."""
    report = yield
    if report.skipped and os.environ.get("REQUIRE_SERVICES"):
        report.outcome = "failed"
        report.longrepr = f"skipped under REQUIRE_SERVICES: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _redis_is_not_away() -> None:
    """Let no test find Redis away because another one's was."""
    queue._away_until = 0.0


@pytest.fixture(scope="session")
def instance() -> Iterator[Path]:
    """A private instance folder with a bundled Valkey running in it."""
    folder = servers.run_folder() / os.environ.get("PYTEST_XDIST_WORKER", "instance")
    valkey.ensure_running(folder)
    yield folder
    valkey.stop(folder)


class _Databases:
    """The databases of this test process, each made when the first test asks for it."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._addresses: dict[str, str] = {}
        self._apps: dict[str, Flask] = {}
        self.stack = ExitStack()

    def address(self, kind: str) -> str:
        """Return the address of the process's empty database of a kind."""
        if kind not in self._addresses:
            self._addresses[kind] = (
                f"sqlite:///{self._instance / 'test.db'}"
                if kind == "sqlite"
                else self.stack.enter_context(servers.postgresql_database())
            )
        return self._addresses[kind]

    def app(self, address: str) -> Flask:
        """Return the application on a migrated database with reference data."""
        if address not in self._apps:
            app = self._apps[address] = create_app(make_settings(self._instance, address))
            self.stack.callback(close, app)
            with app.app_context():
                flask_migrate.upgrade()
                reference.load_reference()
                _delete_rows()
        return self._apps[address]


@pytest.fixture(scope="session")
def databases(instance: Path) -> Iterator[_Databases]:
    """Both databases live as long as the process: tests go back and forth between them."""
    made = _Databases(instance)
    with made.stack:
        yield made


@pytest.fixture
def database_url(request: pytest.FixtureRequest, databases: _Databases) -> str:
    """The address of a database that only this test process uses."""
    return databases.address(request.param)


@pytest.fixture
def prepared_app(database_url: str, databases: _Databases) -> Flask:
    """The application on a migrated database with reference data."""
    return databases.app(database_url)


def make_settings(instance: Path, database_url: str) -> Settings:
    """Return settings of an application under test, with limits that no test reaches."""
    return Settings(
        instance_path=str(instance),
        secret_key="a secret key that only the tests use, long enough",
        data_key="c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE=",
        database_url=database_url,
        mail_url=f"file:{instance / 'outbox'}",
        sms_url=f"file:{instance / 'outbox'}",
        ratelimit_anon=UNLIMITED,
        ratelimit_user=UNLIMITED,
        ratelimit_key=UNLIMITED,
        ratelimit_register=UNLIMITED,
        ratelimit_credentials=UNLIMITED,
        # Decides how many connections a process may open. A request may hold three; and
        # PostgreSQL has 100 for all test processes, see `tests.threads`.
        web_threads=20,
    )


@pytest.fixture
def app(prepared_app: Flask) -> Iterator[Flask]:
    """The application, inside its context, on a database without rows of other tests."""
    settings = prepared_app.extensions["nafasi.settings"]
    with prepared_app.app_context():
        queue.connection().flushall()
        apikeys._told.clear()
        counts._kept.clear()
        yield prepared_app
        session.rollback()
        _delete_rows()
        _close_idle_connections(prepared_app)
    prepared_app.extensions["nafasi.settings"] = settings


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()


@pytest.fixture
def shipped_again(app: Flask) -> Iterator[None]:
    """Bring categories, amenities and extras back as they were, after a test that edits them."""
    before = [
        [dict(row) for row in session.execute(table.select().order_by(table.c.id)).mappings()]
        for table in EDITED_TABLES
    ]
    yield
    session.rollback()
    _delete_rows()
    with transaction():
        reference_rows.lock_version()
        for table, rows in zip(EDITED_TABLES, before, strict=True):
            session.execute(table.delete())
            session.execute(table.insert(), rows)
        reference_rows.move_version()


@pytest.fixture
def change_settings(app: Flask) -> Callable[..., None]:
    """Change settings for the rest of the test: `change_settings(ratelimit_key="3 per minute")`."""

    def change(**changes: Any) -> None:
        app.extensions["nafasi.settings"] = replace(app.extensions["nafasi.settings"], **changes)

    return change


class _BriskWorker(SimpleWorker):
    """A worker that nobody sends commands to, and so has no channel to wait for at its end."""

    def subscribe(self) -> None:
        pass

    def unsubscribe(self) -> None:
        pass


@pytest.fixture
def run_jobs(app: Flask) -> Callable[[], None]:
    """Run every queued job in this process, as a worker would."""

    def run() -> None:
        worker = _BriskWorker(
            [queue.queue(name) for name in queue.QUEUES],
            connection=queue.connection(),
            serializer=JSONSerializer,
        )
        worker.work(burst=True, logging_level="WARNING")

    return run


@pytest.fixture
def statements(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """All SQL that is sent from here on, by either path."""
    found: list[str] = []
    execute = Reader._execute

    def note_reader(self: Reader, sql: str, *args: Any) -> Any:
        found.append(sql)
        return execute(self, sql, *args)

    def note_engine(*args: Any) -> None:
        found.append(args[2])

    monkeypatch.setattr(Reader, "_execute", note_reader)
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note_engine)
    yield found
    event.remove(engine, "before_cursor_execute", note_engine)


@pytest.fixture
def owner(app: Flask) -> factories.Tenant:
    """An owner with a read key and a read + write key; somebody else has rows as well."""
    factories.make_noise()
    return factories.make_tenant("owner")


@pytest.fixture
def mailbox(change_settings: Callable[..., None], tmp_path: Path) -> Mailbox:
    """A folder of this test's own that takes the place of the mail server."""
    mailbox = Mailbox(tmp_path / "mail")
    change_settings(mail_url=mailbox.url)
    return mailbox


@pytest.fixture
def phone(change_settings: Callable[..., None], tmp_path: Path) -> Phone:
    """A folder of this test's own that takes the place of the SMS gateway."""
    folder = tmp_path / "sms"
    change_settings(sms_url=f"file:{folder}")
    return Phone(folder)


@pytest.fixture
def without_redis(app: Flask) -> Callable[[], AbstractContextManager[None]]:
    """Take Redis away from the application: `with without_redis(): …`."""

    @contextmanager
    def away() -> Iterator[None]:
        before = queue.connection()
        queue.init_app(app, "redis://127.0.0.1:1/0")
        try:
            yield
        finally:
            app.extensions["nafasi.redis"] = before
            queue._away_until = 0.0

    return away


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An S3 server of this test process."""
    with s3_server() as server:
        yield server


@pytest.fixture(params=stores.KINDS)
def storage_place(
    request: pytest.FixtureRequest, change_settings: Callable[..., None], tmp_path: Path
) -> stores.Place:
    """An empty place for files, that the settings name: a folder once, and a bucket once."""
    place = stores.place_of(
        request.param, tmp_path / "files", lambda: request.getfixturevalue("s3")
    )
    change_settings(storage_url=place.url)
    return place


@pytest.fixture
def media_folder(change_settings: Callable[..., None], tmp_path: Path) -> Path:
    """The folder of this test's files, with an area in each of its folders."""
    folder = tmp_path / "media"
    folder.mkdir()
    change_settings(storage_url=f"file:{folder}")
    return folder


@pytest.fixture
def without_storage(
    app: Flask, change_settings: Callable[..., None], tmp_path: Path
) -> Callable[[], AbstractContextManager[None]]:
    """Take the storage away from the application: `with without_storage(): …`."""

    @contextmanager
    def away() -> Iterator[None]:
        before = app.extensions["nafasi.settings"].storage_url
        change_settings(storage_url=f"file:{tmp_path / 'not mounted'}")
        try:
            yield
        finally:
            change_settings(storage_url=before)

    return away


def _close_idle_connections(app: Flask) -> None:
    """Leave the server few connections of ours: other test processes have tests with many."""
    for engine in (db.engine, app.extensions["nafasi.read_engine"]):
        if engine.pool.checkedin() > 2:
            engine.dispose()


def _delete_rows() -> None:
    connection = session.connection()
    for index in ("listing_search", "stay_search"):
        connection.exec_driver_sql(f"DELETE FROM {index}")
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in REFERENCE_TABLES:
            connection.execute(table.delete())
    session.commit()
    session.remove()
