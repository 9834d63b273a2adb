"""What accounts refuse."""

from app.core.errors import Invalid, NotFound


class AccountTaken(Invalid):
    """Another account has this e-mail address or username."""


class UnknownAccount(NotFound):
    """There is no such account."""


class WrongCode(Invalid):
    """The code is wrong, used, expired or tried too often; nobody is told which."""
