"""The demo: safe to load again, and never in production."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.apikeys import service as apikeys
from app.catalogue.enums import PublishStatus
from app.demo import service as demo
from app.demo.listings import LISTINGS

pytestmark = pytest.mark.both


def test_the_command_says_what_it_made(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["load-demo"])
    again = app.test_cli_runner().invoke(args=["load-demo"])

    assert first.exit_code == 0
    assert "demo <demo@nafasi.example>" in first.output
    assert f"Listings added: {len(LISTINGS)}" in first.output
    assert again.output == first.output.replace(f"added: {len(LISTINGS)}", "added: 0")


def test_listings_are_varied() -> None:
    statuses = Counter(listing["publish_status"] for listing in LISTINGS)

    assert set(statuses) == set(PublishStatus)
    assert len({listing["external_id"] for listing in LISTINGS}) == len(LISTINGS) >= 12
    assert len({listing["listing_type"] for listing in LISTINGS}) == 2
    assert len({listing["district"] for listing in LISTINGS}) > 5


def test_a_fresh_key_replaces_the_last_one(app: Flask, client: FlaskClient) -> None:
    account = demo.load_demo().account
    own = apikeys.issue_key(account, scope=apikeys.Scope.READ, name="The owner's").key
    first, second = demo.renew_key().key, demo.renew_key().key

    statuses = [
        client.get("/v1/amenities/", headers={"Authorization": f"Bearer {key}"}).status_code
        for key in (own, first, second)
    ]
    assert statuses == [200, 401, 200]


def test_production_refuses_it(app: Flask, change_settings: Callable[..., None]) -> None:
    change_settings(app_env="production")

    result = app.test_cli_runner().invoke(args=["load-demo"])

    assert result.exit_code == 1
    assert "refused when APP_ENV is production" in result.output
    with pytest.raises(demo.DemoRefused):
        demo.renew_key()
