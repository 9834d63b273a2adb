"""Who may open the console, and what all of its pages share."""

from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import UUIDConverter

from app.accounts.models import Account
from app.core.db import session, transaction
from app.web.staff.frame import SECTIONS, figure
from tests.web.browser import Visitor, text_of


def _calls(app: Flask) -> list[tuple[str, str]]:
    """Return the method and a path of each route of the console."""
    calls = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/staff"):
            continue
        values = {
            name: UUID(int=1) if isinstance(converter, UUIDConverter) else 1
            for name, converter in rule._converters.items()
        }
        with app.test_request_context():
            path = app.url_map.bind("").build(rule.endpoint, values)
        calls += [(method, path) for method in (rule.methods or set()) & {"GET", "POST"}]
    assert calls
    return calls


def test_a_normal_user_opens_no_page_and_sends_no_form(app: Flask, john_at_home: Visitor) -> None:
    john_at_home.open("/users/dashboard/api-keys/")
    for method, path in _calls(app):
        answer = john_at_home.open(path) if method == "GET" else john_at_home.send(path)
        assert (path, answer.status_code) == (path, 403)
        assert "Only staff may open this page." in text_of(answer)
        assert "Sign out" in text_of(answer)
        assert 'href="/staff/' not in answer.text


def test_a_form_without_its_token_or_from_elsewhere_is_refused(app: Flask, staff: Visitor) -> None:
    staff.open("/staff/")
    elsewhere = {"Origin": "https://evil.example"}
    for method, path in _calls(app):
        if method == "POST":
            assert staff.send(path, csrf_token="").status_code == 403
            assert staff.send(path, headers=elsewhere).status_code == 403


def test_whoever_has_not_signed_in_does_and_gets_there(visitor: Visitor, amina: Account) -> None:
    away = visitor.open("/staff/")
    assert (away.status_code, away.location) == (303, "/users/sign-in/?next=/staff/")


def test_staff_that_is_none_any_more_is_out_at_once(staff: Visitor, amina: Account) -> None:
    assert staff.open("/staff/").status_code == 200
    with transaction():
        session.get_one(Account, amina.id).role = "user"
    assert staff.open("/staff/").status_code == 403


def test_every_entry_leads_to_a_page_that_marks_it(app: Flask, staff: Visitor) -> None:
    for _, entries in SECTIONS:
        for entry in entries:
            with app.test_request_context():
                path = app.url_map.bind("").build(entry.endpoint)
            page = staff.open(path)
            assert page.status_code == 200
            assert f'href="{path}" aria-current="page"' in page.text
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_only_staff_is_shown_the_way_to_the_console(staff: Visitor, john_at_home: Visitor) -> None:
    keys = "/users/dashboard/api-keys/"
    assert 'href="/staff/"' in staff.open(keys).text
    assert 'href="/staff/"' not in john_at_home.open(keys).text


def test_what_is_not_there_is_said_as_a_page_with_a_way_back(staff: Visitor) -> None:
    answer = staff.open("/staff/nothing/")
    assert answer.status_code == 404
    assert 'href="/staff/"' in answer.text
    assert 'href="/staff/queues/payments/"' in answer.text
    assert "Sign out" in text_of(answer)


@pytest.mark.parametrize("path", ["/staffing", "/staff-only"])
def test_what_only_begins_like_it_is_no_page_of_it(staff: Visitor, path: str) -> None:
    assert staff.open(path).status_code == 404


def test_thousands_of_an_amount_are_set_apart_and_none_of_it_is_lost() -> None:
    assert figure("99999999999999.99") == "99,999,999,999,999.99"
    assert figure(Decimal("450.5")) == "450.50"
