"""The owner's dashboard: keys of the tenant API."""

import re

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Account
from app.apikeys import service as apikeys
from app.core.db import session
from tests import factories
from tests.web.browser import Visitor, text_of

KEYS = "/users/dashboard/api-keys/"
_KEY = re.compile(r"R_[\w-]{32,}")


def _generate(visitor: Visitor, **fields: str) -> str:
    visitor.open(KEYS)
    answer = visitor.send(KEYS, **{"name": "My site", **fields})
    assert answer.status_code == 201, text_of(answer)
    found = _KEY.search(answer.text)
    assert found
    return found[0]


def test_a_key_is_made_shown_once_and_works(
    john_at_home: Visitor, john: Account, client: FlaskClient
) -> None:
    key = _generate(john_at_home)
    feed = client.get(f"/v1/{john.id}/properties/", headers=factories.bearer(key))
    assert feed.status_code == 200
    page = john_at_home.open(KEYS)
    assert key not in page.text
    assert "My site" in text_of(page)
    assert f"user_id is {john.id}" in text_of(page)


def test_the_line_to_paste_is_ready(john_at_home: Visitor, john: Account) -> None:
    john_at_home.open(KEYS)
    text = text_of(john_at_home.send(KEYS, name="My site"))
    assert (
        f'curl -s "http://localhost/v1/{john.id}/properties/" -H "Authorization: Bearer R_' in text
    )


def test_a_key_is_read_only_and_bound_to_its_sites(
    john_at_home: Visitor, john: Account, client: FlaskClient
) -> None:
    key = _generate(john_at_home, sites="www.example.com\r\n\r\nexample.com")
    [row] = apikeys.list_live_keys(john.id)
    assert row.allowed_origins == ["www.example.com", "example.com"]
    assert row.scope == "R"
    feed = f"/v1/{john.id}/properties/"
    assert client.get(feed, headers=factories.bearer(key)).status_code == 403
    headers = {**factories.bearer(key), "Origin": "https://example.com"}
    assert client.get(feed, headers=headers).status_code == 200


def test_the_line_to_paste_comes_from_a_site_of_the_key(john_at_home: Visitor) -> None:
    john_at_home.open(KEYS)
    text = text_of(john_at_home.send(KEYS, name="My site", sites="example.com\r\nexample.org"))
    assert re.search(r'Bearer R_[\w-]+" -H "Origin: https://example\.com" Copy', text)


def test_a_key_is_renamed_and_restricted(john_at_home: Visitor, john: Account) -> None:
    _generate(john_at_home)
    [row] = apikeys.list_live_keys(john.id)
    page = john_at_home.open(f"{KEYS}{row.uuid}/")
    assert "My site" in text_of(page)
    answer = john_at_home.send(f"{KEYS}{row.uuid}/", name="Another name", sites="example.com")
    assert answer.status_code == 303
    session.rollback()
    session.expire_all()
    [changed] = apikeys.list_live_keys(john.id)
    assert (changed.name, changed.allowed_origins) == ("Another name", ["example.com"])


def test_a_revoked_key_is_refused_and_gone_from_the_list(
    john_at_home: Visitor, john: Account, client: FlaskClient
) -> None:
    key = _generate(john_at_home)
    [row] = apikeys.list_live_keys(john.id)
    john_at_home.open(f"{KEYS}{row.uuid}/")
    assert john_at_home.send(f"{KEYS}{row.uuid}/revoke/").status_code == 303
    assert client.get("/v1/amenities/", headers=factories.bearer(key)).status_code == 401
    assert "No keys yet." in text_of(john_at_home.open(KEYS))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "A key's name has 1 to 100 characters."),
        ({"name": "x" * 101}, "A key's name has 1 to 100 characters."),
        ({"name": "My site", "sites": "not a host"}, "is not a host name."),
        ({"name": "My\0site"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_made(
    john_at_home: Visitor, john: Account, fields: dict[str, str], sentence: str
) -> None:
    john_at_home.open(KEYS)
    answer = john_at_home.send(KEYS, **fields)
    assert answer.status_code == 400
    assert sentence in text_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert apikeys.list_live_keys(john.id) == []


def test_markup_in_a_name_is_text(john_at_home: Visitor) -> None:
    _generate(john_at_home, name="<script>alert(1)</script>")
    page = john_at_home.open(KEYS)
    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script>" in text_of(page)


def test_somebody_elses_key_is_not_there(john_at_home: Visitor, john: Account) -> None:
    other = factories.make_account("other")
    factories.make_key(other)
    [row] = apikeys.list_live_keys(other.id)
    john_at_home.open(KEYS)
    path = f"{KEYS}{row.uuid}/"
    assert john_at_home.open(path).status_code == 404
    assert john_at_home.send(path, name="Mine", sites="").status_code == 404
    assert john_at_home.send(f"{path}revoke/").status_code == 404
    assert len(apikeys.list_live_keys(other.id)) == 1


def test_whoever_needs_a_key_that_writes_learns_whom_to_ask(john_at_home: Visitor) -> None:
    page = john_at_home.open(KEYS)
    assert '<a href="mailto:support@nafasi.localhost">request a read + write key</a>' in page.text


def test_the_page_says_when_there_can_be_no_more_keys(
    john_at_home: Visitor, john: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apikeys, "MAX_KEYS", 0)
    john_at_home.open(KEYS)
    answer = john_at_home.send(KEYS, name="One more")
    assert answer.status_code == 409
    assert "An account has at most 100 API keys." in text_of(answer)
    assert 'value="One more"' in answer.text
