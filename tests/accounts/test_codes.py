"""One-time codes."""

import re

from app.accounts.codes import new_code


def test_a_code_has_six_digits() -> None:
    assert all(re.fullmatch(r"[0-9]{6}", new_code()) for _ in range(1000))


def test_every_digit_occurs_at_every_place() -> None:
    codes = [new_code() for _ in range(2000)]
    for position in range(6):
        assert len({code[position] for code in codes}) == 10
