"""The API root, getting a key by mail, and the account behind one."""

import logging
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts.enums import Tier
from app.accounts.models import Account, OneTimeCode
from app.apikeys.models import ApiKey
from app.catalogue.enums import PublishStatus
from app.core import outbox, queue, sweeps
from app.core.db import Base, session, transaction
from app.core.outbox import OutboxItem
from config import Settings
from tests import servers
from tests.factories import (
    Tenant,
    bearer,
    code_in,
    make_account,
    make_key,
    make_listing,
)
from tests.letters import Mailbox
from tests.threads import at_once

REQUESTED = {"detail": "If the account exists, a verification code has been emailed."}
REFUSED = {"detail": "Invalid or expired verification code."}
START = datetime(2031, 3, 1, 9, 0, tzinfo=UTC)


def _request_code(client: FlaskClient, username: str = "you") -> Any:
    return client.post("/v1/register/", json={"username": username})


def _verify(client: FlaskClient, code: str, username: str = "you") -> Any:
    body = {"username": username, "api_key_name": "My website", "code": code}
    return client.post("/v1/register/verify/", json=body)


def _wrong(code: str, number: int = 1) -> str:
    return f"{(int(code) + number) % 1_000_000:06}"


@pytest.fixture
def you(app: Flask) -> Account:
    """The document's account."""
    make_account("somebody-else")
    return make_account("you")


@pytest.fixture
def new_code(
    client: FlaskClient, you: Account, run_jobs: Callable[[], None], mailbox: Mailbox
) -> Callable[[], str]:
    """Ask for a code and take it from the mail."""

    def ask() -> str:
        _request_code(client)
        run_jobs()
        return mailbox.codes()[-1]

    return ask


# ── the root ────────────────────────────────────────────────────────────────────────────────


def test_the_root_tells_the_version_and_the_endpoints(client: FlaskClient) -> None:
    body = client.get("/v1/").json
    assert body["version"] == "v1"
    assert body["endpoints"]["properties"] == "http://localhost/v1/<user_id>/properties/"
    assert body["endpoints"]["register"] == "http://localhost/v1/register/"


