"""Loading the demo, and the key that `scripts/run` prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.accounts import service as accounts
from app.accounts.errors import UnknownAccount
from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.service import IssuedKey
from app.catalogue import service as catalogue
from app.core.db import transaction
from app.core.errors import Forbidden, InvalidFields
from app.core.settings import current_settings
from app.demo.listings import LISTINGS

USERNAME = "demo"
EMAIL = "demo@nafasi.example"
# Known to everybody who reads this, which is why the demo is refused in production.
PASSWORD = "a demo for everybody"  # nosec B105
KEY_NAME = "scripts/run"


class DemoRefused(Forbidden):
    """The demo has a password that everybody can read: production does not take it."""

    def __init__(self) -> None:
        super().__init__("The demo is refused when APP_ENV is production: its password is public.")


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """The demo's owner, and how many of its listings were added just now."""

    account: Account
    added: int


def load_demo() -> LoadedDemo:
    """Make the demo account and its listings, as far as they are not there already.

    Each listing is a transaction of its own: whether it is there is told by its constraint,
    and after that nothing more could be done in the same one.

    :raises DemoRefused: in production.
    """
    if current_settings().is_production:
        raise DemoRefused
    account = _owner()
    return LoadedDemo(account, added=sum(_add(account, values) for values in LISTINGS))


def renew_key() -> IssuedKey:
    """Give the demo account a fresh read-only key, in place of the one it had from here.

    :raises DemoRefused: in production.
    :raises UnknownAccount: when the demo is not loaded.
    """
    if current_settings().is_production:
        raise DemoRefused
    with transaction():
        account = accounts.get_account_by_reference(USERNAME)
        for key in apikeys.list_keys(account):
            if key.name == KEY_NAME and key.revoked_at is None:
                apikeys.revoke_key(str(key.id))
        return apikeys.issue_key(account, scope=Scope.READ, name=KEY_NAME)


def _owner() -> Account:
    try:
        return accounts.get_account_by_reference(USERNAME)
    except UnknownAccount:
        return accounts.create_account(email=EMAIL, username=USERNAME, password=PASSWORD)


def _add(account: Account, values: Mapping[str, Any]) -> bool:
    """Create a listing unless its external id is there already; tell whether it was created."""
    try:
        catalogue.create_listing(account.id, values)
    except InvalidFields as error:
        if error.errors.keys() != {"external_id"}:
            raise
        return False
    return True
