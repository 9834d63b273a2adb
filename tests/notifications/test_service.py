"""What is sent to people, and what happens when it cannot be."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import orjson
import pytest
from flask import Flask

from app.adapters import sms
from app.core.errors import Unavailable
from app.notifications import service as notifications

ChangeSettings = Callable[..., None]
NUMBER = "+255712345678"
WHAT_FOR = "to confirm your phone number"


def test_a_code_is_texted_in_one_message(
    app: Flask, change_settings: ChangeSettings, tmp_path: Path
) -> None:
    change_settings(sms_url=f"file:{tmp_path}")
    notifications.send_code_sms(NUMBER, "314159", what_for=WHAT_FOR, valid_s=600)
    [path] = tmp_path.glob("*.json")
    message = orjson.loads(path.read_bytes())
    assert message["to"] == NUMBER
    assert "314159" in message["text"]
    assert WHAT_FOR in message["text"]
    assert "10 minutes" in message["text"]
    # A longer one, or one with other letters, would cost two.
    assert len(message["text"]) <= 160
    assert message["text"].isascii()


def test_a_number_that_can_never_get_it_is_given_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_message: str) -> None:
        raise sms.SmsRefused("The number is not valid.")

    monkeypatch.setattr(sms, "send", refuse)
    notifications.send_code_sms(NUMBER, "314159", what_for=WHAT_FOR, valid_s=600)


def test_a_gateway_that_fails_is_tried_again_by_the_caller(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_message: str) -> None:
        raise sms.SmsFailed("The gateway is away.")

    monkeypatch.setattr(sms, "send", fail)
    with pytest.raises(OSError, match="away"):
        notifications.send_code_sms(NUMBER, "314159", what_for=WHAT_FOR, valid_s=600)


def test_what_is_wrong_with_sms_is_said(
    app: Flask, change_settings: ChangeSettings, tmp_path: Path
) -> None:
    change_settings(sms_url=f"file:{tmp_path}")
    assert notifications.sms_problem() is None
    (tmp_path / "file").touch()
    change_settings(sms_url=f"file:{tmp_path / 'file'}")
    assert notifications.sms_problem() == "The SMS gateway does not take us; look at SMS_URL."


def test_the_balance_is_the_gateways(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "balance", lambda: sms.Balance(Decimal("12.5"), "TZS"))
    assert notifications.sms_balance() == sms.Balance(Decimal("12.5"), "TZS")


def test_a_gateway_that_does_not_say_is_unavailable(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> sms.Balance:
        raise sms.SmsFailed("The gateway is away.")

    monkeypatch.setattr(sms, "balance", fail)
    with pytest.raises(Unavailable):
        notifications.sms_balance()
