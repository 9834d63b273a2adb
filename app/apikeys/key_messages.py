"""What owners are told of what staff does with their API keys: never the key itself."""

from app.apikeys.enums import Scope
from app.notifications.messages import Message, shortened

_MAY = {Scope.READ: "read", Scope.READ_WRITE: "read and change"}
# So that a text message stays one part.
_SMS_NAME_CHARS = 40


def issued(name: str, prefix: str, scope: Scope) -> Message:
    """Say that there is a new key, by the characters that it begins with."""
    return Message(
        "A new API key for your Nafasi account",
        f"Our staff has made an API key for your Nafasi account: {name!r}, which begins with "
        f"{prefix}. It may {_MAY[scope]} your listings.\n\n"
        "If you do not expect that, please revoke the key and write to our support.\n",
        f"Nafasi: our staff has made the API key {_named(name, prefix)} for your account.",
    )


def revoked(name: str, prefix: str) -> Message:
    """Say that a key is refused from now on."""
    return Message(
        "An API key of your Nafasi account is revoked",
        f"Our staff has revoked the API key {name!r} of your Nafasi account, which begins with "
        f"{prefix}. Requests with it are refused from now on.\n",
        f"Nafasi: our staff has revoked the API key {_named(name, prefix)}.",
    )


def _named(name: str, prefix: str) -> str:
    return f"{shortened(name, _SMS_NAME_CHARS)} ({prefix}...)".lstrip()
