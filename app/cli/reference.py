"""The command that brings the reference data of a database up to the shipped files."""

import click
from flask.cli import with_appcontext

from app.reference import service as reference


@click.command("load-reference")
@with_appcontext
def load_reference_command() -> None:
    """Load places, currencies and vocabularies; safe to run again at every release."""
    report = reference.load_reference()
    click.echo(
        f"Reference data: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} unchanged."
    )
