"""What hosts are told about the review of their listings."""

import pytest

from app.catalogue import review_messages
from app.notifications.messages import Message

SMS_CHARS = 160
LONG = "Luxury Beach Villa with a private pool, a garden and a view of the whole Indian Ocean"


def _all_of(title: str) -> list[Message]:
    return [
        review_messages.approved(title),
        review_messages.rejected(title, "Photos too low quality."),
        review_messages.marked(title, {"is_verified": True, "is_sponsored": False}),
        review_messages.marked(title, {"is_verified": False, "is_sponsored": True}),
    ]


@pytest.mark.parametrize("title", ["Villa", LONG, "Résidence Ébène près de l'océan " * 5])
def test_a_text_message_fits_into_one_part_whatever_the_title(title: str) -> None:
    for message in _all_of(title):
        assert len(message.sms) <= SMS_CHARS
        assert message.sms.isascii()
        assert message.sms.startswith("Nafasi: your listing ")


def test_a_mail_has_the_whole_title_and_the_reason() -> None:
    for message in _all_of(LONG):
        assert LONG in message.text
    assert "Too dark." in review_messages.rejected("Villa", "Too dark.").text


def test_a_title_in_another_script_is_left_out_of_the_text_message() -> None:
    assert review_messages.approved("海辺の家").sms == (
        "Nafasi: your listing is approved and live now."
    )


def test_a_long_title_is_cut_in_the_text_message() -> None:
    assert "your listing Luxury Beach Villa with a private poo... is" in (
        review_messages.approved(LONG).sms
    )


def test_a_mail_says_which_marks_have_changed() -> None:
    text = review_messages.marked("Villa", {"is_verified": True}).text
    assert "It is marked as verified now." in text
    assert "sponsored" not in text
