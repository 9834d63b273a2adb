"""What people are told of what staff does to their accounts."""

import pytest

from app.accounts import account_messages as texts
from app.accounts.enums import Tier
from app.notifications.messages import Message

ALL = [texts.disabled(), texts.enabled(), *(texts.tier_changed(tier) for tier in Tier)]


@pytest.mark.parametrize("message", ALL)
def test_a_text_message_is_one_part(message: Message) -> None:
    assert message.sms.isascii()
    assert len(message.sms) <= 160


def test_each_message_says_something_of_its_own() -> None:
    assert len({message.text for message in ALL}) == len({message.sms for message in ALL}) == 5


def test_a_subscription_is_called_by_its_name() -> None:
    message = texts.tier_changed(Tier.BUSINESS)
    assert "Business" in message.text
    assert "Business" in message.sms
