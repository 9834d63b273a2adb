"""How a key is made, recognised and bound to sites: no database, no HTTP."""

import hashlib
import re

import pytest

from app.apikeys.enums import Scope
from app.apikeys.keys import is_allowed_origin, key_digest, new_key, normalize_host


@pytest.mark.parametrize(("scope", "prefix"), [(Scope.READ, "R_"), (Scope.READ_WRITE, "RW_")])
def test_a_key_is_its_scope_and_32_random_characters_or_more(scope: Scope, prefix: str) -> None:
    assert re.fullmatch(prefix + "[A-Za-z0-9]{32,}", new_key(scope))


def test_keys_differ() -> None:
    assert len({new_key(Scope.READ) for _ in range(1000)}) == 1000


def test_every_letter_and_digit_occurs_anywhere_in_keys() -> None:
    keys = [new_key(Scope.READ)[2:] for _ in range(2000)]
    for position in range(32):
        assert len({key[position] for key in keys}) == 62


def test_the_digest_is_sha_256() -> None:
    key = new_key(Scope.READ)
    assert key_digest(key) == hashlib.sha256(key.encode()).digest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "R_",
        "R_" + "x" * 31,
        "R_" + "x" * 201,
        "RW" + "x" * 40,
        "W_" + "x" * 40,
        "RWW_" + "x" * 40,
        "r_" + "x" * 40,
        "R_" + "x" * 39 + "-",
        "R_" + "x" * 40 + "\n",
        " R_" + "x" * 40,
        "R_" + "é" * 40,
        "R_" + "１" * 40,
    ],
)
def test_text_that_cannot_be_a_key_has_no_digest(text: str) -> None:
    assert key_digest(text) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("example.com", "example.com"),
        ("www.example.com", "www.example.com"),
        ("EXAMPLE.com", "example.com"),
        (" example.com ", "example.com"),
        ("https://example.com", "example.com"),
        ("http://example.com:8080/houses?page=1#top", "example.com"),
        ("https://user:secret@example.com/", "example.com"),
        ("example.com:443", "example.com"),
        ("example.com/houses", "example.com"),
        ("example.com.", "example.com"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a-b.c-d.example", "a-b.c-d.example"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_a_site_is_kept_as_its_host(text: str, host: str) -> None:
    assert normalize_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "*",
        "*.example.com",
        "https://",
        "http:///houses",
        "exa mple.com",
        "example..com",
        ".example.com",
        "-example.com",
        "example-.com",
        "ex_ample.com",
        "example.com,example.org",
        "x" * 64 + ".example",
        ".".join(["x" * 60] * 5),
        "[::1]",
        "https://[::1",
    ],
)
def test_what_is_no_host_is_none(text: str) -> None:
    assert normalize_host(text) is None


@pytest.mark.parametrize(
    ("origin", "referer", "is_allowed"),
    [
        ("https://example.com", None, True),
        (None, "https://example.com/houses", True),
        ("https://example.com", "https://evil.test/", True),
        ("https://evil.test", "https://example.com/", False),
        (None, None, False),
        ("null", None, False),
        ("https://sub.example.com", None, False),
        ("https://example.com.evil.test", None, False),
        ("https://evil-example.com", None, False),
        ("https://bücher.example", None, True),
        ("https://xn--bcher-kva.example", None, True),
        ("https://example.com.", None, True),
    ],
)
def test_hosts_are_compared_whole(
    origin: str | None, referer: str | None, is_allowed: bool
) -> None:
    allowed = ["example.com", "xn--bcher-kva.example"]
    assert is_allowed_origin(allowed, origin, referer) is is_allowed


@pytest.mark.parametrize("origin", [None, "null", "https://evil.test"])
def test_without_sites_everything_is_allowed(origin: str | None) -> None:
    assert is_allowed_origin([], origin, None)
