"""The OpenAPI description: what each operation says of itself and of its refusals."""

from typing import Any

import pytest
from flask import Flask

Operations = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def operations(app: Flask) -> Operations:
    """Every operation by its method and path."""
    paths = app.extensions["nafasi.api"].spec.to_dict()["paths"]
    return {
        (method, path): operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method != "parameters"
    }


def _refusals(operation: dict[str, Any]) -> set[int]:
    return {int(status) for status in operation["responses"] if status >= "4"}


def test_every_operation_has_a_name_of_its_own(operations: Operations) -> None:
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))


def test_every_operation_says_what_it_does(operations: Operations) -> None:
    for operation in operations.values():
        assert operation["summary"].endswith(".")
        assert operation["tags"]


def test_every_answer_is_described(operations: Operations) -> None:
    for operation in operations.values():
        for status, response in operation["responses"].items():
            assert response["description"]
            if status not in ("204", "304"):
                assert list(response["content"]) == ["application/json"]


def test_whatever_needs_a_credential_can_refuse_it(operations: Operations) -> None:
    guarded = [each for each in operations.values() if each.get("security")]
    assert len(guarded) > 10
    for operation in guarded:
        is_key = operation["security"] == [{"api_key": []}]
        assert {401, 429} | ({403} if is_key else set()) <= _refusals(operation)


def test_what_needs_no_credential_asks_for_none(operations: Operations) -> None:
    # These take other ones, in their bodies.
    taking = {"log_in", "log_in_with_google", "refresh"}
    for operation in operations.values():
        if not operation.get("security") and operation["operationId"] not in taking:
            assert not {401, 403} & _refusals(operation)


def test_whatever_takes_a_body_can_refuse_it(operations: Operations) -> None:
    with_body = [each for each in operations.values() if "requestBody" in each]
    assert len(with_body) >= 5
    for operation in with_body:
        assert {400, 413, 415} <= _refusals(operation)


def test_whatever_names_an_object_can_miss_it(operations: Operations) -> None:
    for (_, path), operation in operations.items():
        if "{" in path:
            assert 404 in _refusals(operation)


def test_a_body_that_knows_its_names_allows_no_others(app: Flask) -> None:
    schemas = app.extensions["nafasi.api"].spec.to_dict()["components"]["schemas"]
    for name in ("Registration", "Verification"):
        assert schemas[name].get("additionalProperties") is False


@pytest.mark.parametrize(
    "path",
    ["/v1/{user_id}/properties/", "/v1/{user_id}/properties/changes/", "/v1/locations/"],
)
def test_what_can_be_kept_says_so(operations: Operations, path: str) -> None:
    assert "304" in operations["get", path]["responses"]
