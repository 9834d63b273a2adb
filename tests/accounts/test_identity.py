"""How names and addresses are written and compared."""

import pytest

from app.accounts.identity import (
    BadEmail,
    email_key,
    fold_identifier,
    identifier_key,
    is_same_mailbox,
    is_username,
    normalise_email,
    username_from_email,
)


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


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("john@example.com", "john@example.com"),
        (" John@Example.COM\n", "John@example.com"),
        ("john@xn--bcher-kva.example", "john@bücher.example"),
        ("john@BÜCHER.example", "john@bücher.example"),
        ("john@ｅｘａｍｐｌｅ.com", "john@example.com"),
        ("e\u0301va@example.com", "éva@example.com"),
    ],
)
def test_an_address_is_shown_in_one_form(text: str, normalised: str) -> None:
    assert normalise_email(text) == normalised


@pytest.mark.parametrize(
    "text",
    [
        "",
        "john",
        "@example.com",
        "john@",
        "john@@example.com",
        "john@localhost",
        "john@[127.0.0.1]",
        "john doe@example.com",
        '"john"@example.com',
        "john\u200b@example.com",
        "john\0@example.com",
        "john@exa\nmple.com",
        "x" * 250 + "@example.com",
        "ﷺ" * 60 + "@example.com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadEmail):
        normalise_email(text)


@pytest.mark.parametrize(
    "spelling",
    ["john@example.com", "JOHN@EXAMPLE.COM", " john@example.com", "ｊｏｈｎ@example.com"],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert identifier_key(spelling) == "john@example.com"


def test_domains_that_fold_to_one_stay_two() -> None:
    assert email_key("a@straße.example") != email_key("a@strasse.example")


def test_what_is_no_address_still_has_a_form_to_compare() -> None:
    assert identifier_key(" JOHN ") == "john"
    assert identifier_key("+255712345678") == "+255712345678"


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("John@example.com", "jOHN@example.com", True),
        ("éva@example.com", "e\u0301va@example.com", True),
        ("straße@example.com", "strasse@example.com", False),
        ("ｊohn@example.com", "john@example.com", False),
        ("john@example.com", "john@example.org", False),
    ],
)
def test_only_case_may_differ_where_a_mailbox_proves_somebody(
    first: str, second: str, is_same: bool
) -> None:
    assert is_same_mailbox(first, second) is is_same
