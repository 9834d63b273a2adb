"""The list of passwords that are tried first."""

from app.accounts.common_passwords import COMMON_PASSWORDS
from app.accounts.passwords import MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS


def test_only_what_would_be_accepted_otherwise_stands_there() -> None:
    assert len(COMMON_PASSWORDS) > 500
    for word in COMMON_PASSWORDS:
        assert MIN_PASSWORD_CHARS <= len(word) <= MAX_PASSWORD_CHARS
        assert word == word.casefold()
