"""The command that fills a database with something to look at."""

import click
from flask.cli import with_appcontext

from app.cli.output import refusals_as_sentences
from app.demo import service as demo


@click.command("load-demo")
@with_appcontext
@refusals_as_sentences
def load_demo_command() -> None:
    """Load the demo's people, listings and bookings; safe to run again."""
    loaded = demo.load_demo()
    account = loaded.account
    click.echo(f"Demo account {account.username} <{account.email}>, password {demo.PASSWORD!r}.")
    click.echo(f"user_id: {account.id}")
    for part, other in demo.list_accounts():
        click.echo(f"As {part}: {other.username} <{other.email}>, with the same password.")
    click.echo(f"Listings added: {loaded.listings}")
    click.echo(f"Bookings added: {loaded.bookings}")
