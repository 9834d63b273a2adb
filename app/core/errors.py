"""What can go wrong, in the language of the domains.

A domain raises one of these; the dialect of the face that was called gives it a status and a
shape. Messages are sentences for a person and never hold a library's own error text.
"""


class DomainError(Exception):
    """Base of every expected failure. `field` names the offending input, where there is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError):
    """The input cannot be accepted as it is."""


class InvalidFields(Invalid):
    """Several inputs cannot be accepted; `errors` maps each name to its sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("The input is not valid.")
        self.errors = errors


class Unauthenticated(DomainError):
    """The caller has not proved who they are."""


class Forbidden(DomainError):
    """The caller is known and may not do this."""


class NotFound(DomainError):
    """There is no such thing, or none that the caller may see."""


class Conflict(DomainError):
    """The state of things does not allow it now."""


class TooMany(DomainError):
    """A limit is used up; `retry_after_s` says when to come back."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(DomainError):
    """Something that this service depends on does not answer at the moment."""
