"""Request ids and logs: every answer can be found, and no secret can."""

import json
import logging
import re
import subprocess
import sys
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import ROOT
from tests import factories

NEW_ID = re.compile("[0-9a-f]{32}")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged from here on."""
    caplog.set_level(logging.INFO)
    return caplog


def _requests(log: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [vars(line) for line in log.records if line.name == "nafasi.request"]


# ── request ids ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("given", ["a", "7f3c", "trace-1:2.3_4", "A" * 128])
def test_a_sane_request_id_is_kept(client: FlaskClient, given: str) -> None:
    answer = client.get("/", headers={"X-Request-ID": given})
    assert answer.headers.getlist("X-Request-ID") == [given]


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "a,b", "-a", "A" * 129, "é", 'a"b', "<script>", "a\tb", "{}"]
)
def test_another_one_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/", headers={"X-Request-ID": given})
    assert NEW_ID.fullmatch(answer.headers["X-Request-ID"])


def test_every_answer_has_one_of_its_own(client: FlaskClient) -> None:
    calls = [
        ("GET", "/"),
        ("GET", "/healthz"),
        ("GET", "/nothing"),
        ("GET", "/v1/nothing"),
        ("POST", "/"),
        ("OPTIONS", "/v1/"),
        ("GET", "/v1/amenities/"),
    ]
    answers = [client.open(path, method=method) for method, path in calls]
    ids = {answer.headers["X-Request-ID"] for answer in answers}
    assert len(ids) == len(calls)
    assert all(NEW_ID.fullmatch(each) for each in ids)


def test_a_failure_of_ours_is_found_by_its_id(
    app: Flask, client: FlaskClient, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("only for the log")

    monkeypatch.setitem(app.view_functions, "system.get_front_door", fail)
    answer = client.get("/", headers={"X-Request-ID": "find-me"})

    assert answer.status_code == 500
    assert "only for the log" not in answer.text
    [line] = [vars(line) for line in log.records if line.levelno == logging.ERROR]
    assert line["request_id"] == "find-me"
    assert "only for the log" in str(line)


# ── the request's line ──────────────────────────────────────────────────────────────────────


def test_every_request_has_one_line(
    owner: factories.Tenant, client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get(owner.properties, headers=owner.read | {"X-Request-ID": "mine"})
    [line] = _requests(log)
    assert line["msg"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("GET", owner.properties, 200)
    assert line["request_id"] == "mine"
    assert line["client"] == "127.0.0.1"
    assert line["key_id"] > 0
    assert 0 < line["ms"] < 60_000


def test_health_is_asked_too_often_for_a_line(
    client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get("/healthz")
    client.get("/readyz")
    assert _requests(log) == []


def test_what_one_request_bound_is_gone_in_the_next(
    client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    client.get("/", headers={"X-Request-ID": "first"})
    client.get("/healthz", headers={"X-Request-ID": "quiet"})
    client.get("/")
    first, second = _requests(log)
    assert first["request_id"] == "first"
    assert second["request_id"] not in ("first", "quiet")


def test_no_line_holds_a_secret(
    owner: factories.Tenant, client: FlaskClient, log: pytest.LogCaptureFixture
) -> None:
    secrets = [headers["Authorization"].split()[1] for headers in (owner.read, owner.write)]
    client.get(f"{owner.properties}?cursor=mistyped-cursor", headers=owner.read)
    client.get(f"{owner.properties}?key={secrets[0]}", headers=owner.read)
    client.post(owner.properties, headers=owner.write, json={"title": "a private title"})
    client.get("/v1/amenities/", headers={"Authorization": "Bearer R_" + "x" * 40})
    client.post("/v1/register/", json={"username": "owner"})
    client.post(
        "/v1/register/verify/",
        json={"username": "owner", "api_key_name": "a private name", "code": "738291"},
    )
    assert len(_requests(log)) == 6
    everything = " ".join(str(vars(line)) for line in log.records)
    private = ["mistyped-cursor", "a private title", "a private name", "738291", "x" * 40]
    assert [word for word in [*secrets, *private] if word in everything] == []


# ── what is written ─────────────────────────────────────────────────────────────────────────

PROGRAM = """
import logging, structlog
from flask import Flask, g
from app.core import observability, settings
from config import load
observability.configure_logging("INFO")
ours, theirs = structlog.get_logger("ours"), logging.getLogger("theirs")
app = Flask("app")
app.app_context().push()
g.request_id = "mine"
ours.info("said", number=1, path="/a\\nb")
ours.debug("not said")
theirs.warning("%s said", "they", extra={"more": "words"})
logging.getLogger("rq").info("not said")
try:
    1 / 0
except ZeroDivisionError:
    ours.exception("broke")
    theirs.exception("broke too")
ours.info("an object", it=object)
settings.init_app(app, load())
observability.init_app(app)
app.test_client().get("/nothing?secret", headers={"X-Request-ID": "mine"})
"""


def test_every_line_is_json(tmp_path: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "")
    said = [json.loads(line) for line in done.stderr.splitlines()]

    assert [line["event"] for line in said] == [
        "said",
        "they said",
        "broke",
        "broke too",
        "an object",
        "request",
    ]
    request = said[-1]
    assert (request["method"], request["path"], request["status"]) == ("GET", "/nothing", 404)
    assert request["client"] == "127.0.0.1"
    assert said[0]["number"] == 1
    assert said[0]["path"] == "/a\nb"
    assert said[1]["more"] == "words"
    assert [line["level"] for line in said] == ["info", "warning", "error", "error"] + 2 * ["info"]
    for line in said:
        assert line["request_id"] == "mine"
        assert line["timestamp"].endswith("Z")
    for line in said[2:4]:
        assert "ZeroDivisionError" in line["exception"]
