"""Signing in and out, and who cannot."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Account
from app.core import clock
from app.core.db import session, transaction
from app.core.settings import current_settings
from tests.api.conftest import IsolatedClient
from tests.web.browser import Visitor, text_of
from tests.web.conftest import PASSWORD

KEYS = "/users/dashboard/api-keys/"


def test_whoever_opens_a_page_first_signs_in_and_gets_there(
    visitor: Visitor, john: Account
) -> None:
    away = visitor.open(KEYS)
    assert away.status_code == 303
    assert away.location == f"/users/sign-in/?next={KEYS}"
    visitor.open(away.location)
    there = visitor.send("/users/sign-in/", email=john.email, password=PASSWORD, next=KEYS)
    assert (there.status_code, there.location) == (303, KEYS)
    assert visitor.open(KEYS).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/users/",
        "/users\\@evil.example/",
        "/users/\r\nX-Evil: 1",
        "javascript:alert(1)",
        "/docs",
    ],
)
def test_nobody_is_sent_elsewhere(visitor: Visitor, john: Account, elsewhere: str) -> None:
    answer = visitor.sign_in(john.email, PASSWORD, next=elsewhere)
    assert (answer.status_code, answer.location) == (303, KEYS)


def test_a_wrong_password_is_told_without_saying_who_has_an_account(
    visitor: Visitor, john: Account
) -> None:
    wrong, unknown = visitor.sign_in(john.email, "wrong"), visitor.sign_in("x@example.com", "wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert "No active account matches" in text_of(wrong)
    assert text_of(wrong) == text_of(unknown)
    assert visitor.open(KEYS).status_code == 303


def test_a_disabled_account_is_out_at_once(john_at_home: Visitor, john: Account) -> None:
    with transaction():
        session.get_one(Account, john.id).disabled_at = clock.now()
    assert john_at_home.open(KEYS).status_code == 303


def test_a_new_password_ends_the_session(john_at_home: Visitor, john: Account) -> None:
    with transaction():
        session.get_one(Account, john.id).token_version += 1
    assert john_at_home.open(KEYS).status_code == 303


def test_who_signs_out_is_out(john_at_home: Visitor) -> None:
    john_at_home.open(KEYS)
    assert john_at_home.send("/users/sign-out/").status_code == 303
    assert john_at_home.open(KEYS).status_code == 303


def test_a_copy_of_the_cookie_of_who_has_signed_out_opens_nothing(
    john_at_home: Visitor, client: FlaskClient
) -> None:
    cookie = client.get_cookie("nafasi_session")
    assert cookie is not None
    john_at_home.open(KEYS)
    john_at_home.send("/users/sign-out/")
    client.set_cookie("nafasi_session", cookie.value)
    assert john_at_home.open(KEYS).status_code == 303


def test_signing_out_ends_no_other_session(john_at_home: Visitor, client: FlaskClient) -> None:
    elsewhere = Visitor(IsolatedClient(client.application, client.application.response_class))
    elsewhere.sign_in("john@example.com", PASSWORD)
    john_at_home.open(KEYS)
    john_at_home.send("/users/sign-out/")
    assert elsewhere.open(KEYS).status_code == 200


def test_who_signs_out_without_being_in_is_out(visitor: Visitor) -> None:
    visitor.open("/users/sign-in/")
    assert visitor.send("/users/sign-out/").status_code == 303


def test_a_session_ends_by_itself_however_much_it_is_used(
    john_at_home: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = clock.now()
    for hours, status in ((6, 200), (11, 200), (12, 303)):
        now = begun + timedelta(hours=hours, seconds=1)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert john_at_home.open(KEYS).status_code == status


def test_an_altered_cookie_is_none(john_at_home: Visitor, client: FlaskClient) -> None:
    cookie = client.get_cookie("nafasi_session")
    assert cookie is not None
    client.set_cookie("nafasi_session", cookie.value[:-3] + "xxx")
    assert john_at_home.open(KEYS).status_code == 303


def test_guessing_is_held_off(
    visitor: Visitor, john: Account, change_settings: Callable[..., None]
) -> None:
    change_settings(ratelimit_credentials="3 per minute")
    answers = [visitor.sign_in(john.email, "wrong").status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]
    refused = visitor.sign_in(john.email, PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    seconds = refused.headers["Retry-After"]
    assert f"Too many tries. Try again in {seconds} seconds." in text_of(refused)


def test_who_is_held_off_keeps_what_they_have_typed(
    visitor: Visitor, john: Account, change_settings: Callable[..., None]
) -> None:
    change_settings(ratelimit_credentials="1 per minute")
    for _ in range(2):
        again = visitor.sign_in(john.email, "wrong", next=KEYS)
    assert again.status_code == 429
    assert f'value="{john.email}"' in again.text
    assert f'name="next" value="{KEYS}"' in again.text
    assert "wrong" not in again.text


def test_text_that_no_database_keeps_is_refused(visitor: Visitor, john: Account) -> None:
    assert visitor.sign_in("john\0@example.com", PASSWORD).status_code == 400


def test_the_cookie_is_for_this_site_alone_and_no_script(visitor: Visitor, john: Account) -> None:
    flags = visitor.sign_in(john.email, PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in flags
    assert "SameSite=Lax" in flags
    assert "Secure" not in flags


def test_on_https_the_cookie_is_secure(client: FlaskClient) -> None:
    answer = client.get("/users/sign-in/", base_url="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_in_production_the_cookie_is_secure(
    visitor: Visitor, change_settings: Callable[..., None]
) -> None:
    change_settings(app_env="production")
    assert current_settings().is_production
    assert "Secure" in visitor.open("/users/sign-in/").headers["Set-Cookie"]


def test_the_apis_know_no_cookie(john_at_home: Visitor) -> None:
    assert john_at_home.open("/api/auth/me/").status_code == 401
    assert "Set-Cookie" not in john_at_home.open("/").headers
    assert "Vary" not in john_at_home.open("/healthz").headers
