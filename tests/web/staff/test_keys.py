"""API keys in the console: everybody's, and those that staff makes."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.apikeys.enums import Scope
from tests import factories
from tests.web.browser import Visitor, text_of

KEYS = "/staff/api-keys/"
GIVEN = {"user": "agency@example.com", "scope": "RW", "name": "Import", "allowed_origins": ""}
_KEY = re.compile(r"RW?_[\w-]{32,}")


@pytest.fixture
def agency() -> Account:
    """Somebody who needs a key."""
    return factories.make_account("agency")


def _issue(staff: Visitor, **changes: str) -> Any:
    staff.open(f"{KEYS}new/")
    return staff.send(f"{KEYS}new/", **{**GIVEN, **changes})


def _key_in(answer: Any) -> str:
    found = _KEY.search(answer.text)
    assert found
    return found[0]


def test_a_key_that_writes_is_made_and_shown_once_with_all_to_try_it(
    staff: Visitor, agency: Account, client: FlaskClient
) -> None:
    answer = _issue(staff)
    assert answer.status_code == 201
    key = _key_in(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'<input id="user-id" value="{agency.id}" readonly>' in answer.text
    feed = f"/v1/{agency.id}/properties/"
    line = f'curl -s "http://localhost{feed}" -H "Authorization: Bearer {key}"'
    assert line in text_of(answer)
    made = client.post(feed, json=factories.listing_body(), headers=factories.bearer(key))
    assert made.status_code == 201
    page = staff.open(KEYS)
    assert key not in page.text
    assert f"{key[:8]}… read + write" in text_of(page)


def test_the_line_to_paste_of_a_key_that_writes_names_no_site(
    staff: Visitor, agency: Account
) -> None:
    answer = _issue(staff, allowed_origins="example.com")
    assert answer.status_code == 201
    assert "Origin:" not in answer.text


def test_a_key_that_reads_is_bound_to_its_sites(staff: Visitor, agency: Account) -> None:
    sites = "www.example.com\r\n\r\n example.com "
    answer = _issue(staff, user=str(agency.id), scope="R", allowed_origins=sites)
    assert answer.status_code == 201
    [row] = apikeys.list_live_keys(agency.id)
    assert (row.scope, row.allowed_origins) == (Scope.READ, ["www.example.com", "example.com"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"user": "nobody"}, "There is no account 'nobody'."),
        ({"user": ""}, "This field may not be blank."),
        ({"scope": "W"}, '"W" is not a valid choice.'),
        ({"name": " "}, "This field may not be blank."),
        ({"name": "Import\0"}, "Null characters are not allowed."),
        ({"allowed_origins": "no host"}, "'no host' is not a host name."),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_no_key_is_made(
    staff: Visitor, agency: Account, changes: dict[str, str], sentence: str
) -> None:
    answer = _issue(staff, **changes)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert answer.text.count('aria-invalid="true"') == 1
    assert apikeys.list_live_keys(agency.id) == []


def test_the_form_knows_whom_a_link_is_about(staff: Visitor, agency: Account) -> None:
    page = staff.open(f"{KEYS}new/?user={agency.uuid}")
    assert 'value="agency@example.com"' in page.text
    assert staff.open(f"{KEYS}new/?user=nobody").status_code == 200


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?search=imp", True),
        ("?search=website", False),
        ("?scope=RW", True),
        ("?scope=R", False),
        ("?user=agency", True),
        ("?user=amina", False),
    ],
)
def test_keys_are_found(staff: Visitor, agency: Account, query: str, is_found: bool) -> None:
    prefix = _key_in(_issue(staff))[:8]
    assert (prefix in staff.open(f"{KEYS}{query}").text) is is_found


def test_a_key_is_found_by_how_it_begins(staff: Visitor, agency: Account) -> None:
    key = _key_in(_issue(staff))
    factories.make_key(agency)
    assert "1–1 of 1" in text_of(staff.open(f"{KEYS}?search={key}"))


def test_a_revoked_key_is_refused_and_gone(
    staff: Visitor, agency: Account, client: FlaskClient
) -> None:
    key = _key_in(_issue(staff))
    [row] = apikeys.list_live_keys(agency.id)
    staff.open(KEYS)
    assert staff.send(f"{KEYS}{row.uuid}/revoke/").location == KEYS
    page = staff.open(KEYS)
    assert "The key is revoked, and its owner has been told." in text_of(page)
    assert "There are no keys yet." in text_of(page)
    assert client.get("/v1/amenities/", headers=factories.bearer(key)).status_code == 401
    assert staff.send(f"{KEYS}{row.uuid}/revoke/").status_code == 404
    assert staff.send(f"{KEYS}{UUID(int=1)}/revoke/").status_code == 404


def test_markup_in_a_name_is_text(staff: Visitor, agency: Account) -> None:
    assert "<b>Import" not in _issue(staff, name="<b>Import</b>").text
    assert "&lt;b&gt;Import&lt;/b&gt;" in staff.open(KEYS).text


def test_the_form_says_when_there_can_be_no_more_keys(
    staff: Visitor, agency: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apikeys, "MAX_KEYS", 0)
    answer = _issue(staff)
    assert answer.status_code == 409
    assert "An account has at most 100 API keys." in text_of(answer)
    assert 'value="Import"' in answer.text
