"""Messages to people. Called from jobs only: nothing here may keep a request waiting."""

from smtplib import SMTPException

from app.adapters import mail

_CODE_TEXT = """\
Your Nafasi verification code is {code}

It works once, for the next {minutes} minutes.
Nobody from Nafasi will ever ask you for it.
If you did not request a code, you can ignore this message.
"""


def send_code_mail(address: str, code: str, *, valid_s: int) -> None:
    """Mail a one-time code.

    :raises OSError, smtplib.SMTPException: when the mail server does not take it.
    """
    text = _CODE_TEXT.format(code=code, minutes=max(1, valid_s // 60))
    mail.send(to=address, subject="Your Nafasi verification code", text=text)


def mail_problem() -> str | None:
    """Say what is wrong with the way mails take, without sending one; None where nothing is."""
    try:
        mail.check()
    except (OSError, SMTPException):
        return "The mail server does not take us; look at MAIL_URL."
    return None
