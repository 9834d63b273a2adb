"""Secrets: encryption at rest, keyed digests, and signed opaque tokens."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from functools import lru_cache

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, current_app

_TAG_BYTES = 16


class BadToken(Exception):
    """A token was altered, cut short, or made for another purpose."""


def init_app(app: Flask, secret_key: str, data_keys: str) -> None:
    app.extensions["nafasi.secret"] = secret_key.encode()
    keys = [Fernet(key.strip()) for key in data_keys.split(",") if key.strip()]
    app.extensions["nafasi.newest_fernet"] = keys[0]
    app.extensions["nafasi.fernet"] = MultiFernet(keys)


def encrypt(value: bytes) -> bytes:
    """Encrypt bytes under the newest data key."""
    return _fernet().encrypt(value)


def decrypt(token: bytes) -> bytes:
    """Decrypt what `encrypt` made, under any of the data keys.

    :raises cryptography.fernet.InvalidToken: when none of the keys fits.
    """
    return _fernet().decrypt(token)


def encrypt_json(value: object) -> bytes:
    """Encrypt a JSON value under the newest data key."""
    return encrypt(orjson.dumps(value))


def decrypt_json(token: bytes) -> object:
    """Decrypt what `encrypt_json` made, under any of the data keys.

    :raises cryptography.fernet.InvalidToken: when none of the keys fits.
    """
    return orjson.loads(decrypt(token))


def seal(content: bytes) -> tuple[bytes, bytes]:
    """Encrypt a file under a fresh key of its own; return it and that key.

    The key comes encrypted under the newest data key, so that a change of data keys leaves the
    file as it is, and without its key the file is worthless at once.
    """
    key = Fernet.generate_key()
    return Fernet(key).encrypt(content), encrypt(key)


def unseal(sealed: bytes, key: bytes) -> bytes:
    """Return the content of a file that `seal` encrypted, by the key that it returned.

    :raises cryptography.fernet.InvalidToken: when the key is another one's, or the file altered.
    """
    return Fernet(decrypt(key)).decrypt(sealed)


def is_newest(token: bytes) -> bool:
    """Tell whether something is encrypted under the newest data key already."""
    newest: Fernet = current_app.extensions["nafasi.newest_fernet"]
    try:
        newest.decrypt(token)
    except InvalidToken:
        return False
    return True


def reencrypt(token: bytes) -> bytes:
    """Return the same content under the newest data key.

    :raises cryptography.fernet.InvalidToken: when none of the keys fits.
    """
    return _fernet().rotate(token)


def keyed_digest(purpose: str, *parts: str) -> bytes:
    """Return a 32-byte HMAC-SHA-256 of the parts, under a key derived for `purpose`."""
    return hmac.digest(_derived_key(purpose), "\0".join(parts).encode(), hashlib.sha256)


def sign(purpose: str, payload: bytes) -> str:
    """Return a URL-safe token that carries `payload` and cannot be altered."""
    tag = hmac.digest(_derived_key(purpose), payload, hashlib.sha256)[:_TAG_BYTES]
    return urlsafe_b64encode(tag + payload).rstrip(b"=").decode()


def unsign(purpose: str, token: str) -> bytes:
    """Return the payload of a token that `sign` made for the same purpose.

    :raises BadToken: when it is anything else.
    """
    try:
        raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (UnicodeEncodeError, Base64Error) as error:
        raise BadToken from error
    tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    expected = hmac.digest(_derived_key(purpose), payload, hashlib.sha256)[:_TAG_BYTES]
    # Comparing the whole text as well refuses other spellings of the same bytes.
    if not hmac.compare_digest(tag, expected) or sign(purpose, payload) != token:
        raise BadToken
    return payload


def _fernet() -> MultiFernet:
    fernet: MultiFernet = current_app.extensions["nafasi.fernet"]
    return fernet


def _derived_key(purpose: str) -> bytes:
    return _derive(current_app.extensions["nafasi.secret"], purpose)


@lru_cache(maxsize=100)
def _derive(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, purpose.encode(), hashlib.sha256)
