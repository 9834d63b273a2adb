"""What reaches people: the mails and text messages that the application wrote into folders."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.factories import code_in, code_in_text


class Mailbox:
    """The mails that the application wrote into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def url(self) -> str:
        """The MAIL_URL of this folder."""
        return f"file:{self._folder}"

    def mails(self) -> list[EmailMessage]:
        """Return the mails, oldest first."""
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self._folder.glob("*.eml"))
        ]

    def codes(self) -> list[str]:
        """Return the code of each mail, oldest first."""
        return [code_in(mail) for mail in self.mails()]


class Phone:
    """The text messages that the application wrote into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def messages(self) -> list[dict[str, str]]:
        """Return the messages, oldest first."""
        return [json.loads(path.read_bytes()) for path in sorted(self._folder.glob("*.json"))]

    def codes(self) -> list[str]:
        """Return the code of each message, oldest first."""
        return [code_in_text(message["text"]) for message in self.messages()]
