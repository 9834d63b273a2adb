"""Frequent questions."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.support import faq_service as faq
from app.support.limits import MAX_POSITION
from tests.api.marketplace.conftest import Person

URL = "/api/faq/"
BODY = {"category": "Payments", "question": "When do I pay?", "answer": "After you confirm."}


def _list(client: FlaskClient) -> list[Any]:
    response = client.get(URL)
    assert response.status_code == 200
    data: list[Any] = response.json["data"]
    return data


def _add(client: FlaskClient, staff: Person, **changes: Any) -> Any:
    response = client.post(URL, headers=staff.headers, json=BODY | changes)
    assert response.status_code == 201, response.json
    return response.json["data"]


@pytest.mark.both
def test_questions_are_grouped_by_category(client: FlaskClient) -> None:
    faq.load_faq()
    topics = _list(client)
    assert [topic["category"] for topic in topics][:2] == ["Getting started", "Accounts"]
    for topic in topics:
        assert set(topic) == {"category", "items"}
        assert topic["items"]
        for item in topic["items"]:
            assert set(item) == {"id", "question", "answer"}
            assert all(isinstance(value, str) and value for value in item.values())


def test_without_questions_the_list_is_empty(client: FlaskClient) -> None:
    assert _list(client) == []


@pytest.mark.both
def test_a_list_costs_one_statement(client: FlaskClient, statements: list[str]) -> None:
    _list(client)
    assert len(statements) == 1


@pytest.mark.both
def test_staff_adds_changes_and_deletes_a_question(client: FlaskClient, staff: Person) -> None:
    made = _add(client, staff)
    assert made == BODY | {"id": made["id"], "position": 10}
    shown = {"id": made["id"], "question": BODY["question"], "answer": BODY["answer"]}
    assert _list(client) == [{"category": "Payments", "items": [shown]}]

    item = f"{URL}{made['id']}/"
    changes = {"category": "Booking", "answer": "At once.\n\nReally.", "position": 3}
    changed = client.patch(item, headers=staff.headers, json=changes)
    assert changed.status_code == 200
    assert changed.json["data"] == made | changes
    assert _list(client) == [
        {"category": "Booking", "items": [shown | {"answer": "At once.\n\nReally."}]}
    ]

    deleted = client.delete(item, headers=staff.headers)
    assert (deleted.status_code, deleted.json["data"]) == (200, None)
    assert _list(client) == []
    assert client.delete(item, headers=staff.headers).status_code == 404
    assert client.patch(item, headers=staff.headers, json=changes).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": ""}, "category"),
        ({"category": None}, "category"),
        ({"category": "a" * 101}, "category"),
        ({"question": " "}, "question"),
        ({"question": "a" * 301}, "question"),
        ({"question": "a\0"}, "question"),
        ({"answer": ""}, "answer"),
        ({"answer": "a" * 5_001}, "answer"),
        ({"answer": ["a"]}, "answer"),
        ({"position": -1}, "position"),
        ({"position": MAX_POSITION + 1}, "position"),
        ({"position": None}, "position"),
        ({"position": "1"}, "position"),
        ({"key": "new"}, "key"),
    ],
)
def test_each_field_refuses_what_it_cannot_be(
    client: FlaskClient, staff: Person, changes: dict[str, Any], field: str
) -> None:
    made = _add(client, staff)
    before = _list(client)
    for method, path in (("POST", URL), ("PATCH", f"{URL}{made['id']}/")):
        response = client.open(path, method=method, headers=staff.headers, json=BODY | changes)
        assert response.status_code == 400
        assert list(response.json["errors"]) == [field]
    assert _list(client) == before


@pytest.mark.parametrize("field", BODY)
def test_a_question_needs_all_three(client: FlaskClient, staff: Person, field: str) -> None:
    body = {name: value for name, value in BODY.items() if name != field}
    response = client.post(URL, headers=staff.headers, json=body)
    assert response.json["errors"] == {field: ["This field is required."]}


@pytest.mark.parametrize("question_id", [uuid4(), "not-a-uuid", 1])
def test_an_unknown_id_is_not_found(client: FlaskClient, staff: Person, question_id: Any) -> None:
    path = f"{URL}{question_id}/"
    assert client.patch(path, headers=staff.headers, json=BODY).status_code == 404
    assert client.delete(path, headers=staff.headers).status_code == 404
