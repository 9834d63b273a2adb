"""Issuing, finding and revoking API keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.accounts import code_service as codes
from app.accounts import service as accounts
from app.accounts.enums import CodePurpose
from app.accounts.models import Account
from app.apikeys import repository
from app.apikeys.enums import Scope
from app.apikeys.errors import BadOrigin, TooManyKeys, UnknownKey
from app.apikeys.keys import (
    KEY_NAME_CHARS,
    MAX_KEYS,
    MAX_ORIGINS,
    UsableKey,
    is_allowed_origin,
    key_digest,
    new_key,
    normalize_host,
)
from app.apikeys.models import PREFIX_CHARS, ApiKey
from app.core import clock
from app.core.db import Beside, Read, Reader, transaction
from app.core.errors import Invalid
from app.core.text import shows_nothing

NO_SUCH_KEY = "There is no such API key."
TOO_MANY_KEYS = f"An account has at most {MAX_KEYS} API keys. Revoke one that is not used any more."


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key at the only moment that it exists in clear."""

    account: Account
    row: ApiKey
    key: str


def issue_key(
    owner: Account, *, scope: Scope, name: str, allowed_origins: list[str] | None = None
) -> IssuedKey:
    """Make a key for an owner. Only its hash and its first eight characters are kept.

    :raises Invalid: when the name is empty or too long.
    :raises BadOrigin: when an origin is not a host name.
    :raises TooManyKeys: when the owner has as many keys as anybody may have.
    """
    name = _checked_name(name)
    hosts = _checked_hosts(allowed_origins or [])
    key = new_key(scope)
    digest = key_digest(key)
    assert digest is not None
    with transaction():
        accounts.lock_account(owner.id)
        if repository.count_live_keys(owner.id) >= MAX_KEYS:
            raise TooManyKeys(TOO_MANY_KEYS)
        row = ApiKey(
            owner_id=owner.id,
            name=name,
            scope=scope,
            digest=digest,
            prefix=key[:PREFIX_CHARS],
            allowed_origins=hosts,
            created_at=clock.now(),
        )
        repository.add_key(row)
    return IssuedKey(owner, row, key)


def register_key(*, username: str, name: str, code: str) -> IssuedKey:
    """Issue a read-only key to whoever holds the code that was mailed for this username.

    :raises WrongCode: when the code is not right or the name not known.
    :raises Invalid, TooManyKeys: as `issue_key`; then the code is still alive.
    """
    right = codes.try_code(CodePurpose.API_KEY, username, code)
    with transaction():
        owner = codes.consume_code(right)
        return issue_key(owner, scope=Scope.READ, name=name)


def find_usable_key(
    reader: Reader, key: str, beside: Beside[Read]
) -> tuple[UsableKey, Read] | None:
    """Return what is known of a presented key, or None where it opens nothing.

    `beside` says what else to read about its owner in the same statement.
    """
    digest = key_digest(key)
    return None if digest is None else repository.find_usable(reader, digest, beside)


def may_be_used_from(key: UsableKey, *, origin: str | None, referer: str | None) -> bool:
    """Tell whether a request with these headers comes from a site that the key is bound to.

    Only read-only keys are bound to sites: the others stay on servers, which send no headers.
    """
    if key.scope is Scope.READ_WRITE:
        return True
    return is_allowed_origin(key.allowed_origins, origin, referer)


def list_keys(owner: Account) -> list[ApiKey]:
    """Return the owner's keys, newest first, revoked ones included."""
    return repository.list_keys(owner.id)


def get_key_by_reference(reference: str) -> ApiKey:
    """Return the key that an id, a prefix or the key itself names, revoked or not.

    :raises UnknownKey: when no key, or more than one, fits.
    """
    digest = key_digest(reference)
    if digest is not None:
        found = repository.find_by_digest(digest)
    else:
        found = repository.find_by_id_or_prefix(reference)
    if not found:
        raise UnknownKey(NO_SUCH_KEY)
    if len(found) > 1:
        raise UnknownKey(f"{len(found)} API keys begin with that; name one by its id.")
    return found[0]


def revoke_key(key_id: int) -> bool:
    """Revoke a key: it is refused from the next request on. Tell whether it was not before."""
    with transaction():
        return repository.mark_revoked(key_id, clock.now())


def list_live_keys(owner_id: int) -> list[ApiKey]:
    """Return the owner's keys that open something, newest first."""
    return repository.list_live_keys(owner_id)


def get_own_key(owner_id: int, uuid: UUID) -> ApiKey:
    """Return an owner's key that opens something.

    :raises UnknownKey: when there is none.
    """
    key = repository.find_live_key(owner_id, uuid)
    if key is None:
        raise UnknownKey(NO_SUCH_KEY)
    return key


def update_key(owner_id: int, uuid: UUID, changes: Mapping[str, Any]) -> ApiKey:
    """Change `name` or `allowed_origins` of an owner's key; what is absent stays, None clears.

    :raises UnknownKey: when the owner has no such key, or it is revoked.
    :raises Invalid, BadOrigin: as `issue_key`.
    """
    with transaction():
        key = _lock_own(owner_id, uuid)
        if "name" in changes:
            key.name = _checked_name(changes["name"])
        if "allowed_origins" in changes:
            key.allowed_origins = _checked_hosts(changes["allowed_origins"] or [])
    return key


def revoke_own_key(owner_id: int, uuid: UUID) -> None:
    """Revoke an owner's key: it is refused from the next request on.

    :raises UnknownKey: when the owner has no such key, or it is revoked already.
    """
    with transaction():
        _lock_own(owner_id, uuid).revoked_at = clock.now()


def note_use(key_id: int) -> None:
    """Remember that a key was used just now, to the minute, without touching the database."""
    repository.remember_use(key_id, clock.now())


def sweep_last_use() -> None:
    """Write the remembered times of last use into the database."""
    used = repository.take_uses()
    if used:
        write_last_use(used)


def write_last_use(used: Iterable[tuple[int, datetime]]) -> None:
    """Write into the database when keys, by id, were last used; the time only moves forward."""
    with transaction():
        for key_id, at in used:
            repository.mark_used(key_id, at)


def _lock_own(owner_id: int, uuid: UUID) -> ApiKey:
    key = repository.lock_live_key(owner_id, uuid)
    if key is None:
        raise UnknownKey(NO_SUCH_KEY)
    return key


def _checked_name(name: str) -> str:
    name = name.strip()
    if shows_nothing(name) or len(name) > KEY_NAME_CHARS:
        raise Invalid(f"A key's name has 1 to {KEY_NAME_CHARS} characters.", "name")
    return name


def _checked_hosts(origins: Sequence[str]) -> list[str]:
    """Return the host names of sites, each once, in their order."""
    hosts = [_checked_host(origin) for origin in origins]
    if len(hosts) > MAX_ORIGINS:
        raise BadOrigin(f"A key has at most {MAX_ORIGINS} allowed sites.", "allowed_origins")
    return list(dict.fromkeys(hosts))


def _checked_host(origin: str) -> str:
    host = normalize_host(origin)
    if host is None:
        raise BadOrigin(f"{origin[:100]!r} is not a host name.", "allowed_origins")
    return host
