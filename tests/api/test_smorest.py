"""The OpenAPI descriptions: what each operation says of itself, of its answers and refusals."""

import re
from typing import Any

import pytest
from flask import Flask

from app.api.answers import LIMIT_HEADERS, REQUEST_ID

Document = dict[str, Any]
Operations = dict[tuple[str, str], Document]

# What the few answers are that are no JSON.
FILES = {"image/jpeg", "application/pdf"}
# What an operation's name may begin with: the method of an SDK is a verb.
VERBS = {
    *("activate", "add", "approve", "cancel", "change", "check", "complete", "confirm", "create"),
    *(
        "deactivate",
        "delete",
        "disable",
        "enable",
        "get",
        "give",
        "issue",
        "list",
        "log",
        "mark",
        "refresh",
    ),
    *("refund", "register", "reject", "release", "remove", "replace", "reply", "republish"),
    *("request", "resend", "reset", "revoke", "save", "set", "submit", "unpublish", "update"),
    "verify",
}


@pytest.fixture
def whole(app: Flask) -> Document:
    """The description of everything."""
    document: Document = app.extensions["nafasi.descriptions"].get("openapi")
    return document


@pytest.fixture
def operations(whole: Document) -> Operations:
    """Every operation by its method and path."""
    return {
        (method, path): operation
        for path, item in whole["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def answers(whole: Document, operation: Document) -> dict[str, Document]:
    """Return what an operation answers by status, its refusals looked up."""
    components = whole["components"]["responses"]
    return {
        status: components[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def _refusals(operation: Document) -> set[int]:
    return {int(status) for status in operation["responses"] if status >= "4"}


def _needs_credential(operation: Document) -> bool:
    return bool(operation["security"]) and {} not in operation["security"]


def test_every_operation_has_a_name_of_its_own(operations: Operations) -> None:
    names = [operation["operationId"] for operation in operations.values()]
    assert len(names) == len(set(names))


def test_every_operation_is_named_like_a_method(operations: Operations) -> None:
    for operation in operations.values():
        name = operation["operationId"]
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", name)
        assert name.partition("_")[0] in VERBS, name


def test_every_operation_says_what_it_does(operations: Operations) -> None:
    for operation in operations.values():
        summary, description = operation["summary"], operation["description"]
        assert 5 < len(summary) <= 100
        assert summary[0].isupper()
        assert not summary.endswith(".")
        assert ". " not in summary
        assert description.endswith(".")
        assert operation["tags"]


def test_every_operation_says_who_may_call_it_and_how_often(operations: Operations) -> None:
    for (_, path), operation in operations.items():
        assert isinstance(operation["security"], list)
        if path != "/v1/":
            assert re.search(r"At most \d+ requests per", operation["description"]), path


def test_every_answer_is_described(whole: Document, operations: Operations) -> None:
    for operation in operations.values():
        for status, answer in answers(whole, operation).items():
            assert answer["description"]
            if status not in ("204", "304"):
                kinds = set(answer["content"])
                assert kinds == {"application/json"} or (kinds <= FILES and status == "200")


def test_every_answer_has_its_headers(whole: Document, operations: Operations) -> None:
    for operation in operations.values():
        described = answers(whole, operation)
        for answer in described.values():
            assert REQUEST_ID in answer["headers"]
        if "429" in described:
            for status in ("429", *(each for each in described if each < "4")):
                assert set(LIMIT_HEADERS) <= described[status]["headers"].keys()
            assert "Retry-After" in described["429"]["headers"]
        if "401" in described:
            assert "WWW-Authenticate" in described["401"]["headers"]
        if "304" in described:
            assert {"ETag", "Cache-Control"} <= described["200"]["headers"].keys()
        if "202" in described:
            assert "Location" in described["202"]["headers"]


def test_a_refusal_is_that_of_the_path_s_face(operations: Operations) -> None:
    for (_, path), operation in operations.items():
        face = "Rooms" if path.startswith("/api/rooms") else "Marketplace"
        face = "Tenant" if path.startswith("/v1/") else face
        for status in _refusals(operation):
            reference = operation["responses"][str(status)]["$ref"]
            assert reference.startswith(f"#/components/responses/{face}")


def test_whatever_needs_a_credential_can_refuse_it(operations: Operations) -> None:
    guarded = [each for each in operations.values() if _needs_credential(each)]
    assert len(guarded) > 10
    for operation in guarded:
        is_key = operation["security"] == [{"api_key": []}]
        assert {401, 429} | ({403} if is_key else set()) <= _refusals(operation)


def test_what_needs_no_credential_asks_for_none(operations: Operations) -> None:
    # These take other ones, in their bodies.
    taking = {"log_in", "log_in_with_google", "refresh_access"}
    for operation in operations.values():
        takes_one = operation["security"] or operation["operationId"] in taking
        if not takes_one:
            assert not {401, 403} & _refusals(operation)


def test_what_shows_more_to_some_takes_a_token(operations: Operations) -> None:
    recognizing = {
        operation["operationId"]
        for operation in operations.values()
        if operation["security"] == [{}, {"access_token": []}]
    }
    assert recognizing == {
        "get_listing",
        "get_listing_calendar",
        "list_listing_reviews",
        "resend_code",
        "verify_phone",
    }


def test_every_operation_can_fail(operations: Operations) -> None:
    for (_, path), operation in operations.items():
        assert {500, 503} <= _refusals(operation)
        if path != "/v1/":
            assert min(_refusals(operation)) < 500


def test_whatever_takes_a_body_can_refuse_it(operations: Operations) -> None:
    with_body = [each for each in operations.values() if "requestBody" in each]
    assert len(with_body) >= 5
    for operation in with_body:
        assert {400, 413, 415} <= _refusals(operation)


def test_whatever_names_an_object_can_miss_it(operations: Operations) -> None:
    for (_, path), operation in operations.items():
        if "{" in path:
            assert 404 in _refusals(operation)


def test_a_body_that_knows_its_names_allows_no_others(whole: Document) -> None:
    for name in ("Registration", "Verification"):
        assert whole["components"]["schemas"][name].get("additionalProperties") is False


@pytest.mark.parametrize(
    "path",
    ["/v1/{user_id}/properties/", "/v1/{user_id}/properties/changes/", "/v1/locations/"],
)
def test_what_can_be_kept_says_so(operations: Operations, path: str) -> None:
    assert "304" in operations["get", path]["responses"]


def test_a_body_that_may_be_left_out_is_described_so(operations: Operations) -> None:
    optional = operations["post", "/api/admin/reviews/{review_id}/unpublish/"]
    needed = operations["post", "/api/reviews/{review_id}/reply/"]
    assert optional["requestBody"]["required"] is False
    assert needed["requestBody"]["required"] is True
    assert {400, 413, 415} <= _refusals(optional)
