"""How names and addresses are written and compared."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

USERNAME_FALLBACK = "user"
MAX_EMAIL_CHARS = 254
_USERNAME_MARKS = ".-_@+"


class BadEmail(ValueError):
    """This is no e-mail address; the message is a sentence for a person."""


def fold_identifier(text: str) -> str:
    """Return the form of a username that uniqueness is about."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def normalise_email(text: str) -> str:
    """Return an address as it is shown and written to: its domain in Unicode, in small letters.

    :raises BadEmail: when mail could never be sent there.
    """
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise BadEmail("Enter a valid e-mail address.") from None
    # Folding can make a text longer: what is compared must fit as well as what is shown.
    if max(len(found.normalized), len(email_key(found.normalized))) > MAX_EMAIL_CHARS:
        raise BadEmail(f"An e-mail address has at most {MAX_EMAIL_CHARS} characters.")
    return found.normalized


def email_key(normalised: str) -> str:
    """Return the form of a normalised address that uniqueness is about.

    Only the local part is folded: two domains that fold to one may have two owners.
    """
    local, _, domain = normalised.rpartition("@")
    return f"{fold_identifier(local)}@{domain}"


def identifier_key(text: str) -> str:
    """Return one form for the spellings of whatever somebody calls an account by."""
    try:
        return email_key(normalise_email(text))
    except BadEmail:
        return fold_identifier(text)


def is_same_mailbox(first: str, second: str) -> bool:
    """Tell whether two normalised addresses differ in case alone.

    `email_key` says what would be confused by people; only this may prove who somebody is.
    """
    return (
        unicodedata.normalize("NFC", first).lower() == unicodedata.normalize("NFC", second).lower()
    )


def is_username(text: str) -> bool:
    """Tell whether `text` can be a username: letters, digits and `. - _ @ +`."""
    return bool(text) and all(char.isalnum() or char in _USERNAME_MARKS for char in text)


def username_from_email(email: str) -> str:
    """Return a first proposal for the username of somebody with this address."""
    local = email.partition("@")[0]
    return "".join(char for char in local if is_username(char)) or USERNAME_FALLBACK
