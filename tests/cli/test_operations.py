"""The commands that run and check the service, the worker as the process that it is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
from cryptography.fernet import Fernet
from flask import Flask
from redis import Redis
from rq import Queue, Worker
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer
from sqlalchemy import select

from app import create_app
from app.accounts import code_service as codes
from app.accounts.enums import CodePurpose
from app.core import crypto, queue, valkey
from app.core.db import close, session, transaction
from app.core.outbox import OutboxItem
from app.reference import service as reference
from config import ROOT, load
from tests import factories, servers
from tests.stores import Place

PATIENCE_S = 60


# ── the worker ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Service:
    """An application of its own whose worker runs as a process."""

    app: Flask
    worker: "subprocess.Popen[bytes]"
    log: Path

    @property
    def redis(self) -> Redis:
        return queue.connection()

    @property
    def mails(self) -> list[str]:
        folder = self.app.extensions["nafasi.settings"].instance / "outbox"
        return [path.read_text() for path in sorted(folder.glob("*.eml"))]


@contextmanager
def _worker(environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "messages"],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    """One service for all tests of this module: a worker takes seconds to start."""
    folder = servers.run_folder() / f"worker-{os.getpid()}"
    environ = {"INSTANCE_PATH": str(folder), "SWEEP_INTERVAL_S": "1"}
    settings = load(environ)
    valkey.ensure_running(settings.instance)
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        reference.load_reference()
    with _worker(environ, folder / "worker.log") as process:
        yield Service(app, process, folder / "worker.log")
    close(app)
    valkey.stop(settings.instance)


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    """The running service, inside its application's context."""
    with running.app.app_context():
        yield running


def _wait_until(is_true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)


def _wait_for_failure(job: Job) -> None:
    _wait_until(lambda: job.get_status() is JobStatus.FAILED, "the job has failed")


def test_it_runs_no_function_that_is_not_ours(service: Service, tmp_path: Path) -> None:
    foreign = Queue(queue.MESSAGES, connection=service.redis, serializer=JSONSerializer)
    job = foreign.enqueue("os.mkdir", str(tmp_path / "made"))
    _wait_for_failure(job)
    assert not (tmp_path / "made").exists()


def test_it_unpickles_nothing(service: Service, tmp_path: Path) -> None:
    job = Queue(queue.MESSAGES, connection=service.redis).enqueue(os.mkdir, tmp_path / "made")
    _wait_for_failure(job)
    assert not (tmp_path / "made").exists()


def test_it_mails_a_code_that_was_asked_for(service: Service) -> None:
    account = factories.make_account()
    codes.request_code(CodePurpose.API_KEY, account.username)
    _wait_until(lambda: any(account.email in mail for mail in service.mails), "the mail is there")


def test_it_finds_by_itself_what_never_reached_the_queue(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = factories.make_account()
    with monkeypatch.context() as patch:
        patch.setattr(queue, "try_enqueue", lambda *args, **kwargs: False)
        codes.request_code(CodePurpose.API_KEY, account.username)
    with transaction():
        row = session.scalars(select(OutboxItem).order_by(OutboxItem.id.desc()).limit(1)).one()
        assert row.due_at is not None
        row.due_at -= timedelta(minutes=1)
    _wait_until(lambda: any(account.email in mail for mail in service.mails), "the mail is there")


def test_its_log_is_json_and_tells_no_code(service: Service) -> None:
    account = factories.make_account()
    codes.request_code(CodePurpose.API_KEY, account.username)
    _wait_until(lambda: any(account.email in mail for mail in service.mails), "the mail is there")
    log = service.log.read_text()
    for line in log.splitlines():
        assert json.loads(line)["event"]
    words = {word for mail in service.mails for word in mail.split() if word.isdecimal()}
    codes_sent = {word for word in words if len(word) == 6}
    assert codes_sent
    assert not [code for code in codes_sent if code in log]
    assert account.email not in log


def test_it_stops_when_it_is_told_to(service: Service) -> None:
    environ = {"INSTANCE_PATH": service.app.extensions["nafasi.settings"].instance_path}
    with _worker(environ, service.log.with_name("second.log")) as second:
        _wait_until(lambda: second.pid in _waiting_workers(service), "it waits for work")
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE_S) == 0
    assert second.pid not in _waiting_workers(service)


def _waiting_workers(service: Service) -> set[int]:
    """Return the process ids of the workers that wait for work."""
    workers = Worker.all(connection=service.redis, serializer=JSONSerializer)
    return {
        worker.pid for worker in workers if worker.get_state() == "idle" and worker.pid is not None
    }


