"""What a person is told: a mail, and a text message that says the same in a line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A mail's subject and text, and the text message that goes to a verified number."""

    subject: str
    text: str
    sms: str
