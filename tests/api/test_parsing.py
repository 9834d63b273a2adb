"""Bodies and query parameters: what is malformed is 400 with a plain sentence, never 500."""

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.api.parsing import NAMELESS_PART, NOT_UTF_8, sentences
from app.catalogue.enums import ListingType
from tests.factories import Tenant, listing_body, make_listing

MALFORMED = {"detail": "The request body is not valid JSON."}
NOT_AN_OBJECT = {"detail": "The request body must be a JSON object."}


def _register(client: FlaskClient, body: bytes, content_type: str = "application/json") -> Any:
    return client.post("/v1/register/", data=body, content_type=content_type)


# ── bodies ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"{}}",
        b'{"username": "you",}',
        b"{'username': 'you'}",
        b'{"username": you}',
        b'{"username": NaN}',
        b'{"username": Infinity}',
        b'{"username": 1e999}',
        b'{"username": 01}',
        b'{"username": "\x01"}',
        b'{"username": "\xff"}',
        b'{"username": "\\ud800"}',
        b'{"username": "\\udc00\\ud800"}',
        b'{"username": "\\u12"}',
        b'\xef\xbb\xbf{"username": "you"}',
        '{"username": "you"}'.encode("utf-16"),
        '{"username": "you"}'.encode("utf-32"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b"username=you",
        b"\x00",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_malformed_body_is_400(client: FlaskClient, body: bytes) -> None:
    response = _register(client, body)
    assert (response.status_code, response.json) == (400, MALFORMED)


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "text", [], [{"username": "you"}]])
def test_a_body_that_is_no_object_is_400(client: FlaskClient, value: object) -> None:
    response = _register(client, orjson.dumps(value))
    assert (response.status_code, response.json) == (400, NOT_AN_OBJECT)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/octet-stream",
        "application/jsonp",
        "json",
        "",
    ],
)
def test_a_body_of_another_type_is_415(client: FlaskClient, content_type: str) -> None:
    response = _register(client, b'{"username": "you"}', content_type)
    assert response.status_code == 415
    mimetype = content_type.partition(";")[0]
    assert response.json == {"detail": f'Unsupported media type "{mimetype}" in request.'}


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain"])
def test_no_body_is_an_empty_object(client: FlaskClient, content_type: str) -> None:
    response = _register(client, b"", content_type)
    assert response.status_code == 400
    assert response.json == {"username": ["This field is required."]}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "APPLICATION/JSON",
        "application/merge-patch+json",
        "application/json; charset=iso-8859-1",
    ],
)
def test_json_by_any_of_its_names_is_read_as_utf_8(client: FlaskClient, content_type: str) -> None:
    body = '{"username": "Nyumbañi"}'.encode()
    assert _register(client, body, content_type).status_code == 200


def test_a_body_in_another_charset_is_400(client: FlaskClient) -> None:
    body = '{"username": "Nyumbañi"}'.encode("iso-8859-1")
    response = _register(client, body, "application/json; charset=iso-8859-1")
    assert (response.status_code, response.json) == (400, MALFORMED)


def _send_part(client: FlaskClient, owner: Tenant, header: bytes, content: bytes = b"x") -> Any:
    listing_id = make_listing(owner.id)["id"]
    part = b"--x\r\nContent-Disposition: form-data%b\r\n\r\n%b\r\n--x--\r\n"
    return client.post(
        f"/v1/{owner.id}/properties/{listing_id}/images/",
        data=part % (header, content),
        content_type="multipart/form-data; boundary=x",
        headers=owner.write,
    )


@pytest.mark.parametrize(
    "header", [b"", b'; name=""', b'; name="\\"', b'; filename="x.jpg"', b'; name=""; filename="x"']
)
def test_a_part_of_a_form_without_a_legible_name_is_400(
    client: FlaskClient, owner: Tenant, header: bytes
) -> None:
    response = _send_part(client, owner, header)
    assert (response.status_code, response.json) == (400, {"detail": NAMELESS_PART})


@pytest.mark.parametrize("content", [b"caf\xe9", b"\xff", b"\xed\xa0\x80", b"\xc3"])
def test_a_forms_text_in_another_charset_is_400(
    client: FlaskClient, owner: Tenant, content: bytes
) -> None:
    response = _send_part(client, owner, b'; name="alt"', content)
    assert (response.status_code, response.json) == (400, {"alt": [NOT_UTF_8]})


def test_the_last_of_a_repeated_name_counts(client: FlaskClient, owner: Tenant) -> None:
    body = orjson.dumps(listing_body())[:-1] + b',"title":"The last"}'
    response = client.post(
        owner.properties, headers=owner.write, data=body, content_type="application/json"
    )
    assert response.json["title"] == "The last"


@pytest.mark.parametrize("value", ["a\0b", "\0"])
def test_a_nul_byte_is_400(client: FlaskClient, value: str) -> None:
    response = client.post("/v1/register/", json={"username": value})
    assert (response.status_code, response.json) == (
        400,
        {"username": ["Null characters are not allowed."]},
    )


