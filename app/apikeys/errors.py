"""What the tenant face's keys refuse."""

from app.core.errors import Invalid, NotFound


class UnknownKey(NotFound):
    """There is no such key, or more than one fits."""


class BadOrigin(Invalid):
    """That is not the name of a host."""
