"""What the collection is written in: requests in folders, in the order in which they run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Dialect(StrEnum):
    """What an answer looks like, and so what a request's test script asks of it."""

    ENVELOPE = "envelope"
    TENANT = "tenant"
    ROOMS = "rooms"
    FILE = "file"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request. Texts may hold variables of Postman's, as `{{listing_id}}`."""

    # As the exported description has it: "PATCH /api/listings/{listing_id}/pricing/".
    operation: str
    name: str
    body: Mapping[str, Any] | None = None
    # A form in the place of a body. A value that begins with "@" is a file.
    form: Mapping[str, str] = field(default_factory=dict)
    # Switched on; what else the description has is there and switched off.
    query: Mapping[str, str] = field(default_factory=dict)
    # Which variable a parameter of the path takes, where it is not that of the same name.
    path: Mapping[str, str] = field(default_factory=dict)
    # Wanted where the description knows several successes.
    status: int | None = None
    dialect: Dialect | None = None
    # Expressions about `answer`, the JSON that came: which variables keep them, what they equal.
    keeps: Mapping[str, str] = field(default_factory=dict)
    expects: Mapping[str, Any] = field(default_factory=dict)
    # Whom the code goes to that this request waits for.
    code_for: str = ""
    # Nobody has logged in yet, though a token could say more.
    is_anonymous: bool = False
    # Without a value in this variable the request is left out.
    needs: str = ""
    note: str = ""


@dataclass(frozen=True)
class Folder:
    """Requests and folders, in their order."""

    name: str
    description: str
    items: Sequence["Step | Folder"]
    # The variable with the bearer token, where it is not that of the folder around it.
    token: str = ""


_LOGIN = "POST /api/auth/login/"
_TOKENS = {"access_token": "answer.data.access", "refresh_token": "answer.data.refresh"}


def login(name: str = "Login", whose: str = "", note: str = "") -> Step:
    """Log in with the variables of somebody; later requests carry the token."""
    return Step(
        operation=_LOGIN,
        name=name,
        body={"email": f"{{{{{whose}email}}}}", "password": f"{{{{{whose}password}}}}"},
        keeps=_TOKENS,
        note=note,
    )


def login_as_host() -> Step:
    """The host's turn."""
    return login("Login as the host")


def login_as_guest() -> Step:
    """The guest's turn."""
    return login("Login as the guest", "guest_")


def login_as_admin() -> Step:
    """Staff's turn."""
    return login("Login as an admin", "admin_")
