"""What people say of the platform, over the API and for staff alone."""

import pytest
from flask.testing import FlaskClient

from app.support import feedback_service as feedback
from app.support.enums import Platform
from tests.api.marketplace.conftest import Person

URL = "/api/admin/feedback/"


@pytest.mark.both
def test_staff_reads_feedback_by_pages_and_filters(
    client: FlaskClient, boss: Person, john: Person
) -> None:
    made = [
        str(feedback.give_feedback(john.id, rating=rating, platform=platform).uuid)
        for rating, platform in ((5, Platform.WEB), (1, Platform.WEB), (1, None))
    ]

    def found(query: str) -> list[str]:
        data = client.get(f"{URL}{query}", headers=boss.headers).json["data"]
        return [each["id"] for each in data["results"]]

    assert found("") == made[::-1]
    assert found("?rating=1") == [made[2], made[1]]
    assert found("?platform=web") == [made[1], made[0]]
    assert found("?page_size=2&page=2") == [made[0]]
    assert client.get(f"{URL}?page=2", headers=boss.headers).status_code == 404


@pytest.mark.parametrize("query", ["rating=0", "rating=x", "platform=fax", "page_size=101"])
def test_a_filter_that_cannot_be_is_refused(client: FlaskClient, boss: Person, query: str) -> None:
    response = client.get(f"{URL}?{query}", headers=boss.headers)
    assert (response.status_code, list(response.json["errors"])) == (400, [query.split("=")[0]])


def test_nobody_else_reads_feedback(client: FlaskClient, john: Person) -> None:
    assert client.get(URL).status_code == 401
    assert client.get(URL, headers=john.headers).status_code == 403
