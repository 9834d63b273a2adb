"""What accounts refuse."""

from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class AccountTaken(Invalid):
    """Another account has this e-mail address, phone number or username."""


class UnknownAccount(NotFound):
    """There is no such account."""


class WrongCode(Invalid):
    """The code is wrong, used, expired or tried too often; nobody is told which."""


class WrongCredentials(Unauthenticated):
    """No account has this address and password; nobody is told which of them is wrong."""


class SessionOver(Unauthenticated):
    """The token was right once: it is blacklisted, or its account has moved on."""


class AccountUnusable(Forbidden):
    """The right person came, but the account is disabled or its address not verified."""


class OtherIdentity(Conflict):
    """The account is linked to somebody else at the identity provider."""


class WrongStage(Conflict):
    """The stage of the host profile does not allow it."""


class IncompleteProfile(Conflict):
    """The host profile lacks something that staff must have seen."""


class DocumentMissing(NotFound):
    """There is no document that this viewer may look at now."""


class OwnAccount(Conflict):
    """Nobody does that to themselves."""


class SuperuserOnly(Forbidden):
    """It takes a superuser to do that to a superuser."""
