"""Which passwords are accepted, and how they are hashed and compared."""

import unicodedata
from threading import BoundedSemaphore, Lock
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from app.accounts import passwords
from app.accounts.passwords import (
    MAX_HASHES_AT_ONCE,
    hash_password,
    is_password,
    known_of,
    password_problem,
)
from tests.threads import at_once


def test_a_hash_fits_its_password_only() -> None:
    hashed = hash_password("correct horse")
    assert PasswordHasher().verify(hashed, "correct horse")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(hashed, "correct hors")


def test_two_hashes_of_a_password_differ() -> None:
    assert hash_password("correct horse") != hash_password("correct horse")


def test_a_hash_costs_what_owasp_asks_at_least() -> None:
    parameters = extract_parameters(hash_password("correct horse"))
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert parameters.type.name == "ID"


def test_a_password_is_told_from_another() -> None:
    hashed = hash_password("correct horse")
    assert is_password("correct horse", hashed)
    assert not is_password("Correct horse", hashed)
    assert not is_password("correct horse ", hashed)


def test_nobody_s_password_is_never_right() -> None:
    assert not is_password("nobody's password", None)
    assert not is_password("anything", None)
    assert not is_password("anything", "no hash at all")


def test_nobody_s_hash_costs_what_everybody_s_does() -> None:
    ours, nobodys = (
        extract_parameters(each) for each in (hash_password("x"), passwords._NOBODYS_HASH)
    )
    assert ours == nobodys


def test_two_keyboards_write_the_same_password() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Passwört é 9") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert is_password(decomposed, hash_password(composed))


def test_few_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, inside, most = Lock(), 0, 0
    verify = PasswordHasher.verify

    def note(hasher: Any, hash: str, password: str) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        try:
            return verify(hasher, hash, password)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(PasswordHasher, "verify", note)
    monkeypatch.setattr(passwords, "_turn", BoundedSemaphore(2))
    at_once([lambda: is_password("x", None)] * 6)
    assert most <= 2
    assert MAX_HASHES_AT_ONCE == 4


@pytest.mark.parametrize(
    "password", ["SecurePass@123", "NewPass@123", "OldPass@123", "correct horse", "x1y2z3w4"]
)
def test_an_ordinary_password_is_accepted(password: str) -> None:
    assert password_problem(password, known_of("john@example.com", "John", "Doe")) is None


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129])
def test_a_password_has_8_to_128_characters(password: str) -> None:
    assert password_problem(password) == "A password has 8 to 128 characters."


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "PASSWORD",
        "Passw0rd!",
        "12345678",
        "qwertyuiop",
        "aaaaaaaa",
        "abababab",
        "ｐａｓｓｗｏｒｄ",
    ],
)
def test_a_common_password_is_refused(password: str) -> None:
    problem = password_problem(password)
    assert problem == "This password is among the first that anybody would try."


@pytest.mark.parametrize(
    "password",
    ["john.doe@example.com", "JOHN.DOE", "Johannes", "Doe-Miller", "JohannesDoe-Miller"],
)
def test_what_everybody_knows_is_refused(password: str) -> None:
    about = known_of("john.doe@example.com", "Johannes", "Doe-Miller")
    problem = password_problem(password, about)
    assert problem == "A password must not be your e-mail address or your name."


def test_names_that_are_not_given_forbid_nothing() -> None:
    assert known_of("john@example.com", "", "") == {"john@example.com", "john", ""}
    assert password_problem("anything else", known_of("john@example.com", "", "")) is None
