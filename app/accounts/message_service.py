"""Telling people what happened to what is theirs, by mail and by SMS.

A message is written into the outbox by the transaction that it is about, so that nobody is told
of what was undone. Mail and text message are two pieces of work: one that fails is tried again
alone.
"""

from dataclasses import asdict
from typing import Any

from app.accounts import repository
from app.core import outbox
from app.core.db import transaction
from app.notifications import service as notifications
from app.notifications.messages import Message

MAIL = "accounts.mail"
SMS = "accounts.sms"


def tell(account_id: int, message: Message) -> None:
    """Send a message to whoever has this account, once the current transaction is durable.

    It goes to the addresses of the moment that it is sent, as far as they are verified.
    """
    with transaction():
        for topic in (MAIL, SMS):
            outbox.post(topic, {"account_id": account_id, **asdict(message)})


@outbox.handler(MAIL)
def send_mail(payload: dict[str, Any]) -> None:
    """Mail a message (the outbox job)."""
    account = repository.find_account(payload["account_id"])
    if account is not None and account.email_verified_at is not None:
        notifications.send_mail(account.email, _message(payload))


@outbox.handler(SMS)
def send_sms(payload: dict[str, Any]) -> None:
    """Send a message by SMS (the outbox job)."""
    account = repository.find_account(payload["account_id"])
    if account is not None and account.phone_number and account.phone_verified_at is not None:
        notifications.send_sms(account.phone_number, _message(payload))


def _message(payload: dict[str, Any]) -> Message:
    return Message(payload["subject"], payload["text"], payload["sms"])
