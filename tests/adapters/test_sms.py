"""Text messages: as files, and through a gateway on loopback that answers as the real one does."""

import stat
import traceback
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
from flask import Flask

from app.adapters import http, sms
from app.adapters.sms import Balance, SmsFailed, SmsRefused
from tests.adapters.loopback import Loopback, serving
from tests.threads import at_once

ChangeSettings = Callable[..., None]

TO = "+255712345678"
TEXT = "Your Nafasi code is 482915."
KEY = "atsk_0a1b/2c3d"


def _taken(status_code: object = 101, **changes: object) -> dict[str, Any]:
    recipient = {
        "statusCode": status_code,
        "number": TO,
        "status": "Success",
        "cost": "TZS 22.0000",
        "messageId": "ATXid_1",
    }
    return {
        "SMSMessageData": {
            "Message": "Sent to 1/1 Total Cost: TZS 22.0000",
            "Recipients": [recipient],
            **changes,
        }
    }


# ── files ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(app: Flask, change_settings: ChangeSettings, tmp_path: Path) -> Path:
    """The folder that messages are written into."""
    change_settings(sms_url=f"file:{tmp_path / 'sms'}")
    return tmp_path / "sms"


def test_a_message_is_a_file_of_its_own(folder: Path) -> None:
    sms.send(to=TO, text="Karibu © 482915")
    [path] = folder.iterdir()
    assert path.suffix == ".json"
    message = orjson.loads(path.read_bytes())
    assert (message["to"], message["text"]) == (TO, "Karibu © 482915")
    assert message["at"].endswith("Z")


def test_only_the_owner_can_read_the_folder(folder: Path) -> None:
    sms.check()
    sms.send(to=TO, text=TEXT)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_messages_at_once_are_all_kept_in_order(folder: Path, app: Flask) -> None:
    def send() -> None:
        with app.app_context():
            sms.send(to=TO, text=TEXT)

    at_once([send] * 6)
    sms.send(to=TO, text="the last one")
    paths = sorted(folder.iterdir())
    assert len(paths) == 7
    assert orjson.loads(paths[-1].read_bytes())["text"] == "the last one"


