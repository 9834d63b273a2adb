"""Running and checking the service."""

import sys
from pathlib import Path

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext
from rq import Worker
from rq.job import Job
from rq.queue import Queue
from rq.serializers import JSONSerializer

from app.core import db, health, queue, sweeps, valkey
from app.core.settings import current_settings
from config import ROOT


class OwnJobsWorker(Worker):
    """Runs only the functions that the code declares as jobs, whatever stands in Redis."""

    def perform_job(self, job: Job, queue_: Queue) -> bool:
        if job.func_name not in queue.JOB_FUNCTIONS:
            raise PermissionError(f"{job.func_name} is not one of our jobs.")
        # Connections do not survive a fork.
        db.dispose(current_app._get_current_object())  # type: ignore[attr-defined]
        return bool(super().perform_job(job, queue_))


@click.command("worker")
@click.argument("queues", nargs=-1, type=click.Choice(queue.QUEUES))
@with_appcontext
def worker_command(queues: tuple[str, ...]) -> None:
    """Work on the named queues, or on all of them, until stopped."""
    settings = current_settings()
    if not settings.redis_url:
        valkey.ensure_running(settings.instance)
    names = queues or queue.QUEUES
    if queue.MESSAGES in names:
        sweeps.start_ticking(queue.redis_url(settings), settings.sweep_interval_s)
    worker = OwnJobsWorker(
        [queue.queue(name) for name in names],
        connection=queue.connection(),
        serializer=JSONSerializer,
    )
    worker.work(logging_level="WARNING")


@click.command("sweep")
@with_appcontext
def sweep_command() -> None:
    """Do one round of the periodic work now."""
    sweeps.run()
    click.echo("One round of periodic work is done.")


@click.command("doctor")
@with_appcontext
def doctor_command() -> None:
    """Check every dependency, and say in one line each what is wrong."""
    checks = health.run_checks()
    for check in checks:
        click.echo(
            f"{'ok   ' if check.problem is None else 'WRONG'} {check.name}"
            + (f": {check.problem}" if check.problem else "")
        )
    sys.exit(any(check.problem for check in checks))


@click.command("openapi-export")
@click.option("--to", "folder", type=click.Path(path_type=Path), default=ROOT / "openapi")
@with_appcontext
def openapi_export_command(folder: Path) -> None:
    """Write the OpenAPI description into openapi/."""
    spec = current_app.extensions["nafasi.api"].spec.to_dict()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "openapi.json"
    path.write_bytes(orjson.dumps(spec, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    click.echo(f"{path} written.")
