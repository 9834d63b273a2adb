"""Tokens: what we make, and that nothing else is taken for one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import jwt_required
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import HMACAlgorithm

from app.api.tokens import (
    BadToken,
    TokenType,
    make_access_token,
    make_refresh_token,
    read_token,
)
from app.core import crypto

START = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def key(app: Flask) -> bytes:
    """What we sign with."""
    return crypto.keyed_digest("jwt")


def _claims(**changes: Any) -> dict[str, Any]:
    """Return the claims of a good access token; a claim of None is left out."""
    now = int(datetime.now(UTC).timestamp())
    claims = {
        "sub": "7",
        "ver": 3,
        "type": "access",
        "jti": "d5b1c1f0",
        "iat": now,
        "exp": now + 60,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def _is_refused(token: str, wanted: TokenType = TokenType.ACCESS, **kwargs: bool) -> bool:
    with pytest.raises(BadToken) as caught:
        read_token(token, wanted, **kwargs)
    assert caught.value.message == "The token is invalid or has expired."
    return True


def test_a_token_of_ours_says_what_was_put_in(app: Flask) -> None:
    for make, kind in (
        (make_access_token, TokenType.ACCESS),
        (make_refresh_token, TokenType.REFRESH),
    ):
        claims = read_token(make(7, 3), kind)
        assert (claims.account_id, claims.version) == (7, 3)


def test_a_token_is_signed_with_hs256_by_a_derived_key(app: Flask, key: bytes) -> None:
    token = make_access_token(7, 3)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert jwt.decode(token, key, algorithms=["HS256"])["sub"] == "7"
    assert app.extensions["nafasi.secret"] != key


def test_a_token_names_nobody_but_the_account(app: Flask) -> None:
    [_, payload, _] = make_access_token(7, 3).split(".")
    claims = orjson.loads(urlsafe_b64decode(payload + "=="))
    assert set(claims) == {"sub", "ver", "type", "jti", "iat", "nbf", "exp", "fresh"}


def test_no_two_tokens_are_the_same(app: Flask) -> None:
    jtis = {read_token(make_refresh_token(7, 3), TokenType.REFRESH).jti for _ in range(50)}
    assert len(jtis) == 50


@pytest.mark.parametrize(
    ("make", "kind", "ttl"),
    [
        (make_access_token, TokenType.ACCESS, timedelta(hours=1)),
        (make_refresh_token, TokenType.REFRESH, timedelta(days=30)),
    ],
)
def test_a_token_lives_as_long_as_documented(
    app: Flask, make: Any, kind: TokenType, ttl: timedelta
) -> None:
    with time_machine.travel(START, tick=False):
        token = make(7, 3)
    with time_machine.travel(START + ttl - timedelta(seconds=1), tick=False):
        assert read_token(token, kind).expires_at == START + ttl
    with time_machine.travel(START + ttl, tick=False):
        assert _is_refused(token, kind)
        assert read_token(token, kind, allow_expired=True).expires_at == START + ttl


def test_how_long_is_a_setting(app: Flask, change_settings: Any) -> None:
    change_settings(access_ttl_s=5, refresh_ttl_s=9)
    with time_machine.travel(START, tick=False):
        ends = [
            read_token(make_access_token(7, 3), TokenType.ACCESS).expires_at,
            read_token(make_refresh_token(7, 3), TokenType.REFRESH).expires_at,
        ]
    assert ends == [START + timedelta(seconds=5), START + timedelta(seconds=9)]


def test_one_type_is_not_taken_for_the_other(app: Flask) -> None:
    assert _is_refused(make_refresh_token(7, 3))
    assert _is_refused(make_access_token(7, 3), TokenType.REFRESH)
    assert _is_refused(make_access_token(7, 3), TokenType.REFRESH, allow_expired=True)


def test_the_claims_that_the_other_tests_change_are_good(key: bytes) -> None:
    assert read_token(jwt.encode(_claims(), key, "HS256"), TokenType.ACCESS).account_id == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"type": None, "exp": None},
        {"type": "refresh"},
        {"type": ["access"]},
        {"sub": None},
        {"sub": ""},
        {"sub": "john"},
        {"sub": "-7"},
        {"sub": "٧"},
        {"sub": "9" * 11},
        {"ver": None},
        {"ver": "3"},
        {"ver": 3.0},
        {"jti": None},
        {"iat": 2**40},
        {"nbf": 2**40},
    ],
)
def test_claims_of_another_shape_are_refused(key: bytes, changes: dict[str, Any]) -> None:
    assert _is_refused(jwt.encode(_claims(**changes), key, "HS256"))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
def test_another_algorithm_is_refused(key: bytes, algorithm: str) -> None:
    signing = None if algorithm == "none" else key.ljust(64, b"\0")
    assert _is_refused(jwt.encode(_claims(), signing, algorithm))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("wrong", [b"", b"secret", b"\0" * 32])
def test_another_key_is_refused(app: Flask, wrong: bytes) -> None:
    header, payload = (
        urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=")
        for part in ({"alg": "HS256", "typ": "JWT"}, _claims())
    )
    signature = HMACAlgorithm(HMACAlgorithm.SHA256).sign(header + b"." + payload, wrong)
    token = b".".join((header, payload, urlsafe_b64encode(signature).rstrip(b"=")))
    assert _is_refused(token.decode())
    assert _is_refused(jwt.encode(_claims(), app.extensions["nafasi.secret"], "HS256"))


def _nested(segment: int) -> str:
    deep = urlsafe_b64encode(b"[" * 900).rstrip(b"=").decode()
    parts = make_access_token(7, 3).split(".")
    parts[segment] = deep
    return ".".join(parts)


@pytest.mark.parametrize(
    "token", ["", ".", "..", "...", "a.b.c", "Bearer x", "é.é.é", "x" * 2_001, "\0", "e30.e30."]
)
def test_what_is_no_token_is_refused(app: Flask, token: str) -> None:
    assert _is_refused(token)


@pytest.mark.parametrize("segment", [0, 1, 2])
def test_json_without_a_floor_is_refused(app: Flask, segment: int) -> None:
    assert _is_refused(_nested(segment))


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(app: Flask, data: st.DataObject) -> None:
    token = make_access_token(7, 3)
    # The last character of a signature holds four bits that decoding drops.
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != token[place]))
    assert _is_refused(token[:place] + other + token[place + 1 :])


@given(st.text(max_size=200))
def test_no_text_is_more_than_refused(app: Flask, text: str) -> None:
    assert _is_refused(text)


def test_what_the_library_refuses_by_itself_is_a_401_of_the_face(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = jwt_required()(dict)
    monkeypatch.setitem(app.view_functions, "Profile.get_own_account", guarded)
    for header in (None, "Bearer x", f"Bearer {make_refresh_token(7, 3)}", "Bearer"):
        headers = {"Authorization": header} if header else {}
        response = client.get("/api/auth/me/", headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.json["errors"] == {
            "non_field_errors": ["The token is invalid or has expired."]
        }
