"""The OpenAPI descriptions as documents: of everything and of each face, and their examples."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema_rs import Draft202012Validator
from marshmallow import Schema
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app.api.examples import ABSENT, Examples, merged
from app.api.openapi import LOCAL, Descriptions
from app.core.fields import UploadedFile, UploadedFiles
from tests.api.test_smorest import Document, answers

FACES = {"tenant": "/v1/", "marketplace": "/api/", "rooms": "/api/rooms"}
NAMES = ["openapi", *FACES]


@pytest.fixture
def descriptions(app: Flask) -> Descriptions:
    found: Descriptions = app.extensions["nafasi.descriptions"]
    return found


@pytest.fixture
def whole(descriptions: Descriptions) -> Document:
    return descriptions.get("openapi")


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


def _parameters(document: Document) -> Iterator[tuple[str, Document]]:
    for path, item in document["paths"].items():
        for holder in (item, *(item[verb] for verb in item if verb != "parameters")):
            for parameter in holder.get("parameters", ()):
                yield f"{path} {parameter['name']}", parameter


def _bodies(document: Document) -> Iterator[tuple[str, Document]]:
    """Give every body of the description: of requests, answers and refusals."""
    for name, operation in _operations(document):
        holders = [operation.get("requestBody", {}), *answers(document, operation).values()]
        for holder in holders:
            for kind, media in holder.get("content", {}).items():
                yield f"{name} {kind}", media


def _is_file(media: Document) -> bool:
    return bool(media["schema"].get("format") == "binary")


# ── the documents ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_a_description_is_openapi(descriptions: Descriptions, name: str) -> None:
    assert [str(each) for each in OPENAPI_31_VALIDATOR.iter_errors(descriptions.get(name))] == []


def test_each_face_has_a_description_of_its_own(
    descriptions: Descriptions, whole: Document
) -> None:
    assert descriptions.names == NAMES
    described = [path for name in FACES for path in descriptions.get(name)["paths"]]
    assert sorted(described) == sorted(whole["paths"])
    for name, prefix in FACES.items():
        assert all(path.startswith(prefix) for path in descriptions.get(name)["paths"])
        assert "/api/rooms" not in descriptions.get(name)["paths"] or name == "rooms"
    titles = {descriptions.get(name)["info"]["title"] for name in NAMES}
    assert len(titles) == len(NAMES)


def test_a_description_names_the_address_that_it_is_for(descriptions: Descriptions) -> None:
    assert descriptions.get("tenant")["servers"] == [{"url": LOCAL}]
    assert descriptions.get("tenant", "https://api.example.com")["servers"] == [
        {"url": "https://api.example.com"}
    ]


@pytest.mark.parametrize("name", NAMES)
def test_every_component_is_used_and_every_reference_leads_to_one(
    descriptions: Descriptions, name: str
) -> None:
    document = descriptions.get(name)
    used = set(_references(document))
    there = {
        f"#/components/{kind}/{each}"
        for kind, named in document["components"].items()
        for each in named
        if kind != "securitySchemes"
    }
    assert used == there
    asked_for = {
        scheme for _, each in _operations(document) for one in each["security"] for scheme in one
    }
    assert asked_for == document["components"]["securitySchemes"].keys()
    assert {tag for _, each in _operations(document) for tag in each["tags"]} == {
        tag["name"] for tag in document["tags"]
    }


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _references(each)
    elif isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)


def test_no_object_is_without_a_name(whole: Document) -> None:
    schemas = [media["schema"] for _, media in _bodies(whole)]
    fields = [
        field
        for schema in whole["components"]["schemas"].values()
        for field in schema.get("properties", {}).values()
    ]
    parameters = [parameter["schema"] for _, parameter in _parameters(whole)]
    assert [each for each in (*schemas, *fields, *parameters) if _holds_anonymous(each)] == []


def _holds_anonymous(schema: Document) -> bool:
    inner = [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    return "properties" in schema or any(map(_holds_anonymous, inner))


# Their length is bounded by that of an address, or of a header; no room has too large a number.
UNBOUNDED = {"If-None-Match", "Prefer", "slug", "room_id"}


def test_whatever_comes_in_is_bounded(whole: Document) -> None:
    schemas = whole["components"]["schemas"]
    taken = [
        (where, parameter["schema"])
        for where, parameter in _parameters(whole)
        if parameter["name"] not in UNBOUNDED
    ]
    for name, operation in _operations(whole):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            taken.append((name, media["schema"]))
    seen: set[str] = set()
    while taken:
        where, schema = taken.pop()
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in seen:
                seen.add(name)
                inner = schemas[name].get("properties", {})
                taken += [(f"{name}.{field}", each) for field, each in inner.items()]
            continue
        assert _is_bounded(schema), (where, schema)
        taken += [(where, each) for each in (schema.get("items"), *schema.get("anyOf", ())) if each]
    assert len(seen) > 40


def _is_bounded(schema: Document) -> bool:
    kinds = {schema["type"]} if isinstance(schema.get("type"), str) else {*schema.get("type", ())}
    bounds = {
        "string": {"maxLength", "enum", "const", "format", "pattern"},
        "integer": {"maximum", "enum"},
        "number": {"maximum"},
        "array": {"maxItems"},
    }
    return all(bounds[kind] & schema.keys() for kind in kinds & bounds.keys())


# ── the examples ────────────────────────────────────────────────────────────────────────────


def test_every_body_has_an_example_that_is_as_described(whole: Document) -> None:
    failures = [
        (where, str(failure).splitlines()[0])
        for where, media in _bodies(whole)
        if not _is_file(media)
        for failure in _validator(whole, media["schema"]).iter_errors(media["example"])
    ]
    assert failures == []


def test_every_parameter_has_words_and_an_example_that_is_as_described(whole: Document) -> None:
    for where, parameter in _parameters(whole):
        assert parameter["description"], where
        schema = parameter["schema"]
        # What is filled in where the description is tried out is what must be there.
        assert ("example" in parameter) is bool(parameter.get("required")), where
        example = parameter["example"] if "example" in parameter else schema["examples"][0]
        assert _validator(whole, schema).is_valid(example), where


def test_every_header_has_an_example_that_is_as_described(whole: Document) -> None:
    for name, header in whole["components"]["headers"].items():
        assert _validator(whole, header["schema"]).is_valid(header["example"]), name


def _validator(document: Document, schema: Document) -> Draft202012Validator:
    # With the components beside it a schema's references lead somewhere.
    return Draft202012Validator(
        {**schema, "components": document["components"]}, validate_formats=True
    )


def test_an_example_s_message_is_the_answer_s_own(whole: Document) -> None:
    for where, media in _bodies(whole):
        if not _is_file(media) and "success" in media["example"]:
            assert media["example"]["message"], where
            assert list(media["example"]) == ["success", "message", "data", "errors"]


def test_every_example_of_a_request_is_accepted(app: Flask, whole: Document) -> None:
    """By the schema that reads it, and not only by its description."""
    examples = {
        operation["operationId"]: operation["requestBody"]["content"]
        for _, operation in _operations(whole)
        if "requestBody" in operation
    }
    accepted = set()
    for name, kind, schema in _body_schemas(app):
        files = {
            field
            for field, each in schema.fields.items()
            if isinstance(each, UploadedFile | UploadedFiles) or field == "image"
        }
        example = examples[name][kind]["example"]
        given = {field: value for field, value in example.items() if field not in files}
        assert schema.validate(given, partial=schema.partial or tuple(files)) == {}, name
        accepted.add(name)
    assert accepted == examples.keys()


def _body_schemas(app: Flask) -> Iterator[tuple[str, str, Schema]]:
    for blueprint in app.blueprints.values():
        for documented in getattr(blueprint, "_docs", {}).values():
            for told in documented.values():
                if not isinstance(told, dict):
                    continue
                name = told["view_name"]
                for each in told.get("arguments", {}).get("parameters", ()):
                    if each["in"] == "json":
                        schema = each["schema"]
                        yield name, "application/json", schema() if callable(schema) else schema
                for kind, schema in told.get("bodies", {}).items():
                    yield name, kind, schema()


def test_the_examples_are_those_of_the_documents(whole: Document) -> None:
    def asked(path: str, method: str = "post") -> Any:
        [media] = whole["paths"][path][method]["requestBody"]["content"].values()
        return media["example"]

    def answered(path: str, method: str, status: str) -> Any:
        described = whole["paths"][path][method]["responses"][status]
        return described["content"]["application/json"]["example"]

    assert asked("/api/auth/register/") == {
        "email": "john@example.com",
        "password": "SecurePass@123",
        "first_name": "John",
        "last_name": "Doe",
        "phone_number": "+255712345678",
    }
    login = answered("/api/auth/login/", "post", "200")
    assert login["message"] == "Login successful."
    assert login["data"]["access"] == "<jwt_access_token>"
    assert login["data"]["user"].items() >= {
        ("email", "john@example.com"),
        ("role", "user"),
        ("mode", "booking"),
        ("verification_stage", "approved"),
    }
    assert asked("/api/auth/mode/", "patch") == {"mode": "hosting"}
    assert answered("/api/auth/host/status/", "get", "200")["data"] == {
        "personal_info": True,
        "identity": False,
        "profile_submitted": False,
        "verification_stage": "not_started",
    }
    assert asked("/api/auth/host/identity/") == {
        "nida_number": "19920314-12345-67890-12",
        "id_photo": "<binary>",
    }
    intent = answered("/api/bookings/intents/", "post", "201")["data"]
    assert intent["expires_at"] == "2026-06-17T12:30:00Z"
    assert intent["price_snapshot"]["total"] == "1450.00"
    assert asked("/api/filters/saved/") == {
        "name": "Dar Beach Getaway",
        "category": "beach-villa",
        "min_price": 100,
        "max_price": 400,
        "min_guests": 2,
        "stay_type": "short_stay",
    }
    [category] = answered("/api/categories/", "get", "200")["data"]
    below = [each["slug"] for each in category["subcategories"]]
    assert (category["slug"], below) == ("villa", ["beach-villa", "modern-villa"])
    rejected = asked("/api/admin/listings/{listing_id}/reject/")
    assert rejected == {"rejection_reason": "Photos too low quality."}
    assert asked("/v1/{user_id}/properties/")["title"] == "3 bedroom Bungalow in Kololo"
    shown = answered("/v1/{user_id}/properties/{property_id}/", "get", "200")
    assert (shown["id"], shown["price"]) == (987, "1500000.00")
    assert shown["currency"] == {"code": "UGX", "symbol": "USh"}
    assert answered("/v1/{user_id}/account/", "get", "200")["properties_count"] == 42
    rooms = answered("/api/rooms", "get", "200")
    assert [room["id"] for room in rooms["data"]] == [10001, 10003]
    assert rooms["meta"]["pagination"]["total_pages"] == 116


# ── how they are made ───────────────────────────────────────────────────────────────────────

SCHEMAS: dict[str, Document] = {
    "Owner": {"properties": {"name": {"type": "string"}}},
    "Pet": {
        "properties": {
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": ["cat", "dog"]},
            "owner": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
            "born": {"type": ["string", "null"], "format": "date"},
            "toys": {"type": "array", "items": {"type": "string"}},
        }
    },
}
PET = {"$ref": "#/components/schemas/Pet"}


def test_an_example_is_made_of_those_of_its_parts() -> None:
    table = {"name": "John", "Pet.name": "Rex", "kind": "dog", "toys[]": "ball"}
    assert Examples(SCHEMAS, table).of(PET) == {
        "name": "Rex",
        "kind": "dog",
        "owner": {"name": "John"},
        "born": "2026-09-01",
        "toys": ["ball"],
    }


def test_a_word_that_does_not_fit_is_not_taken() -> None:
    table = {"name": "Rex", "kind": "parrot", "Pet.toys": [], "Pet.born": ABSENT, "owner": "John"}
    made = Examples(SCHEMAS, table).of(PET)
    assert made == {"name": "Rex", "kind": "cat", "owner": {"name": "Rex"}, "toys": []}


def test_a_whole_object_needs_no_parts() -> None:
    table = {"Pet": {"name": "Tom"}}
    assert Examples(SCHEMAS, table).of({"type": "array", "items": PET}) == [{"name": "Tom"}]


def test_what_nobody_tells_is_no_example() -> None:
    with pytest.raises(LookupError, match=r"Pet\.name or name"):
        Examples(SCHEMAS, {}).of(PET)


def test_what_is_said_of_a_part_leaves_the_others() -> None:
    made = merged({"message": "", "data": {"a": 1, "b": 2}}, {"message": "Ok.", "data": {"b": 3}})
    assert made == {"message": "Ok.", "data": {"a": 1, "b": 3}}
    assert merged({"a": 1}, None) is None
