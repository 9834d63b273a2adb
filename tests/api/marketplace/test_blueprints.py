"""Slashes, aliases, and what OpenAPI says of the face."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields

from app.api import problems, smorest
from app.api.marketplace.blueprints import describe_dialect, marketplace_blueprint
from app.api.marketplace.dialect import PREFIX, write_problem
from app.api.marketplace.paging import PageQuerySchema, make_page
from app.api.page_requests import PageRequest
from app.api.smorest import refuses
from app.core import settings
from config import Settings
from tests.api.marketplace import endpoints
from tests.api.marketplace.conftest import Person
from tests.api.test_smorest import answers

ALIASES = ("POST", "PUT", "PATCH")


@pytest.fixture
def spec(app: Flask) -> Any:
    """The OpenAPI description."""
    return app.extensions["nafasi.descriptions"].get("openapi")


def _ask(client: FlaskClient, method: str, path: str, body: Any, person: Person) -> Any:
    response = client.open(path, method=method, json=body, headers=person.headers)
    return response.status_code, response.json["message"], response.json["errors"]


@pytest.mark.parametrize(("method", "path", "body"), endpoints.WRITES)
def test_a_write_keeps_its_body_without_its_slash(
    client: FlaskClient, boss: Person, method: str, path: str, body: Any
) -> None:
    invalid = body | {"surplus": 1}
    answer = _ask(client, method, path.rstrip("/"), invalid, boss)
    assert answer == (400, "The input is not valid.", {"surplus": ["Unknown field."]})


def test_a_read_answers_without_its_slash(client: FlaskClient, john: Person) -> None:
    response = client.get("/api/auth/me", headers=john.headers)
    assert response.json == client.get("/api/auth/me/", headers=john.headers).json


@pytest.mark.parametrize(("_method", "path", "body"), endpoints.ALIASED)
def test_where_the_document_names_no_method_every_write_verb_answers(
    client: FlaskClient, boss: Person, _method: str, path: str, body: Any
) -> None:
    invalid = body | {"surplus": 1}
    answers = [_ask(client, verb, path, invalid, boss) for verb in ALIASES]
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
def test_openapi_knows_the_canonical_methods_alone(
    spec: Any, method: str, path: str, _body: Any
) -> None:
    described = spec["paths"][endpoints.documented(path)]
    operations = {name.upper() for name in described if name != "parameters"}
    assert method in operations
    assert operations == endpoints.methods_of(path)


def test_openapi_knows_no_other_path_of_the_face(spec: Any) -> None:
    paths = {
        path
        for path in spec["paths"]
        if path.startswith("/api/") and not path.startswith("/api/rooms")
    }
    assert paths == {endpoints.documented(path) for _, path, _ in endpoints.ALL}


def test_every_answer_is_a_named_envelope(spec: Any) -> None:
    schemas = spec["components"]["schemas"]
    for _, path, _ in endpoints.ALL:
        described = spec["paths"][endpoints.documented(path)]
        for operation in (described[name] for name in described if name != "parameters"):
            for status, response in answers(spec, operation).items():
                if status == "304":
                    continue  # it has no body
                kinds = set(response["content"])
                if "application/json" not in kinds:
                    # A private file.
                    assert (status, kinds <= {"image/jpeg", "application/pdf"}) == ("200", True)
                    continue
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


# ── lists and ids, which every other group of endpoints will have ───────────────────────────


class ThingSchema(Schema):
    """A thing."""

    number = fields.Integer(required=True)


@pytest.fixture
def things() -> Iterator[Flask]:
    """An application of this face with five things."""
    app = Flask("things")
    app.url_map.strict_slashes = False
    settings.init_app(app, Settings())
    api = smorest.make_api(app)
    describe_dialect(api)
    blp = marketplace_blueprint("Things", "Five of them")
    rows = [{"number": number} for number in range(5)]

    @blp.route("/things/")
    @refuses(404)
    @blp.arguments(PageQuerySchema, location="query")
    @blp.answers(200, ThingSchema, "Things retrieved.", paged=True)
    def list_things(query: dict[str, PageRequest]) -> dict[str, Any]:
        """List things."""
        page = query["page"]
        return make_page(page, rows[page.offset : page.offset + page.limit], len(rows))

    @blp.route("/things/all/")
    @blp.answers(200, ThingSchema, "Things retrieved.", many=True)
    def list_all_things() -> list[dict[str, int]]:
        """List all things."""
        return rows

    @blp.route("/things/<uuid:thing_id>/")
    @refuses(404)
    @blp.answers(200, ThingSchema, "Thing retrieved.")
    def get_thing(thing_id: UUID) -> dict[str, int]:
        """Return a thing."""
        return {"number": thing_id.int}

    api.register_blueprint(blp)
    problems.init_app(app, {PREFIX: write_problem}, default=write_problem)
    with app.app_context():
        yield app


def test_a_page_stands_in_the_data(things: Flask) -> None:
    body = things.test_client().get("/api/things/?page=2&page_size=2").json
    assert body == {
        "success": True,
        "message": "Things retrieved.",
        "data": {
            "count": 5,
            "next": "http://localhost/api/things/?page_size=2&page=3",
            "previous": "http://localhost/api/things/?page_size=2&page=1",
            "results": [{"number": 2}, {"number": 3}],
        },
        "errors": None,
    }


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("page=4&page_size=2", 404, "non_field_errors"),
        ("page=0", 400, "page"),
        ("page_size=101", 400, "page_size"),
        ("page=x", 400, "page"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    things: Flask, query: str, status: int, field: str
) -> None:
    response = things.test_client().get(f"/api/things/?{query}")
    assert response.status_code == status
    assert list(response.json["errors"]) == [field]


def test_an_array_stands_in_the_data(things: Flask) -> None:
    body = things.test_client().get("/api/things/all/").json
    assert body["data"] == [{"number": number} for number in range(5)]


@pytest.mark.parametrize("thing", ["7", "x", "00000000-0000-0000-0000-00000000000g", "0" * 32])
def test_an_id_that_is_no_uuid_is_not_found(things: Flask, thing: str) -> None:
    assert things.test_client().get(f"/api/things/{thing}/").status_code == 404


def test_an_id_is_a_uuid(things: Flask) -> None:
    thing = "00000000-0000-0000-0000-00000000000F"
    assert things.test_client().get(f"/api/things/{thing}").json["data"] == {"number": 15}


def test_each_kind_of_data_has_one_envelope(things: Flask) -> None:
    schemas = things.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    names = set(schemas["components"]["schemas"])
    assert names == {
        "Failure",
        "Thing",
        "ThingPage",
        "ThingPageEnvelope",
        "ThingListEnvelope",
        "ThingEnvelope",
    }
