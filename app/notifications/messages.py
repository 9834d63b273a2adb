"""What a person is told: a mail, and a text message that says the same in a line.

A text message is one part long, 160 characters, only as long as all of them are plain ASCII.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A mail's subject and text, and the text message that goes to a verified number."""

    subject: str
    text: str
    sms: str


def shortened(text: str, most: int) -> str:
    """Return a name or a title as a text message has it: in ASCII, at most so many characters.

    Accents are left out, and of a text in another script little or nothing remains.
    """
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = " ".join(folded.split())
    return plain if len(plain) <= most else f"{plain[: most - 3].rstrip()}..."
