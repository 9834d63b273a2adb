"""Google sign-in: only Google's own word to us counts, and Google is asked for keys sparingly."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from hmac import digest
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from app.adapters import identity
from app.adapters.identity import (
    BadIdentity,
    GoogleIdentity,
    IdentityUnavailable,
    verify_google_token,
)
from app.core import clock
from tests.adapters.loopback import Loopback, serving
from tests.threads import at_once

ChangeSettings = Callable[..., None]

WEB = "web.apps.googleusercontent.com"
ANDROID = "android.apps.googleusercontent.com"
# Making keys is slow, and these guard nothing.
GOOGLE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NEXT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SOMEBODYS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _jwk(key: rsa.RSAPrivateKey, kid: str = "first", **changes: object) -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return public | {"kid": kid, "alg": "RS256", "use": "sig"} | changes


def _claims(**changes: object) -> dict[str, Any]:
    """Return the claims of a good token; a claim of None is left out."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": "https://accounts.google.com",
        "azp": ANDROID,
        "aud": WEB,
        "sub": "110169484474386276334",
        "email": "Amina@Example.com",
        "email_verified": True,
        "name": "Amina Juma",
        "given_name": "Amina",
        "family_name": "Juma",
        "iat": now - 10,
        "exp": now + 3590,
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def _token(
    key: Any = GOOGLE_KEY, kid: object = "first", alg: str = "RS256", **changes: object
) -> str:
    return jwt.encode(_claims(**changes), key, algorithm=alg, headers={"kid": kid})


