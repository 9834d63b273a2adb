"""What makes a host."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.accounts.enums import VerificationStage
from app.accounts.hosts import (
    EAST_AFRICA_TIME,
    BadNidaNumber,
    birthday_problem,
    make_checklist,
    missing,
    normalise_nida_number,
)

NUMBER = "19920314-12345-67890-12"
COMPLETE = dict.fromkeys(
    [
        "first_name",
        "last_name",
        "date_of_birth",
        "gender",
        "phone_number",
        "nida_number",
        "id_photo",
    ],
    "given",
)
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "19920314123456789012",
        f" {NUMBER}\n",
        "19920314-12345-6789012",
        "1992031412345-67890-12",
    ],
)
def test_a_number_is_kept_as_it_stands_on_the_card(text: str) -> None:
    assert normalise_nida_number(text, NOW) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1992031412345678901",
        "199203141234567890123",
        "19920314--12345-67890-12",
        "1992-0314-12345-67890-12",
        "19920314-12345-67890-1a",
        "19920314 12345 67890 12",
        "-19920314-12345-67890-12",
        "١٩٩٢٠٣١٤-12345-67890-12",
        f"{NUMBER}\n{NUMBER}",
    ],
)
def test_what_has_not_twenty_digits_is_no_number(text: str) -> None:
    with pytest.raises(BadNidaNumber, match="20 digits"):
        normalise_nida_number(text, NOW)


@pytest.mark.parametrize("day", ["19920230", "19921301", "19920100", "00000101", "20230229"])
def test_a_number_begins_with_a_date(day: str) -> None:
    with pytest.raises(BadNidaNumber, match="begins with a date"):
        normalise_nida_number(f"{day}-12345-67890-12", NOW)


@pytest.mark.parametrize("day", ["18991231", "29920314", "99991231"])
def test_a_number_begins_with_the_birthday_of_somebody_alive(day: str) -> None:
    with pytest.raises(BadNidaNumber, match="between 1900-01-01 and today"):
        normalise_nida_number(f"{day}-12345-67890-12", NOW)


def test_whoever_is_born_today_has_a_number_today() -> None:
    today = NOW.astimezone(EAST_AFRICA_TIME).date()
    for day, is_born in ((today, True), (today + timedelta(days=1), False)):
        number = f"{day:%Y%m%d}-12345-67890-12"
        if is_born:
            assert normalise_nida_number(number, NOW) == number
        else:
            with pytest.raises(BadNidaNumber):
                normalise_nida_number(number, NOW)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1992, 3, 14), date(2008, 6, 15)])
def test_who_is_eighteen_can_be_a_host(day: date) -> None:
    assert birthday_problem(day, NOW) is None


def test_who_is_eighteen_tomorrow_cannot() -> None:
    assert birthday_problem(date(2008, 6, 16), NOW) == "A host must be 18 years old or older."


def test_it_is_the_day_in_east_africa_that_counts() -> None:
    before, midnight = (datetime(2026, 6, 15, *time, tzinfo=UTC) for time in ((20, 59), (21, 0)))
    assert birthday_problem(date(2008, 6, 16), before) is not None
    assert birthday_problem(date(2008, 6, 16), midnight) is None


def test_who_was_born_on_a_leap_day_is_eighteen_in_march() -> None:
    assert birthday_problem(date(2008, 2, 29), datetime(2026, 2, 28, 12, tzinfo=UTC)) is not None
    assert birthday_problem(date(2008, 2, 29), datetime(2026, 3, 1, 12, tzinfo=UTC)) is None


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(1, 1, 1), date(2026, 6, 16)])
def test_nobody_alive_was_born_then(day: date) -> None:
    assert birthday_problem(day, NOW) == "Ensure this date lies between 1900-01-01 and today."


@pytest.mark.parametrize("name", COMPLETE)
def test_what_is_missing_is_named(name: str) -> None:
    for nothing in (None, "", b""):
        assert missing(COMPLETE | {name: nothing}) == [name]


def test_of_nothing_everything_is_missing() -> None:
    assert missing({}) == list(COMPLETE)


def test_the_checklist_tells_both_halves_apart() -> None:
    stage = VerificationStage.NOT_STARTED
    for name, (personal, identity) in {
        "gender": (False, True),
        "phone_number": (False, True),
        "nida_number": (True, False),
        "id_photo": (True, False),
    }.items():
        found = make_checklist(COMPLETE | {name: None}, stage, None)
        assert (found.personal_info, found.identity) == (personal, identity)


@pytest.mark.parametrize(
    ("stage", "is_submitted", "reason"),
    [
        (VerificationStage.NOT_STARTED, False, None),
        (VerificationStage.PENDING_REVIEW, True, None),
        (VerificationStage.APPROVED, True, None),
        (VerificationStage.REJECTED, False, "Unclear."),
    ],
)
def test_a_rejected_profile_is_to_be_submitted_again(
    stage: VerificationStage, is_submitted: bool, reason: str | None
) -> None:
    found = make_checklist(COMPLETE, stage, "Unclear.")
    assert (found.profile_submitted, found.rejection_reason) == (is_submitted, reason)
