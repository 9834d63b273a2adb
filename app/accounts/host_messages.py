"""How people are told what staff has decided about their host profiles."""

from app.notifications.messages import Message

_APPROVED = """\
Your host profile is approved. You can create listings now.
"""
_REJECTED = """\
We have looked at your host profile and cannot approve it yet. The reason:

{reason}

Correct the profile and submit it again: we look at it anew.
"""
_WITHDRAWN = """\
Your host profile is no longer approved. The reason:

{reason}

Your active listings stay. To create or change listings, correct the profile and submit it again.
"""


def approved() -> Message:
    """Tell somebody that they are a host now."""
    return Message(
        "Your host profile is approved",
        _APPROVED,
        "Nafasi: your host profile is approved. You can create listings now.",
    )


def rejected(reason: str) -> Message:
    """Tell somebody why their profile was not approved; the text message leads to the mail."""
    return Message(
        "Your host profile needs a correction",
        _REJECTED.format(reason=reason),
        "Nafasi: your host profile is not approved yet. Our mail tells why; "
        "correct the profile and submit it again.",
    )


def withdrawn(reason: str) -> Message:
    """Tell a host why they are none any more."""
    return Message(
        "Your host profile is no longer approved",
        _WITHDRAWN.format(reason=reason),
        "Nafasi: your host profile is no longer approved. Our mail tells why; "
        "correct the profile and submit it again.",
    )
