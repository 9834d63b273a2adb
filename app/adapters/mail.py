"""Mail: over SMTP, or as one `.eml` file a message in the embedded profile.

``MAIL_URL`` is ``smtp://user:password@host:port?tls=starttls`` (or ``tls=none``; ``smtps://`` for
TLS from the first byte) or ``file:/folder``.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from app.adapters import letterbox
from app.core.settings import current_settings

SMTP_TIMEOUT_S = 20


def send(*, to: str, subject: str, text: str) -> None:
    """Send one plain text mail.

    :raises OSError, smtplib.SMTPException: when it was not taken; the caller tries again.
    """
    settings = current_settings()
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_from)[1].partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    url = urlsplit(settings.mail_url)
    if url.scheme == "file":
        letterbox.drop(Path(url.path), ".eml", bytes(message))
    else:
        with _connect(url) as server:
            server.send_message(message)


def check() -> None:
    """Reach the mail server, or the folder, without sending anything.

    :raises OSError, smtplib.SMTPException: when that fails.
    """
    url = urlsplit(current_settings().mail_url)
    if url.scheme == "file":
        letterbox.make(Path(url.path))
    else:
        with _connect(url) as server:
            server.noop()


def _connect(url: SplitResult) -> smtplib.SMTP:
    tls = parse_qs(url.query).get("tls", ["starttls"])[0]
    host, context = url.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=SMTP_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 587, timeout=SMTP_TIMEOUT_S)
    try:
        if url.scheme != "smtps" and tls == "starttls":
            server.starttls(context=context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server