def _segment(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class _Clock:
    """The clock that keys grow old by."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    """A clock that stands still until it is told otherwise."""
    stopped = _Clock()
    monkeypatch.setattr(identity, "monotonic", stopped)
    return stopped


@pytest.fixture
def google(
    app: Flask, change_settings: ChangeSettings, monkeypatch: pytest.MonkeyPatch, passing: _Clock
) -> Iterator[Loopback]:
    """Google, with one key; nobody has asked for it yet."""
    monkeypatch.setattr(identity, "_keyrings", {})
    with serving() as loopback:
        loopback.answer({"keys": [_jwk(GOOGLE_KEY)]}, Cache_Control="public, max-age=7200")
        change_settings(
            google_client_id=f"{WEB}, {ANDROID}", google_jwks_url=f"{loopback.address}/certs"
        )
        yield loopback


def _is_refused(token: str) -> bool:
    with pytest.raises(BadIdentity) as caught:
        verify_google_token(token)
    assert caught.value.message == "Google did not confirm who you are. Please sign in again."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return True


# ── whom a token is about ───────────────────────────────────────────────────────────────────


def test_a_good_token_says_who_somebody_is(google: Loopback) -> None:
    assert verify_google_token(_token()) == GoogleIdentity(
        sub="110169484474386276334",
        email="Amina@Example.com",
        first_name="Amina",
        last_name="Juma",
    )
    assert [asked.path for asked in google.asked] == ["/certs"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "accounts.google.com"},
        {"aud": ANDROID},
        {"email_verified": "true"},
        {"azp": None},
    ],
)
def test_what_google_may_write_otherwise_is_taken(
    google: Loopback, changes: dict[str, object]
) -> None:
    assert verify_google_token(_token(**changes)).first_name == "Amina"


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"family_name": None}, ("Amina", "")),
        ({"given_name": None, "family_name": None}, ("Amina Juma", "")),
        ({"given_name": None, "family_name": None, "name": None}, ("", "")),
        ({"given_name": "  Amina ", "family_name": 5}, ("Amina", "")),
    ],
)
def test_names_may_be_missing(
    google: Loopback, changes: dict[str, object], names: tuple[str, str]
) -> None:
    found = verify_google_token(_token(**changes))
    assert (found.first_name, found.last_name) == names


# ── what proves nothing ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://accounts.google.com.example.com"},
        {"iss": "https://accounts.google.com/"},
        {"iss": "http://accounts.google.com"},
        {"iss": None},
        {"aud": "another.apps.googleusercontent.com"},
        {"aud": f"{WEB}, {ANDROID}"},
        {"aud": [WEB, "another.apps.googleusercontent.com"]},
        {"aud": ""},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 110169484474386276334},
        {"sub": "1" * 256},
        {"email": None},
        {"email": ""},
        {"email": ["amina@example.com"]},
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": None},
        {"email_verified": {"true": True}},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": -float("inf"), "exp": float("-inf")},
        {"iat": None},
        {"iat": "yesterday"},
    ],
)
def test_each_claim_counts(google: Loopback, changes: dict[str, object]) -> None:
    assert _is_refused(_token(**changes))


@pytest.mark.parametrize(
    ("claim", "good_s", "bad_s"), [("exp", -50, -70), ("iat", 50, 70), ("nbf", 50, 70)]
)
def test_clocks_may_differ_by_a_minute(
    google: Loopback, claim: str, good_s: int, bad_s: int
) -> None:
    now = int(clock.now().timestamp())
    assert verify_google_token(_token(**{claim: now + good_s}))
    assert _is_refused(_token(**{claim: now + bad_s}))


def test_a_signature_of_somebody_else_is_refused(google: Loopback) -> None:
    assert _is_refused(_token(SOMEBODYS_KEY))


def test_an_altered_token_is_refused(google: Loopback) -> None:
    header, _payload, signature = _token().split(".")
    assert _is_refused(f"{header}.{_segment(_claims(sub='1'))}.{signature}")
    assert _is_refused(f"{header}.{_segment(_claims())}.")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(google: Loopback, alg: str) -> None:
    header = _segment({"alg": alg, "typ": "JWT", "kid": "first"})
    assert _is_refused(f"{header}.{_segment(_claims())}.")
    assert google.asked == []


def test_googles_public_key_is_no_shared_secret(google: Loopback) -> None:
    public = GOOGLE_KEY.public_key()
    header = _segment({"alg": "HS256", "typ": "JWT", "kid": "first"})
    signed = f"{header}.{_segment(_claims())}"
    for written in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ):
        tag = digest(written, signed.encode(), sha256)
        assert _is_refused(f"{signed}.{_segment(tag)}")


@pytest.mark.parametrize("alg", ["RS384", "RS512", "PS256"])
def test_only_one_algorithm_counts(google: Loopback, alg: str) -> None:
    assert _is_refused(_token(alg=alg))


def test_a_key_that_the_token_brings_along_is_not_used(google: Loopback) -> None:
    verify_google_token(_token())
    token = jwt.encode(
        _claims(),
        SOMEBODYS_KEY,
        algorithm="RS256",
        headers={
            "kid": "first",
            "jwk": _jwk(SOMEBODYS_KEY),
            "jku": f"{google.address}/mine",
            "x5u": f"{google.address}/mine",
        },
    )
    assert _is_refused(token)
    assert [asked.path for asked in google.asked] == ["/certs"]


def test_a_token_within_a_token_is_refused(google: Loopback) -> None:
    header = {"alg": "RS256", "kid": "first", "typ": "JWT", "cty": "JWT"}
    signed = jwt.api_jws.encode(_token().encode(), GOOGLE_KEY, algorithm="RS256", headers=header)
    assert _is_refused(signed)


@pytest.mark.parametrize(
    "header",
    [
        [],
        None,
        "RS256",
        {},
        {"kid": "first"},
        {"alg": "RS256"},
        {"alg": ["RS256"], "kid": "first"},
        {"alg": "RS256", "kid": None},
        {"alg": "RS256", "kid": ""},
        {"alg": "RS256", "kid": 1},
        {"alg": "RS256", "kid": ["first"]},
        {"alg": "RS256", "kid": "first", "crit": ["b64"], "b64": False},
        {"alg": "RS256", "kid": "first", "crit": ["exp"], "exp": 1},
        b"[" * 5_000,
        b'{"alg": "RS256", "kid": "first", "x": ' + b"[" * 5_000,
        b'{"alg": "RS256", "kid": "first", "x": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
    ],
)
def test_a_strange_header_is_refused(google: Loopback, header: object) -> None:
    _header, payload, signature = _token().split(".")
    assert _is_refused(f"{_segment(header)}.{payload}.{signature}")
    assert google.asked == []


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b'"x"', b"{", b"[" * 5_000, b"\xff"])
def test_a_payload_that_is_no_object_is_refused(google: Loopback, payload: bytes) -> None:
    token = jwt.api_jws.encode(payload, GOOGLE_KEY, algorithm="RS256", headers={"kid": "first"})
    assert len(token) <= identity.MAX_TOKEN_CHARS
    assert _is_refused(token)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "a.b", "a.b.c.d", "ä.b.c", "\x00.\x00.\x00", "\ud800..", "💥"],
)
def test_garbage_is_refused_without_asking_google(google: Loopback, token: str) -> None:
    assert _is_refused(token)
    assert google.asked == []


def test_a_huge_token_is_refused_though_it_be_signed(google: Loopback) -> None:
    assert _is_refused(_token(name="a" * identity.MAX_TOKEN_CHARS))
    assert _is_refused("a" * 1_000_000)
    assert google.asked == []


@given(st.text(max_size=200) | st.lists(st.binary(max_size=40).map(_segment)).map(".".join))
def test_no_text_is_more_than_refused(google: Loopback, token: str) -> None:
    assert _is_refused(token)
    assert google.asked == []


def test_a_refusal_is_logged_without_the_token(
    google: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = _token(aud="another")
    assert _is_refused(token)
    [record] = [each for each in caplog.records if each.name == identity.__name__]
    assert vars(record)["reason"] == "InvalidAudienceError"
    for secret in (*token.split("."), "Amina", "110169484474386276334"):
        assert secret not in caplog.text + str(vars(record))


# ── Google's keys ───────────────────────────────────────────────────────────────────────────


def test_without_a_client_there_is_no_sign_in(
    google: Loopback, change_settings: ChangeSettings
) -> None:
    change_settings(google_client_id="")
    with pytest.raises(IdentityUnavailable, match="not set up"):
        verify_google_token(_token())
    assert google.asked == []


@pytest.mark.parametrize(
    ("headers", "fresh_s"),
    [
        ({"Cache_Control": "public, max-age=7200, must-revalidate"}, 7200),
        ({"Cache_Control": "max-age=7200", "Age": "7000"}, 200),
        ({"Cache_Control": "max-age=7200", "Age": "soon"}, 7200),
        ({"Cache_Control": "max-age=999999999"}, 24 * 3600),
        ({"Cache_Control": "max-age=0"}, 60),
        ({"Cache_Control": "max-age=-5"}, 60),
        ({"Cache_Control": "max-age=soon"}, 3600),
        ({"Cache_Control": "max-age=" + "9" * 5_000}, 3600),
        ({"Cache_Control": "no-transform"}, 3600),
        ({}, 3600),
    ],
)
def test_keys_are_kept_as_long_as_google_says_within_bounds(
    google: Loopback, passing: _Clock, headers: dict[str, str], fresh_s: int
) -> None:
    google.answer({"keys": [_jwk(GOOGLE_KEY)]}, **headers)
    verify_google_token(_token())
    passing.now_s += fresh_s - 1
    verify_google_token(_token())
    assert len(google.asked) == 1
    passing.now_s += 2
    verify_google_token(_token())
    assert len(google.asked) == 2


def test_a_new_key_of_google_is_fetched_at_once(google: Loopback, passing: _Clock) -> None:
    verify_google_token(_token())
    passing.now_s += identity.PAUSE_S
    google.answer({"keys": [_jwk(GOOGLE_KEY), _jwk(NEXT_KEY, "next")]})
    assert verify_google_token(_token(NEXT_KEY, "next"))
    assert verify_google_token(_token())
    assert len(google.asked) == 2


def test_a_withdrawn_key_is_forgotten(google: Loopback, passing: _Clock) -> None:
    verify_google_token(_token())
    passing.now_s += 7201
    google.answer({"keys": [_jwk(NEXT_KEY, "next")]})
    assert _is_refused(_token())


def test_a_flood_of_unknown_keys_reaches_google_once_in_a_while(
    google: Loopback, passing: _Clock
) -> None:
    verify_google_token(_token())
    for number in range(50):
        assert _is_refused(_token(SOMEBODYS_KEY, f"unknown {number}"))
    assert len(google.asked) == 1
    passing.now_s += identity.PAUSE_S
    for number in range(50):
        assert _is_refused(_token(SOMEBODYS_KEY, f"unknown {number}"))
    assert len(google.asked) == 2
    assert verify_google_token(_token())


def test_many_threads_ask_google_once(google: Loopback, app: Flask) -> None:
    good, unknown = _token(), _token(SOMEBODYS_KEY, "unknown")

    def sign_in() -> str:
        with app.app_context():
            return verify_google_token(good).sub

    def try_to() -> bool:
        with app.app_context():
            return _is_refused(unknown)

    results = at_once([sign_in, try_to] * 10)
    assert results == ["110169484474386276334", True] * 10
    assert len(google.asked) == 1


def test_who_has_a_known_key_does_not_wait_for_google(google: Loopback, app: Flask) -> None:
    verify_google_token(_token())

    def sign_in() -> GoogleIdentity:
        with app.app_context():
            return verify_google_token(_token())

    [keyring] = identity._keyrings.values()
    with keyring._lock:
        [found] = at_once([sign_in])
    assert found.first_name == "Amina"


@pytest.mark.parametrize("status", [204, 302, 404, 500, 503])
def test_keys_that_cannot_be_had_are_no_fault_of_the_token(google: Loopback, status: int) -> None:
    google.answer({}, status, Location=f"{google.address}/elsewhere")
    with pytest.raises(IdentityUnavailable, match="Google cannot be reached"):
        verify_google_token(_token())
    assert len(google.asked) == 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "keys",
        {},
        {"keys": None},
        {"keys": {}},
        {"keys": []},
        {"keys": [None, 1, "first", []]},
        {"keys": [_jwk(GOOGLE_KEY, kid=None)]},
        {"keys": [_jwk(GOOGLE_KEY, kid=["first"])]},
        {"keys": [_jwk(GOOGLE_KEY, use="enc")]},
        {"keys": [_jwk(GOOGLE_KEY, alg="RS512")]},
        {"keys": [_jwk(GOOGLE_KEY, kty="EC")]},
        {"keys": [_jwk(GOOGLE_KEY, n="")]},
        {"keys": [_jwk(GOOGLE_KEY, n="%%%")]},
        {"keys": [_jwk(GOOGLE_KEY, n=5)]},
        {"keys": [_jwk(GOOGLE_KEY, n=None)]},
        {"keys": [_jwk(GOOGLE_KEY, e="AA")]},
        {"keys": [RSAAlgorithm.to_jwk(GOOGLE_KEY, as_dict=True) | {"kid": "first"}]},
        {"keys": [{"kty": "oct", "kid": "first", "k": "c2VjcmV0"}]},
    ],
)
def test_keys_that_are_none_are_not_taken(google: Loopback, value: object) -> None:
    google.answer(value)
    with pytest.raises(IdentityUnavailable):
        verify_google_token(_token())


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"\xff", b"[" * 100_000, b"a" * 300_000])
def test_an_answer_that_is_no_json_holds_no_keys(google: Loopback, body: bytes) -> None:
    google.body = body
    with pytest.raises(IdentityUnavailable):
        verify_google_token(_token())


def test_a_short_key_is_not_taken(google: Loopback) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    google.answer({"keys": [_jwk(short)]})
    with (
        pytest.raises(IdentityUnavailable),
        pytest.warns(jwt.warnings.InsecureKeyLengthWarning),
    ):
        verify_google_token(_token(short))


def test_one_bad_key_spoils_no_other(google: Loopback) -> None:
    elliptic = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    others = [None, elliptic | {"kid": "ec"}, _jwk(NEXT_KEY, "bad", n="")]
    google.answer({"keys": [*others, _jwk(GOOGLE_KEY)]})
    assert verify_google_token(_token())


def test_keys_without_a_stated_use_are_taken(google: Loopback) -> None:
    google.answer({"keys": [RSAAlgorithm.to_jwk(GOOGLE_KEY.public_key(), True) | {"kid": "first"}]})
    assert verify_google_token(_token())


def test_old_keys_serve_while_google_is_away(google: Loopback, passing: _Clock) -> None:
    verify_google_token(_token())
    google.status = 503
    passing.now_s += 7201
    assert verify_google_token(_token())
    assert len(google.asked) == 2
    assert verify_google_token(_token())
    assert len(google.asked) == 2


def test_while_google_is_away_an_unknown_key_proves_nothing_either_way(
    google: Loopback, passing: _Clock
) -> None:
    verify_google_token(_token())
    google.status = 503
    passing.now_s += identity.PAUSE_S
    with pytest.raises(IdentityUnavailable):
        verify_google_token(_token(NEXT_KEY, "next"))
    google.answer({"keys": [_jwk(NEXT_KEY, "next")]})
    passing.now_s += identity.PAUSE_S
    assert verify_google_token(_token(NEXT_KEY, "next"))
    assert _is_refused(_token(SOMEBODYS_KEY, "unknown"))


def test_failing_to_find_an_unknown_key_makes_no_known_one_older(
    google: Loopback, passing: _Clock
) -> None:
    verify_google_token(_token())
    google.status = 503
    passing.now_s += identity.PAUSE_S
    with pytest.raises(IdentityUnavailable):
        verify_google_token(_token(NEXT_KEY, "next"))
    passing.now_s += 7000
    assert verify_google_token(_token())
    assert len(google.asked) == 2


def test_old_keys_do_not_serve_for_ever(google: Loopback, passing: _Clock) -> None:
    verify_google_token(_token())
    google.status = 503
    passing.now_s += 7200 + identity.STALE_KEYS_AGE_S - 1
    assert verify_google_token(_token())
    passing.now_s += 2
    with pytest.raises(IdentityUnavailable):
        verify_google_token(_token())
    google.status = 200
    passing.now_s += identity.PAUSE_S
    assert verify_google_token(_token())


def test_no_server_at_all_is_unavailable_and_not_asked_again_at_once(
    google: Loopback, change_settings: ChangeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    change_settings(google_jwks_url="http://127.0.0.1:1/certs")
    for _ in range(5):
        with pytest.raises(IdentityUnavailable):
            verify_google_token(_token())
    assert caplog.text.count("google keys cannot be had") == 1
