"""Secrets: nothing that was altered, and nothing made for another purpose, is accepted."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from flask import Flask
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core import crypto
from app.core.crypto import BadToken


def test_a_signed_token_gives_its_payload_back(app: Flask) -> None:
    token = crypto.sign("cursor", b"payload")
    assert crypto.unsign("cursor", token) == b"payload"
    assert token.isascii()
    assert not set(token) & set("+/=&?#% ")


def test_a_token_of_another_purpose_is_refused(app: Flask) -> None:
    token = crypto.sign("cursor/1", b"payload")
    with pytest.raises(BadToken):
        crypto.unsign("cursor/2", token)


def test_a_token_under_another_secret_is_refused(app: Flask) -> None:
    token = crypto.sign("cursor", b"payload")
    other = Flask("other")
    crypto.init_app(other, "another secret", Fernet.generate_key().decode())
    with other.app_context(), pytest.raises(BadToken):
        crypto.unsign("cursor", token)


@given(payload=st.binary(max_size=40), position=st.integers(0, 200), replacement=st.characters())
def test_a_token_with_any_other_character_is_refused(
    app: Flask, payload: bytes, position: int, replacement: str
) -> None:
    token = crypto.sign("cursor", payload)
    place = position % len(token)
    altered = token[:place] + replacement + token[place + 1 :]
    assume(altered != token)
    with pytest.raises(BadToken):
        crypto.unsign("cursor", altered)


@given(payload=st.binary(max_size=40), cut=st.integers(1, 80))
def test_a_token_cut_short_is_refused(app: Flask, payload: bytes, cut: int) -> None:
    token = crypto.sign("cursor", payload)
    with pytest.raises(BadToken):
        crypto.unsign("cursor", token[:-cut])


@given(text=st.text(max_size=80))
def test_any_text_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(BadToken):
        crypto.unsign("cursor", text)


def test_padding_is_no_second_spelling(app: Flask) -> None:
    for payload in (b"", b"1", b"12", b"123"):
        token = crypto.sign("cursor", payload)
        for altered in (f"{token}=", f"{token}==", f" {token}", f"{token}\n", token + "A"):
            with pytest.raises(BadToken):
                crypto.unsign("cursor", altered)


def test_digests_depend_on_purpose_and_on_where_the_parts_end(app: Flask) -> None:
    digest = crypto.keyed_digest("code", "ab", "c")
    assert len(digest) == 32
    assert digest == crypto.keyed_digest("code", "ab", "c")
    others = [
        crypto.keyed_digest("other", "ab", "c"),
        crypto.keyed_digest("code", "a", "bc"),
        crypto.keyed_digest("code", "abc"),
        crypto.keyed_digest("code", "c", "ab"),
    ]
    assert digest not in others


def test_what_is_encrypted_shows_nothing_and_comes_back(app: Flask) -> None:
    value = {"username": "amina", "numbers": [1, 2.5, None, True]}
    token = crypto.encrypt_json(value)
    assert b"amina" not in token
    assert token != crypto.encrypt_json(value)
    assert crypto.decrypt_json(token) == value


def test_bytes_come_back_as_they_were(app: Flask) -> None:
    content = bytes(range(256))
    token = crypto.encrypt(content)
    assert content not in token
    assert crypto.decrypt(token) == content


def test_a_sealed_file_opens_with_its_own_key_alone(app: Flask) -> None:
    content = b"a photo" * 100
    (sealed, key), (other, other_key) = crypto.seal(content), crypto.seal(content)
    assert b"photo" not in sealed
    assert sealed != other
    assert crypto.unseal(sealed, key) == content
    with pytest.raises(InvalidToken):
        crypto.unseal(sealed, other_key)
    with pytest.raises(InvalidToken):
        crypto.unseal(sealed[:-1], key)


def test_a_change_of_data_keys_leaves_a_sealed_file_as_it_is() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    app = Flask("app")
    with app.app_context():
        crypto.init_app(app, "secret", old)
        sealed, key = crypto.seal(b"a photo")
        crypto.init_app(app, "secret", f"{new}, {old}")
        assert not crypto.is_newest(key)
        newer = crypto.reencrypt(key)
        assert crypto.is_newest(newer)
        crypto.init_app(app, "secret", new)
        assert crypto.unseal(sealed, newer) == b"a photo"


def test_an_altered_ciphertext_is_refused(app: Flask) -> None:
    token = bytearray(crypto.encrypt_json({"a": 1}))
    token[-3] ^= 1
    with pytest.raises(InvalidToken):
        crypto.decrypt_json(bytes(token))


def test_a_newer_key_is_used_and_the_older_ones_still_open() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    app = Flask("app")
    with app.app_context():
        crypto.init_app(app, "secret", old)
        token = crypto.encrypt_json("value")
        crypto.init_app(app, "secret", f"{new}, {old}")
        assert crypto.decrypt_json(token) == "value"
        newer = crypto.encrypt_json("value")
        crypto.init_app(app, "secret", new)
        assert crypto.decrypt_json(newer) == "value"
        with pytest.raises(InvalidToken):
            crypto.decrypt_json(token)
