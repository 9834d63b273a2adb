"""What the tenant face's keys refuse."""

from app.core.errors import Conflict, Invalid, NotFound


class UnknownKey(NotFound):
    """There is no such key, or more than one fits."""


class TooManyKeys(Conflict):
    """The owner has as many keys as anybody may have."""


class BadOrigin(Invalid):
    """That is not the name of a host."""
