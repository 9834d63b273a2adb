"""API keys by hand. A read + write key comes from here, or from staff."""

import click
from flask.cli import with_appcontext

from app.accounts import service as accounts
from app.apikeys import service as apikeys
from app.apikeys import staff_service as staff
from app.apikeys.enums import Scope
from app.cli.output import printable, refusals_as_sentences
from app.core.clock import isoformat_s

_user_option = click.option(
    "--user", required=True, help="Username, e-mail address or id of the owner."
)


@click.command("create-api-key")
@_user_option
@click.option("--scope", type=click.Choice([scope.value for scope in Scope]), default="R")
@click.option("--name", default="Made by staff", show_default=True)
@click.option("--origin", "origins", multiple=True, help="A site the key is bound to; repeatable.")
@with_appcontext
@refusals_as_sentences
def create_api_key_command(user: str, scope: str, name: str, origins: tuple[str, ...]) -> None:
    """Make an API key and print it, this once."""
    issued = staff.issue_key(
        None, user=user, scope=Scope(scope), name=name, allowed_origins=list(origins)
    )
    owner = issued.account
    click.echo(f"Key for {owner.username} (user_id {owner.id}), shown only now:", err=True)
    click.echo(issued.key)


@click.command("list-api-keys")
@_user_option
@with_appcontext
@refusals_as_sentences
def list_api_keys_command(user: str) -> None:
    """List an owner's keys, newest first."""
    for key in apikeys.list_keys(accounts.get_account_by_reference(user)):
        used = isoformat_s(key.last_used_at) if key.last_used_at else "never"
        state = f"revoked {isoformat_s(key.revoked_at)}" if key.revoked_at else "active"
        sites = ", ".join(key.allowed_origins) or "any"
        columns = (str(key.id), f"{key.prefix}…", key.scope, printable(key.name), state)
        click.echo("\t".join((*columns, f"last used {used}", f"sites {sites}")))


@click.command("revoke-api-key")
@click.argument("key")
@with_appcontext
@refusals_as_sentences
def revoke_api_key_command(key: str) -> None:
    """Revoke the key with this id, prefix or text. It is refused from the next request on."""
    revoked = staff.revoke_key_by_reference(key)
    click.echo(f"Key {revoked.prefix}… ({printable(revoked.name)}) is revoked.")