def test_a_folder_that_cannot_be_is_an_error(
    app: Flask, change_settings: ChangeSettings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    change_settings(sms_url=f"file:{tmp_path / 'file' / 'sms'}")
    with pytest.raises(OSError, match="Not a directory"):
        sms.check()
    with pytest.raises(OSError, match="Not a directory"):
        sms.send(to=TO, text=TEXT)


def test_files_cost_nothing(folder: Path) -> None:
    assert sms.balance() == Balance(Decimal(0), "XXX")


# ── the gateway ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def gateway(app: Flask, change_settings: ChangeSettings) -> Iterator[Loopback]:
    """A gateway that takes every message, until it is told otherwise."""
    with serving() as loopback:
        loopback.answer(_taken(), 201)
        host = loopback.address.removeprefix("http://")
        key = KEY.replace("/", "%2F")
        change_settings(sms_url=f"africastalking://na%40fasi:{key}@{host}?scheme=http&from=NAFASI")
        yield loopback


def _asked_form(gateway: Loopback) -> dict[str, list[str]]:
    [asked] = gateway.asked
    return parse_qs(asked.body.decode(), strict_parsing=True)


def test_a_message_is_posted_as_the_gateway_wants_it(gateway: Loopback) -> None:
    sms.send(to=TO, text="Karibu & kwaheri + ©\n482915")
    [asked] = gateway.asked
    assert (asked.method, asked.path) == ("POST", "/version1/messaging")
    assert asked.headers["apiKey"] == KEY
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert _asked_form(gateway) == {
        "username": ["na@fasi"],
        "to": [TO],
        "message": ["Karibu & kwaheri + ©\n482915"],
        "from": ["NAFASI"],
    }


def test_without_a_sender_the_gateway_chooses_one(
    gateway: Loopback, change_settings: ChangeSettings
) -> None:
    host = gateway.address.removeprefix("http://")
    change_settings(sms_url=f"africastalking://nafasi:{KEY[:9]}@{host}?scheme=http")
    sms.send(to=TO, text=TEXT)
    assert "from" not in _asked_form(gateway)


@pytest.mark.parametrize("status_code", [100, 101, 102, "101"])
def test_what_is_on_its_way_is_sent(gateway: Loopback, status_code: object) -> None:
    gateway.answer(_taken(status_code), 201)
    sms.send(to=TO, text=TEXT)
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("status_code", [401, 402, 405, 407, 500, 501, 502])
def test_what_may_pass_is_tried_again(gateway: Loopback, status_code: int) -> None:
    gateway.answer(_taken(status_code), 201)
    with pytest.raises(SmsFailed, match=str(status_code)) as caught:
        sms.send(to=TO, text=TEXT)
    assert not isinstance(caught.value, SmsRefused)


@pytest.mark.parametrize("status_code", [403, 404, 406, 409])
def test_what_lies_in_the_number_is_not_tried_again(gateway: Loopback, status_code: int) -> None:
    gateway.answer(_taken(status_code), 201)
    with pytest.raises(SmsRefused, match=str(status_code)):
        sms.send(to=TO, text=TEXT)


def test_a_message_for_nobody_tells_the_gateways_word(gateway: Loopback) -> None:
    gateway.answer(_taken(Message="InvalidSenderId", Recipients=[]), 201)
    with pytest.raises(SmsFailed, match="InvalidSenderId"):
        sms.send(to=TO, text=TEXT)


def test_a_sentence_of_the_gateway_is_not_repeated(gateway: Loopback) -> None:
    gateway.answer(_taken(Message=f"{TO} is unknown", Recipients=[]), 201)
    with pytest.raises(SmsFailed, match="no reason given"):
        sms.send(to=TO, text=TEXT)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "Success",
        {},
        {"SMSMessageData": None},
        {"SMSMessageData": []},
        {"SMSMessageData": {}},
        _taken(Recipients=None),
        _taken(Recipients={"statusCode": 101}),
        _taken(Recipients=["+255712345678"]),
        _taken(Recipients=[{"status": "Success"}]),
        _taken(Recipients=[{"statusCode": 101}, {"statusCode": 101}]),
        _taken(999),
        _taken(None),
        _taken([101]),
    ],
)
def test_an_answer_of_another_shape_is_a_failure(gateway: Loopback, value: object) -> None:
    gateway.answer(value, 201)
    with pytest.raises(SmsFailed, match="not known to answer"):
        sms.send(to=TO, text=TEXT)


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b'{"SMSMessageData"', b"\xff", b"[" * 100_000]
)
def test_an_answer_that_is_no_json_is_a_failure(gateway: Loopback, body: bytes) -> None:
    gateway.body = body
    with pytest.raises(SmsFailed, match="not known to answer"):
        sms.send(to=TO, text=TEXT)


