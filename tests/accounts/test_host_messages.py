"""What people are told of their host profiles."""

import pytest

from app.accounts import host_messages
from app.notifications.messages import Message

REASON = "Picha haionekani vizuri.\nTafadhali piga nyingine."
ALL = [
    host_messages.approved(),
    host_messages.rejected(REASON),
    host_messages.withdrawn(REASON),
]


@pytest.mark.parametrize("message", ALL)
def test_a_text_message_is_one_part_and_a_subject_one_line(message: Message) -> None:
    assert message.sms.isascii()
    assert len(message.sms) <= 160
    assert message.subject.isprintable()


@pytest.mark.parametrize("message", ALL[1:])
def test_the_mail_gives_the_reason_whole(message: Message) -> None:
    assert REASON in message.text


def test_no_two_say_the_same() -> None:
    for part in ("subject", "text", "sms"):
        assert len({getattr(message, part) for message in ALL}) == len(ALL)
