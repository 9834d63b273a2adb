"""Password hashing."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from app.accounts.passwords import hash_password


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
