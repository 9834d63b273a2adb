"""Text messages: through Africa's Talking, or as one `.json` file each in the embedded profile.

``SMS_URL`` is ``africastalking://username:key@live`` (or ``@sandbox``; or ``@host:port``, with
``?scheme=http`` where a proxy of one's own takes them), with ``?from=NAFASI`` for a registered
sender, or ``file:/folder``. No exception here holds a text, a number or the key: the text is a
code, and exceptions are logged.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlencode, urlsplit

import orjson

from app.adapters import http, letterbox
from app.core import clock
from app.core.settings import current_settings

_HOSTS = {"live": "api.africastalking.com", "sandbox": "api.sandbox.africastalking.com"}
# Processed, sent, queued: it is the gateway's business from here on.
_ACCEPTED = {"100", "101", "102"}
# These the operator or time may cure: credit is bought, a sender registered, a network returns.
_FAILED = {
    "401": "it holds the message back as a risk",
    "402": "the sender is not registered",
    "405": "the credit is used up",
    "407": "there is no way to this network",
    "500": "it failed",
    "501": "it failed",
    "502": "the network did not take it",
}
# These lie in the number.
_REFUSED = {
    "403": "the number is not valid",
    "404": "this kind of number gets no messages",
    "406": "the recipient has blocked us",
    "409": "the recipient does not want to be disturbed",
}
# Somebody waits for the balance, and it only says something about the gateway.
_BALANCE_DEADLINE_S = 3.0
# ISO 4217's code for "no currency".
NO_CURRENCY = "XXX"
_BALANCE = re.compile(r"([A-Z]{3}) ?(-?\d{1,15}(?:\.\d{1,10})?)", re.ASCII)
_WORD = re.compile(r"[A-Za-z]{1,40}")


class SmsFailed(OSError):
    """A message did not leave, or the gateway cannot be asked; trying again later may help."""


class SmsRefused(SmsFailed):
    """This number never gets this message: trying again is useless."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left to send messages for; `currency` is an ISO 4217 code."""

    amount: Decimal
    currency: str


def send(*, to: str, text: str) -> None:
    """Send one message to a number in E.164. Sent is not delivered: phones may be off.

    :raises SmsRefused: when this number cannot get it.
    :raises OSError: when it was not taken (`SmsFailed`, or the folder's); the caller tries again.
    """
    url = urlsplit(current_settings().sms_url)
    if url.scheme == "file":
        message = {"to": to, "text": text, "at": clock.isoformat_s(clock.now())}
        content = orjson.dumps(message, option=orjson.OPT_INDENT_2)
        letterbox.drop(Path(url.path), ".json", content)
        return
    form = {"username": unquote(url.username or ""), "to": to, "message": text}
    sender = parse_qs(url.query).get("from")
    if sender:
        form["from"] = sender[0]
    _check_taken(_ask(url, "POST", "/version1/messaging", form))


def balance() -> Balance:
    """Return what the gateway says is left; files cost nothing, so there it is 0 of no currency.

    :raises SmsFailed: when it does not say.
    """
    url = urlsplit(current_settings().sms_url)
    if url.scheme == "file":
        return Balance(Decimal(0), NO_CURRENCY)
    answer = _ask(url, "GET", "/version1/user", {"username": unquote(url.username or "")})
    found = _BALANCE.fullmatch(str(_member(answer, "UserData").get("balance")))
    if not found:
        raise _nonsense()
    return Balance(Decimal(found[2]), found[1])


def check() -> None:
    """Reach the gateway with our name and key, or the folder, without sending anything.

    :raises OSError: when that fails.
    """
    url = urlsplit(current_settings().sms_url)
    if url.scheme == "file":
        letterbox.make(Path(url.path))
    else:
        balance()


def _ask(url: SplitResult, method: str, path: str, form: dict[str, str]) -> Any:
    """Return the JSON value that the gateway answers."""
    headers = {"apiKey": unquote(url.password or ""), "Accept": "application/json"}
    address, body = _base(url) + path, urlencode(form)
    try:
        if method == "GET":
            answer = http.call(
                method, f"{address}?{body}", headers=headers, deadline_s=_BALANCE_DEADLINE_S
            )
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            answer = http.call(method, address, headers=headers, body=body.encode())
    except http.HttpFailed as error:
        raise SmsFailed(f"The SMS gateway failed: {error}") from None
    if answer.status in (401, 403):
        raise SmsFailed("The SMS gateway does not take our name and key; look at SMS_URL.")
    if answer.status not in (200, 201):
        raise SmsFailed(f"The SMS gateway answered with status {answer.status}.")
    try:
        return orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise _nonsense() from None


def _base(url: SplitResult) -> str:
    host = url.hostname or ""
    if host in _HOSTS:
        return f"https://{_HOSTS[host]}"
    scheme = parse_qs(url.query).get("scheme", ["https"])[0]
    return f"{scheme}://{url.netloc.rpartition('@')[2]}"


def _check_taken(answer: Any) -> None:
    data = _member(answer, "SMSMessageData")
    match data.get("Recipients"):
        case [{"statusCode": status}]:
            code = str(status)
        case []:
            # Then one word says why, such as InvalidSenderId; a sentence might hold anything.
            word = str(data.get("Message"))
            reason = word if _WORD.fullmatch(word) else "no reason given"
            raise SmsFailed(f"The SMS gateway took no message: {reason}.")
        case _:
            raise _nonsense()
    if code in _REFUSED:
        raise SmsRefused(f"The SMS gateway took no message: {_REFUSED[code]} ({code}).")
    if code in _FAILED:
        raise SmsFailed(f"The SMS gateway took no message: {_FAILED[code]} ({code}).")
    if code not in _ACCEPTED:
        raise _nonsense()


def _member(answer: Any, name: str) -> dict[str, Any]:
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, dict):
        raise _nonsense()
    return found


def _nonsense() -> SmsFailed:
    return SmsFailed("The SMS gateway answered what it is not known to answer.")
