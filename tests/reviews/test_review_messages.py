"""What people read of reviews."""

import pytest

from app.notifications.messages import Message
from app.reviews import review_messages

LONG_TITLE, LONG_NAME = "A villa by the sea " * 10, "Bartholomew " * 8
MESSAGES = [
    message
    for name, title in (
        (LONG_NAME, LONG_TITLE),
        ("Zoé", "Résidence Ébène près de l'océan " * 5),
        ("花子", "海辺の家"),
    )
    for message in (
        review_messages.reviewed(name, title, 5, "x" * 5_000),
        review_messages.replied(title, "x" * 5_000),
        review_messages.hidden(title, "x" * 5_000),
        review_messages.shown_again(title),
    )
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_text_message_is_one_part(message: Message) -> None:
    assert len(message.sms) <= 160
    assert message.sms.isascii()


@pytest.mark.parametrize("message", MESSAGES)
def test_a_subject_is_one_line(message: Message) -> None:
    assert "\n" not in message.subject
    assert len(message.subject) < 80


def test_names_in_another_script_are_left_out_of_the_text_message() -> None:
    message = review_messages.reviewed("花子", "海辺の家", 4, "")
    assert "A guest has reviewed their stay at this listing: 4 of 5." in message.sms
    assert message.text.startswith("花子 has reviewed their stay at 海辺の家")


def test_a_guest_without_a_name_is_a_guest() -> None:
    message = review_messages.reviewed("", "Beach house", 4, "")
    assert message.text.startswith("A guest has reviewed their stay at Beach house: 4 of 5.\n\nYou")
    assert "A guest has reviewed" in message.sms


def test_a_mail_has_what_was_said_and_the_text_message_leads_there() -> None:
    message = review_messages.reviewed("Asha", "Beach house", 4, "A quiet place.")
    assert "\n\nA quiet place.\n\n" in message.text
    assert "A quiet place." not in message.sms
    assert "Spam." in review_messages.hidden("Beach house", "Spam.").text
    assert "Come back!" in review_messages.replied("Beach house", "Come back!").text
