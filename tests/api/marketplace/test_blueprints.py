"""Slashes, aliases, and what OpenAPI says of the face."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.marketplace import endpoints
from tests.api.marketplace.conftest import Person

ALIASES = ("POST", "PUT", "PATCH")


@pytest.fixture
def spec(app: Flask) -> Any:
    """The OpenAPI description."""
    return app.extensions["nafasi.api"].spec.to_dict()


def _ask(client: FlaskClient, method: str, path: str, body: Any, person: Person) -> Any:
    response = client.open(path, method=method, json=body, headers=person.headers)
    return response.status_code, response.json["message"], response.json["errors"]


@pytest.mark.parametrize(("method", "path", "body"), endpoints.WRITES)
def test_a_write_keeps_its_body_without_its_slash(
    client: FlaskClient, john: Person, method: str, path: str, body: Any
) -> None:
    invalid = body | {"surplus": 1}
    answer = _ask(client, method, path.rstrip("/"), invalid, john)
    assert answer == (400, "The input is not valid.", {"surplus": ["Unknown field."]})


def test_a_read_answers_without_its_slash(client: FlaskClient, john: Person) -> None:
    response = client.get("/api/auth/me", headers=john.headers)
    assert response.json == client.get("/api/auth/me/", headers=john.headers).json


@pytest.mark.parametrize(("_method", "path", "body"), endpoints.ALIASED)
def test_where_the_document_names_no_method_every_write_verb_answers(
    client: FlaskClient, john: Person, _method: str, path: str, body: Any
) -> None:
    invalid = body | {"surplus": 1}
    answers = [_ask(client, verb, path, invalid, john) for verb in ALIASES]
    assert answers == [(400, "The input is not valid.", {"surplus": ["Unknown field."]})] * 3


@pytest.mark.parametrize("verb", ALIASES)
def test_an_alias_does_what_the_canonical_method_does(
    client: FlaskClient, john: Person, verb: str
) -> None:
    answer = client.open(
        "/api/auth/mode", method=verb, json={"mode": "hosting"}, headers=john.headers
    )
    assert answer.json["data"]["mode"] == "hosting"


@pytest.mark.parametrize(("method", "path", "_body"), endpoints.ALL)
def test_openapi_knows_the_canonical_method_alone(
    spec: Any, method: str, path: str, _body: Any
) -> None:
    operations = {name for name in spec["paths"][path] if name != "parameters"}
    assert operations == {method.lower()}


def test_openapi_knows_no_other_path_of_the_face(spec: Any) -> None:
    paths = {path for path in spec["paths"] if path.startswith("/api/")}
    assert paths == {path for _, path, _ in endpoints.ALL}


def test_every_answer_is_a_named_envelope(spec: Any) -> None:
    schemas = spec["components"]["schemas"]
    for _, path, _ in endpoints.ALL:
        for operation in spec["paths"][path].values():
            for status, response in operation["responses"].items():
                [content] = response["content"].values()
                name = content["schema"]["$ref"].removeprefix("#/components/schemas/")
                properties = schemas[name]["properties"]
                assert set(properties) == {"success", "message", "data", "errors"}
                assert properties["success"]["enum"] == [status < "400"]
                assert name == "Failure" if status >= "400" else name.endswith("Envelope")


def test_no_schema_is_there_twice(spec: Any) -> None:
    names = spec["components"]["schemas"]
    assert [name for name in names if name[-1].isdigit()] == []


def test_the_session_of_the_document_is_described(spec: Any) -> None:
    schemas = spec["components"]["schemas"]
    data = schemas["SessionEnvelope"]["properties"]["data"]
    assert data == {"$ref": "#/components/schemas/Session"}
    assert set(schemas["Session"]["properties"]) == {"access", "refresh", "user"}
    assert set(schemas["Person"]["properties"]) == {
        "id",
        "email",
        "first_name",
        "role",
        "mode",
        "verification_stage",
    }
