"""The command that fills a database with something to look at."""

import click
from flask.cli import with_appcontext

from app.cli.output import refusals_as_sentences
from app.demo import service as demo


@click.command("load-demo")
@with_appcontext
@refusals_as_sentences
def load_demo_command() -> None:
    """Load the demo account and its listings; safe to run again."""
    loaded = demo.load_demo()
    account = loaded.account
    click.echo(f"Demo account {account.username} <{account.email}>, password {demo.PASSWORD!r}.")
    click.echo(f"user_id: {account.id}")
    click.echo(f"Listings added: {loaded.added}")
