"""Who is counted, and which of several limits an answer shows."""

from typing import Any

import pytest
from flask import Flask, g

from app.api.clients import client_address, count
from app.core.errors import TooMany


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("192.0.2.7:5678", "192.0.2.7"),
        ("[2001:db8:1:3::1]:99", "2001:db8:1:3::/64"),
        ("[2001:db8:1:3::1]", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        *((text, text) for text in ("unix:", "a:b", "999.0.2.7", "[", "1.2.3.4:x", "²:1")),
    ],
)
def test_a_client_is_one_however_its_address_is_written(
    app: Flask, address: str, counted: str
) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client_address() == counted


def _shown(app: Flask, *rates: str) -> Any:
    with app.test_request_context():
        for number, rate in enumerate(rates):
            count(rate, "test", f"{number}-{'-'.join(rates)}")
        return g.limit_headers["X-RateLimit-Limit"]


@pytest.mark.parametrize(
    "rates", [("30 per minute", "10 per minute"), ("10 per minute", "30 per minute")]
)
def test_the_answer_shows_the_tightest_limit(app: Flask, rates: tuple[str, str]) -> None:
    assert _shown(app, *rates) == "10"


def test_a_limit_that_is_used_up_refuses_and_is_shown(app: Flask) -> None:
    with app.test_request_context():
        count("1 per minute", "test", "somebody")
        count("1 per hour", "test", "somebody")
        with pytest.raises(TooMany) as caught:
            count("1 per hour", "test", "somebody")
        assert 3590 < caught.value.retry_after_s <= 3600
        assert g.limit_headers["Retry-After"] == str(caught.value.retry_after_s)
