"""Users in the console: found, looked at, disabled and enabled."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from app.accounts.enums import Tier, VerificationStage
from app.accounts.models import Account
from app.apikeys.enums import Scope
from app.core.db import session, transaction
from tests import factories
from tests.hosts import account_now, make_host
from tests.web.browser import Visitor, text_of

USERS = "/staff/users/"


@pytest.fixture
def asha() -> Account:
    """Somebody with a name."""
    account = factories.make_account("asha")
    with transaction():
        account.first_name, account.last_name = "Asha", "Mwinyi"
    return account


def _page(account: Account) -> str:
    return f"{USERS}{account.uuid}/"


def test_everybody_is_listed_and_leads_to_their_page(staff: Visitor, asha: Account) -> None:
    page = staff.open(USERS)
    assert f'<a href="{_page(asha)}">Asha Mwinyi</a>' in page.text
    shown = text_of(staff.open(_page(asha)))
    assert "Asha Mwinyi" in shown
    assert f"user_id {asha.id}" in shown


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("?search=mwin", True),
        ("?search=nobody", False),
        ("?role=user", True),
        ("?role=admin", False),
        ("?subscription_tier=free&verification_stage=not_started", True),
        ("?verification_stage=approved", False),
        ("?is_disabled=true", False),
        ("?is_disabled=false", True),
        ("?role=&search=+&is_disabled=", True),
    ],
)
def test_users_are_found_by_what_is_known_of_them(
    staff: Visitor, asha: Account, query: str, is_found: bool
) -> None:
    page = staff.open(f"{USERS}{query}")
    assert page.status_code == 200
    assert (_page(asha) in page.text) is is_found


def test_a_search_that_finds_nobody_says_so(staff: Visitor) -> None:
    assert "Nothing fits this search." in text_of(staff.open(f"{USERS}?search=nobody"))


def test_a_host_that_waits_is_marked(staff: Visitor) -> None:
    host = make_host(VerificationStage.PENDING_REVIEW)
    page = staff.open(f"{USERS}?verification_stage=pending_review")
    assert f'href="{_page(host)}"' in page.text
    assert '<span class="state waits">Pending review</span>' in page.text
    assert f'href="/staff/hosts/{host.uuid}/"' in staff.open(_page(host)).text


def test_a_tier_is_changed(staff: Visitor, asha: Account) -> None:
    staff.open(_page(asha))
    answer = staff.send(f"{_page(asha)}tier/", subscription_tier="business")
    assert (answer.status_code, answer.location) == (303, _page(asha))
    assert "The tier of Asha Mwinyi is saved." in text_of(staff.open(_page(asha)))
    assert account_now(asha.id).tier is Tier.BUSINESS


def test_a_tier_that_there_is_not_is_said_at_its_field(staff: Visitor, asha: Account) -> None:
    staff.open(_page(asha))
    answer = staff.send(f"{_page(asha)}tier/", subscription_tier="gold")
    assert answer.status_code == 400
    assert '"gold" is not a valid choice.' in text_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert account_now(asha.id).tier is Tier.FREE


def test_whoever_is_disabled_is_refused_until_they_are_enabled(
    staff: Visitor, asha: Account, client: FlaskClient
) -> None:
    key = factories.bearer(factories.make_key(asha, Scope.READ))
    staff.open(_page(asha))
    assert staff.send(f"{_page(asha)}disable/").status_code == 303
    page = staff.open(_page(asha))
    assert "Asha Mwinyi is disabled, and has been told." in text_of(page)
    assert "Disabled by amina@example.com" in text_of(page)
    assert client.get("/v1/amenities/", headers=key).status_code == 401
    assert staff.send(f"{_page(asha)}enable/").status_code == 303
    assert "Disable this account" in text_of(staff.open(_page(asha)))
    assert client.get("/v1/amenities/", headers=key).status_code == 200


def test_nobody_disables_themselves(staff: Visitor, amina: Account) -> None:
    assert "This is your own account" in text_of(staff.open(_page(amina)))
    answer = staff.send(f"{_page(amina)}disable/")
    assert answer.status_code == 409
    assert "You cannot disable your own account." in text_of(answer)
    assert account_now(amina.id).disabled_at is None


def test_a_superuser_is_left_to_superusers(staff: Visitor, asha: Account) -> None:
    with transaction():
        session.get_one(Account, asha.id).is_superuser = True
    staff.open(_page(asha))
    answer = staff.send(f"{_page(asha)}disable/")
    assert answer.status_code == 403
    assert "Only a superuser may disable or enable a superuser." in text_of(answer)
    assert account_now(asha.id).disabled_at is None


def test_markup_in_a_name_is_text(staff: Visitor, asha: Account) -> None:
    with transaction():
        account = session.get_one(Account, asha.id)
        account.first_name, account.bio = "<script>alert(1)</script>", "<b>Me</b>"
    for path in (USERS, _page(asha)):
        page = staff.open(path)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "&lt;b&gt;Me&lt;/b&gt;" in staff.open(_page(asha)).text


def test_a_user_that_there_is_not_is_said(staff: Visitor) -> None:
    answer = staff.open(f"{USERS}{UUID(int=1)}/")
    assert answer.status_code == 404
    assert "There is no such account." in text_of(answer)
