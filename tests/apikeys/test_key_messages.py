"""What owners are told of what staff does with their keys."""

import pytest

from app.apikeys import key_messages as texts
from app.apikeys.enums import Scope

LONG = "n" * 100


@pytest.mark.parametrize("name", [LONG, "é" * 100, "鍵"])
def test_a_text_message_is_one_part_and_names_the_key(name: str) -> None:
    for message in (
        texts.issued(name, "RW_abcde", Scope.READ_WRITE),
        texts.revoked(name, "RW_abcde"),
    ):
        assert message.sms.isascii()
        assert len(message.sms) <= 160
        assert "RW_abcde" in message.sms
        assert name in message.text
        assert "\n" not in message.subject


@pytest.mark.parametrize(
    ("scope", "words"), [(Scope.READ, "may read your"), (Scope.READ_WRITE, "read and change")]
)
def test_a_new_key_s_owner_learns_what_it_may(scope: Scope, words: str) -> None:
    assert words in texts.issued("CRM", "R_abcdef", scope).text
