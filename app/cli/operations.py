"""Running and checking the service."""

import sys
from pathlib import Path

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext

from app.cli.output import refusals_as_sentences
from app.core import health, queue, sweeps, valkey, worker
from app.core.settings import current_settings
from app.media import service as media
from app.notifications import service as notifications
from app.reference import service as reference
from config import ROOT


@click.command("worker")
@click.argument("queues", nargs=-1, type=click.Choice(queue.QUEUES))
@with_appcontext
@refusals_as_sentences
def worker_command(queues: tuple[str, ...]) -> None:
    """Work on the named queues, or on all of them, until stopped."""
    settings = current_settings()
    if not settings.redis_url:
        valkey.ensure_running(settings.instance)
    names = queues or queue.QUEUES
    if queue.MESSAGES in names:
        sweeps.start_ticking(queue.redis_url(settings), settings.sweep_interval_s)
    if queue.IMAGES in names:
        media.warm_up()
    worker.work_on(names)


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
    if health.database_problem() is None:
        checks.append(health.Check("reference data", reference.missing_problem()))
    checks.append(health.Check("mail", notifications.mail_problem()))
    checks.append(health.Check("sms", notifications.sms_problem()))
    checks.append(health.Check("worker", health.worker_problem()))
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
