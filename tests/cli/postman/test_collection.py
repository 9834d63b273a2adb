"""The Postman collection: nothing of the APIs is missing, and every variable is there in time."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.cli.postman.collection import (
    DATES,
    folders,
    make_collection,
    make_environment,
    steps_of,
)
from app.cli.postman.steps import Folder, Step

VERBS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def description(app: Flask) -> dict[str, Any]:
    """What `openapi-export` writes, as a copy to change."""
    written: dict[str, Any] = json.loads(json.dumps(app.extensions["nafasi.api"].spec.to_dict()))
    return written


@pytest.fixture
def items(description: dict[str, Any]) -> list[dict[str, Any]]:
    """The requests, in their order."""
    return list(_items(make_collection(description)["item"]))


def _items(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in found:
        if "request" in each:
            yield each
        else:
            yield from _items(each["item"])


def _script(item: dict[str, Any], listen: str) -> str:
    found = [event["script"]["exec"] for event in item["event"] if event["listen"] == listen]
    return "\n".join(line for lines in found for line in lines)


def _environment() -> dict[str, str]:
    return {each["key"]: each["value"] for each in make_environment()["values"]}


def test_every_operation_is_there(description: dict[str, Any]) -> None:
    operations = {
        f"{verb.upper()} {path}"
        for path, found in description["paths"].items()
        for verb in found.keys() & VERBS
    }
    assert {step.operation for step in steps_of(folders())} == operations


def test_a_step_about_nothing_is_refused(description: dict[str, Any]) -> None:
    del description["paths"]["/api/rooms"]
    with pytest.raises(KeyError, match="/api/rooms"):
        make_collection(description)


def test_the_faces_have_folders_of_their_own(description: dict[str, Any]) -> None:
    names = [folder["name"] for folder in make_collection(description)["item"]]
    assert names == ["Marketplace", "Tenant", "Rooms", "Logging out"]


def test_every_request_says_what_it_does_and_looks_at_what_comes_back(
    items: list[dict[str, Any]],
) -> None:
    for item in items:
        assert item["request"]["description"], item["name"]
        script = _script(item, "test")
        assert re.search(r"to\.have\.status\(20[014]\)", script), item["name"]
        assert script.count("pm.test(") >= 2, item["name"]


def test_every_body_that_is_asked_for_is_sent(description: dict[str, Any]) -> None:
    for step in steps_of(folders()):
        method, path = step.operation.split()
        asked = description["paths"][path][method.lower()].get("requestBody", {})
        kinds = asked.get("content", {})
        sent = "multipart/form-data" if step.form else "application/json" if step.body else None
        assert sent in kinds or (sent is None and not kinds), step.name


def test_every_query_parameter_of_the_description_is_offered(
    description: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    [browse] = [item for item in items if item["name"] == "Browse listings"]
    offered = {each["key"]: each for each in browse["request"]["url"]["query"]}
    known = {
        each["name"]
        for each in description["paths"]["/api/listings/"]["get"]["parameters"]
        if each["in"] == "query"
    }
    assert offered.keys() == known
    switched_on = {name for name, each in offered.items() if not each.get("disabled")}
    documented = {"category", "min_price", "max_price", "guests", "stay_type"}
    assert switched_on == documented | {"check_in", "check_out"}


def test_a_parameter_that_the_description_lacks_is_refused(description: dict[str, Any]) -> None:
    description["paths"]["/api/rooms"]["get"]["parameters"] = []
    with pytest.raises(ValueError, match="ordering"):
        make_collection(description)


def test_every_variable_has_a_value_before_it_is_used(items: list[dict[str, Any]]) -> None:
    by_hand = {"guest_password", "admin_password", "otp_code", "google_id_token", "image_url"}
    by_hand |= {"overdue_booking_id"}
    known = {name for name, value in _environment().items() if value} | DATES | by_hand
    for item in items:
        text = json.dumps(item["request"]) + _script(item, "prerequest")
        used = set(re.findall(r"{{(\w+)}}", text))
        if item["request"].get("auth", {}).get("type") == "bearer":
            used.add("access_token")
        assert used <= known, item["name"]
        known |= set(re.findall(r'environment\.set\("(\w+)"', _script(item, "test")))


def test_the_environment_has_every_variable_that_answers_fill() -> None:
    kept = {name for step in steps_of(folders()) for name in step.keeps}
    environment = _environment()
    assert kept <= environment.keys()
    assert next(iter(environment)) == "base_url"
    assert environment["base_url"] == "http://127.0.0.1:8000"
    assert environment["access_token"] == environment["refresh_token"] == ""


def test_login_keeps_both_tokens_and_the_rest_carries_one(
    description: dict[str, Any], items: list[dict[str, Any]]
) -> None:
    login = next(item for item in items if item["name"] == "Login")
    assert login["request"]["auth"] == {"type": "noauth"}
    assert 'pm.environment.set("access_token", answer.data.access);' in _script(login, "test")
    assert 'pm.environment.set("refresh_token", answer.data.refresh);' in _script(login, "test")
    [carried] = make_collection(description)["auth"]["bearer"]
    assert carried["value"] == "{{access_token}}"


def test_the_tenant_folder_carries_the_key_and_staff_in_it_the_token(
    description: dict[str, Any],
) -> None:
    tenant = make_collection(description)["item"][1]
    assert tenant["auth"]["bearer"][0]["value"] == "{{api_key}}"
    by_name = {item["name"]: item["request"] for item in _items(tenant["item"])}
    assert "auth" not in by_name["Account"]
    assert by_name["API root"]["auth"] == {"type": "noauth"}
    issue = by_name["Make a read + write key"]["auth"]
    assert issue["bearer"][0]["value"] == "{{access_token}}"


def test_steps_come_in_the_order_of_their_folders() -> None:
    first, second, third = (
        Step(operation=f"GET /{number}/", name=str(number)) for number in range(3)
    )
    inner = Folder("inner", "", (second,))
    assert list(steps_of((first, inner, third))) == [first, second, third]
