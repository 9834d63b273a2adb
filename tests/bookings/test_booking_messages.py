"""What people are told: nothing is missing, and a text message is one part long."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from app.bookings import booking_messages as messages
from app.bookings.booking_messages import SMS_CHARS, Stay, Told
from app.bookings.enums import PaymentStatus, Role

BOOKING = UUID(int=7)
DUE = datetime(2026, 6, 18, 12, 15, tzinfo=UTC)


def _stay(title: str = "Luxury Beach Villa") -> Stay:
    return Stay(
        BOOKING, title, date(2026, 9, 1), date(2026, 9, 5), Decimal("99999999999999.99"), "UGX"
    )


def _all_of(stay: Stay) -> list[Told]:
    reason = "Other plans."
    return [
        messages.booked(stay, DUE),
        messages.booked(stay, None),
        messages.payment_submitted(stay),
        *(messages.payment_confirmed(stay, date(2026, 9, day)) for day in (1, 2, 6)),
        messages.payment_rejected(stay, reason, DUE),
        messages.payment_missing(stay, reason),
        messages.refund_due(stay),
        messages.checked_in(stay),
        messages.completed(stay),
        messages.refunded(stay),
        *(
            messages.cancelled(stay, role, reason, payment, is_over=is_over)
            for role in Role
            for is_over in (False, True)
            for payment in (PaymentStatus.UNPAID, PaymentStatus.REFUND_DUE)
        ),
    ]


@pytest.mark.parametrize("title", ["x" * 200, "Résidence Ébène près de l'océan " * 5, "海辺の家"])
def test_a_text_message_is_one_part_of_ascii(title: str) -> None:
    for told in _all_of(_stay(title)):
        for message in told:
            assert message.sms.isascii()
            assert len(message.sms) <= SMS_CHARS, message.sms


def test_every_mail_names_the_stay() -> None:
    for told in _all_of(_stay()):
        for message in told:
            assert "Luxury Beach Villa\n2026-09-01 to 2026-09-05\n" in message.text
            assert str(BOOKING) in message.text
            assert message.subject


def test_a_guest_reads_until_when_to_pay_and_how_much() -> None:
    text = messages.booked(_stay(), DUE).guest.text
    assert "UGX 99,999,999,999,999.99" in text
    assert "2026-06-18 12:15 UTC" in text


def test_a_reason_reaches_the_guest() -> None:
    assert "Blurred." in messages.payment_rejected(_stay(), "Blurred.", DUE).guest.text


def test_a_cancellation_says_its_reason_once() -> None:
    told = messages.cancelled(_stay(), Role.SYSTEM, "Not paid in time.", PaymentStatus.UNPAID)
    for message in told:
        assert "cancelled by our system. The reason:\n\nNot paid in time.\n" in message.text
        assert message.text.count("paid in time") == 1


def test_money_that_may_have_been_sent_is_spoken_of() -> None:
    told = messages.cancelled(_stay(), Role.HOST, "", PaymentStatus.SUBMITTED)
    assert "pay back what we received" in told.guest.text
    unpaid = messages.cancelled(_stay(), Role.HOST, "", PaymentStatus.UNPAID)
    assert "pay" not in unpaid.guest.text


def test_nobody_is_wished_a_stay_whose_dates_have_passed() -> None:
    before, during, after = (
        messages.payment_confirmed(_stay(), date(2026, 9, day)) for day in (1, 2, 6)
    )
    assert "See you on the check-in date!" in before.guest.sms
    assert "See you" not in during.guest.sms
    assert "Everything is ready for your stay." in during.guest.text
    assert "ready" not in after.guest.text
    assert "See you" not in after.guest.sms
    for message in after:
        assert "The dates of this stay have passed" in message.text
        assert "Check the guest in" not in message.text


def test_nobody_is_asked_to_pay_nothing() -> None:
    for message in messages.booked(_stay(), None):
        assert "Please pay" not in message.text + message.sms
        assert "nothing" in message.text
