"""Staff and everybody's accounts, over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import account_messages as texts
from app.accounts import service as accounts
from app.accounts.enums import Role, Tier, VerificationStage
from app.accounts.models import Account
from app.api.marketplace.host_schemas import HostFileSchema
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import session, transaction
from app.core.outbox import OutboxItem
from tests.api.marketplace.conftest import Inbox, Person, Send
from tests.api.marketplace.endpoints import NO_USER, PASSWORD
from tests.factories import Tenant, make_account, make_key, make_listing

URL = "/api/admin/users/"
VERBS = ("POST", "PUT", "PATCH")


@pytest.fixture
def ask(client: FlaskClient, boss: Person) -> Callable[..., Any]:
    """Send something below `/api/admin/users/` as staff."""

    def send(path: str = "", method: str = "GET", **kwargs: Any) -> Any:
        return client.open(f"{URL}{path}", method=method, headers=boss.headers, **kwargs)

    return send


@pytest.fixture
def emails(ask: Callable[..., Any]) -> Callable[[str], list[str]]:
    """The addresses of the accounts that a query finds, without their domain."""

    def listed(query: str) -> list[str]:
        response = ask(f"?{query}")
        assert response.status_code == 200, response.json
        data = response.json["data"]
        assert data["count"] == len(data["results"])
        return [row["email"].removesuffix("@example.com") for row in data["results"]]

    return listed


def _change(email: str, **columns: Any) -> Account:
    with transaction():
        account = accounts.get_account_by_reference(email)
        for name, value in columns.items():
            setattr(account, name, value)
    return account


def _uuid(person: Person) -> UUID:
    return accounts.get_account(person.id).uuid


def _entries() -> list[AuditEntry]:
    session.rollback()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


# ── lists ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_row_tells_who_it_is_and_how_they_stand(
    ask: Callable[..., Any], john: Person, boss: Person
) -> None:
    account = _change(
        john.email,
        first_name="John",
        last_name="Doe",
        phone_number="+255712345678",
        bio="Not for lists.",
        disabled_at=datetime(2026, 5, 1, 12, tzinfo=UTC),
        created_at=datetime(2026, 4, 1, 12, tzinfo=UTC),
    )
    body = ask("?search=john").json
    assert body["message"] == "Users retrieved successfully."
    assert body["data"] == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(account.uuid),
                "user_id": john.id,
                "email": "john@example.com",
                "username": "john",
                "first_name": "John",
                "last_name": "Doe",
                "phone_number": "+255712345678",
                "email_verified": True,
                "phone_verified": False,
                "role": "user",
                "is_superuser": False,
                "mode": "booking",
                "verification_stage": "not_started",
                "subscription_tier": "free",
                "created_at": "2026-04-01T12:00:00Z",
                "is_active": False,
                "disabled_at": "2026-05-01T12:00:00Z",
            }
        ],
    }


@pytest.mark.both
def test_each_filter_leaves_out_the_others(
    emails: Callable[[str], list[str]], john: Person
) -> None:
    _change(john.email, verification_stage=VerificationStage.PENDING_REVIEW, tier=Tier.PRO)
    _change("somebody", disabled_at=clock.now(), is_superuser=True)
    assert emails("") == ["boss", "john", "somebody"]
    assert emails("role=admin") == ["boss"]
    assert emails("role=user&verification_stage=pending_review") == ["john"]
    assert emails("verification_stage=approved") == ["boss"]
    assert emails("subscription_tier=pro") == ["john"]
    assert emails("is_disabled=true") == emails("is_disabled=1") == ["somebody"]
    assert emails("is_disabled=false") == ["boss", "john"]
    assert emails("role=admin&is_disabled=true") == []
    assert emails("role=&verification_stage=&is_disabled=&search=") == [
        "boss",
        "john",
        "somebody",
    ]


@pytest.mark.both
def test_words_of_a_search_begin_what_an_account_is_called(
    emails: Callable[[str], list[str]], john: Person
) -> None:
    _change(john.email, first_name="Élodie Maria", last_name="Şahin-Øst")
    _change("somebody", first_name="John_Paul", last_name="100% Doe")
    for text in ("john", "JOHN@EX", "elodie", "ÉLO", "mar", "sahin-ost", "maria john", "e s j m"):
        assert "john" in emails(f"search={text}")
    for text in ("ohn", "example.com", "lodie", "elodie x", "ost"):
        assert emails(f"search={text}") == []
    assert emails("search=100%25") == emails("search=john_") == ["somebody"]
    assert emails("search=j%25") == emails("search=_") == []
    assert emails("search=%20") == ["boss", "john", "somebody"]


def test_a_search_knows_a_name_as_soon_as_it_is_changed(
    emails: Callable[[str], list[str]], send: Send, john: Person
) -> None:
    body = {"first_name": "Jonathan", "last_name": "Doe"}
    assert send("update-profile", method="PATCH", headers=john.headers, **body).status_code == 200
    assert emails("search=jonathan doe") == ["john"]
    send("update-profile", method="PATCH", headers=john.headers, first_name="Jack")
    assert emails("search=jonathan") == []


@pytest.mark.both
def test_pages_hold_everybody_once_though_all_came_at_once(
    ask: Callable[..., Any], boss: Person
) -> None:
    for number in range(7):
        make_account(f"tied{number}")
    with transaction():
        for account in session.scalars(select(Account)):
            account.created_at = datetime(2026, 5, 1, tzinfo=UTC)
    seen: list[int] = []
    for number in (1, 2, 3, 4):
        data = ask(f"?page={number}&page_size=3").json["data"]
        assert data["count"] == 10
        seen += [row["user_id"] for row in data["results"]]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 10
    assert data["next"] is None
    assert ask("?page=5&page_size=3").status_code == 404


@pytest.mark.both
def test_a_page_costs_as_many_statements_whatever_it_holds(
    ask: Callable[..., Any], statements: list[str]
) -> None:
    costs = []
    for _ in range(2):
        statements.clear()
        assert ask("?page_size=100&search=some").status_code == 200
        costs.append(len([each for each in statements if "SELECT" in each]))
        for _number in range(20):
            make_account()
    # Whose token it is, the rows, and their number.
    assert costs == [3, 3]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("role=boss", "role"),
        ("verification_stage=done", "verification_stage"),
        ("subscription_tier=gold", "subscription_tier"),
        ("is_disabled=maybe", "is_disabled"),
        (f"search={'a' * 101}", "search"),
        ("search=%00", "search"),
        ("page=0", "page"),
        ("page=501", "page"),
        ("page_size=101", "page_size"),
    ],
)
def test_a_filter_that_cannot_be_is_named(ask: Callable[..., Any], query: str, field: str) -> None:
    response = ask(f"?{query}")
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]


# ── one account ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_an_account_is_shown_with_all_that_lists_leave_out(
    ask: Callable[..., Any], john: Person
) -> None:
    _change(john.email, bio="Hospitality enthusiast.")
    data = ask(f"{_uuid(john)}/").json["data"]
    [row] = ask("?search=john").json["data"]["results"]
    nothing = dict.fromkeys(HostFileSchema().fields)
    assert data == row | {"bio": "Hospitality enthusiast.", "host": nothing}
    assert not [name for name in data if "password" in name or "hash" in name]


@pytest.mark.parametrize("user", [NO_USER, "1", "john", "me"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("POST", "disable/"), ("POST", "enable/")]
)
def test_nobody_is_found_by_another_id(
    ask: Callable[..., Any], user: object, method: str, path: str
) -> None:
    assert ask(f"{user}/{path}", method, json={}).status_code == 404
    assert _entries() == []


@pytest.mark.both
def test_a_subscription_is_changed_told_and_written_down_once(
    ask: Callable[..., Any], john: Person, boss: Person, inbox: Inbox
) -> None:
    path = f"{_uuid(john)}/"
    for _ in range(2):
        response = ask(path, "PATCH", json={"subscription_tier": "business"})
        assert response.status_code == 200
        assert response.json["data"]["subscription_tier"] == "business"
    [entry] = _entries()
    assert (entry.actor_id, entry.action) == (boss.id, "account.tier_changed")
    assert (entry.object_type, entry.object_id) == ("account", str(_uuid(john)))
    assert entry.details == {"before": "free", "after": "business"}
    [mail] = inbox.mails()
    assert mail["To"] == john.email
    assert mail.get_content() == texts.tier_changed(Tier.BUSINESS).text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"subscription_tier": "gold"}, "subscription_tier"),
        ({"subscription_tier": None}, "subscription_tier"),
        ({"subscription_tier": 1}, "subscription_tier"),
        ({"role": "admin"}, "role"),
        ({"email": "x@example.com", "subscription_tier": "pro"}, "email"),
    ],
)
def test_nothing_but_the_subscription_is_changed(
    ask: Callable[..., Any], john: Person, body: dict[str, Any], field: str
) -> None:
    response = ask(f"{_uuid(john)}/", "PATCH", json=body)
    assert response.status_code == 400
    assert list(response.json["errors"]) == [field]
    session.rollback()
    assert accounts.get_account(john.id).tier is Tier.FREE
    assert _entries() == []


def test_no_change_is_none(ask: Callable[..., Any], john: Person, inbox: Inbox) -> None:
    response = ask(f"{_uuid(john)}/", "PATCH", json={})
    assert (response.status_code, response.json["data"]["subscription_tier"]) == (200, "free")
    assert (_entries(), inbox.mails()) == ([], [])


def test_only_the_documented_method_changes_an_account(
    ask: Callable[..., Any], john: Person
) -> None:
    for method in ("POST", "PUT", "DELETE"):
        response = ask(f"{_uuid(john)}/", method, json={"subscription_tier": "pro"})
        assert response.status_code == 405


# ── disabling and enabling ──────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_disabling_is_shown_told_and_written_down_once(
    ask: Callable[..., Any], john: Person, boss: Person, inbox: Inbox
) -> None:
    _change(john.email, phone_number="+255712345678", phone_verified_at=clock.now())
    first = ask(f"{_uuid(john)}/disable/", "POST").json
    assert first["message"] == "User disabled."
    assert first["data"]["is_active"] is False
    again = ask(f"{_uuid(john)}/disable/", "POST")
    assert (again.status_code, again.json) == (200, first)
    [entry] = _entries()
    assert (entry.actor_id, entry.action) == (boss.id, "account.disabled")
    assert (entry.object_type, entry.object_id) == ("account", str(_uuid(john)))
    assert inbox.mails_to() == [john.email]
    assert inbox.sms_to() == ["+255712345678"]


@pytest.mark.both
def test_enabling_is_shown_told_and_written_down_once(
    ask: Callable[..., Any], john: Person, inbox: Inbox
) -> None:
    _change(john.email, disabled_at=clock.now())
    for _ in range(2):
        response = ask(f"{_uuid(john)}/enable/", "POST")
        assert response.status_code == 200
        assert response.json["message"] == "User enabled."
        assert (response.json["data"]["is_active"], response.json["data"]["disabled_at"]) == (
            True,
            None,
        )
    assert [entry.action for entry in _entries()] == ["account.enabled"]
    [mail] = inbox.mails()
    assert mail.get_content() == texts.enabled().text


@pytest.mark.parametrize("verb", VERBS)
def test_every_write_verb_disables_and_enables(
    ask: Callable[..., Any], john: Person, verb: str
) -> None:
    path = f"{_uuid(john)}"
    assert ask(f"{path}/disable", verb).json["data"]["is_active"] is False
    assert ask(f"{path}/enable", verb, json={}).json["data"]["is_active"] is True


@pytest.mark.both
def test_nobody_disables_themselves(ask: Callable[..., Any], boss: Person, inbox: Inbox) -> None:
    _change(boss.email, is_superuser=True)
    response = ask(f"{_uuid(boss)}/disable/", "POST")
    assert response.status_code == 409
    assert response.json["message"] == "You cannot disable your own account."
    assert ask().status_code == 200
    assert (_entries(), inbox.mails()) == ([], [])


@pytest.mark.both
def test_only_a_superuser_disables_or_enables_a_superuser(
    ask: Callable[..., Any], john: Person, boss: Person
) -> None:
    _change(john.email, is_superuser=True)
    assert ask(f"{_uuid(john)}/disable/", "POST").status_code == 403
    assert ask(f"{_uuid(john)}/enable/", "POST").status_code == 403
    assert _entries() == []
    _change(boss.email, is_superuser=True)
    assert ask(f"{_uuid(john)}/disable/", "POST").status_code == 200
    assert ask(f"{_uuid(john)}/enable/", "POST").status_code == 200


def test_staff_disables_staff(ask: Callable[..., Any], john: Person) -> None:
    _change(john.email, role=Role.ADMIN)
    assert ask(f"{_uuid(john)}/disable/", "POST").status_code == 200


@pytest.mark.both
def test_a_disabled_account_opens_nothing_until_it_is_enabled(
    client: FlaskClient,
    ask: Callable[..., Any],
    send: Send,
    john: Person,
    google_token: Callable[..., str],
) -> None:
    assert send("providers/google", id_token=google_token()).status_code == 200

    def statuses() -> list[int]:
        return [
            client.get("/api/auth/me/", headers=john.headers).status_code,
            send("refresh", refresh=john.refresh).status_code,
            send("login", email=john.email, password=PASSWORD).status_code,
            send("providers/google", id_token=google_token()).status_code,
        ]

    assert statuses() == [200, 200, 200, 200]
    ask(f"{_uuid(john)}/disable/", "POST")
    assert statuses() == [401, 401, 403, 403]
    ask(f"{_uuid(john)}/enable/", "POST")
    assert statuses() == [200, 200, 200, 200]


@pytest.mark.both
def test_its_keys_are_refused_though_pages_are_kept(
    client: FlaskClient, ask: Callable[..., Any], owner: Tenant
) -> None:
    listing = make_listing(owner.id)
    paths = [
        owner.properties,
        f"{owner.properties}changes/",
        f"{owner.properties}{listing['id']}/",
        f"/v1/{owner.id}/account/",
        "/v1/amenities/",
    ]

    def statuses(**held: Any) -> list[int]:
        headers = [owner.read | held, owner.write | held]
        return [client.get(path, headers=each).status_code for path in paths for each in headers]

    assert set(statuses() + statuses()) == {200}
    etag = client.get(owner.properties, headers=owner.read).headers["ETag"]
    ask(f"{owner.account.uuid}/disable/", "POST")
    assert set(statuses()) == {401}
    assert set(statuses(**{"If-None-Match": etag})) == {401}
    assert set(statuses(**{"If-None-Match": "*"})) == {401}
    write = client.delete(f"{owner.properties}{listing['id']}/", headers=owner.write)
    assert write.status_code == 401
    ask(f"{owner.account.uuid}/enable/", "POST")
    assert set(statuses()) == {200}


@pytest.mark.both
def test_codes_sent_before_are_worth_nothing_while_it_is_disabled(
    ask: Callable[..., Any], send: Send, client: FlaskClient, john: Person, inbox: Inbox
) -> None:
    send("forgot-password", email=john.email)
    client.post("/v1/register/", json={"username": "john"})
    for_password, for_key = inbox.mail_codes()
    reset = {"email": john.email, "new_password": "NewSecurePass@123", "otp_code": for_password}
    verify = {"username": "john", "code": for_key, "api_key_name": "A key"}

    def statuses() -> list[int]:
        return [
            send("reset-password", **reset).status_code,
            client.post("/v1/register/verify/", json=verify).status_code,
        ]

    ask(f"{_uuid(john)}/disable/", "POST")
    assert statuses() == [400, 400]
    ask(f"{_uuid(john)}/enable/", "POST")
    assert statuses() == [200, 201]


@pytest.mark.both
def test_no_code_is_sent_to_a_disabled_account(
    ask: Callable[..., Any], send: Send, client: FlaskClient, john: Person, inbox: Inbox
) -> None:
    ask(f"{_uuid(john)}/disable/", "POST")
    assert len(inbox.mails()) == 1
    assert send("forgot-password", email=john.email).status_code == 200
    client.post("/v1/register/", json={"username": "john"})
    assert len(inbox.mails()) == 1


def test_what_fails_on_the_way_leaves_nothing(
    ask: Callable[..., Any], john: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.accounts.message_service.tell", fail)
    assert ask(f"{_uuid(john)}/disable/", "POST").status_code == 500
    session.rollback()
    session.expire_all()
    assert accounts.get_account(john.id).disabled_at is None
    assert _entries() == []
    assert session.scalar(select(func.count()).select_from(OutboxItem)) == 0


def test_another_account_notices_nothing(
    client: FlaskClient, ask: Callable[..., Any], john: Person
) -> None:
    other = make_account("other")
    key = make_key(other)
    ask(f"{_uuid(john)}/disable/", "POST")
    response = client.get(f"/v1/{other.id}/account/", headers={"Authorization": f"Bearer {key}"})
    assert response.status_code == 200