@pytest.mark.parametrize("status", [204, 302, 400, 404, 429, 500, 502, 503])
def test_another_status_is_a_failure(gateway: Loopback, status: int) -> None:
    gateway.answer({} if status == 204 else _taken(), status, Location=gateway.address)
    with pytest.raises(SmsFailed, match=str(status)):
        sms.send(to=TO, text=TEXT)
    assert len(gateway.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_for_the_operator(gateway: Loopback, status: int) -> None:
    gateway.status, gateway.body = status, b"The supplied authentication is invalid"
    for ask in (lambda: sms.send(to=TO, text=TEXT), sms.balance, sms.check):
        with pytest.raises(SmsFailed, match="look at SMS_URL"):
            ask()


def test_no_gateway_is_a_failure(app: Flask, change_settings: ChangeSettings) -> None:
    change_settings(sms_url="africastalking://nafasi:key@127.0.0.1:1?scheme=http")
    for ask in (lambda: sms.send(to=TO, text=TEXT), sms.balance, sms.check):
        with pytest.raises(SmsFailed, match="The SMS gateway failed: The server did not answer"):
            ask()


@pytest.mark.parametrize("status_code", [403, 405, 999])
@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_failure_holds_neither_text_nor_number_nor_key(
    gateway: Loopback, caplog: pytest.LogCaptureFixture, status: int, status_code: int
) -> None:
    caplog.set_level("DEBUG")
    gateway.answer(_taken(status_code), status)
    with pytest.raises(SmsFailed) as caught:
        sms.send(to=TO, text=TEXT)
    said = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    for secret in ("482915", "712345678", KEY):
        assert secret not in said


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("live", "https://api.africastalking.com"),
        ("sandbox", "https://api.sandbox.africastalking.com"),
        ("sms.example.com", "https://sms.example.com"),
        ("[::1]:8443?scheme=https", "https://[::1]:8443"),
        ("127.0.0.1:8080?from=NAFASI&scheme=http", "http://127.0.0.1:8080"),
    ],
)
def test_hosts_have_names(
    app: Flask,
    change_settings: ChangeSettings,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    address: str,
) -> None:
    addresses = []

    def call(_method: str, url: str, **_rest: object) -> http.Answer:
        addresses.append(url)
        return http.Answer(201, {}, orjson.dumps(_taken()))

    monkeypatch.setattr(http, "call", call)
    change_settings(sms_url=f"africastalking://nafasi:key@{host}")
    sms.send(to=TO, text=TEXT)
    assert addresses == [f"{address}/version1/messaging"]


# ── the balance ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("KES 1785.50", "1785.50", "KES"),
        ("TZS 0.0000", "0.0000", "TZS"),
        ("UGX -12.5", "-12.5", "UGX"),
        ("USD 3", "3", "USD"),
    ],
)
def test_the_balance_is_what_the_gateway_says(
    gateway: Loopback, said: str, amount: str, currency: str
) -> None:
    gateway.answer({"UserData": {"balance": said}})
    assert sms.balance() == Balance(Decimal(amount), currency)
    [asked] = gateway.asked
    assert (asked.method, asked.path) == ("GET", "/version1/user?username=na%40fasi")
    assert asked.headers["apiKey"] == KEY


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"UserData": None},
        {"UserData": {}},
        {"UserData": {"balance": None}},
        {"UserData": {"balance": 1785.5}},
        {"UserData": {"balance": "1785.50"}},
        {"UserData": {"balance": "KES NaN"}},
        {"UserData": {"balance": "KES 1e9"}},
        {"UserData": {"balance": "KES " + "9" * 1000}},
        {"UserData": {"balance": "KES ١٢"}},
        {"UserData": {"balance": "KES 1785.50\n"}},
    ],
)
def test_a_balance_that_is_none_is_a_failure(gateway: Loopback, value: object) -> None:
    gateway.answer(value)
    with pytest.raises(SmsFailed, match="not known to answer"):
        sms.balance()


def test_who_waits_for_the_balance_is_told_sooner(
    gateway: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadlines: list[float] = []

    def call(*_args: object, deadline_s: float = http.DEADLINE_S, **_rest: object) -> http.Answer:
        deadlines.append(deadline_s)
        raise http.HttpFailed

    monkeypatch.setattr(http, "call", call)
    for ask in (lambda: sms.send(to=TO, text=TEXT), sms.balance, sms.check):
        with pytest.raises(SmsFailed):
            ask()
    assert deadlines == [10, 3, 3]


def test_a_check_sends_nothing(gateway: Loopback) -> None:
    gateway.answer({"UserData": {"balance": "KES 1.00"}})
    sms.check()
    assert [asked.method for asked in gateway.asked] == ["GET"]
