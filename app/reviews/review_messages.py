"""How people are told of reviews and of what becomes of them."""

from app.notifications.messages import Message, shortened

_REVIEWED = """\
{guest} has reviewed their stay at {title}: {rating} of 5.
{comment}
You can reply to it once, and everybody who reads the review will see your reply.
"""
_REPLIED = """\
The host has replied to your review of {title}:

{reply}
"""
_HIDDEN = """\
Our staff has hidden your review of {title}: nobody sees it any more, and it does not count.
{reason}
"""
_SHOWN = """\
Your review of {title} is shown again, and counts again.
"""
NOBODY = "A guest"
# So that a text message stays one part.
_SMS_TITLE_CHARS = 50
_SMS_NAME_CHARS = 30


def reviewed(guest: str, title: str, rating: int, comment: str) -> Message:
    """Tell a host what a guest says of a stay; a guest without a name is just a guest."""
    name = guest or NOBODY
    said = f"\n{comment}\n" if comment else ""
    return Message(
        "A guest has reviewed their stay",
        _REVIEWED.format(guest=name, title=title, rating=rating, comment=said),
        f"Nafasi: {shortened(name, _SMS_NAME_CHARS) or NOBODY} has reviewed their stay at "
        f"{_named(title)}: {rating} of 5. You can reply once.",
    )


def replied(title: str, reply: str) -> Message:
    """Tell a review's author what the host replies."""
    return Message(
        "The host has replied to your review",
        _REPLIED.format(title=title, reply=reply),
        f"Nafasi: the host has replied to your review of {_named(title)}. Our mail has the reply.",
    )


def hidden(title: str, reason: str) -> Message:
    """Tell a review's author that it is hidden, and why where there is a reason."""
    return Message(
        "Your review is hidden",
        _HIDDEN.format(title=title, reason=f"The reason:\n\n{reason}" if reason else ""),
        f"Nafasi: our staff has hidden your review of {_named(title)}. Our mail tells more.",
    )


def shown_again(title: str) -> Message:
    """Tell a review's author that it is shown again."""
    return Message(
        "Your review is shown again",
        _SHOWN.format(title=title),
        f"Nafasi: your review of {_named(title)} is shown again.",
    )


def _named(title: str) -> str:
    return shortened(title, _SMS_TITLE_CHARS) or "this listing"
