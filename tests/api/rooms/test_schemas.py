"""The parameters of the list: what is refused, in which sentence, and what is let pass."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.api.rooms.conftest import Ask, Host, ids
from tests.factories import make_stay

INVALID = "The given data was invalid."


def _refused(client: FlaskClient, host: Host, query: str) -> Any:
    response = client.get(f"/api/rooms?{query}", headers=host.headers)
    assert response.status_code == 422, response.json
    assert list(response.json) == ["message", "errors"]
    assert response.json["message"] == INVALID
    return response.json["errors"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("ordering=up", "The selected ordering is invalid."),
        ("ordering=ascending", "The selected ordering is invalid."),
        ("room_id=abc", "The room id must be an integer."),
        ("room_id=1.5", "The room id must be an integer."),
        ("room_id=1e3", "The room id must be an integer."),
        ("room_id=0x10", "The room id must be an integer."),
        ("room_id=1_000", "The room id must be an integer."),
        ("room_id=%D9%A1", "The room id must be an integer."),
        ("room_id=1%00", "The room id must be an integer."),
        ("room_id=-", "The room id must be an integer."),
        ("status=listed", "The selected status is invalid."),
        ("status=Accept", "The selected status is invalid."),
        ("status=Listed%00", "The selected status is invalid."),
        ("status=%ED%A0%80", "The selected status is invalid."),
        ("submit_status=Resubmitted", "The selected submit status is invalid."),
        ("submit_status=accept", "The selected submit status is invalid."),
        ("sort=price", "The selected sort is invalid."),
        ("sort=Name", "The selected sort is invalid."),
        ("limit=x", "The limit must be an integer."),
        ("limit=0", "The limit must be at least 1."),
        ("limit=-5", "The limit must be at least 1."),
        ("limit=101", "The limit may not be greater than 100."),
        ("limit=99999999999999999999999999", "The limit may not be greater than 100."),
        ("per_page=x", "The per page must be an integer."),
        ("per_page=0", "The per page must be at least 1."),
        ("per_page=101", "The per page may not be greater than 100."),
        ("page=x", "The page must be an integer."),
        ("page=0", "The page must be at least 1."),
        ("page=2147483648", "The page may not be greater than 2147483647."),
        (f"page={'9' * 5000}", "The page may not be greater than 2147483647."),
        ("search=ab", "The search must be at least 3 characters."),
        ("search=+ab+", "The search must be at least 3 characters."),
        ("search=%F0%9F%8F%A0%F0%9F%8F%A0", "The search must be at least 3 characters."),
        (f"search={'x' * 256}", "The search may not be greater than 255 characters."),
        ("search=abc%00", "The search must be a string."),
    ],
)
def test_each_refusal_has_its_sentence(
    client: FlaskClient, host: Host, query: str, sentence: str
) -> None:
    assert _refused(client, host, query) == {query.partition("=")[0]: [sentence]}


def test_everything_that_is_wrong_is_told_at_once(client: FlaskClient, host: Host) -> None:
    errors = _refused(client, host, "room_id=x&status=x&ordering=x&limit=2")
    assert set(errors) == {"room_id", "status", "ordering"}


@pytest.mark.parametrize(
    "query",
    [
        {"status": ""},
        {"limit": "", "page": "", "room_id": "", "sort": "", "ordering": "", "search": ""},
        {"search": "   ", "submit_status": " \t "},
        {"status": " Listed ", "limit": " 100 ", "room_id": ""},
        {"colour": "red", "status[]": "x", "Status": "x"},
        {"per_page": "100", "limit": "100", "page": "+1"},
        {"page": "001", "limit": "010"},
        {"ordering": "dEsC", "sort": "status", "submit_status": "Accept"},
        {"search": "b" * 3},
    ],
)
def test_what_is_empty_unknown_or_at_a_bound_is_let_pass(
    host: Host, ask: Ask, query: dict[str, str]
) -> None:
    room_id = make_stay(host.id, title="Bbbed")
    assert ids(ask(**query)) == [room_id]


@pytest.mark.parametrize("search", ["x" * 255, "é" * 255, "🏠" * 255])
def test_the_longest_search_is_let_pass(host: Host, ask: Ask, search: str) -> None:
    assert ask(search=search)["data"] == []


def test_of_a_repeated_parameter_the_last_counts(client: FlaskClient, host: Host, ask: Ask) -> None:
    make_stay(host.id)
    response = client.get("/api/rooms?limit=x&limit=1&limit=7", headers=host.headers)
    assert response.json["meta"]["pagination"]["per_page"] == 7
    assert _refused(client, host, "limit=7&limit=x")


def test_limit_comes_before_per_page(host: Host, ask: Ask) -> None:
    assert ask(limit=3, per_page=4)["meta"]["pagination"]["per_page"] == 3
    assert ask(per_page=4)["meta"]["pagination"]["per_page"] == 4


@pytest.mark.both
@pytest.mark.parametrize("room_id", ["0", "-1", str(2**31), str(-(2**70)), "9" * 100, "9" * 5000])
def test_a_number_of_no_room_finds_none(host: Host, ask: Ask, room_id: str) -> None:
    make_stay(host.id)
    assert ask(room_id=room_id)["data"] == []


@pytest.mark.both
def test_no_parameter_is_an_error_of_ours(client: FlaskClient, host: Host) -> None:
    make_stay(host.id)
    names = ("limit", "per_page", "page", "status", "room_id", "submit_status", "search", "sort")
    values = st.text(max_size=300) | st.integers().map(str) | st.sampled_from(["Listed", "id", ""])

    @given(st.dictionaries(st.sampled_from([*names, "ordering", "x"]), values))
    def check(query: dict[str, str]) -> None:
        encoded = {name: value.encode(errors="replace") for name, value in query.items()}
        response = client.get("/api/rooms", headers=host.headers, query_string=encoded)
        assert response.status_code in (200, 422)

    check()


@pytest.mark.parametrize(
    "query", ["status=%FF", "search=%FF%FE%FD", "%FF=%FF", "&&=&", "limit", "=1"]
)
def test_broken_queries_are_no_error_of_ours(client: FlaskClient, host: Host, query: str) -> None:
    response = client.get(f"/api/rooms?{query}", headers=host.headers)
    assert response.status_code in (200, 422)
