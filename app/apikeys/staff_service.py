"""What staff sees of API keys, and does to them.

Each deed is written down, and the key's owner told, in the transaction that does it. On the
command line there is no actor.
"""

from dataclasses import dataclass
from uuid import UUID

from app.accounts import message_service as messages
from app.accounts import service as accounts
from app.accounts.errors import UnknownAccount
from app.accounts.models import Account
from app.apikeys import key_messages, staff_repository
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from app.apikeys.errors import UnknownKey
from app.apikeys.models import ApiKey
from app.apikeys.service import IssuedKey
from app.audit import service as audit
from app.core.counts import Slice
from app.core.db import transaction
from app.core.errors import Invalid

OBJECT = "api_key"
ISSUED = "api_key.issued"
REVOKED = "api_key.revoked"
NOT_VERIFIED = "This account has not verified its e-mail address yet, and gets no API keys."


@dataclass(frozen=True, slots=True)
class OwnedKey:
    """A key, and whose it is."""

    row: ApiKey
    owner: Account


def list_live_keys(
    *,
    user: str | None = None,
    scope: Scope | None = None,
    search: str = "",
    offset: int,
    limit: int,
) -> Slice:
    """Return keys of all owners that are not revoked as `OwnedKey`s, newest first.

    `user` names one owner, as `issue_key` takes it; `search` is how a key begins, or a part of its
    name.

    :raises Invalid: on `user`, when that names nobody, or several accounts.
    """
    owner_id = None if user is None else _owner(user).id
    found = staff_repository.list_live_keys(
        owner_id=owner_id, scope=scope, search=search, offset=offset, limit=limit
    )
    owners = accounts.find_accounts({key.owner_id for key in found.rows})
    return found._replace(rows=[OwnedKey(key, owners[key.owner_id]) for key in found.rows])


def issue_key(
    actor_id: int | None,
    *,
    user: str,
    scope: Scope,
    name: str,
    allowed_origins: list[str] | None = None,
) -> IssuedKey:
    """Make a key for whom `user` names by UUID, username, e-mail address or id.

    :raises Invalid: on `user`, when that names nobody, or several accounts, or one whose place
        somebody else may take; and as `apikeys.issue_key`.
    :raises BadOrigin, TooManyKeys: as there.
    """
    with transaction():
        owner = accounts.lock_account(_owner(user).id)
        if owner.email_verified_at is None:
            raise Invalid(NOT_VERIFIED, "user")
        issued = apikeys.issue_key(owner, scope=scope, name=name, allowed_origins=allowed_origins)
        _record(actor_id, ISSUED, issued.row, issued.account)
        message = key_messages.issued(issued.row.name, issued.row.prefix, scope)
        messages.tell(issued.account.id, message)
    return issued


def revoke_key(actor_id: int, uuid: UUID) -> None:
    """Revoke a key: it is refused from the next request on.

    :raises UnknownKey: when there is no such key, or it is revoked already.
    """
    with transaction():
        key = staff_repository.find_by_uuid(uuid)
        if key is None or not _revoke(actor_id, key):
            raise UnknownKey(apikeys.NO_SUCH_KEY)


def revoke_key_by_reference(reference: str) -> ApiKey:
    """Revoke the key that an id, a prefix or the key itself names; again changes nothing.

    :raises UnknownKey: when no key, or more than one, fits.
    """
    with transaction():
        key = apikeys.get_key_by_reference(reference)
        _revoke(None, key)
    return key


def _revoke(actor_id: int | None, key: ApiKey) -> bool:
    is_revoked_now = apikeys.revoke_key(key.id)
    if is_revoked_now:
        _record(actor_id, REVOKED, key, accounts.get_account(key.owner_id))
        messages.tell(key.owner_id, key_messages.revoked(key.name, key.prefix))
    return is_revoked_now


def _record(actor_id: int | None, action: str, key: ApiKey, owner: Account) -> None:
    audit.record(
        actor_id,
        action,
        OBJECT,
        key.uuid,
        owner=str(owner.uuid),
        name=key.name,
        prefix=key.prefix,
        scope=key.scope,
    )


def _owner(user: str) -> Account:
    try:
        return accounts.get_account_by_reference(user)
    except UnknownAccount as unknown:
        raise Invalid(unknown.message, "user") from None
