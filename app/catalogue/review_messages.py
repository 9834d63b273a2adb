"""How hosts are told what staff has decided about their listings."""

from app.notifications.messages import Message, shortened

_APPROVED = """\
Your listing "{title}" is approved. It is live now, and guests can book it.
"""
_REJECTED = """\
We have looked at your listing "{title}" and cannot show it yet. The reason:

{reason}

Change the listing and submit it again: we look at it anew.
"""
_MARKED = """\
Staff has changed how your listing "{title}" is shown:

{changes}
"""
_MARKS = {
    ("is_verified", True): "It is marked as verified now.",
    ("is_verified", False): "It is no longer marked as verified.",
    ("is_sponsored", True): "It is sponsored now.",
    ("is_sponsored", False): "It is no longer sponsored.",
}
# So much of a title fits into a text message of one part beside what is said about it.
_TITLE_CHARS = 40


def approved(title: str) -> Message:
    """Tell a host that guests see the listing now."""
    return Message(
        "Your listing is live",
        _APPROVED.format(title=title),
        f"Nafasi: {_named(title)} is approved and live now.",
    )


def rejected(title: str, reason: str) -> Message:
    """Tell a host why a listing was not approved; the text message leads to the mail."""
    return Message(
        "Your listing needs a correction",
        _REJECTED.format(title=title, reason=reason),
        f"Nafasi: {_named(title)} is not approved yet. Our mail tells why; "
        "change it and submit it again.",
    )


def marked(title: str, changes: dict[str, bool]) -> Message:
    """Tell a host which marks a listing has got or lost."""
    sentences = [_MARKS[change] for change in changes.items()]
    return Message(
        "Your listing is shown differently",
        _MARKED.format(title=title, changes="\n".join(sentences)),
        f"Nafasi: {_named(title)}: {' '.join(sentences)}",
    )


def _named(title: str) -> str:
    return f"your listing {shortened(title, _TITLE_CHARS)}".rstrip()
