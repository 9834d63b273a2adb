"""A replica that is behind: searches for stays show its state, and nothing else does."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core import health
from app.core.db import close, db
from app.core.settings import current_settings
from tests import factories
from tests.reviews.stays import uuid_of


def _titles(client: FlaskClient, path: str) -> set[str]:
    found: Any = client.get(path).json
    return {each["title"] for each in found["data"]["results"]}


def test_searches_read_the_replica_and_all_else_the_database(app: Flask, tmp_path: Path) -> None:
    owner = factories.make_account()
    place = {"latitude": Decimal("-6.163"), "longitude": Decimal("39.198")}
    factories.make_stay(owner.id, title="Old house", **place)
    replica = tmp_path / "replica.db"
    database = str(db.engine.url.database)
    with closing(sqlite3.connect(database)) as original, closing(sqlite3.connect(replica)) as copy:
        original.backup(copy)
    new = factories.make_stay(owner.id, title="New house", **place)

    other = create_app(replace(current_settings(), database_read_url=f"sqlite:///{replica}"))
    searches = ("/api/listings/", "/api/listings/nearby/?lat=-6.163&lng=39.198&radius=5")
    try:
        client = other.test_client()
        for search in searches:
            assert _titles(client, search) == {"Old house"}
            assert _titles(app.test_client(), search) == {"Old house", "New house"}
        shown: Any = client.get(f"/api/listings/{uuid_of(new)}/").json
        assert shown["data"]["title"] == "New house"
    finally:
        close(other)


def test_a_replica_that_is_away_is_told_of(app: Flask, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/nowhere/replica.db"
    other = create_app(replace(current_settings(), database_read_url=nowhere))
    try:
        with other.app_context():
            problem = health.database_problem()
        assert problem == "The replica does not answer; look at DATABASE_READ_URL."
        assert other.test_client().get("/readyz").json["failed"] == ["database"]  # type: ignore[index]
        assert other.test_client().get("/api/listings/").status_code == 503
    finally:
        close(other)