def test_the_roots_endpoints_exist(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    for address in client.get("/v1/").json["endpoints"].values():
        path = address.removeprefix("http://localhost")
        path = path.replace("<user_id>", str(owner.id)).replace("<id>", str(listing["id"]))
        takes_a_body = "register" in path
        method, status = ("POST", 400) if takes_a_body else ("GET", 200)
        assert client.open(path, method=method, headers=owner.read).status_code == status


def test_the_roots_addresses_are_the_public_ones(client: FlaskClient, change_settings: Any) -> None:
    change_settings(public_url="https://api.nafasi.example/")
    endpoints = client.get("/v1/").json["endpoints"]
    assert endpoints["filters"] == "https://api.nafasi.example/v1/filters/"


# ── asking for a code ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("username", ["you", "nobody", "x" * 150, "ﷺ" * 150, "ñandú", "a b", "%"])
def test_the_answer_is_the_same_for_everybody(
    client: FlaskClient, you: Account, username: str
) -> None:
    response = _request_code(client, username)
    assert response.status_code == 200
    assert response.json == REQUESTED


@pytest.mark.both
def test_a_request_does_the_same_work_for_everybody(
    client: FlaskClient, you: Account, statements: list[str]
) -> None:
    work = []
    for username in ("you", "nobody"):
        statements.clear()
        _request_code(client, username)
        work.append(list(statements))
    assert work[0] == work[1] != []


@pytest.mark.both
def test_a_request_only_writes_an_outbox_row(client: FlaskClient, you: Account) -> None:
    _request_code(client)
    assert session.scalar(select(func.count()).select_from(OneTimeCode)) == 0
    [row] = session.scalars(select(OutboxItem)).all()
    assert row.due_at is not None
    assert b"you" not in (row.payload or b"")


def test_a_failed_request_writes_nothing(client: FlaskClient, you: Account) -> None:
    client.post("/v1/register/", json={"username": "you", "nickname": "me"})
    assert session.scalars(select(OutboxItem)).all() == []


@pytest.mark.parametrize(
    "body", [{}, {"username": ""}, {"username": "  "}, {"username": "x" * 151}]
)
def test_a_request_without_a_usable_name_is_400(client: FlaskClient, body: Any) -> None:
    response = client.post("/v1/register/", json=body)
    assert response.status_code == 400
    assert list(response.json) == ["username"]


@pytest.mark.both
def test_the_code_goes_to_the_accounts_address(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    _request_code(client)
    run_jobs()
    [mail] = mailbox.mails()
    assert mail["To"] == you.email == "you@example.com"
    assert mail["From"] == "Nafasi <no-reply@nafasi.localhost>"
    assert re.fullmatch(r"\d{6}", code_in(mail))
    assert "10 minutes" in mail.get_content()


@pytest.mark.parametrize("spelling", ["You", "YOU", " you ", "ｙｏｕ"])
def test_a_name_is_found_however_it_is_written(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox, spelling: str
) -> None:
    _request_code(client, spelling)
    run_jobs()
    [code] = mailbox.codes()
    response = _verify(client, code, spelling)
    assert response.status_code == 201
    assert response.json["username"] == "you"


@pytest.mark.both
def test_an_unknown_name_gets_no_mail_but_the_same_rows(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    rows = []
    for username in ("you", "nobody"):
        _request_code(client, username)
        run_jobs()
        session.rollback()
        rows.append(session.scalar(select(func.count()).select_from(OneTimeCode)))
    assert rows == [1, 2]
    assert len(mailbox.mails()) == 1


@pytest.mark.parametrize("column", ["disabled_at", "email_verified_at"])
def test_an_account_that_cannot_be_used_gets_no_mail(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox, column: str
) -> None:
    value = datetime.now(UTC) if column == "disabled_at" else None
    with transaction():
        session.execute(update(Account).where(Account.id == you.id).values({column: value}))
    assert _request_code(client).json == REQUESTED
    run_jobs()
    assert mailbox.mails() == []


@pytest.mark.both
def test_a_name_gets_five_codes_an_hour(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    for minutes in range(7):
        with time_machine.travel(START + timedelta(minutes=minutes)):
            assert _request_code(client).json == REQUESTED
            run_jobs()
    assert len(mailbox.mails()) == 5
    with time_machine.travel(START + timedelta(minutes=8)):
        assert _verify(client, mailbox.codes()[-1]).status_code == 201


def test_after_an_hour_there_are_codes_again(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    for minutes in (0, 1, 2, 3, 4, 13, 61):
        with time_machine.travel(START + timedelta(minutes=minutes)):
            _request_code(client)
            run_jobs()
    assert len(mailbox.mails()) == 6


# ── exchanging it for a key ─────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_a_code_earns_a_key(client: FlaskClient, you: Account, new_code: Any) -> None:
    response = _verify(client, new_code())
    assert response.status_code == 201
    body = response.json
    key = body.pop("key")
    assert re.fullmatch(r"R_[A-Za-z0-9]{32,}", key)
    assert body == {
        "user_id": you.id,
        "username": "you",
        "scope": "R",
        "name": "My website",
        "detail": "Store this key now — it will not be shown again. "
        "Use user_id in all /v1/<user_id>/... requests.",
    }
    assert client.get(f"/v1/{you.id}/properties/", headers=bearer(key)).status_code == 200
    assert client.post(f"/v1/{you.id}/properties/", headers=bearer(key)).status_code == 403


@pytest.mark.both
def test_a_code_works_once(client: FlaskClient, new_code: Any) -> None:
    code = new_code()
    assert _verify(client, code).status_code == 201
    again = _verify(client, code)
    assert (again.status_code, again.json) == (400, REFUSED)


def test_a_code_works_with_blanks_around_it(client: FlaskClient, new_code: Any) -> None:
    assert _verify(client, f" {new_code()}\n").status_code == 201


@pytest.mark.both
def test_a_code_lives_ten_minutes(client: FlaskClient, new_code: Any) -> None:
    with time_machine.travel(START, tick=False):
        code = new_code()
    with time_machine.travel(START + timedelta(seconds=599), tick=False):
        assert _verify(client, code).status_code == 201


@pytest.mark.both
def test_a_code_dies_after_ten_minutes(client: FlaskClient, new_code: Any) -> None:
    with time_machine.travel(START, tick=False):
        code = new_code()
    with time_machine.travel(START + timedelta(seconds=600), tick=False):
        response = _verify(client, code)
    assert (response.status_code, response.json) == (400, REFUSED)


def test_a_codes_life_is_a_setting(
    client: FlaskClient, new_code: Any, change_settings: Any
) -> None:
    change_settings(code_ttl_s=60)
    with time_machine.travel(START, tick=False):
        code = new_code()
    with time_machine.travel(START + timedelta(seconds=60), tick=False):
        assert _verify(client, code).status_code == 400


@pytest.mark.both
def test_a_code_survives_four_wrong_tries(client: FlaskClient, new_code: Any) -> None:
    code = new_code()
    for number in range(1, 5):
        response = _verify(client, _wrong(code, number))
        assert (response.status_code, response.json) == (400, REFUSED)
    assert _verify(client, code).status_code == 201


@pytest.mark.both
def test_a_code_dies_of_the_fifth_wrong_try(client: FlaskClient, new_code: Any) -> None:
    code = new_code()
    for number in range(1, 6):
        _verify(client, _wrong(code, number))
    response = _verify(client, code)
    assert (response.status_code, response.json) == (400, REFUSED)


def test_a_new_code_works_after_the_old_one_died(client: FlaskClient, new_code: Any) -> None:
    code = new_code()
    for number in range(1, 7):
        _verify(client, _wrong(code, number))
    assert _verify(client, new_code()).status_code == 201


@pytest.mark.both
def test_a_newer_code_replaces_the_older(client: FlaskClient, new_code: Any) -> None:
    first, second = new_code(), new_code()
    while second == first:
        second = new_code()
    assert _verify(client, first).status_code == 400
    assert _verify(client, second).status_code == 201


@pytest.mark.both
def test_wrong_tries_that_come_at_once_are_all_counted(client: FlaskClient, new_code: Any) -> None:
    code = new_code()
    tries = [partial(_verify, client, _wrong(code, number)) for number in range(1, 21)]
    assert {response.status_code for response in at_once(tries)} == {400}
    session.rollback()
    assert session.scalars(select(OneTimeCode.tries)).all() == [5]
    assert _verify(client, code).status_code == 400


@pytest.mark.both
def test_of_two_that_bring_the_code_at_once_one_gets_a_key(
    client: FlaskClient, you: Account, new_code: Any
) -> None:
    answers = at_once([partial(_verify, client, new_code())] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(ApiKey)) == 1


def test_a_code_is_worth_nothing_for_another_name(
    client: FlaskClient, new_code: Any, you: Account
) -> None:
    code = new_code()
    response = _verify(client, code, "somebody-else")
    assert (response.status_code, response.json) == (400, REFUSED)
    assert _verify(client, code).status_code == 201


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", "abcdef", "１２３４５６"])
def test_whoever_never_asked_is_refused_alike(client: FlaskClient, you: Account, code: str) -> None:
    for username in ("you", "nobody"):
        response = _verify(client, code, username)
        assert (response.status_code, response.json) == (400, REFUSED)


def test_a_code_for_an_unknown_name_is_refused_alike(
    client: FlaskClient, you: Account, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.accounts.code_service.new_code", lambda: "271828")
    _request_code(client, "nobody")
    run_jobs()
    response = _verify(client, "271828", "nobody")
    assert (response.status_code, response.json) == (400, REFUSED)


@pytest.mark.both
def test_a_wrong_try_does_the_same_work_for_everybody(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox, statements: list[str]
) -> None:
    for username in ("you", "nobody"):
        _request_code(client, username)
    run_jobs()
    work = []
    for username in ("you", "nobody"):
        statements.clear()
        _verify(client, _wrong(mailbox.codes()[0]), username)
        work.append(list(statements))
    assert work[0] == work[1] != []


def test_an_account_disabled_since_gets_no_key(
    client: FlaskClient, you: Account, new_code: Any
) -> None:
    code = new_code()
    with transaction():
        session.execute(
            update(Account).where(Account.id == you.id).values(disabled_at=datetime.now(UTC))
        )
    response = _verify(client, code)
    assert (response.status_code, response.json) == (400, REFUSED)


@pytest.mark.parametrize("name", ["x", "x" * 100, "Nyumba — 家"])
def test_a_key_is_named(client: FlaskClient, new_code: Any, name: str) -> None:
    body = {"username": "you", "api_key_name": name, "code": new_code()}
    response = client.post("/v1/register/verify/", json=body)
    assert (response.status_code, response.json["name"]) == (201, name)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, None, 1])
def test_an_unusable_name_is_400_and_costs_no_try(
    client: FlaskClient, new_code: Any, name: object
) -> None:
    code = new_code()
    body = {"username": "you", "api_key_name": name, "code": code}
    for _ in range(6):
        response = client.post("/v1/register/verify/", json=body)
        assert response.status_code == 400
        assert list(response.json) == ["api_key_name"]
    assert _verify(client, code).status_code == 201


@pytest.mark.parametrize("field", ["username", "api_key_name", "code"])
def test_everything_is_required(client: FlaskClient, field: str) -> None:
    body = {"username": "you", "api_key_name": "x", "code": "123456"}
    del body[field]
    response = client.post("/v1/register/verify/", json=body)
    assert (response.status_code, response.json) == (400, {field: ["This field is required."]})


# ── the mail on its way ─────────────────────────────────────────────────────────────────────


class _Kept(Message):
    """Keeps the mails that an SMTP server is given."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.mails.append(message)


@pytest.fixture
def unused_port() -> int:
    """A port of this machine on which nobody listens."""
    return servers.free_port()


@pytest.fixture
def smtp_server(unused_port: int) -> Iterator[_Kept]:
    """A mail server."""
    kept = _Kept()
    controller = Controller(kept, hostname="127.0.0.1", port=unused_port)
    controller.start()
    yield kept
    controller.stop()


def test_the_mail_goes_through_a_mail_server(
    client: FlaskClient,
    you: Account,
    run_jobs: Any,
    change_settings: Any,
    smtp_server: _Kept,
    unused_port: int,
) -> None:
    change_settings(mail_url=f"smtp://127.0.0.1:{unused_port}?tls=none")
    _request_code(client)
    run_jobs()
    [mail] = smtp_server.mails
    assert mail["X-RcptTo"] == "you@example.com"
    [code] = re.findall(r"\b\d{6}\b", mail.get_payload())
    assert _verify(client, code).status_code == 201


@pytest.mark.both
def test_a_mail_server_that_is_down_delays_and_loses_nothing(
    client: FlaskClient,
    you: Account,
    run_jobs: Any,
    change_settings: Any,
    unused_port: int,
    mailbox: Mailbox,
) -> None:
    change_settings(mail_url=f"smtp://127.0.0.1:{unused_port}?tls=none")
    with time_machine.travel(START):
        assert _request_code(client).json == REQUESTED
        run_jobs()
    assert mailbox.mails() == []
    change_settings(mail_url=mailbox.url)
    with time_machine.travel(START + timedelta(seconds=30)):
        sweeps.run()
        run_jobs()
        [code] = mailbox.codes()
        assert _verify(client, code).status_code == 201


@pytest.mark.both
def test_a_job_that_the_queue_lost_is_done_all_the_same(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    with time_machine.travel(START):
        _request_code(client)
    queue.connection().flushall()
    run_jobs()
    assert mailbox.mails() == []
    with time_machine.travel(START + timedelta(seconds=30)):
        sweeps.run()
        run_jobs()
    assert len(mailbox.mails()) == 1


def test_a_job_that_comes_twice_mails_once(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    _request_code(client)
    [row_id] = session.scalars(select(OutboxItem.id)).all()
    run_jobs()
    outbox.deliver(row_id)
    assert len(mailbox.mails()) == 1


def test_the_payload_is_erased_when_done(
    client: FlaskClient, you: Account, run_jobs: Any, mailbox: Mailbox
) -> None:
    _request_code(client)
    run_jobs()
    session.rollback()
    [row] = session.scalars(select(OutboxItem)).all()
    assert row.payload is None
    assert row.finished_at is not None


# ── the limit ───────────────────────────────────────────────────────────────────────────────


def test_both_endpoints_share_ten_requests_an_hour(
    client: FlaskClient, you: Account, change_settings: Any
) -> None:
    change_settings(ratelimit_register=Settings().ratelimit_register)
    for remaining in (9, 7, 5, 3, 1):
        response = _request_code(client)
        assert response.status_code == 200
        assert response.headers["X-RateLimit-Limit"] == "10"
        assert response.headers["X-RateLimit-Remaining"] == str(remaining)
        assert _verify(client, "000000").status_code == 400
    for response in (_request_code(client), _verify(client, "000000")):
        assert response.status_code == 429
        assert 3500 < int(response.headers["Retry-After"]) <= 3600
        assert response.headers["X-RateLimit-Remaining"] == "0"
        assert list(response.json) == ["detail"]


def test_bodies_that_are_refused_count(client: FlaskClient, change_settings: Any) -> None:
    change_settings(ratelimit_register="3 per hour")
    bodies = [
        {"json": {}},
        {"data": "{", "content_type": "application/json"},
        {"data": "x", "content_type": "text/plain"},
        {"json": {"username": "you"}},
    ]
    statuses = [client.post("/v1/register/", **body).status_code for body in bodies]
    assert statuses == [400, 400, 415, 429]


def test_each_address_has_a_limit_of_its_own(client: FlaskClient, change_settings: Any) -> None:
    change_settings(ratelimit_register="1 per hour")
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        response = client.post(
            "/v1/register/",
            json={"username": "you"},
            environ_overrides={"REMOTE_ADDR": address},
        )
        assert response.status_code == 200


def test_a_limited_request_writes_nothing(client: FlaskClient, change_settings: Any) -> None:
    change_settings(ratelimit_register="1 per hour")
    for _ in range(3):
        _request_code(client)
    assert session.scalar(select(func.count()).select_from(OutboxItem)) == 1


# ── secrets ─────────────────────────────────────────────────────────────────────────────────


def _everything_in_the_database() -> str:
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            found += [
                repr(bytes(value)) if isinstance(value, bytes | memoryview) else repr(value)
                for value in row
                if not isinstance(value, datetime | int)
            ]
    return "\n".join(found)


def _everything_in_redis() -> str:
    redis = queue.connection()
    found: list[bytes] = []
    for key in redis.scan_iter():
        found.append(key)
        kind = redis.type(key)
        if kind == b"hash":
            found += [each for pair in redis.hgetall(key).items() for each in pair]
        elif kind == b"list":
            found += redis.lrange(key, 0, -1)
        elif kind == b"set":
            found += redis.smembers(key)
        elif kind == b"zset":
            found += redis.zrange(key, 0, -1)
        elif kind == b"string":
            found.append(redis.get(key))
    for value in list(found):
        try:
            found.append(zlib.decompress(value))
        except zlib.error:
            continue
    return repr(found)


@pytest.mark.both
def test_neither_key_nor_code_stands_anywhere_in_clear(
    client: FlaskClient,
    you: Account,
    run_jobs: Any,
    mailbox: Mailbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        _request_code(client)
        seen = [_everything_in_redis(), _everything_in_the_database()]
        run_jobs()
        [code] = mailbox.codes()
        seen += [_everything_in_redis(), _everything_in_the_database()]
        key = _verify(client, code).json["key"]
        client.get(f"/v1/{you.id}/account/", headers=bearer(key))
        client.get(f"/v1/{you.id + 1}/account/", headers=bearer(key))
        client.get("/v1/amenities/", headers=bearer(key + "x"))
        session.rollback()
        seen += [_everything_in_redis(), _everything_in_the_database()]
    seen += [repr(vars(record)) for record in caplog.records]
    assert caplog.records
    for text in seen:
        assert key not in text
        assert key[8:] not in text
        assert not re.search(rf"(?<!\d){code}(?!\d)", text)


def test_the_row_of_a_key_holds_its_hash_and_eight_characters(
    client: FlaskClient, you: Account
) -> None:
    key = make_key(you)
    [row] = session.scalars(select(ApiKey)).all()
    assert row.digest == sha256(key.encode()).digest()
    assert row.prefix == key[:8]


# ── the account ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.both
def test_the_account_tells_who_the_key_belongs_to(client: FlaskClient, you: Account) -> None:
    with transaction():
        session.execute(update(Account).where(Account.id == you.id).values(tier=Tier.PRO))
    key = bearer(make_key(you, allowed_origins=["https://Example.com/houses"]))
    response = client.get(
        f"/v1/{you.id}/account/", headers={**key, "Origin": "https://example.com"}
    )
    assert response.status_code == 200
    assert response.json == {
        "id": you.id,
        "username": "you",
        "email": "you@example.com",
        "subscription_tier": "pro",
        "key": {"name": "A key", "scope": "R", "allowed_origins": ["example.com"]},
        "properties_count": 0,
    }


def test_the_account_tells_of_the_key_that_asks(client: FlaskClient, owner: Tenant) -> None:
    for headers, scope in ((owner.read, "R"), (owner.write, "RW")):
        body = client.get(f"/v1/{owner.id}/account/", headers=headers).json
        assert body["key"]["scope"] == scope
        assert body["subscription_tier"] == "free"


@pytest.mark.both
def test_the_account_counts_all_but_the_trash(client: FlaskClient, owner: Tenant) -> None:
    for status in (PublishStatus.PUBLISHED, PublishStatus.DRAFT, PublishStatus.TRASH):
        make_listing(owner.id, publish_status=status)
    gone = make_listing(owner.id)
    client.delete(f"{owner.properties}{gone['id']}/", headers=owner.write)
    body = client.get(f"/v1/{owner.id}/account/", headers=owner.read).json
    assert body["properties_count"] == 2


def test_the_account_counts_at_once(client: FlaskClient, owner: Tenant) -> None:
    for number in (1, 2):
        make_listing(owner.id)
        body = client.get(f"/v1/{owner.id}/account/", headers=owner.read).json
        assert body["properties_count"] == number
