"""Telling people what happened to what is theirs."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import message_service as messages
from app.accounts import service as accounts
from app.accounts.models import Account
from app.core import clock
from app.core.db import transaction
from app.notifications.messages import Message
from tests.letters import Mailbox, Phone

MESSAGE = Message("Approved", "Your host profile is approved.", "Nafasi: you are a host now.")
NUMBER = "+255712345678"


def _account(*, email: bool = True, phone: bool = True) -> Account:
    account = accounts.create_account(email="john@example.com")
    with transaction():
        account.phone_number = NUMBER
        account.email_verified_at = clock.now() if email else None
        account.phone_verified_at = clock.now() if phone else None
    return account


def test_a_message_comes_by_mail_and_by_sms(
    app: Flask, mailbox: Mailbox, phone: Phone, run_jobs: Callable[[], None]
) -> None:
    messages.tell(_account().id, MESSAGE)
    run_jobs()
    [mail] = mailbox.mails()
    assert (mail["To"], mail["Subject"]) == ("john@example.com", MESSAGE.subject)
    assert mail.get_content().strip() == MESSAGE.text
    [sms] = phone.messages()
    assert (sms["to"], sms["text"]) == (NUMBER, MESSAGE.sms)


def test_nothing_goes_where_nobody_has_shown_to_be(
    app: Flask, mailbox: Mailbox, phone: Phone, run_jobs: Callable[[], None]
) -> None:
    messages.tell(_account(email=False, phone=False).id, MESSAGE)
    run_jobs()
    assert (mailbox.mails(), phone.messages()) == ([], [])


def test_nobody_is_told_of_what_was_undone(
    app: Flask, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    account_id = _account().id

    def break_off() -> None:
        with transaction():
            messages.tell(account_id, MESSAGE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    run_jobs()
    assert mailbox.mails() == []
