"""How names and addresses are written and compared."""

import pytest

from app.accounts.identity import fold_identifier, is_username, username_from_email


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("you", "you"),
        (" You ", "you"),
        ("ＹＯＵ", "you"),
        ("Straße", "strasse"),
        ("E\u0301va", "éva"),
        ("Éva", "éva"),
    ],
)
def test_names_are_compared_folded(text: str, folded: str) -> None:
    assert fold_identifier(text) == folded


@pytest.mark.parametrize("text", ["you", "You.2", "a-b_c@d+e", "ñandú", "家", "1"])
def test_letters_digits_and_five_marks_make_a_username(text: str) -> None:
    assert is_username(text)


@pytest.mark.parametrize("text", ["", " ", "a b", "a/b", "a\0", "a\n", "<b>", "a,b", "🏠", "a%"])
def test_anything_else_does_not(text: str) -> None:
    assert not is_username(text)


@pytest.mark.parametrize(
    ("email", "username"),
    [
        ("you@example.com", "you"),
        ("first.last+tag@example.com", "first.last+tag"),
        ("o'brien@example.com", "obrien"),
        ("!#$@example.com", "user"),
    ],
)
def test_a_username_is_proposed_from_the_address(email: str, username: str) -> None:
    assert username_from_email(email) == username
