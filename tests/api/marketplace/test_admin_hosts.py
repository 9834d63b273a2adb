"""Reviews of host profiles over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update

from app.accounts.enums import VerificationStage
from app.accounts.models import Account
from app.api.tokens import make_access_token
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import session, transaction
from tests.api.marketplace.endpoints import NO_USER
from tests.factories import bearer
from tests.hosts import NIDA, REASON, account_now, make_host, make_staff, profile_now

pytestmark = [pytest.mark.both, pytest.mark.usefixtures("media_folder")]

Stage = VerificationStage
Headers = dict[str, str]


@pytest.fixture
def staff(app: Flask) -> Account:
    return make_staff()


@pytest.fixture
def headers(staff: Account) -> Headers:
    return _headers(staff)


def _headers(account: Account) -> Headers:
    return bearer(make_access_token(account.id, account.token_version))


def _address(account: Account, deed: str) -> str:
    return f"/api/admin/users/{account.uuid}/{deed}/"


def _deeds() -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id.is_not(None))))


# ── decisions ───────────────────────────────────────────────────────────────────────────────


def test_an_approved_host_may_do_what_hosts_may_from_the_next_request(
    client: FlaskClient, headers: Headers
) -> None:
    account = make_host(Stage.PENDING_REVIEW, "john")
    response = client.post(_address(account, "approve-host"), headers=headers)
    assert response.status_code == 200
    assert response.json["message"] == "Host approved."
    assert response.json["data"] == {
        "id": str(account.uuid),
        "email": "john@example.com",
        "first_name": "John",
        "last_name": "Doe",
        "verification_stage": "approved",
    }
    status = client.get("/api/auth/host/status/", headers=_headers(account)).json["data"]
    assert status["verification_stage"] == "approved"


@pytest.mark.parametrize("stage", [Stage.PENDING_REVIEW, Stage.APPROVED])
def test_the_document_s_rejection(client: FlaskClient, headers: Headers, stage: Stage) -> None:
    account = make_host(stage)
    body = {"rejection_reason": REASON}
    response = client.post(_address(account, "reject-host"), json=body, headers=headers)
    assert response.status_code == 200
    assert response.json["data"]["verification_stage"] == "rejected"
    status = client.get("/api/auth/host/status/", headers=_headers(account)).json["data"]
    assert (status["verification_stage"], status["rejection_reason"]) == ("rejected", REASON)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_other_write_verbs_answer_too(client: FlaskClient, headers: Headers, method: str) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    for deed, body in (("approve-host", None), ("reject-host", {"rejection_reason": REASON})):
        response = client.open(_address(account, deed), method=method, json=body, headers=headers)
        assert response.status_code == 200


def test_a_second_approval_is_a_conflict_that_says_what_is_allowed(
    client: FlaskClient, headers: Headers
) -> None:
    account = make_host(Stage.APPROVED)
    response = client.post(_address(account, "approve-host"), headers=headers)
    assert response.status_code == 409
    assert response.json["message"] == (
        "Only a profile that is pending review can be approved; this one is approved."
    )
    assert _deeds() == []


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.REJECTED])
def test_what_was_not_submitted_is_neither_approved_nor_rejected(
    client: FlaskClient, headers: Headers, stage: Stage
) -> None:
    account = make_host(stage)
    for deed, body in (("approve-host", None), ("reject-host", {"rejection_reason": "Other."})):
        response = client.post(_address(account, deed), json=body, headers=headers)
        assert response.status_code == 409
    assert account_now(account.id).verification_stage is stage
    assert _deeds() == []


@pytest.mark.parametrize("reason", [None, "", "  ", 7, ["unclear"], "a\0b", "x" * 5001])
def test_a_rejection_needs_a_reason(client: FlaskClient, headers: Headers, reason: Any) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    for body in ({"rejection_reason": reason}, {}):
        response = client.post(_address(account, "reject-host"), json=body, headers=headers)
        assert response.status_code == 400
        assert list(response.json["errors"]) == ["rejection_reason"]
    assert account_now(account.id).verification_stage is Stage.PENDING_REVIEW
    assert _deeds() == []


def test_a_long_reason_is_kept_whole(client: FlaskClient, headers: Headers) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    reason = "é" * 5000
    body = {"rejection_reason": reason}
    assert (
        client.post(_address(account, "reject-host"), json=body, headers=headers).status_code == 200
    )
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.rejection_reason == reason


@pytest.mark.parametrize("user_id", [NO_USER, "1", "not-a-uuid"])
def test_who_is_not_there_is_404(client: FlaskClient, headers: Headers, user_id: str) -> None:
    for deed, body in (("approve-host", None), ("reject-host", {"rejection_reason": REASON})):
        path = f"/api/admin/users/{user_id}/{deed}/"
        assert client.post(path, json=body, headers=headers).status_code == 404


def test_hosts_review_nobody(client: FlaskClient, staff: Account) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    for reviewer in (account, make_host(Stage.APPROVED)):
        for deed, body in (("approve-host", None), ("reject-host", {"rejection_reason": REASON})):
            response = client.post(_address(account, deed), json=body, headers=_headers(reviewer))
            assert response.status_code == 403
    assert account_now(account.id).verification_stage is Stage.PENDING_REVIEW


# ── the identity document ───────────────────────────────────────────────────────────────────


@pytest.fixture
def link(client: FlaskClient, headers: Headers) -> Callable[[Account], str]:
    """The address of somebody's identity document, as staff's detail of them shows it."""

    def read(account: Account) -> str:
        address = f"/api/admin/users/{account.uuid}/"
        shown = client.get(address, headers=headers, base_url="https://nafasi.example")
        return str(shown.json["data"]["host"]["photo_url"])

    return read


def test_staff_s_detail_of_somebody_has_their_host_profile(
    client: FlaskClient, headers: Headers
) -> None:
    account = make_host(Stage.REJECTED)
    profile = profile_now(account.id)
    assert profile is not None
    assert profile.submitted_at is not None
    assert profile.reviewed_at is not None
    file = client.get(f"/api/admin/users/{account.uuid}/", headers=headers).json["data"]["host"]
    assert file.pop("photo_url")
    assert file == {
        "date_of_birth": "1992-03-14",
        "gender": "male",
        "nida_number": NIDA,
        "submitted_at": clock.isoformat_s(profile.submitted_at),
        "reviewed_at": clock.isoformat_s(profile.reviewed_at),
        "rejection_reason": REASON,
    }


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_the_link_shows_the_photo_and_leaves_an_entry(
    client: FlaskClient, staff: Account, headers: Headers, link: Callable[[Account], str]
) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    address = link(account)
    assert address.startswith(f"https://nafasi.example/api/admin/users/{account.uuid}/identity/?")
    response = client.get(_path(address), headers=headers)
    assert response.status_code == 200
    assert response.mimetype == "image/jpeg"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"
    with Image.open(BytesIO(response.data)) as picture:
        assert picture.size == (400, 300)
    assert _deeds() == ["host.identity_viewed"]
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == staff.id))
    assert (entry.object_type, entry.object_id) == ("account", str(account.uuid))


def test_the_link_alone_shows_nothing(client: FlaskClient, link: Callable[[Account], str]) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    path = _path(link(account))
    assert client.get(path).status_code == 401
    assert client.get(path, headers=_headers(account)).status_code == 403
    assert client.get(path, headers=_headers(make_staff("another"))).status_code == 404
    assert _deeds() == []


def test_a_link_that_is_over_or_altered_is_404(
    client: FlaskClient, headers: Headers, link: Callable[[Account], str]
) -> None:
    account, other = make_host(Stage.PENDING_REVIEW), make_host(Stage.PENDING_REVIEW)
    path = _path(link(account))
    token = parse_qs(urlsplit(path).query)["token"][0]
    for wrong in (
        path[:-1],
        path + "A",
        f"{_address(other, 'identity')}?token={token}",
        f"/api/admin/users/{NO_USER}/identity/?token={token}",
    ):
        response = client.get(wrong, headers=headers)
        assert response.status_code == 404
        assert response.json["message"].startswith("This link is over, or not yours.")
    with time_machine.travel(clock.now() + timedelta(seconds=301)):
        assert client.get(path, headers=headers).status_code == 404
    assert _deeds() == []


@pytest.mark.parametrize("query", ["", "?token=", f"?token={'x' * 201}", "?token=%00"])
def test_a_link_without_its_token_is_malformed(
    client: FlaskClient, headers: Headers, query: str
) -> None:
    account = make_host(Stage.PENDING_REVIEW)
    response = client.get(f"{_address(account, 'identity')}{query}", headers=headers)
    assert response.status_code == 400
    assert list(response.json["errors"]) == ["token"]


def test_staff_that_was_disabled_sees_nothing(
    client: FlaskClient, staff: Account, headers: Headers, link: Callable[[Account], str]
) -> None:
    path = _path(link(make_host(Stage.PENDING_REVIEW)))
    with transaction():
        session.execute(
            update(Account).where(Account.id == staff.id).values(disabled_at=clock.now())
        )
    assert client.get(path, headers=headers).status_code == 401
    assert _deeds() == []


def test_a_document_is_503_while_the_storage_is_away(
    client: FlaskClient, headers: Headers, link: Callable[[Account], str], without_storage: Any
) -> None:
    path = _path(link(make_host(Stage.PENDING_REVIEW)))
    with without_storage():
        response = client.get(path, headers=headers)
    assert response.status_code == 503
    assert response.json["success"] is False
    assert _deeds() == []
