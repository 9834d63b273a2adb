"""What makes a host: how old, known by which number, and with which steps behind them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from app.accounts.enums import VerificationStage

MIN_AGE_YEARS = 18
FIRST_BIRTHDAY = date(1900, 1, 1)
# Of Africa/Dar_es_Salaam, which has had no other since 1961; not every machine has that table.
EAST_AFRICA_TIME = timezone(timedelta(hours=3))

# What the profile needs before staff looks at it, by the names that people give it under.
PERSONAL = ("first_name", "last_name", "date_of_birth", "gender", "phone_number")
IDENTITY = ("nida_number", "id_photo")

_NIDA = re.compile(r"([0-9]{8})-?([0-9]{5})-?([0-9]{5})-?([0-9]{2})", re.ASCII)
_SUBMITTED = (VerificationStage.PENDING_REVIEW, VerificationStage.APPROVED)


class BadNidaNumber(ValueError):
    """This is no number of a national identity card; the message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """How far somebody is; `rejection_reason` is there while the profile is rejected."""

    personal_info: bool
    identity: bool
    profile_submitted: bool
    verification_stage: VerificationStage
    rejection_reason: str | None


def normalise_nida_number(text: str, now: datetime) -> str:
    """Return a number of Tanzania's NIDA as it stands on the card: `19920314-12345-67890-12`.

    :raises BadNidaNumber: when it has not 20 digits, or its first eight are nobody's day of birth.
    """
    found = _NIDA.fullmatch(text.strip())
    if not found:
        raise BadNidaNumber("A NIDA number has 20 digits, like 19920314-12345-67890-12.")
    try:
        born = date.fromisoformat(found[1])
    except ValueError:
        raise BadNidaNumber("A NIDA number begins with a date: year, month, day.") from None
    if not FIRST_BIRTHDAY <= born <= _today(now):
        raise BadNidaNumber(
            f"A NIDA number begins with a day of birth between {FIRST_BIRTHDAY} and today."
        )
    return "-".join(found.groups())


def birthday_problem(date_of_birth: date, now: datetime) -> str | None:
    """Say why nobody born on this day can be a host now; None where they can."""
    today = _today(now)
    if date_of_birth < FIRST_BIRTHDAY or date_of_birth > today:
        return f"Ensure this date lies between {FIRST_BIRTHDAY} and today."
    has_had_birthday = (today.month, today.day) >= (date_of_birth.month, date_of_birth.day)
    age_years = today.year - date_of_birth.year - (not has_had_birthday)
    if age_years < MIN_AGE_YEARS:
        return f"A host must be {MIN_AGE_YEARS} years old or older."
    return None


def _today(now: datetime) -> date:
    return now.astimezone(EAST_AFRICA_TIME).date()


def missing(given: Mapping[str, object]) -> list[str]:
    """Return the names of what a profile still lacks, in the order that it is asked for."""
    return [name for name in (*PERSONAL, *IDENTITY) if not given.get(name)]


def make_checklist(
    given: Mapping[str, object], stage: VerificationStage, rejection_reason: str | None
) -> Checklist:
    """Return how far somebody is who has given this."""
    lacking = missing(given)
    return Checklist(
        personal_info=not set(PERSONAL) & set(lacking),
        identity=not set(IDENTITY) & set(lacking),
        profile_submitted=stage in _SUBMITTED,
        verification_stage=stage,
        rejection_reason=rejection_reason if stage is VerificationStage.REJECTED else None,
    )
