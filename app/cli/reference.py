"""The command that brings what ships with the product into a database."""

import click
from flask.cli import with_appcontext

from app.reference import service as reference
from app.support import faq_service as faq


@click.command("load-reference")
@with_appcontext
def load_reference_command() -> None:
    """Load places, vocabularies and frequent questions; safe to run again at every release."""
    report = reference.load_reference()
    click.echo(
        f"Reference data: {report.added} added, {report.changed} changed, "
        f"{report.unchanged} unchanged."
    )
    click.echo(f"Frequent questions: {faq.load_faq()} added.")
