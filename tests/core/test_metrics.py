"""What Prometheus reads, in its own parser: requests, dependencies, and what waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from redis import ConnectionError as RedisAway

from app.core import clock, health, metrics, outbox, queue
from app.core.db import transaction
from tests.servers import free_port, web_server

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def _samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _read(client: FlaskClient) -> Samples:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == metrics.CONTENT_TYPE
    return _samples(response.text)


def _key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def _grown(client: FlaskClient, name: str, **labels: str) -> Callable[[], float]:
    """Return how much a figure grows from here on."""
    key = _key(name, **labels)
    before = _read(client).get(key, 0)
    return lambda: _read(client)[key] - before


# ── requests ────────────────────────────────────────────────────────────────────────────────


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    route = "/v1/<int:user_id>/properties/"
    grown = _grown(client, "nafasi_requests_total", method="GET", route=route, status="401")
    timed = _grown(client, "nafasi_request_seconds_count", method="GET", route=route)
    for user_id in (1, 2, 3):
        assert client.get(f"/v1/{user_id}/properties/").status_code == 401
    assert (grown(), timed()) == (3, 3)


@pytest.mark.parametrize("method", ["GET", "BREW"])
def test_paths_and_methods_that_lead_nowhere_are_one(client: FlaskClient, method: str) -> None:
    label = "GET" if method == "GET" else "other"
    grown = _grown(client, "nafasi_requests_total", method=label, route="", status="404")
    for path in ("/nowhere", "/neither/here", "/v1/nor/here"):
        client.open(path, method=method)
    assert grown() == 3
    routes = {dict(labels).get("route", "") for _, labels in _read(client)}
    assert not {route for route in routes if "here" in route}


def test_what_looks_whether_all_is_well_is_not_counted(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz", "/metrics", "/healthz/"):
        client.get(path)
    routes = {dict(labels).get("route") for _, labels in _read(client)}
    assert not {"/healthz", "/readyz", "/metrics"} & routes


# ── what stands behind them ─────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_what_is_due_is_there_by_topic(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        outbox._topics, "tests", outbox._Topic(print, "messages", timedelta(1), print)
    )
    with transaction():
        outbox.post("tests", {})
        outbox.post("tests", {})
        outbox.post("tests", {}, after=timedelta(hours=1))
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(seconds=90))
    read = _read(client)
    assert read[_key("nafasi_outbox_due", topic="tests")] == 2
    assert 89 < read[_key("nafasi_outbox_oldest_seconds", topic="tests")] < 120
    assert read[_key("nafasi_queue_jobs", queue="images")] == queue.queue("images").count
    assert read[_key("nafasi_up", dependency="database")] == 1


def test_without_redis_the_rest_is_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise RedisAway

    monkeypatch.setattr(queue, "connection", fail)
    read = _read(client)
    assert read[_key("nafasi_up", dependency="redis")] == 0
    assert read[_key("nafasi_up", dependency="database")] == 1
    assert not [name for name, _ in read if name == "nafasi_queue_jobs"]


def test_a_database_behind_the_code_is_told(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "head_revision", lambda: "9999")
    read = _read(client)
    assert read[_key("nafasi_up", dependency="migrations")] == 0
    assert not [name for name, _ in read if name.startswith("nafasi_outbox")]


# ── where they are read ─────────────────────────────────────────────────────────────────────


def test_processes_count_together(app: Flask, tmp_path: Path) -> None:
    with web_server(app.extensions["nafasi.settings"], tmp_path / "log", processes=2) as port:
        address = f"http://127.0.0.1:{port}"
        for _ in range(40):
            # Each on a connection of its own, which either process may take.
            assert requests.get(f"{address}/", timeout=10).status_code == 200
        for _ in range(5):
            read = _samples(requests.get(f"{address}/metrics", timeout=10).text)
            key = _key("nafasi_requests_total", method="GET", route="/", status="200")
            assert read[key] == 40


def test_a_port_of_its_own_is_the_only_one(app: Flask, tmp_path: Path) -> None:
    own = free_port()
    settings = replace(app.extensions["nafasi.settings"], metrics_port=own)
    with web_server(settings, tmp_path / "log", processes=1) as port:
        public = f"http://127.0.0.1:{port}/metrics"
        for host in ("127.0.0.1", f"127.0.0.1:{own}"):
            assert requests.get(public, headers={"Host": host}, timeout=10).status_code == 404
        answer = requests.get(f"http://127.0.0.1:{own}/metrics", timeout=10)
        assert answer.status_code == 200
        assert _samples(answer.text)[_key("nafasi_up", dependency="redis")] == 1


def test_production_tells_nobody_by_itself(client: FlaskClient, change_settings: Any) -> None:
    change_settings(app_env="production")
    assert client.get("/metrics").status_code == 404
