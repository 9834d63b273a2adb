"""Messages to people. They are sent from jobs only: no request waits for a mail to leave."""

from smtplib import SMTPException

import structlog

from app.adapters import mail, sms
from app.adapters.sms import Balance
from app.core.errors import Unavailable
from app.notifications.messages import Message

_CODE_TEXT = """\
Your Nafasi verification code is {code}

It is there {what_for}, and works once, for the next {minutes} minutes.
Nobody from Nafasi will ever ask you for it.
If you did not request a code, you can ignore this message.
"""
_CODE_SMS = (
    "Your Nafasi code {what_for} is {code}. It works once, for {minutes} minutes. "
    "Tell it to nobody."
)
NO_BALANCE = "The SMS gateway does not answer at the moment. Please try again shortly."

log = structlog.get_logger(__name__)


def send_code_mail(address: str, code: str, *, what_for: str, valid_s: int) -> None:
    """Mail a one-time code; `what_for` is what it does, such as "to get an API key".

    :raises OSError, smtplib.SMTPException: when the mail server does not take it.
    """
    text = _CODE_TEXT.format(code=code, what_for=what_for, minutes=max(1, valid_s // 60))
    mail.send(to=address, subject="Your Nafasi verification code", text=text)


def send_code_sms(phone_number: str, code: str, *, what_for: str, valid_s: int) -> None:
    """Send a one-time code to a number in E.164; one that can never get it is given up.

    :raises OSError: when the gateway does not take it.
    """
    text = _CODE_SMS.format(code=code, what_for=what_for, minutes=max(1, valid_s // 60))
    _send_sms(phone_number, text)


def send_mail(address: str, message: Message) -> None:
    """Mail a message.

    :raises OSError, smtplib.SMTPException: when the mail server does not take it.
    """
    mail.send(to=address, subject=message.subject, text=message.text)


def send_sms(phone_number: str, message: Message) -> None:
    """Send a message's short form to a number in E.164; one that can never get it is given up.

    :raises OSError: when the gateway does not take it.
    """
    _send_sms(phone_number, message.sms)


def mail_problem() -> str | None:
    """Say what is wrong with the way mails take, without sending one; None where nothing is."""
    try:
        mail.check()
    except (OSError, SMTPException):
        return "The mail server does not take us; look at MAIL_URL."
    return None


def sms_problem() -> str | None:
    """Say what is wrong with the way text messages take; None where nothing is."""
    try:
        sms.check()
    except OSError:
        return "The SMS gateway does not take us; look at SMS_URL."
    return None


def sms_balance() -> Balance:
    """Return what is left at the SMS gateway to send messages for.

    :raises Unavailable: when the gateway does not say.
    """
    try:
        return sms.balance()
    except OSError as error:
        log.warning("no balance", reason=str(error))
        raise Unavailable(NO_BALANCE) from None


def _send_sms(phone_number: str, text: str) -> None:
    try:
        sms.send(to=phone_number, text=text)
    except sms.SmsRefused as error:
        log.warning("text message given up", reason=str(error))
