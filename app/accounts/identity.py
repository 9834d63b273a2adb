"""How names and addresses are written and compared."""

import unicodedata

USERNAME_FALLBACK = "user"
_USERNAME_MARKS = ".-_@+"


def fold_identifier(text: str) -> str:
    """Return the form of a username or an e-mail address that uniqueness is about."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def is_username(text: str) -> bool:
    """Tell whether `text` can be a username: letters, digits and `. - _ @ +`."""
    return bool(text) and all(char.isalnum() or char in _USERNAME_MARKS for char in text)


def username_from_email(email: str) -> str:
    """Return a first proposal for the username of somebody with this address."""
    local = email.partition("@")[0]
    return "".join(char for char in local if is_username(char)) or USERNAME_FALLBACK
