"""Which URLs may be fetched, as far as their writing tells."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from random import Random
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.adapters.web_urls import PORTS, FetchRefused, Target, parse, redirected

NAME = "The URL must name its host by a public domain name."
PORT = "The URL must use port 80 or 443."
SCHEME = "The URL must begin with http:// or https://."
CHARACTERS = "The URL must not hold blanks, control characters or backslashes."
CREDENTIALS = "The URL must not hold a user name or a password."
UNREADABLE = "The URL cannot be read."

HOSTILE_HOSTS = [
    # IPv4 in every spelling.
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127",
    "0",
    "0.0.0.0",
    "2130706433",
    "02130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "0x7f.0.0.1",
    "0x7f.1",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0x0.0x0.0x1",
    "0x",
    "127.0.0.0x1",
    "127.0.0.0x",
    "00000127.0.0.1",
    "8.8.8.8",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "a9fea9fe",
    "255.255.255.255",
    "1.2.3.4.5",
    "127.0.0.256",
    "example.com.1",
    "example.0x7f",
    "example.09",
    "example.com.0",
    # IPv6.
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[2606:4700:4700::1111]",
    "::1",
    "[127.0.0.1]",
    "[v1.fe80]",
    "[example.com]",
    "[::1",
    "::1]",
    # Escapes.
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "127.0.0.1%00.example.com",
    "127.0.0.1%23.example.com",
    "localhos%74",
    "ex%61mple.com",
    # What normalises to digits and dots.
    "１２７.0.0.1",  # fullwidth
    "①②⑦.⓪.⓪.①",
    "⑴⑵⑺.0.0.1",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "¹²⁷.0.0.1",
    "₁₂₇.0.0.1",
    "127。0。0。1",
    "127．0．0．1",
    "127｡0｡0｡1",
    "127․0․0․1",
    "example。com",
    "ⓔⓧⓐⓜⓟⓛⓔ.com",
    "ⓛocalhost",
    "ｌｏｃａｌｈｏｓｔ",
    "example.ｃｏｍ",
    "example.com／@evil",
    "exa℀mple.com",
    "example.com\u200b",
    "١٢٧.٠.٠.١",
    # Names of nothing public.
    "localhost",
    "LOCALHOST",
    "localhost.",
    "foo.localhost",
    "localhost.localdomain",
    "host.docker.internal",
    "metadata.google.internal",
    "metadata",
    "intranet",
    "com",
    "redis",
    "printer.local",
    "router.lan",
    "nas.home",
    "nas.home.arpa",
    "1.0.0.127.in-addr.arpa",
    "wiki.corp",
    "wiki.intranet",
    "wiki.private",
    "post.mail",
    "hidden.onion",
    "any.test",
    "any.example",
    "any.invalid",
    "any.alt",
    "ANY.INTERNAL",
    # No names at all.
    "",
    ".",
    "..",
    ".com",
    "example..com",
    ".example.com",
    "example.com.",
    "example.com..",
    "-a.example.com",
    "a-.example.com",
    "a_b.example.com",
    "example.c",
    "example.com-",
    "*.example.com",
    "a,b.example.com",
    "example.com;a",
    "exam'ple.com",
    "exam<ple.com",
    "$(id).example.com",
    "xn--.com\u00e9",
    f"{'a' * 64}.example.com",
    f"{'a.' * 126}com",
    f"é{'a' * 1500}.com",
    f"{'é' * 60}.com",
]


def _refusal(url: str) -> str:
    with pytest.raises(FetchRefused) as caught:
        parse(url)
    return caught.value.message


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
@pytest.mark.parametrize("shape", ["http://{}/", "https://{}:443/a?b#c", "http://{}"])
def test_a_host_that_is_no_public_name_is_refused(host: str, shape: str) -> None:
    # Some do not even come as far as that.
    assert _refusal(shape.format(host)) in (NAME, CHARACTERS, UNREADABLE, CREDENTIALS)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost"])
def test_the_sentence_tells_what_a_host_must_be(host: str) -> None:
    assert _refusal(f"http://{host}/") == NAME


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://example.com:0/", PORT),
        ("http://example.com:22/", PORT),
        ("http://example.com:8080/", PORT),
        ("https://example.com:6379/", PORT),
        ("http://example.com:65616/", PORT),
        ("http://example.com:99999/", PORT),
        ("http://example.com:800000/", NAME),
        ("http://example.com:-80/", NAME),
        ("http://example.com:+80/", NAME),
        ("http://example.com:8_0/", NAME),
        ("http://example.com:８０/", NAME),
        ("http://example.com:80:80/", NAME),
        ("http://example.com:x/", NAME),
        ("http://user@example.com/", CREDENTIALS),
        ("http://user:secret@example.com/", CREDENTIALS),
        ("http://@example.com/", CREDENTIALS),
        ("http://example.com@127.0.0.1/", CREDENTIALS),
        ("http://127.0.0.1:80@example.com/", CREDENTIALS),
        ("http://example.com:80@127.0.0.1:80/", CREDENTIALS),
        ("ftp://example.com/", SCHEME),
        ("file:///etc/passwd", SCHEME),
        ("gopher://example.com/", SCHEME),
        ("dict://example.com/", SCHEME),
        ("data:text/plain,hello", SCHEME),
        ("javascript:alert(1)", SCHEME),
        ("jar:http://example.com!/", SCHEME),
        ("ws://example.com/", SCHEME),
        ("httpx://example.com/", SCHEME),
        ("http+unix://example.com/", SCHEME),
        ("ｈttp://example.com/", SCHEME),
        ("//example.com/", SCHEME),
        ("example.com/", SCHEME),
        ("/etc/passwd", SCHEME),
        ("", SCHEME),
        ("http:", NAME),
        ("http:/", NAME),
        ("http://", NAME),
        ("http:///", NAME),
        ("http:///example.com", NAME),
        ("http:example.com", NAME),
        ("http:/example.com", NAME),
        ("http://?example.com", NAME),
        ("http://#example.com", NAME),
        ("http://:80/", NAME),
        ("http://[/", UNREADABLE),
        ("http:\\\\example.com\\", CHARACTERS),
        ("http://example.com\\@127.0.0.1/", CHARACTERS),
        ("http://127.0.0.1\\.example.com/", CHARACTERS),
        (" http://example.com/", CHARACTERS),
        ("http://example.com/ ", CHARACTERS),
        ("http://exam ple.com/", CHARACTERS),
        ("http://example.com/a b", CHARACTERS),
        ("http://example.com/\r\nHost: x", CHARACTERS),
        ("http://example.com\r\n/", CHARACTERS),
        ("http://exam\tple.com/", CHARACTERS),
        ("http://exam\nple.com/", CHARACTERS),
        ("\x00http://example.com/", CHARACTERS),
        ("http://example.com/\x00", CHARACTERS),
        ("http://example.com/\x7f", CHARACTERS),
        ("http://example.com/\x85", CHARACTERS),
        ("http://example.com/\xa0", CHARACTERS),
        ("http://example.com/\u2028", CHARACTERS),
        ("http://example.com/\u3000", CHARACTERS),
        ("http://example.com/\u202e", CHARACTERS),
        ("http://exam\u00adple.com/", CHARACTERS),
        ("http://example.com/\ud800", CHARACTERS),
        ("http://example.com/\ufeff", CHARACTERS),
        (f"http://example.com/{'a' * 1_982}", "The URL is longer than 2,000 characters."),
    ],
)
def test_a_url_that_may_not_be_fetched_is_refused_with_its_reason(url: str, sentence: str) -> None:
    assert _refusal(url) == sentence


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.com", Target("http", "example.com", 80, "/", False)),
        ("https://example.com", Target("https", "example.com", 443, "/", False)),
        ("HTTPS://Images.Example.COM/A", Target("https", "images.example.com", 443, "/A", False)),
        ("http://example.com:443/", Target("http", "example.com", 443, "/", False)),
        ("https://example.com:80/", Target("https", "example.com", 80, "/", False)),
        ("http://example.com:/", Target("http", "example.com", 80, "/", False)),
        ("http://example.com:0080/", Target("http", "example.com", 80, "/", False)),
        ("http://example.com?a=b#c", Target("http", "example.com", 80, "/?a=b", False)),
        ("http://example.com/?", Target("http", "example.com", 80, "/", False)),
        ("http://127.0.0.1.nip.io/", Target("http", "127.0.0.1.nip.io", 80, "/", False)),
        ("http://1.de/a;b=c", Target("http", "1.de", 80, "/a;b=c", False)),
        ("http://r3---sn.example.com/", Target("http", "r3---sn.example.com", 80, "/", False)),
        ("http://bücher.example.com/", Target("http", "xn--bcher-kva.example.com", 80, "/", False)),
        ("http://BÜCHER.de/", Target("http", "xn--bcher-kva.de", 80, "/", False)),
        ("http://xn--bcher-kva.de/", Target("http", "xn--bcher-kva.de", 80, "/", False)),
        ("http://例子.中国/", Target("http", "xn--fsqu00a.xn--fiqs8s", 80, "/", False)),
        ("http://example.com/ñ?q=é", Target("http", "example.com", 80, "/%C3%B1?q=%C3%A9", False)),
        ("http://example.com/%C3%B1%20", Target("http", "example.com", 80, "/%C3%B1%20", False)),
        (
            'http://example.com/"<>^`{|}',
            Target("http", "example.com", 80, "/%22%3C%3E%5E%60%7B%7C%7D", False),
        ),
        ("http://example.com/@b:c", Target("http", "example.com", 80, "/@b:c", False)),
        (
            "http://example.com//127.0.0.1/",
            Target("http", "example.com", 80, "//127.0.0.1/", False),
        ),
    ],
)
def test_a_url_that_may_be_fetched_is_taken_apart(url: str, target: Target) -> None:
    assert parse(url) == target


def test_a_url_of_two_thousand_characters_is_taken() -> None:
    url = f"http://example.com/{'a' * 1_981}"
    assert len(url) == 2_000
    assert parse(url).path == f"/{'a' * 1_981}"


# ── whom the settings trust ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://127.0.0.1:8080/a", "127.0.0.1", 8080),
        ("https://LocalHost:8443/a", "localhost", 8443),
        ("http://[::1]:8080/a", "::1", 8080),
    ],
)
def test_an_authority_that_is_trusted_is_taken_as_written(url: str, host: str, port: int) -> None:
    target = parse(url, {"127.0.0.1:8080", "localhost:8443", "[::1]:8080"})
    assert (target.host.lower(), target.port, target.path) == (host, port, "/a")
    assert target.is_trusted


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8081/",
        "http://127.0.0.1/",
        "http://127.1:8080/",
        "http://127.0.0.1.:8080/",
        "http://127.0.0.1:08080/",
        "http://user@127.0.0.1:8080/",
        "http://127.0.0.1:8080@example.com/",
        "http://127.0.0.1:8080\\@example.com/",
        "ftp://127.0.0.1:8080/",
        "http:///127.0.0.1:8080/",
    ],
)
def test_any_other_authority_is_not_trusted(url: str) -> None:
    with pytest.raises(FetchRefused):
        parse(url, {"127.0.0.1:8080"})


# ── redirects ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://other.example.com/b", "https://other.example.com/b"),
        ("//other.example.com/b", "https://other.example.com/b"),
        ("/b", "https://example.com/b"),
        ("b?c=d", "https://example.com/a/b?c=d"),
        ("?c=d", "https://example.com/a/x?c=d"),
        ("../b", "https://example.com/b"),
        ("/\u00c3\u00b1", "https://example.com/ñ"),
        ("ftp://example.com/", "ftp://example.com/"),
    ],
)
def test_a_redirect_is_relative_to_its_url(location: str, target: str) -> None:
    assert redirected("https://example.com/a/x?y=z", location) == target


@pytest.mark.parametrize("location", ["/\u00f1", "http://[::1", "//[x]/"])
def test_a_redirect_to_what_cannot_be_read_is_refused(location: str) -> None:
    with pytest.raises(FetchRefused, match="redirects to one that cannot be read"):
        redirected("https://example.com/", location)


@pytest.mark.parametrize("location", ["http://example.com/", "HTTP://example.com/"])
def test_a_redirect_does_not_leave_encryption_behind(location: str) -> None:
    with pytest.raises(FetchRefused, match="from https to http"):
        redirected("HTTPS://example.com/", location)


def test_a_redirect_may_begin_encryption() -> None:
    assert redirected("http://example.com/", "https://example.com/") == "https://example.com/"


# ── anything at all ─────────────────────────────────────────────────────────────────────────

_ODD = st.sampled_from("①１。．:/\\@[]%?#.-_0x7fa \t\n\0é\u200b\ud800\U0001f600")


def _refused_or_sound(url: str) -> None:
    try:
        target = parse(url)
    except FetchRefused:
        return
    assert target.scheme in PORTS
    assert target.port in PORTS.values()
    assert re.fullmatch(r"[a-z0-9.-]{4,253}", target.host)
    assert re.fullmatch(r"/[!-~]*", target.path)
    assert not target.host.rpartition(".")[2][0].isdigit()
    with pytest.raises(ValueError, match="does not appear to be"):
        ip_address(target.host)
    # Somebody else's parser finds the same host in what was accepted.
    host = urlsplit(url).hostname
    assert host is not None
    assert host == target.host or not host.isascii()


@given(st.text(max_size=60) | st.text(_ODD, max_size=30))
def test_any_text_is_refused_or_sound(text: str) -> None:
    _refused_or_sound(text)
    _refused_or_sound(f"http://{text}")


@given(st.lists(_ODD | st.sampled_from(["example", ".com", "http://", "127.0.0.1"]), max_size=12))
def test_pieces_of_urls_are_refused_or_sound(pieces: list[str]) -> None:
    _refused_or_sound(f"https://{''.join(pieces)}")


def _spellings(number: int) -> list[str]:
    octets = IPv4Address(number).packed
    bases = ("{}", "{:#x}", "0{:o}", "{:03}", "{:#010x}")
    return [
        *(base.format(number) for base in bases),
        *(".".join(base.format(octet) for octet in octets) for base in bases),
        *(f"{base.format(octets[0])}.{base.format(number & 0xFFFFFF)}" for base in bases),
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        f"[::ffff:{IPv4Address(number)}]",
        f"[{IPv6Address(number)}]",
    ]


@given(st.integers(0, 2**32 - 1), st.sampled_from(["", ".", ":80", ":443"]))
def test_no_spelling_of_an_ipv4_address_is_a_name(number: int, ending: str) -> None:
    for spelling in _spellings(number):
        # Versions of Python differ in what they can read with something behind brackets.
        refusal = _refusal(f"http://{spelling}{ending}/")
        assert refusal in (NAME, "The URL cannot be read."), spelling


@given(st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
def test_no_lookalike_of_an_ipv4_address_is_a_name(number: int, random: Random) -> None:
    lookalikes = {
        "0": "0０⓪𝟎⁰₀",
        "1": "1１①𝟏¹₁",
        "2": "2２②𝟐²₂",
        "7": "7７⑦𝟕⁷₇",
        ".": ".。．｡",
    }
    dotted = str(IPv4Address(number))
    written = "".join(random.choice(lookalikes.get(each, each)) for each in dotted)
    assert _refusal(f"http://{written}/") in (NAME, UNREADABLE)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_no_ipv6_address_is_a_name(address: IPv6Address) -> None:
    for written in (f"[{address}]", f"[{address.exploded}]", str(address), f"[{address}%25lo]"):
        assert _refusal(f"http://{written}/") == NAME