@pytest.mark.parametrize("value", [None, True, 7, 1.5, [], ["you"], {}, {"username": "you"}])
def test_a_wrong_type_is_400(client: FlaskClient, value: object) -> None:
    response = client.post("/v1/register/", json={"username": value})
    assert response.status_code == 400
    assert list(response.json) == ["username"]


def test_a_name_that_is_not_known_is_400(client: FlaskClient) -> None:
    response = client.post("/v1/register/", json={"username": "you", "nickname": "me"})
    assert (response.status_code, response.json) == (400, {"nickname": ["Unknown field."]})


def test_all_errors_are_told_at_once(client: FlaskClient) -> None:
    response = client.post("/v1/register/verify/", json={"code": 1, "nickname": "me"})
    assert response.status_code == 400
    assert set(response.json) == {"username", "api_key_name", "code", "nickname"}
    for found in response.json.values():
        assert found
        assert all(isinstance(sentence, str) for sentence in found)


@pytest.mark.parametrize("name", ["", "\0", "a\0", "__proto__", "é" * 1000, "detail"])
def test_a_strange_name_is_400(client: FlaskClient, name: str) -> None:
    response = client.post("/v1/register/", json={"username": "you", name: 1})
    assert response.status_code == 400
    assert list(response.json) == [name]


# ── query parameters ────────────────────────────────────────────────────────────────────────


def _get(client: FlaskClient, owner: Tenant, query: str) -> Any:
    return client.get(f"{owner.properties}?{query}", headers=owner.read)


def test_an_empty_parameter_counts_as_absent(client: FlaskClient, owner: Tenant) -> None:
    query = "&".join(
        f"{name}="
        for name in (
            "search",
            "listing_type",
            "property_type",
            "region",
            "district",
            "min_price",
            "max_price",
            "availability",
            "publish_status",
            "updated_after",
            "external_id",
            "min_bedrooms",
            "page_size",
            "cursor",
        )
    )
    client.post(owner.properties, headers=owner.write, json=listing_body())
    plain = client.get(owner.properties, headers=owner.read).json
    assert _get(client, owner, query).json["results"] == plain["results"]
    assert len(plain["results"]) == 1


def test_an_unknown_parameter_is_ignored(client: FlaskClient, owner: Tenant) -> None:
    response = _get(client, owner, "utm_source=mail&_=1&title=x")
    assert response.status_code == 200


def test_of_a_repeated_parameter_the_last_counts(client: FlaskClient, owner: Tenant) -> None:
    assert _get(client, owner, "page_size=x&page_size=1").status_code == 200
    assert _get(client, owner, "page_size=1&page_size=x").status_code == 400


def test_of_a_repeated_parameter_the_empty_ones_do_not_count(
    client: FlaskClient, owner: Tenant
) -> None:
    make_listing(owner.id, listing_type=ListingType.SALE)
    for query in ("listing_type=rent&listing_type=", "listing_type=rent&listing_type=+"):
        assert _get(client, owner, query).json["results"] == []


def test_all_wrong_parameters_are_told_at_once(client: FlaskClient, owner: Tenant) -> None:
    response = _get(client, owner, "page_size=x&min_price=x&availability=x&updated_after=x")
    assert response.status_code == 400
    assert set(response.json) == {"page_size", "min_price", "availability", "updated_after"}


@pytest.mark.parametrize(
    "query",
    [
        "search=%00",
        "external_id=%00",
        "district=%00",
        "cursor=%00",
        "page_size=%00",
        "min_price=%00",
        "updated_after=%00",
        "listing_type=%00",
    ],
)
def test_a_nul_byte_in_a_parameter_is_400(client: FlaskClient, owner: Tenant, query: str) -> None:
    response = _get(client, owner, query)
    assert response.status_code == 400
    assert list(response.json) == [query.partition("=")[0]]


@pytest.mark.both
@pytest.mark.parametrize("query", ["search=%ff", "search=%ed%a0%80", "external_id=%fe", "%ff=1"])
def test_broken_utf_8_in_a_query_does_no_harm(
    client: FlaskClient, owner: Tenant, query: str
) -> None:
    assert _get(client, owner, query).status_code == 200


# ── sentences ───────────────────────────────────────────────────────────────────────────────


def test_sentences_of_a_field_stay_in_order() -> None:
    assert sentences(["One.", "Two."]) == ["One.", "Two."]


def test_sentences_of_a_lists_items_say_which_item() -> None:
    assert sentences({0: ["One."], 4: ["Two."]}) == ["Item 1: One.", "Item 5: Two."]


def test_sentences_of_an_objects_fields_say_which_field() -> None:
    found = {"a": ["One."], "b": {2: ["Two."], 3: {"c": ["Three.", "Four."]}}}
    assert sentences(found) == [
        "a: One.",
        "b, Item 3: Two.",
        "b, Item 4, c: Three.",
        "b, Item 4, c: Four.",
    ]


def test_sentences_of_an_item_as_a_whole_name_no_field() -> None:
    found = {0: {"_schema": ["Expected an object."]}, 1: {"end": ["This field is required."]}}
    assert sentences(found) == [
        "Item 1: Expected an object.",
        "Item 2, end: This field is required.",
    ]
