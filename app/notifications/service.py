"""Messages to people. Called from jobs only: nothing here may keep a request waiting."""

from smtplib import SMTPException

import structlog

from app.adapters import mail, sms

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
    try:
        sms.send(to=phone_number, text=text)
    except sms.SmsRefused as error:
        log.warning("code not sent", reason=str(error))


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
