"""Passwords: which are accepted, and how they are hashed.

Argon2id at 19 MiB, two passes, one lane (OWASP's minimum). Few are hashed at a time, so that a
crowd of logins takes neither the machine's memory nor every core of it.
"""

import unicodedata
from collections.abc import Iterable
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.common_passwords import COMMON_PASSWORDS

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 128
MAX_HASHES_AT_ONCE = 4
# So many different characters at least: "12121212" has two.
_MIN_DIFFERENT_CHARS = 3

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turn = BoundedSemaphore(MAX_HASHES_AT_ONCE)
# Made at once: the first login of an unknown name must not take longer than the others.
_NOBODYS_HASH = _hasher.hash("nobody's password")


def password_problem(password: str, about: Iterable[str] = ()) -> str | None:
    """Say in a sentence why a password is not accepted; None where it is.

    `about` holds what anybody may know of the person: addresses and names.
    """
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        return f"A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters."
    folded = _fold(password)
    if folded in COMMON_PASSWORDS or len(set(folded)) < _MIN_DIFFERENT_CHARS:
        return "This password is among the first that anybody would try."
    if folded in {_fold(each) for each in about}:
        return "A password must not be your e-mail address or your name."
    return None


def known_of(email: str, *names: str) -> set[str]:
    """Return what a password must not be, from an address and a person's names in order."""
    given = [name for name in names if name]
    return {email, email.partition("@")[0], *given, "".join(given), " ".join(given)}


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, parameters and salt included."""
    with _turn:
        return _hasher.hash(_normalise(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Tell whether a password is the one behind a hash.

    Without a hash the work is the same, and the answer no.
    """
    compared = password_hash or _NOBODYS_HASH
    with _turn:
        try:
            fits = _hasher.verify(compared, _normalise(password))
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None


def _normalise(password: str) -> str:
    """Return one form for what two keyboards may write differently (RFC 8265)."""
    return unicodedata.normalize("NFC", password)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()
