"""Running and checking the service."""

import sys
from collections import Counter
from pathlib import Path

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from app.cli.output import refusals_as_sentences
from app.cli.postman import collection as postman
from app.core import data_keys, health, queue, sweeps, valkey, worker
from app.core.data_keys import Outcome
from app.core.settings import current_settings
from app.media import service as media
from app.notifications import service as notifications
from app.reference import service as reference
from config import ROOT

KIND = click.Choice(list(queue.WORKERS))


@click.command("worker")
@click.argument("kinds", metavar="[images] [messages]", nargs=-1, type=KIND)
@with_appcontext
@refusals_as_sentences
def worker_command(kinds: tuple[str, ...]) -> None:
    """Work on images, on messages, or on both, until stopped.

    Images that come as files go before those that are fetched.
    """
    settings = current_settings()
    if not settings.redis_url:
        valkey.ensure_running(settings.instance)
    names = queue.served_by(kinds or queue.WORKERS)
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


@click.command("rotate-data-key")
@with_appcontext
@refusals_as_sentences
def rotate_data_key_command() -> None:
    """Encrypt under the newest key of DATA_KEY whatever is under an older one.

    Put the new key in front of the others and start every process anew; then run this, while the
    service goes on. A run that was interrupted is begun again. Its last line says whether the older
    keys may be dropped; backups that were made before still need them.
    """
    counts: Counter[Outcome] = Counter()
    with tqdm(total=data_keys.count_values(), unit="value", desc="Encrypting") as bar:
        for renewal in data_keys.renew_values():
            bar.update()
            counts[renewal.outcome] += 1
            if renewal.outcome is Outcome.UNREADABLE:
                bar.write(f"No key of DATA_KEY opens {renewal.place}.")
    click.echo(
        f"{counts[Outcome.RENEWED]} values encrypted anew, "
        f"{counts[Outcome.KEPT]} were under the newest key."
    )
    older = data_keys.count_older()
    if older:
        click.echo(
            f"{older} values are not under the newest key. Keep the older keys, start every "
            "process with this DATA_KEY, and run this again."
        )
        raise SystemExit(2)
    click.echo("Everything is under the newest key: the older ones may be dropped from DATA_KEY.")


@click.command("openapi-export")
@click.option("--to", "folder", type=click.Path(path_type=Path), default=ROOT / "openapi")
@with_appcontext
def openapi_export_command(folder: Path) -> None:
    """Write into openapi/ the descriptions of everything and of each API, and Postman's files."""
    descriptions = current_app.extensions["nafasi.descriptions"]
    documents = {f"{name}.json": descriptions.get(name) for name in descriptions.names}
    documents[postman.COLLECTION_FILE] = postman.make_collection(documents["openapi.json"])
    documents[postman.ENVIRONMENT_FILE] = postman.make_environment()
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        path = folder / name
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        path.write_bytes(orjson.dumps(document, option=options))
        click.echo(f"{path} written.")
