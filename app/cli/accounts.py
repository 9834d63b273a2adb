"""Making accounts by hand."""

import sys
from getpass import getpass

import click
from flask.cli import with_appcontext

from app.accounts import operator_service as operators
from app.accounts.enums import Tier
from app.cli.output import refusals_as_sentences

_password_option = click.option(
    "--password-stdin",
    is_flag=True,
    help="Read the password from standard input; a terminal is asked for it.",
)


@click.command("create-account")
@click.option("--email", required=True, help="Counts as verified, on your word.")
@click.option("--username", help="Default: made from the e-mail address.")
@click.option("--tier", type=click.Choice([tier.value for tier in Tier]), default=Tier.FREE.value)
@_password_option
@with_appcontext
@refusals_as_sentences
def create_account_command(
    email: str, username: str | None, tier: str, password_stdin: bool
) -> None:
    """Make an owner's account and print its user_id."""
    account = operators.create_account(
        email=email, username=username, tier=Tier(tier), password=_password(password_stdin)
    )
    click.echo(f"Account {account.username} <{account.email}> made.")
    click.echo(f"user_id: {account.id}")


@click.command("create-admin")
@click.option("--email", required=True)
@_password_option
@with_appcontext
@refusals_as_sentences
def create_admin_command(email: str, password_stdin: bool) -> None:
    """Make an admin, or promote the account that has this address."""
    account, is_new = operators.create_admin(email=email, password=_password(password_stdin))
    click.echo(f"Admin {account.username} <{account.email}> {'made' if is_new else 'promoted'}.")
    click.echo(f"user_id: {account.id}")


def _password(from_stdin: bool) -> str | None:
    if not from_stdin:
        return None
    # A person at a terminal is asked, and not looked over the shoulder.
    if sys.stdin.isatty():
        return getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")