def test_there_is_no_worker_for_a_queue_that_is_not_there(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["worker", "nothing"])
    assert result.exit_code == 2
    assert "'nothing' is not" in result.output


# ── checks and exports ──────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_doctor_finds_nothing(app: Flask) -> None:
    worker = Worker(["images", "messages"], connection=queue.connection())
    worker.register_birth()
    result = app.test_cli_runner().invoke(args=["doctor"])
    worker.register_death()
    assert result.exit_code == 0
    names = (
        "database",
        "migrations",
        "redis",
        "storage",
        "reference data",
        "mail",
        "sms",
        "worker",
    )
    assert result.output.splitlines() == [f"ok    {name}" for name in names]


@pytest.mark.parametrize(
    ("queues", "idle"),
    [([], "images and messages"), (["messages"], "images"), (["images"], "messages")],
)
def test_the_doctor_misses_a_worker(app: Flask, queues: list[str], idle: str) -> None:
    worker = Worker(queues or ["somebody's"], connection=queue.connection())
    worker.register_birth()
    result = app.test_cli_runner().invoke(args=["doctor"])
    worker.register_death()
    assert result.exit_code == 1
    [line] = [each for each in result.output.splitlines() if each.startswith("WRONG")]
    assert line == f"WRONG worker: Nobody works on {idle}; start `flask --app wsgi worker`."


def test_the_doctor_names_what_is_wrong(app: Flask, tmp_path: Path) -> None:
    before = queue.connection()
    try:
        queue.init_app(app, f"unix://{tmp_path}/none.sock")
        result = app.test_cli_runner().invoke(args=["doctor"])
    finally:
        app.extensions["nafasi.redis"] = before
    assert result.exit_code == 1
    assert result.output.splitlines()[2].startswith("WRONG redis: Redis does not answer; look at")


def test_the_doctor_says_what_is_wrong_with_storage(app: Flask, storage_place: Place) -> None:
    with storage_place.away():
        result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    [line] = [line for line in result.output.splitlines() if " storage" in line]
    assert line.startswith("WRONG storage: ")
    assert "of STORAGE_URL" in line
    assert line.endswith(".")
    assert "secret" not in result.output


@pytest.mark.both
def test_a_sweep_by_hand(app: Flask, run_jobs: Callable[[], None]) -> None:
    result = app.test_cli_runner().invoke(args=["sweep"])
    assert (result.exit_code, result.output) == (0, "One round of periodic work is done.\n")


def test_the_openapi_description_is_written(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    result = app.test_cli_runner().invoke(args=["openapi-export", "--to", str(folder)])
    assert result.exit_code == 0
    written = (folder / "openapi.json").read_bytes()
    assert json.loads(written)["openapi"].startswith("3.")
    assert written.endswith(b"}\n")


# ── the data keys ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_keys(app: Flask) -> Iterator[None]:
    """A newer data key in front of the one that everything so far is encrypted under."""
    before = {name: app.extensions[name] for name in ("nafasi.fernet", "nafasi.newest_fernet")}
    settings = app.extensions["nafasi.settings"]
    keys = f"{Fernet.generate_key().decode()},{settings.data_key}"
    crypto.init_app(app, settings.secret_key, keys)
    yield
    app.extensions.update(before)


def _request_code() -> None:
    codes.request_code(CodePurpose.API_KEY, "somebody")


@pytest.fixture
def waiting_code(app: Flask) -> None:
    """A request for a code that waits in the outbox, under the only key that there is."""
    _request_code()


@pytest.mark.both
@pytest.mark.usefixtures("waiting_code", "two_keys")
def test_a_change_of_the_data_key_says_when_the_old_one_may_go(app: Flask) -> None:
    _request_code()
    for renewed in (1, 0):
        done = app.test_cli_runner().invoke(args=["rotate-data-key"])
        assert done.exit_code == 0, done.output
        said = f"{renewed} values encrypted anew, {2 - renewed} were under the newest key."
        assert said in done.output
        assert "the older ones may be dropped from DATA_KEY." in done.output


def test_a_value_that_no_key_opens_keeps_the_old_ones(app: Flask, waiting_code: None) -> None:
    before = {name: app.extensions[name] for name in ("nafasi.fernet", "nafasi.newest_fernet")}
    crypto.init_app(app, "secret", Fernet.generate_key().decode())
    done = app.test_cli_runner().invoke(args=["rotate-data-key"])
    app.extensions.update(before)
    assert done.exit_code == 2
    assert "No key of DATA_KEY opens outbox.payload of " in done.output
    assert "1 values are not under the newest key. Keep the older keys" in done.output
    assert "may be dropped" not in done.output
