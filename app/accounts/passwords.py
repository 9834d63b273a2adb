"""Password hashing: argon2id at 19 MiB, two passes, one lane (OWASP's minimum)."""

from argon2 import PasswordHasher

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, parameters and salt included."""
    return _hasher.hash(password)
